"""Write a file completely or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Replace a file with what `write` writes. Other programs see the old file or the new one, never a part.

    The file keeps its mode. A link is followed. A device or a pipe is written to directly. Raises OSError.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            write(stream)
        return
    draft = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        with draft.open("wb") as stream:
            write(stream)
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def rewrite(path: Path, data: bytes) -> None:
    """Give an existing file another content; its owner, mode, extended attributes and hard links stay as they are.

    The new file takes the place of the old one in one step where it can have all of these. Otherwise the old file is
    written in place; if that fails, it gets its old content back. Raises OSError.
    """
    before = path.stat()
    if before.st_nlink > 1 or not hasattr(os, "listxattr"):
        _write_in_place(path, data)
        return
    draft = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        try:
            draft.write_bytes(data)
            _take_over(path, draft, before)
        except OSError:  # no right to make a file here, or to give it this owner or attribute
            _write_in_place(path, data)
            return
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _take_over(path: Path, draft: Path, before: os.stat_result) -> None:
    """Give the draft owner, attributes and mode of the file. Raises OSError if one cannot be given."""
    now = draft.stat()
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        os.chown(draft, before.st_uid, before.st_gid)
    names = os.listxattr(path)
    for name in set(os.listxattr(draft)) - set(names):
        os.removexattr(draft, name)
    for name in names:
        value = os.getxattr(path, name)
        if name not in os.listxattr(draft) or os.getxattr(draft, name) != value:
            os.setxattr(draft, name, value)
    shutil.copymode(path, draft)


def _write_in_place(path: Path, data: bytes) -> None:
    old = path.read_bytes()
    with path.open("r+b") as file:
        try:
            _put(file, data)
        except OSError:
            with suppress(OSError):  # the first problem is the one to report
                _put(file, old)
            raise


def _put(file: BinaryIO, data: bytes) -> None:
    file.seek(0)
    file.write(data)
    file.truncate()
    file.flush()
