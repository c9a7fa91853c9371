"""Which wandb the project uses: what the files beside the code pin or allow, else what its interpreter has.

The wandb beside this tool says nothing about the project where the tool is installed apart, so it is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from registry_doctor.codebase.inputs.version_ranges import Range, conda_range, poetry_range, requirement_range
from registry_doctor.codebase.source.folders import shown
from registry_doctor.codebase.source.gitignore import has_git, repository_of
from registry_doctor.support.regular_files import read_regular
from registry_doctor.support.toml import load_toml

LARGEST_LOCK = 50_000_000
LARGEST_FILE = 1_000_000
"""In bytes; a larger file is passed over."""

_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
_LOCKED = re.compile(r'^\[\[package\]\]\s+name = "wandb"\s+version = "([^"\n]{1,60})"', re.MULTILINE)
_INSTALLED = re.compile(r"wandb-(?P<version>[^-/]+)\.dist-info")


@dataclass(frozen=True)
class ProjectSdk:
    """The versions of wandb that the project may run with."""

    lowest: str
    highest: str
    source: str
    """Where that stands, in words: `uv.lock`, or `wandb>=0.16 in pyproject.toml`."""


class ProjectVersions:
    """The version for each file of a code base, read once for each folder."""

    def __init__(self, root: Path, environ: Mapping[str, str], given: tuple[str, str] | None = None) -> None:
        """`given`: a version that decides for all files, and where it was given."""
        self._root = root
        self._top = repository_of(root) or root
        self._given = None if given is None else ProjectSdk(given[0], given[0], given[1])
        self._environ = environ
        self._by_folder: dict[Path, ProjectSdk | None] = {}
        self._interpreter: list[ProjectSdk | None] = []

    def of(self, file: str) -> ProjectSdk | None:
        """What the nearest folder above a file says, else the interpreter of `VIRTUAL_ENV`; `None` if nothing does."""
        if self._given is not None:
            return self._given
        folder = self._root / PurePosixPath(file).parent
        found = self._in(folder) or (self._in(self._root) if not folder.is_relative_to(self._root) else None)
        return found or self._of_interpreter()

    def _in(self, folder: Path) -> ProjectSdk | None:
        if folder not in self._by_folder:
            found = _beside(folder, self._root)
            last = (
                folder in (self._top, folder.parent)
                or not folder.is_relative_to(self._top)
                or has_git(folder)
            )
            self._by_folder[folder] = found or (None if last else self._in(folder.parent))
        return self._by_folder[folder]

    def _of_interpreter(self) -> ProjectSdk | None:
        if not self._interpreter:
            self._interpreter.append(_installed(self._environ))
        return self._interpreter[0]


def _beside(folder: Path, root: Path) -> ProjectSdk | None:
    """What the files of one folder say; a lock file decides before a list of requirements."""
    for name in _LOCKS:
        text = _text(folder / name, LARGEST_LOCK)
        versions = _LOCKED.findall(text) if "wandb" in text else []
        ranges = [found for version in versions if (found := requirement_range(f"=={version}"))]
        if ranges:
            return _sdk(ranges, shown(folder / name, root))
    for file, read in _lists(folder):
        written, ranges = [], []
        for requirement, found in read(_text(file, LARGEST_FILE)):
            written.append(requirement)
            ranges.append(found)
        if ranges:
            return _sdk(ranges, f"{', '.join(dict.fromkeys(written))} in {shown(file, root)}")
    return None


def _sdk(ranges: list[Range], source: str) -> ProjectSdk:
    from registry_doctor.support.versions import read_version

    lowest = min((each.lowest for each in ranges), key=read_version)
    highest = max((each.highest for each in ranges), key=read_version)
    return ProjectSdk(lowest, highest, source)


def _lists(folder: Path) -> Iterator[tuple[Path, Callable[[str], Iterator[tuple[str, Range]]]]]:
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:
        return
    for name in names:
        if name.startswith("requirements") and name.endswith(".txt"):
            yield folder / name, _requirements
    for name, read in (
        ("pyproject.toml", _pyproject),
        ("environment.yml", _conda),
        ("environment.yaml", _conda),
    ):
        if name in names:
            yield folder / name, read


def _requirements(text: str) -> Iterator[tuple[str, Range]]:
    """The lines of a requirements file."""
    for line in text.splitlines():
        yield from _requirement(re.split(r"\s#|\s--|\\$", line.strip())[0])


def _requirement(written: str) -> Iterator[tuple[str, Range]]:
    from packaging.requirements import (  # imported here: most files do not name wandb
        InvalidRequirement,
        Requirement,
    )

    if not written.lower().startswith("wandb"):
        return
    try:
        requirement = Requirement(written)
    except InvalidRequirement:
        return
    if requirement.name.lower() == "wandb" and requirement.url is None:
        found = requirement_range(str(requirement.specifier))
        if found is not None:
            yield f"wandb{requirement.specifier}", found


def _pyproject(text: str) -> Iterator[tuple[str, Range]]:
    """The dependencies of a project in the forms of the standard, Poetry, PDM and uv."""
    if "wandb" not in text:
        return
    try:
        document: object = load_toml(text)
    except ValueError:
        return
    lists = [
        _at(document, "project", "dependencies"),
        *_values(_at(document, "project", "optional-dependencies")),
        *_values(_at(document, "dependency-groups")),
        *_values(_at(document, "tool", "pdm", "dev-dependencies")),
        _at(document, "tool", "uv", "dev-dependencies"),
    ]
    for each in lists:
        for written in each if isinstance(each, list) else []:
            if isinstance(written, str):
                yield from _requirement(written.strip())
    poetry = _at(document, "tool", "poetry")
    tables = [_at(poetry, "dependencies"), _at(poetry, "dev-dependencies")]
    tables += [_at(group, "dependencies") for group in _values(_at(poetry, "group"))]
    for table in tables:
        said = _at(table, "wandb")
        version = _at(said, "version") if isinstance(said, dict) else said
        if isinstance(version, str) and (found := poetry_range(version)):
            yield f"wandb {version}", found


def _at(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _values(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else []


def _conda(text: str) -> Iterator[tuple[str, Range]]:
    """The dependencies of an environment of conda, with those for pip."""
    for line in text.splitlines():
        written = re.split(r"\s#", line.strip())[0].removeprefix("-").strip().strip("'\"")
        written = written.rpartition("::")[2]
        if re.match(r"wandb\s*(?:$|[=<>!~])|wandb\s+[\d=<>!~]", written):
            found = conda_range(written.removeprefix("wandb").strip())
            if found is not None:
                yield written, found


def _text(file: Path, most: int) -> str:
    try:
        return read_regular(file, most).decode("utf-8-sig")
    except (OSError, ValueError):
        return ""


def _installed(environ: Mapping[str, str]) -> ProjectSdk | None:
    """The wandb of the activated environment, unless pre-commit activated one of its own."""
    named = environ.get("VIRTUAL_ENV")
    if not named or environ.get("PRE_COMMIT") == "1":
        return None
    try:
        folders = [*Path(named).glob("lib/python*/site-packages"), Path(named, "Lib", "site-packages")]
        names = [each.name for folder in folders if folder.is_dir() for each in folder.iterdir()]
    except (OSError, ValueError):
        return None
    versions = [match["version"] for name in names if (match := _INSTALLED.fullmatch(name))]
    ranges = [found for version in versions if (found := requirement_range(f"=={version}"))]
    return _sdk(ranges, "the environment of VIRTUAL_ENV") if ranges else None
