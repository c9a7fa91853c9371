"""The site is made of the pages as they are: every link in them leads somewhere, there and on a repository host."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from docs.navigation import REST, SECTIONS, Entry, navigation
from docs.website import PAGES_OF_THE_ROOT, build, lines, relinked, settings, sources
from registry_doctor.support import distributions
from registry_doctor.support.toml import load_toml
from tests.places import ROOT

FILES = sources()
PAGES = [name for name in FILES if name.endswith(".md")]
STILL_TO_COME = {"access.md", "agents.md", "auditing.md"}
"""Pages that the navigation takes in once they exist."""


def anchors(text: str) -> set[str]:
    """The names of the headings of a page, as repository hosts make them."""
    found: Counter[str] = Counter()
    names = set()
    for code, line in lines(text):
        if not code and (heading := re.match(r"#{1,6} (.+)", line)):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1].strip().lower())
            name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            names.add(f"{name}-{found[name]}" if found[name] else name)
            found[name] += 1
    return names


def targets(text: str) -> list[str]:
    """Where the links of a page lead that stay in the project."""
    prose = "".join(re.sub(r"`[^`]*`", "", line) for code, line in lines(text) if not code)
    found: list[str] = re.findall(r"\]\(([^)\s]+)\)", prose)
    return [each for each in found if "://" not in each and not each.startswith("mailto:")]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_file_and_a_heading(name: str) -> None:
    """On a repository host, from where the file stands."""
    source = FILES[name]
    for target in targets(source.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        file = (source.parent / path).resolve() if path else source
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_the_site_leads_to_a_page_of_it(name: str) -> None:
    """Whatever folder the page is in."""
    text = relinked(FILES[name].read_text(encoding="utf-8"), FILES[name], name, FILES, None)
    for target in targets(text):
        path = target.partition("#")[0]
        led = (Path("/") / name).parent / path
        assert not path or str(led.resolve().relative_to("/")) in FILES, target


@pytest.mark.parametrize(
    ("text", "on_the_site", "with_a_repository"),
    [
        ("[a](../evidence/README.md#x)", "[a](../evidence/README.md#x)", None),
        ("[a](../../README.md)", "[a](../index.md)", None),
        ("[a](../../docs/checks/)", "[a](README.md)", None),
        ("[a `b`](../../src/x.py)", "a `b`", "[a `b`](https://git.example/r/blob/main/src/x.py)"),
        ("![a](../../tests/x.png)", "", "![a](https://git.example/r/blob/main/tests/x.png)"),
        ("[a](https://x.example/)", "[a](https://x.example/)", None),
        ("[a](#here)", "[a](#here)", None),
        ("`[a](../../src/x.py)`", "`[a](../../src/x.py)`", None),
        ("```\n[a](../../src/x.py)\n```\n", "```\n[a](../../src/x.py)\n```\n", None),
    ],
)
def test_a_link_that_leaves_the_pages(text: str, on_the_site: str, with_a_repository: str | None) -> None:
    """It leads to the repository, or is left out while that has no address; code stays."""
    source, name = ROOT / "docs" / "checks" / "RD302.md", "checks/RD302.md"
    assert relinked(text, source, name, FILES, None) == on_the_site
    assert relinked(text, source, name, FILES, "https://git.example/r/blob/main") == (
        with_a_repository or on_the_site
    )


def pages_of(entries: list[Entry]) -> list[str]:
    """The pages of a navigation, in its order."""
    found: list[str] = []
    for _, below in entries:
        found += [below] if isinstance(below, str) else pages_of(list(below))
    return found


def test_the_navigation_has_each_page_once() -> None:
    """Those of the root, of the checks and of the evidence, too; none is left for the end."""
    entries = navigation(PAGES)
    assert sorted(pages_of(entries)) == sorted(PAGES)
    assert REST not in dict(entries)
    listed = {page for _, below in SECTIONS for _, page in below}
    assert listed - set(PAGES) <= STILL_TO_COME


def test_a_page_that_no_heading_lists_stands_at_the_end() -> None:
    """So that it is never lost."""
    assert navigation(["index.md", "new.md"])[-1] == (REST, [("new", "new.md")])


def test_the_settings_have_an_address_only_if_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that the constant names; they are valid TOML either way."""
    monkeypatch.setattr(distributions, "DOCUMENTATION", None)
    project: Any = load_toml(settings(PAGES))["project"]
    assert "site_url" not in project
    assert project["nav"][0] == {"Start": [{words: page} for words, page in SECTIONS[0][1] if page in PAGES]}
    monkeypatch.setattr(distributions, "DOCUMENTATION", "https://doctor.example/site")
    project = load_toml(settings(PAGES))["project"]
    assert project["site_url"] == "https://doctor.example/site/"


def test_the_pages_of_the_root_exist() -> None:
    """Under names that no page of `docs/` has."""
    assert all((ROOT / file).is_file() for file in PAGES_OF_THE_ROOT)
    assert not any((ROOT / "docs" / name).exists() for name in PAGES_OF_THE_ROOT.values())


@pytest.mark.parametrize(("link", "right"), [("index.md#a", True), ("index.md#b", False), ("x.md", False)])
def test_a_broken_link_ends_the_build(tmp_path: Path, link: str, right: bool) -> None:
    """A page or a heading that does not exist; the same build with the right link is made."""
    pytest.importorskip("zensical", reason="zensical needs Python 3.11")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text(f"# A\n\n[to it]({link})\n", encoding="utf-8")
    (tmp_path / "zensical.toml").write_text(settings(["index.md"]), encoding="utf-8")
    if right:
        build(tmp_path)
        assert (tmp_path / "site" / "index.html").is_file()
    else:
        with pytest.raises(subprocess.CalledProcessError):
            build(tmp_path)
