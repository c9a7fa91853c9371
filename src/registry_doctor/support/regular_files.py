"""Read a file that somebody else may have put there: only an ordinary file, and only up to a size."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read_regular(path: Path, most: int, *, follow: bool = True) -> bytes:
    """The bytes of an ordinary file of at most `most` bytes.

    A pipe or a device is never opened for long, so nothing can hang. `follow=False` refuses a symbolic link. Raises
    OSError, whose `strerror` says in words what is wrong, and ValueError if the path cannot be the name of a file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    if not stat.S_ISREG((path.stat() if follow else path.lstat()).st_mode):
        raise _not_ordinary(path)
    with os.fdopen(os.open(path, flags), "rb") as file:  # the name may mean another file by now
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _not_ordinary(path)
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {shown_size(most)}", str(path))
    return content


def shown_size(size: int) -> str:
    """A limit in words: `1 MB`, `100 kB`."""
    return f"{size // 1_000_000} MB" if size >= 1_000_000 else f"{size // 1000} kB"


def _not_ordinary(path: Path) -> OSError:
    if path.is_symlink():
        return OSError(errno.ELOOP, "it is a link", str(path))
    if path.is_dir():
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return OSError(errno.EINVAL, "it is a pipe or a device, not an ordinary file", str(path))
