"""Walking folders for files of some kinds, in a fixed order, without following links to folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from registry_doctor.codebase.source.found import Unreadable
from registry_doctor.codebase.source.gitignore import IgnoreRules, rules_for

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
    paths: Iterable[Path], root: Path, suffixes: tuple[str, ...] = PYTHON_SUFFIXES
) -> Iterator[Path | Unreadable]:
    """The files to read: the named files, and in the named folders the files that git does not ignore, each once.

    A named file is read whatever its suffix, and even if git ignores it. The results are absolute; relative paths
    start at `root`.
    """
    named = [root / path for path in paths]
    given = list(dict.fromkeys(Path(os.path.normpath(path)) for path in named))
    folders = frozenset(path for path in given if path.is_dir())
    files = frozenset(path for path in given if path not in folders)
    for path in given:
        if path in folders:
            yield from _walk(path, rules_for(path), root, folders | files, suffixes)
        elif path.is_file():
            yield path
        else:
            reason = (
                "it is neither a file nor a folder" if path.exists() else "there is no such file or folder"
            )
            yield Unreadable(shown(path, root), reason)


def _walk(
    folder: Path, rules: IgnoreRules, root: Path, named: frozenset[Path], suffixes: tuple[str, ...]
) -> Iterator[Path | Unreadable]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as problem:
        reason = f"the folder cannot be opened: {problem.strerror or problem}"
        yield Unreadable(shown(folder, root), reason, kind="folder")
        return
    for entry in found:
        path = folder / entry.name
        if path in named:
            continue
        if entry.is_dir(follow_symlinks=False):
            if not _skipped(path) and not rules.ignores(path, is_folder=True):
                yield from _walk(path, rules.within(path), root, named, suffixes)
        elif (
            entry.name.lower().endswith(suffixes)
            and _is_file(entry)
            and not rules.ignores(path, is_folder=False)
        ):
            yield path


def _skipped(folder: Path) -> bool:
    return folder.name in SKIPPED or (folder / "pyvenv.cfg").exists()


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False
