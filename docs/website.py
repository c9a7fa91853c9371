"""Build the site: `make site`, or `python -m docs.website`. The site is in `.build/website/site`.

The pages stay as they are read on a repository host. They are copied, README, CHANGELOG, CONTRIBUTING and SECURITY become
pages beside them, and a link that leaves them becomes a link to the repository. Zensical then builds the copy; a link to a
page or a heading that does not exist ends the build.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from docs.navigation import Entry, navigation
from registry_doctor.support import distributions
from registry_doctor.support.toml import load_toml

DOCS = Path(__file__).parent
ROOT = DOCS.parent
BUILD = ROOT / ".build" / "website"
SETTINGS = DOCS / "zensical.toml"

PAGES_OF_THE_ROOT = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
"""Files beside `docs/` that are pages of the site, and their names there."""

KINDS = {".md", ".json", ".png", ".svg", ".css"}
"""The files of `docs/` that belong to the site."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_INLINE_CODE = r"(?P<code>`+)(?!`).+?(?<!`)(?P=code)(?!`)"
_LINK = re.compile(
    rf"{_INLINE_CODE}|(?P<image>!?)\[(?P<words>(?:[^\[\]\\]|\\.|`[^`]*`)*)\]\((?P<target>[^)\s]+)\)"
)


def repository() -> str | None:
    """Where the files of the repository can be read, from `[project.urls]`, without a slash at the end."""
    project: Any = load_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    source = project["urls"].get("Source")
    return source.rstrip("/") if isinstance(source, str) else None


def sources() -> dict[str, Path]:
    """Every file of the site by its name there."""
    files = [file for file in DOCS.rglob("*") if file.is_file() and file.suffix in KINDS]
    found = {file.relative_to(DOCS).as_posix(): file for file in sorted(files)}
    return found | {name: ROOT / file for file, name in PAGES_OF_THE_ROOT.items()}


def relinked(text: str, source: Path, name: str, files: dict[str, Path], repository: str | None) -> str:
    """The text of a page with links that work on the site.

    A link to a file that is not on the site leads to the repository; without an address of that, its words remain. Code is
    left as it is.
    """

    def link(found: re.Match[str]) -> str:
        target = found["target"]
        if target is None or "://" in target or target.startswith(("#", "mailto:")):
            return found[0]
        path, _, anchor = target.partition("#")
        led = _on_the_site((source.parent / path).resolve(), files)
        if led is not None:
            way = os.path.relpath(led, PurePosixPath(name).parent).replace(os.sep, "/")
        elif repository is None:
            return "" if found["image"] else found["words"]
        else:
            way = f"{repository}/{os.path.relpath(source.parent / path, ROOT).replace(os.sep, '/')}"
        return f"{found['image']}[{found['words']}]({way}{'#' * bool(anchor)}{anchor})"

    return "".join(line if code else _LINK.sub(link, line) for code, line in lines(text))


def lines(text: str) -> Iterator[tuple[bool, str]]:
    """The lines of a page, each with whether it belongs to a fenced block."""
    fence = None
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        yield fence is not None or found is not None, line
        if fence is None and found:
            fence = found[1]
        elif fence is not None and found and found[1].startswith(fence):
            fence = None


def _on_the_site(file: Path, files: dict[str, Path]) -> str | None:
    """The name on the site of a file, or of the first page of a folder."""
    wanted = {file, file / "README.md"}
    return next((name for name, each in files.items() if each.resolve() in wanted), None)


def settings(pages: Sequence[str]) -> str:
    """The settings of the generator, with the address, the folders and the navigation."""
    head = f'docs_dir = "pages"\nsite_dir = "site"\nnav = {_toml(navigation(pages))}\n'
    if distributions.DOCUMENTATION:
        head += f"site_url = {json.dumps(distributions.DOCUMENTATION + '/')}\n"
    if address := repository():
        head += f"repo_url = {json.dumps(address)}\n"
    return SETTINGS.read_text(encoding="utf-8").replace("[project]\n", f"[project]\n{head}", 1)


def _toml(entries: Sequence[Entry]) -> str:
    """Entries of the navigation as a value of TOML, whose strings are those of JSON."""
    each = (
        f"{{ {json.dumps(words)} = {json.dumps(below) if isinstance(below, str) else _toml(below)} }}"
        for words, below in entries
    )
    return f"[{', '.join(each)}]"


def stage(folder: Path) -> None:
    """Write everything that the generator reads into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    files = sources()
    address = repository()
    for name, source in files.items():
        file = folder / "pages" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".md":
            text = relinked(source.read_text(encoding="utf-8"), source, name, files, address)
            file.write_text(text, encoding="utf-8", newline="\n")
        else:
            shutil.copyfile(source, file)
    pages = [name for name in files if name.endswith(".md")]
    (folder / "zensical.toml").write_text(settings(pages), encoding="utf-8", newline="\n")


def build(folder: Path) -> None:
    """Build the staged site. Raises CalledProcessError if anything in it is wrong."""
    subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=folder,
        check=True,
        timeout=300,
    )


if __name__ == "__main__":
    stage(BUILD)
    try:
        build(BUILD)
    except subprocess.CalledProcessError:
        sys.exit("the site was not built: mend what is named above, in docs/ or in the file beside it")
    print(f"the site is in {(BUILD / 'site').relative_to(ROOT)}")  # noqa: T201
