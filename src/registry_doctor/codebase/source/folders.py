"""Walking folders for files of some kinds, in a fixed order, without following links to folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from registry_doctor.codebase.source.found import Unreadable
from registry_doctor.codebase.source.gitignore import IgnoreRules, has_git, repository_of, rules_for
from registry_doctor.codebase.source.tracked_files import TrackedFiles

PYTHON_SUFFIXES = (".py", ".pyw", ".ipynb")
SKIPPED = frozenset(
    {
        ".git", ".hg", ".svn", ".venv", "venv", ".tox", ".nox", "node_modules", "site-packages", "__pycache__",
        ".ipynb_checkpoints", ".mypy_cache", ".ruff_cache", ".pytest_cache",
    }
)  # fmt: skip
"""Folders without own code; they are searched only if they are named."""


def shown(path: Path, root: Path) -> str:
    """The name of a file in reports: relative to the root if it is inside."""
    try:
        return path.relative_to(root).as_posix() or "."
    except ValueError:
        return path.as_posix()


def source_files(
    paths: Iterable[Path],
    root: Path,
    suffixes: tuple[str, ...] = PYTHON_SUFFIXES,
    beginnings: tuple[str, ...] = (),
    excluded: IgnoreRules | None = None,
) -> Iterator[Path | Unreadable]:
    """The files to read: the named files, and in the named folders the files that git does not ignore, each once.

    A file of a folder is read if its name, in lower case, has one of the suffixes or beginnings; a named file is read
    whatever its name, and even if git ignores it. A file that git tracks is never ignored, but for the rules
    `excluded` of the caller. The results are absolute; relative paths start at `root`.
    """
    named = [root / path for path in paths]
    given = list(dict.fromkeys(Path(os.path.normpath(path)) for path in named))
    folders = frozenset(path for path in given if path.is_dir())
    files = frozenset(path for path in given if path not in folders)
    walk = _Walk(root, folders | files, suffixes, beginnings, excluded)
    for path in given:
        if path in folders:
            yield from walk.folder(path, _Place.of(path))
        elif path.is_file():
            yield path
        else:
            reason = (
                "it is neither a file nor a folder" if path.exists() else "there is no such file or folder"
            )
            yield Unreadable(shown(path, root), reason)


@dataclass(frozen=True)
class _Place:
    """What git ignores in a folder, and what it tracks."""

    rules: IgnoreRules
    tracked: TrackedFiles
    only_tracked: bool = False
    """Git ignores the folder, but tracks something in it."""

    @classmethod
    def of(cls, folder: Path) -> _Place:
        return cls(rules_for(folder), TrackedFiles(repository_of(folder)))

    def within(self, folder: Path) -> _Place | None:
        """The same for a folder in it; `None` if git ignores all of that folder."""
        ignored = self.only_tracked or self.rules.ignores(folder, is_folder=True)
        if ignored and not self.tracked.has_folder(folder):
            return None
        return _Place(self.rules.within(folder), self.tracked, ignored)

    def ignores(self, file: Path) -> bool:
        """Whether git ignores a file in the folder."""
        ignored = self.only_tracked or self.rules.ignores(file, is_folder=False)
        return ignored and not self.tracked.has_file(file)


class _Walk:
    """One walk through the named folders."""

    def __init__(
        self,
        root: Path,
        named: frozenset[Path],
        suffixes: tuple[str, ...],
        beginnings: tuple[str, ...],
        excluded: IgnoreRules | None,
    ) -> None:
        self._root = root
        self._named = named
        self._suffixes = suffixes
        self._beginnings = beginnings
        self._excluded = excluded
        self._reported: set[Path] = set()

    def folder(self, folder: Path, place: _Place) -> Iterator[Path | Unreadable]:
        """The files in a folder and below it, in the order of their names."""
        inside = [self._in_folder(folder, place)]  # not recursive: folders nest more deeply than calls
        while inside:
            each = next(inside[-1], None)
            if each is None:
                inside.pop()
            elif isinstance(each, tuple):
                inside.append(self._in_folder(*each))
            else:
                yield each

    def _in_folder(self, folder: Path, place: _Place) -> Iterator[Path | Unreadable | tuple[Path, _Place]]:
        """The files in one folder, and the folders in it with their rules."""
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as problem:
            reason = f"the folder cannot be opened: {problem.strerror or problem}"
            yield Unreadable(shown(folder, self._root), reason, kind="folder")
            return
        if folder != place.tracked.top and any(entry.name == ".git" for entry in found):
            place = _Place.of(folder)  # a submodule, or a repository in a repository
        for file, reason in place.rules.problems:
            yield Unreadable(shown(file, self._root), f"{reason}, so its rules are not applied")
        for entry in found:
            path = folder / entry.name
            if path in self._named or self._excludes(path, entry):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not _skipped(path):
                    inside = place.within(path)
                    if inside is not None:
                        yield path, inside
                    yield from self._unknown_index(place.tracked)
            elif self._wanted(entry.name) and _is_file(entry):
                if not place.ignores(path):
                    yield path
                yield from self._unknown_index(place.tracked)

    def _excludes(self, path: Path, entry: os.DirEntry[str]) -> bool:
        rules = self._excluded
        if rules is None or not path.is_relative_to(rules.folder):
            return False
        return rules.ignores(path, is_folder=entry.is_dir(follow_symlinks=False))

    def _wanted(self, name: str) -> bool:
        name = name.lower()
        return name.endswith(self._suffixes) or name.startswith(self._beginnings)

    def _unknown_index(self, tracked: TrackedFiles) -> Iterator[Unreadable]:
        """Report once that it is not known what git tracks, if that was needed."""
        top = tracked.top
        if top is None or top in self._reported or not tracked.was_needed or tracked.problem is None:
            return
        self._reported.add(top)
        reason = f"{tracked.problem}, so files that git tracks are left out where .gitignore excludes them"
        yield Unreadable(shown(top / ".git" / "index", self._root), reason)


def is_ignored(file: Path, root: Path) -> bool:
    """Whether a file below `root` is left out of a search: git ignores it, or it is in a skipped folder."""
    place = _Place.of(root)
    at = root
    for part in file.relative_to(root).parts[:-1]:
        at = at / part
        if part in SKIPPED:
            return True
        inside = _Place.of(at) if has_git(at) else place.within(at)
        if inside is None:
            return True
        place = inside
    return place.ignores(file)


def _skipped(folder: Path) -> bool:
    return folder.name in SKIPPED or (folder / "pyvenv.cfg").exists()


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False
