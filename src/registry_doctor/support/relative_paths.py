"""Whether a path that a server gives stays inside the folder it is joined to."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath


def stays_inside(path: str) -> bool:
    """Whether `folder / path` names something inside the folder, on POSIX and on Windows.

    The rule of wandb 0.29 and later (`wandb.sdk.lib.paths.validate_relpath`): a relative path without `..`.
    A NUL character, which no file system takes, is refused too.

    >>> stays_inside("data/part-0.bin"), stays_inside("../x"), stays_inside("/x"), stays_inside("C:x")
    (True, False, False, False)
    """
    posix, windows = PurePosixPath(path), PureWindowsPath(path)
    if "\0" in path or not posix.parts:
        return False
    return not (posix.anchor or windows.anchor or ".." in posix.parts or ".." in windows.parts)
