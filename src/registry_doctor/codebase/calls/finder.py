"""Finding the calls to wandb in a code base, file by file, in a fixed order. No server is asked, no code is run."""

from __future__ import annotations

import contextlib
import mmap
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from os.path import normpath
from pathlib import Path
from typing import TypeAlias

from registry_doctor.codebase.calls.callers import callers_first, imported_words, module_word
from registry_doctor.codebase.calls.given_methods import GivenMethods
from registry_doctor.codebase.calls.possible_calls import may_call
from registry_doctor.codebase.calls.wandb_calls import WandbCalls
from registry_doctor.codebase.calls.written_out import written_out
from registry_doctor.codebase.evaluation.callers import CallersElsewhere
from registry_doctor.codebase.evaluation.interpreter import SourceInterpreter
from registry_doctor.codebase.evaluation.limits import TooMuchWork
from registry_doctor.codebase.evaluation.modules import project_of
from registry_doctor.codebase.source.folders import shown, source_files
from registry_doctor.codebase.source.found import (
    FoundCall,
    FoundComment,
    KnownText,
    LiteralPart,
    PartialText,
    Unreadable,
)
from registry_doctor.codebase.source.gitignore import IgnoreRules
from registry_doctor.codebase.source.ignore_comments import MARK
from registry_doctor.codebase.source.parsed_file import Source, read_source

LARGEST_PYTHON = 5_000_000
LARGEST_NOTEBOOK = 200_000_000
"""Larger files, in bytes, are reported and not read, if they mention one of the methods."""

_MENTIONED = re.compile(
    rb"\b(?:link|use)_(?:artifact|model)\b|\bdownload_artifact\b|\.\s*(?:link|artifact|artifacts|artifact_exists|artifact_versions|artifact_collection\w*|registry)\b"
    rb"|wandb-artifact://|['\"](?:link|artifact)['\"]"
)
"""A file without a match contains no such call; most files of a code base have none."""

_TREES_AT_ONCE = 4


_NOTHING: Mapping[str, str] = {}
Found: TypeAlias = "FoundCall | FoundComment | Unreadable"
"""What is found in a file."""


def find_calls(
    paths: Iterable[Path],
    *,
    root: Path,
    supplied: Mapping[str, str] = _NOTHING,
    excluded: IgnoreRules | None = None,
    all_files: bool = False,
) -> Iterator[Found]:
    """The calls to wandb that take a path, in these files and folders, all ignore comments, and what could not be read.

    Relative paths start at `root`, and files are named relative to it. `supplied` gives values that the code does
    not contain, or has only a default for: by the name of a variable, attribute, environment variable or option.
    One file is read at a time, and a bounded number of imported modules is kept. With `all_files`, files that cannot
    contain such a call are interpreted, too; it only takes longer.
    """
    root = root.absolute()
    searched = [Path(normpath(root / path)) for path in paths]
    interpreter = SourceInterpreter(root, {project_of(path, root) for path in searched}, supplied)
    given = None if all_files else GivenMethods(root, interpreter.modules, _MENTIONED)
    files = list(source_files(searched, root, excluded=excluded))
    everything = [each for each in files if isinstance(each, Path)]
    files = [each for each in files if isinstance(each, Unreadable) or _may_have_calls(each)]
    early: dict[Path, list[Found]] = {}
    if files_with_calls := [each for each in files if isinstance(each, Path)]:
        early = _called_elsewhere(interpreter, files_with_calls, everything, root)
    for found in files:
        if isinstance(found, Unreadable):
            yield found
        elif found in early:
            yield from early[found]
        else:
            yield from _in_file(interpreter, given, found, root)


def _may_have_calls(path: Path) -> bool:
    """Whether a file mentions a method of wandb, or cannot be opened, which is then reported."""
    try:
        return _bytes(path) is not None
    except (OSError, _TooLarge):
        return True


def _called_elsewhere(
    interpreter: SourceInterpreter, with_calls: Sequence[Path], files: Sequence[Path], root: Path
) -> dict[Path, list[Found]]:
    """The calls in the files whose functions are called by other files, which are therefore read first."""
    modules = {module_word(path) for path in files}
    imports: dict[Path, frozenset[bytes]] = {}
    for path in files:
        with contextlib.suppress(OSError):
            if path.stat().st_size <= LARGEST_PYTHON:
                imports[path] = imported_words(path.read_bytes()) & modules

    @lru_cache(maxsize=_TREES_AT_ONCE)
    def read(path: Path) -> Source | None:
        try:
            return read_source(path, root, path.read_bytes())[0]
        except OSError:
            return None

    order = callers_first(with_calls, imports, read, interpreter.modules)
    elsewhere = CallersElsewhere(frozenset(order), root)
    found: dict[Path, list[Found]] = {}
    searched = frozenset(with_calls)
    for path, names in order.items():
        if path in searched:
            found[path] = list(_in_file(interpreter, None, path, root, elsewhere, names))
        elif (source := read(path)) is not None:
            with contextlib.suppress(RecursionError, TooMuchWork, MemoryError):
                for group in elsewhere.groups(path) or ({},):
                    interpreter.interpret(source, WandbCalls(), group, elsewhere, only=names)
    return found


def _in_file(
    interpreter: SourceInterpreter,
    given: GivenMethods | None,
    path: Path,
    root: Path,
    elsewhere: CallersElsewhere | None = None,
    names: frozenset[str] = frozenset(),
) -> Iterator[Found]:
    file = shown(path, root)
    try:
        data = _bytes(path)
    except OSError as problem:
        yield Unreadable(file, f"the file cannot be opened: {problem.strerror or problem}")
        return
    except _TooLarge as large:
        yield Unreadable(file, str(large))
        return
    if data is None:
        return
    source, problems = read_source(path, root, data)
    yield from problems
    if source is None:
        return
    yield from source.comments
    if given is not None and not (may_call(source.tree) or given.reach(path, data)):
        return
    yield from _in_source(interpreter, source, elsewhere, names)


def find_calls_in(
    source: Source, root: Path, supplied: Mapping[str, str]
) -> Iterator[FoundCall | Unreadable]:
    """The calls in Python code that stands in another file, such as a shell script."""
    root = root.absolute()
    yield from _in_source(SourceInterpreter(root, {project_of(root, root)}, supplied), source)


def _in_source(
    interpreter: SourceInterpreter,
    source: Source,
    elsewhere: CallersElsewhere | None = None,
    names: frozenset[str] = frozenset(),
) -> Iterator[FoundCall | Unreadable]:
    try:
        found = _found_in(interpreter, source, elsewhere, names)
    except RecursionError:
        yield Unreadable(source.file, "nested too deeply to be read")
        return
    except TooMuchWork:
        yield Unreadable(source.file, "its values take too many steps to work out")
        return
    except MemoryError:
        yield Unreadable(source.file, "it needs too much memory")
        return
    yield from _distinct(sorted(found, key=lambda each: each.location))


def _found_in(
    interpreter: SourceInterpreter, source: Source, elsewhere: CallersElsewhere | None, names: frozenset[str]
) -> list[FoundCall]:
    """The calls with the values that the file itself shows, and with those that other files pass to its functions.

    `names` are those of the functions that others call, directly or not.
    """
    groups = elsewhere.groups(source.path) if elsewhere is not None else ()
    observed = WandbCalls()
    interpreter.interpret(source, observed, elsewhere=None if groups else elsewhere)
    own = written_out(observed)
    passed: list[FoundCall] = []
    for group in groups:
        observed = WandbCalls()
        interpreter.interpret(source, observed, group, elsewhere, only=names)
        passed += written_out(observed)
    return _together(own, passed)


def _together(own: Sequence[FoundCall], passed: Sequence[FoundCall]) -> list[FoundCall]:
    """Both; at one place, what other files pass replaces what the file itself leaves unknown."""
    in_part = {each.location for each in own if _has_text(each)}
    passed = [
        each
        for index, each in enumerate(passed)
        if _has_text(each)
        or (
            each.location not in in_part
            and all(_has_text(other) or other.location != each.location for other in passed[:index])
        )
    ]
    known = {(each.location, each.target.text) for each in passed if isinstance(each.target, KnownText)}
    places = {each.location for each in passed}
    kept = (
        each
        for each in own
        if each.location not in places
        or (isinstance(each.target, KnownText) and (each.location, each.target.text) not in known)
    )
    return [*kept, *passed]


def _has_text(call: FoundCall) -> bool:
    """Whether a part of the target is known."""
    return any(isinstance(part, LiteralPart) and part.text for part in call.target.parts)


def _distinct(calls: Sequence[FoundCall]) -> Iterator[FoundCall]:
    """The calls, without those that differ only in the reason why the same part is unknown."""
    seen: set[tuple[object, ...]] = set()
    for call in calls:
        parts = (
            call.target,
            call.entity,
            call.project,
            call.organization,
            call.type,
            call.artifact,
            *call.aliases,
        )
        key = (call.location, *(part.template if isinstance(part, PartialText) else part for part in parts))
        if key not in seen:
            seen.add(key)
            yield call


class _TooLarge(Exception):
    pass


def _bytes(path: Path) -> bytes | None:
    """The file's bytes; `None` if no method is mentioned in it. Raises OSError, _TooLarge."""
    limit = LARGEST_NOTEBOOK if path.suffix.lower() == ".ipynb" else LARGEST_PYTHON
    with path.open("rb") as file:
        size = path.stat().st_size
        if size <= limit:
            data = file.read()
            return data if _mentions(data) else None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            if _MENTIONED.search(mapped) is None:
                return None
    raise _TooLarge(f"larger than {limit // 1_000_000} MB")


def _mentions(data: bytes) -> bool:
    return mentions_a_call(data) or MARK.encode() in data


def mentions_a_call(data: bytes) -> bool:
    """Whether the text may contain one of the calls."""
    return (b"wandb" in data or b"rtifact" in data) and _MENTIONED.search(data) is not None
