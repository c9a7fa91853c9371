"""Files that mention the registry and are of a kind that is not read: they explain why nothing was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from registry_doctor.codebase.inputs.commands.command_files import is_script
from registry_doctor.codebase.inputs.configuration_files import CONFIGURATION_SUFFIXES
from registry_doctor.codebase.source.folders import PYTHON_SUFFIXES, shown, source_files
from registry_doctor.codebase.source.gitignore import IgnoreRules
from registry_doctor.support.regular_files import read_regular
from registry_doctor.support.wording import listed

MOST_FILES = 5_000
"""How many files are looked into."""
LARGEST_FILE = 500_000
"""Larger files, in bytes, are not looked into."""
_SHOWN = 3
_MENTIONS = (b"wandb-registry-", b"link_artifact")


def mentioned_elsewhere(paths: Iterable[Path], root: Path, excluded: IgnoreRules | None = None) -> str | None:
    """A note that names the files of other kinds that mention the registry; `None` if there is none."""
    found = list(_files(paths, root, excluded))
    if not found:
        return None
    count = (
        "1 file of another kind mentions" if len(found) == 1 else f"{len(found)} files of other kinds mention"
    )
    names = listed(found, shown=_SHOWN)
    return f"not read: {count} `wandb-registry-` or `link_artifact`: {names}"


def _files(paths: Iterable[Path], root: Path, excluded: IgnoreRules | None) -> Iterator[str]:
    every = (each for each in source_files(paths, root, ("",), excluded=excluded) if isinstance(each, Path))
    for path in islice((each for each in every if not _is_read(each.name)), MOST_FILES):
        try:
            data = read_regular(path, LARGEST_FILE)
        except (OSError, ValueError):
            continue
        if b"\0" not in data and any(mention in data for mention in _MENTIONS):
            yield shown(path, root)


def _is_read(name: str) -> bool:
    return name.lower().endswith((*PYTHON_SUFFIXES, *CONFIGURATION_SUFFIXES)) or is_script(name)
