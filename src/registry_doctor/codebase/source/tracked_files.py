"""The files that git tracks, read from its index: git never ignores what it tracks, whatever `.gitignore` says.

The formats are those of gitformat-index: versions 2 to 4, with SHA-1 or SHA-256, and a split index.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from registry_doctor.support.regular_files import read_regular

LARGEST_INDEX = 100_000_000
"""In bytes: about a million files."""

_LARGEST_SMALL_FILE = 100_000
_HEADER = struct.Struct(">4sLL")
_EXTENDED = 0x4000
_GIT_LINK = 0o160000


class UnreadableIndex(Exception):
    """The index cannot be read; the message says why."""


@dataclass(frozen=True)
class TrackedFiles:
    """The tracked files of one repository or worktree; the index is read when it is first needed."""

    top: Path | None
    """The folder with `.git`; `None` outside of a repository, where nothing is tracked."""

    def has_file(self, path: Path) -> bool:
        """Whether git tracks this file."""
        return self._relative(path) in self._known[0]

    def has_folder(self, path: Path) -> bool:
        """Whether git tracks a file somewhere in this folder."""
        return self._relative(path) in self._known[1]

    @property
    def was_needed(self) -> bool:
        """Whether somebody asked what git tracks."""
        return "_known" in self.__dict__

    @property
    def problem(self) -> str | None:
        """Why it is unknown what git tracks; `None` if it is known."""
        return self._known[2]

    @cached_property
    def _known(self) -> tuple[frozenset[bytes], frozenset[bytes], str | None]:
        """The files, the folders above them, and why neither is known."""
        if self.top is None:
            return frozenset(), frozenset(), None
        try:
            files = frozenset(_tracked(self.top))
        except UnreadableIndex as problem:
            return frozenset(), frozenset(), str(problem)
        folders: set[bytes] = set()
        for file in files:
            folder = file.rpartition(b"/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition(b"/")[0]
        return files, frozenset(folders), None

    def _relative(self, path: Path) -> bytes:
        return b"" if self.top is None else os.fsencode(path.relative_to(self.top).as_posix())


def _tracked(top: Path) -> Iterator[bytes]:
    """The names in the index of the repository at `top`. Raises UnreadableIndex."""
    folder = _git_folder(top)
    name_size = _size_of_object_names(folder)
    content = _content(folder / "index")
    if content is None:
        return  # nothing was ever added
    end = yield from _entries(content, name_size)
    shared = _shared_index(content, end, name_size)
    if shared is not None:
        content = _content(folder / f"sharedindex.{shared}")
        if content is None:
            raise UnreadableIndex("the index is split, and its other part is missing")
        yield from _entries(content, name_size)


def _git_folder(top: Path) -> Path:
    """The folder with the index: `.git`, or what the file `.git` of a worktree or submodule names."""
    git = top / ".git"
    if git.is_dir():
        return git
    try:
        text = os.fsdecode(read_regular(git, _LARGEST_SMALL_FILE)).strip()
    except (OSError, ValueError) as problem:
        raise UnreadableIndex(getattr(problem, "strerror", None) or "`.git` cannot be read") from problem
    if not text.startswith("gitdir:") or "\0" in text:
        raise UnreadableIndex("the file `.git` does not name a folder")
    return top / text.removeprefix("gitdir:").strip()


def _size_of_object_names(folder: Path) -> int:
    """20 bytes, or 32 in a repository whose configuration says SHA-256."""
    common = folder
    with suppress(OSError, ValueError):  # only a worktree has this file
        common = folder / os.fsdecode(read_regular(folder / "commondir", _LARGEST_SMALL_FILE)).strip()
    try:
        configuration = read_regular(common / "config", _LARGEST_SMALL_FILE).lower()
    except (OSError, ValueError):
        return 20
    lines = (b"".join(line.split()) for line in configuration.splitlines())
    return 32 if any(line.startswith(b"objectformat=sha256") for line in lines) else 20


def _content(file: Path) -> bytes | None:
    try:
        return read_regular(file, LARGEST_INDEX)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as problem:
        raise UnreadableIndex(getattr(problem, "strerror", None) or "it cannot be read") from problem


def _entries(content: bytes, name_size: int) -> Generator[bytes, None, int]:
    """The names of the files; returns the offset of the first extension."""
    try:
        magic, version, count = _HEADER.unpack_from(content)
        if magic != b"DIRC" or version not in (2, 3, 4):
            raise UnreadableIndex("its format is unknown")
        at = _HEADER.size
        name = b""
        for _ in range(count):
            start = at
            mode = int.from_bytes(content[at + 24 : at + 28], "big")
            at += 40 + name_size
            flags = int.from_bytes(content[at : at + 2], "big")
            at += 4 if flags & _EXTENDED else 2
            if version == 4:
                dropped, at = _number(content, at)
                name = name[: len(name) - dropped]
            end = content.index(b"\0", at)
            name = name + content[at:end] if version == 4 else content[at:end]
            at = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
            if mode & 0o170000 != _GIT_LINK:
                yield name
    except (struct.error, ValueError, IndexError):
        raise UnreadableIndex("it is damaged") from None
    return at


def _number(content: bytes, at: int) -> tuple[int, int]:
    """A number as git packs offsets, and the place after it."""
    byte = content[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = content[at]
        value = (value + 1 << 7) + (byte & 0x7F)
    return value, at + 1


def _shared_index(content: bytes, at: int, name_size: int) -> str | None:
    """The name of the shared part of a split index."""
    while at + 8 <= len(content) - name_size:
        signature, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "big")
        if signature == b"link":
            name = content[at + 8 : at + 8 + name_size]
            return name.hex() if any(name) else None
        at += 8 + size
    return None
