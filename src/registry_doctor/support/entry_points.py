"""The entry points of one group, without parsing the entry points of every installed distribution.

`importlib.metadata.entry_points` opens and parses the files of all of them, which took a tenth of a cold start. This
module parses a file only if it contains the group's name. If an import path is not a folder, Python does it all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.metadata import Distribution, EntryPoint, entry_points
from io import FileIO
from pathlib import Path

_SUFFIXES = (".dist-info", ".egg-info")


def entry_points_of(group: str) -> list[EntryPoint]:
    """The entry points of this group, as `importlib.metadata.entry_points(group=…)` finds them."""
    if not _only_folders():
        return list(entry_points(group=group))
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for folder, metadata in _metadata_folders():
        name = metadata.rpartition(".")[0].partition("-")[0].lower().replace(".", "_")
        if name in seen:  # the first on the import path hides the others
            continue
        seen.add(name)
        try:
            with FileIO(f"{folder}/{metadata}/entry_points.txt") as file:
                offers = group.encode() in file.readall()
        except OSError:
            continue
        if offers:
            found += Distribution.at(Path(folder, metadata)).entry_points.select(group=group)
    return found


def _only_folders() -> bool:
    """Whether everything that can be imported is in folders, where Python's own finder finds it."""
    others = (finder for finder in sys.meta_path if finder is not PathFinder)
    return not any(hasattr(finder, "find_distributions") for finder in others) and not any(
        Path(entry).is_file() for entry in sys.path if isinstance(entry, str)
    )


def _metadata_folders() -> Iterator[tuple[str, str]]:
    """Folders of the import path, with the name of each metadata folder in them, as strings because there are many."""
    for entry in dict.fromkeys(sys.path):
        try:
            with os.scandir(entry or ".") as listing:
                names = sorted(each.name for each in listing if each.name.lower().endswith(_SUFFIXES))
        except (OSError, ValueError, TypeError):
            continue
        yield from ((entry or ".", name) for name in names)
