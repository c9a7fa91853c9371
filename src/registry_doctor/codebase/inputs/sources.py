"""All sources of a preflight: code, configuration, manifests, logs and standard input, one after another."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.inputs.commands.command_files import SUFFIXES, CommandFiles, is_script
from registry_doctor.codebase.inputs.commands.command_texts import SCRIPT_BEGINNINGS
from registry_doctor.codebase.inputs.commands.takers import Takers
from registry_doctor.codebase.inputs.configuration_files import (
    CONFIGURATION_SUFFIXES,
    configuration_files,
    targets_in_configuration,
)
from registry_doctor.codebase.inputs.targets import InSources, target_of
from registry_doctor.codebase.source.found import FoundCall, PartialText
from registry_doctor.codebase.source.gitignore import IgnoreRules
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.support.wording import quoted_name

_NOTHING: Mapping[str, str] = {}


class NoSuchPath(ValueError):
    """A named file or folder does not exist; the message has its name and its kind."""


def collect(
    paths: Iterable[Path] = (),
    *,
    root: Path,
    supplied: Mapping[str, str] = _NOTHING,
    manifests: Iterable[Path] = (),
    logs: Iterable[Path] = (),
    stdin: BinaryIO | None = None,
    for_: Purpose = "link",
    excluded: IgnoreRules | None = None,
) -> Iterator[InSources]:
    """What is found, file by file, in a fixed order; only the results of one file are in memory at a time.

    Relative paths start at `root`, and files are named relative to it. A manifest in one of the folders is read as
    such; `manifests` may have any name. `for_` is the purpose of the paths on standard input. `excluded` says what is
    passed over in the folders.

    Raises NoSuchPath at once if a named file or folder does not exist.
    """
    root = root.absolute()
    searched = [_absolute(path, root) for path in paths]
    listed = [_absolute(path, root) for path in manifests]
    log_files = [_absolute(path, root) for path in logs]
    for path in searched:
        if not _is_there(path):
            raise NoSuchPath(f"there is no file or folder {quoted_name(_as_named(path, root))}")
    for what, files in (("manifest", listed), ("log", log_files)):
        for path in files:
            if not _is_there(path) or not path.is_file():
                raise NoSuchPath(f"there is no {what} {quoted_name(_as_named(path, root))}")
    return _collected(searched, root, supplied, listed, log_files, stdin, for_, excluded)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # not a valid file name, or a folder without access
        return False


def _collected(
    paths: list[Path],
    root: Path,
    supplied: Mapping[str, str],
    manifests: list[Path],
    logs: list[Path],
    stdin: BinaryIO | None,
    for_: Purpose,
    excluded: IgnoreRules | None,
) -> Iterator[InSources]:
    takers = Takers(root)
    waiting: list[FoundCall] = []
    for found in find_calls(code_paths(paths), root=root, supplied=supplied, excluded=excluded):
        if not isinstance(found, FoundCall):
            yield found
        elif takers.add(found) and isinstance(found.target, PartialText):
            waiting.append(found)  # a command line may give what is missing
        else:
            yield target_of(found)
    others = [path for path in paths if path.is_dir() or not _is_code(path)]
    read = set(manifests)
    reader = CommandFiles(root, supplied, takers)
    suffixes = (*CONFIGURATION_SUFFIXES, *SUFFIXES)
    for file in configuration_files(others, root, suffixes, SCRIPT_BEGINNINGS, excluded):
        if file.path in read:
            continue
        if file.is_manifest:
            manifests = [*manifests, file.path]
        elif file.path.suffix.lower() in CONFIGURATION_SUFFIXES:
            yield from targets_in_configuration(
                file, root, supplied, in_commands=reader.in_document, mentioned=takers.environment
            )
        else:
            yield from reader.targets(file.path)
    yield from (target_of(call) for call in waiting if id(call) not in takers.satisfied)
    for path in dict.fromkeys(manifests):
        # Imported here: most code bases have no manifest, and it needs PyYAML.
        from registry_doctor.codebase.inputs.manifest import read_manifest_file

        yield from read_manifest_file(path, root)
    for path in dict.fromkeys(logs):
        from registry_doctor.codebase.inputs.logs import read_log

        yield from read_log(path, root)
    if stdin is not None:
        from registry_doctor.codebase.inputs.standard_input import read_standard_input

        yield from read_standard_input(stdin, for_)


def code_paths(paths: Iterable[Path]) -> list[Path]:
    """The folders among the named paths, and the files that are read as Python or as notebooks."""
    return [path for path in paths if path.is_dir() or _is_code(path)]


def _is_code(path: Path) -> bool:
    """Whether a named file is read as Python or as a notebook: every file that is nothing else."""
    return path.suffix.lower() not in CONFIGURATION_SUFFIXES and not is_script(path.name)


def _absolute(path: Path, root: Path) -> Path:
    return Path(os.path.normpath(root / path))


def _as_named(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
