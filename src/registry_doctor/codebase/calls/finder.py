"""Finding the calls to wandb in a code base, file by file, in a fixed order. No server is asked, no code is run."""

from __future__ import annotations

import contextlib
import mmap
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from registry_doctor.codebase.calls.callers import callers_first, imported_words, module_name
from registry_doctor.codebase.calls.wandb_calls import RecognisedCall, WandbCalls
from registry_doctor.codebase.evaluation.callers import CallersElsewhere
from registry_doctor.codebase.evaluation.choices import TOO_MANY, conjunction, one, under
from registry_doctor.codebase.evaluation.interpreter import SourceInterpreter
from registry_doctor.codebase.evaluation.limits import MOST_VALUES, TooMuchWork
from registry_doctor.codebase.evaluation.strings import as_text
from registry_doctor.codebase.evaluation.values import (
    Api,
    Artifact,
    Constant,
    ListValue,
    PathCondition,
    PossibleValue,
    PossibleValues,
    Run,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.folders import shown, source_files
from registry_doctor.codebase.source.found import (
    FoundCall,
    FoundText,
    KnownText,
    LiteralPart,
    PartialText,
    UnknownPart,
    Unreadable,
)
from registry_doctor.codebase.source.parsed_file import Source, read_source
from registry_doctor.domain.registry_bound import bound_of

LARGEST_PYTHON = 5_000_000
LARGEST_NOTEBOOK = 200_000_000
"""Larger files, in bytes, are reported and not read, if they mention one of the methods."""

_MENTIONED = re.compile(
    rb"\b(?:link|use)_(?:artifact|model)\b|\bdownload_artifact\b|\.\s*(?:link|artifact|artifacts|artifact_exists|artifact_versions|artifact_collection\w*|registry)\b"
    rb"|wandb-artifact://|['\"](?:link|artifact)['\"]"
)
"""A file without a match contains no such call; most files of a code base have none."""

_TREES_AT_ONCE = 4

_NAME = (LiteralPart("/name"),)

_NOTHING: Mapping[str, str] = {}
_Part: TypeAlias = Callable[[Value], "PossibleValues | None"]


def find_calls(
    paths: Iterable[Path], *, root: Path, supplied: Mapping[str, str] = _NOTHING
) -> Iterator[FoundCall | Unreadable]:
    """The calls to wandb that take a path, in these files and folders, and what could not be read.

    Relative paths start at `root`, and files are named relative to it. `supplied` gives values that the code does
    not contain, or has only a default for: by the name of a variable, attribute, environment variable or option.
    One file is read at a time, and a bounded number of imported modules is kept.
    """
    root = root.absolute()
    interpreter = SourceInterpreter(root, supplied)
    files = list(source_files(paths, root))
    everything = [each for each in files if isinstance(each, Path)]
    files = [each for each in files if isinstance(each, Unreadable) or _may_have_calls(each)]
    early: dict[Path, list[FoundCall | Unreadable]] = {}
    if files_with_calls := [each for each in files if isinstance(each, Path)]:
        early = _called_elsewhere(interpreter, files_with_calls, everything, root)
    for found in files:
        if isinstance(found, Unreadable):
            yield found
        elif found in early:
            yield from early[found]
        else:
            yield from _in_file(interpreter, found, root)


def _may_have_calls(path: Path) -> bool:
    """Whether a file mentions a method of wandb, or cannot be opened, which is then reported."""
    try:
        return _bytes(path) is not None
    except (OSError, _TooLarge):
        return True


def _called_elsewhere(
    interpreter: SourceInterpreter, with_calls: Sequence[Path], files: Sequence[Path], root: Path
) -> dict[Path, list[FoundCall | Unreadable]]:
    """The calls in the files whose functions are called by other files, which are therefore read first."""
    modules = {module_name(path).encode() for path in files}
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
    found: dict[Path, list[FoundCall | Unreadable]] = {}
    searched = frozenset(with_calls)
    for path, names in order.items():
        if path in searched:
            found[path] = list(_in_file(interpreter, path, root, elsewhere, names))
        elif (source := read(path)) is not None:
            with contextlib.suppress(RecursionError, TooMuchWork, MemoryError):
                for group in elsewhere.groups(path) or ({},):
                    interpreter.interpret(source, WandbCalls(), group, elsewhere, only=names)
    return found


def _in_file(
    interpreter: SourceInterpreter,
    path: Path,
    root: Path,
    elsewhere: CallersElsewhere | None = None,
    names: frozenset[str] = frozenset(),
) -> Iterator[FoundCall | Unreadable]:
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
    try:
        found = _found_in(interpreter, source, elsewhere, names)
    except RecursionError:
        yield Unreadable(file, "nested too deeply to be read")
        return
    except TooMuchWork:
        yield Unreadable(file, "its values take too many steps to work out")
        return
    except MemoryError:
        yield Unreadable(file, "it needs too much memory")
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
    own = _all_written_out(observed)
    passed: list[FoundCall] = []
    for group in groups:
        observed = WandbCalls()
        interpreter.interpret(source, observed, group, elsewhere, only=names)
        passed += _all_written_out(observed)
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


def _all_written_out(observed: WandbCalls) -> list[FoundCall]:
    runs = tuple(dict.fromkeys(observed.runs))
    return [each for call in observed.calls for each in _written_out(call, runs)]


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
    return (b"wandb" in data or b"rtifact" in data) and _MENTIONED.search(data) is not None


def _written_out(call: RecognisedCall, runs: Sequence[Run]) -> list[FoundCall]:
    """The call, once for each value that its target can have."""
    target = _targets(call)
    if target is None:
        return []
    known = _context(call, runs)
    found: list[FoundCall] = []
    for choice in target:
        text = as_text(choice.value, call.target_label)
        rows: list[tuple[dict[str, FoundText | None], PathCondition]] = [({}, choice.condition)]
        for name, choices in known.items():
            rows = [
                (row | {name: value}, condition)
                for row, condition in rows
                for value, condition in _values(choices, condition, name)
            ]
            if len(rows) > MOST_VALUES:
                rows = [({**dict.fromkeys(known), name: _unknown(name, TOO_MANY)}, choice.condition)]
        location = call.location
        found += [
            FoundCall(
                location, call.signature.method, call.signature.purpose, _in_project(call, _value(text), row.get("project")),
                entity=row.get("entity"), project=row.get("project"), organization=row.get("organization"),
                type=row.get("type"), artifact=row.get("artifact"), aliases=_aliases(call, condition), ignores=call.ignores,
            )
            for row, condition in rows
        ]  # fmt: skip
    if len(found) > MOST_VALUES:
        return [replace(found[0], target=_unknown(call.target_label, TOO_MANY))]
    return found


def _in_project(call: RecognisedCall, target: FoundText, project: FoundText | None) -> FoundText:
    """The target; a bare name that `overrides=` of a `wandb.Api` places in a registry, with its project."""
    if call.signature.of != "api" or project is None or any("/" in part.text for part in target.parts):
        return target
    whole = (*project.parts, LiteralPart("/"), *target.parts)
    if (
        bound_of(tuple((part.text, isinstance(part, LiteralPart)) for part in project.parts + _NAME))
        != "registry"
    ):
        return target
    return _value(TextValue(whole))


def _targets(call: RecognisedCall) -> PossibleValues | None:
    """The values of the target; `None` if it is an artifact that was not fetched by a path."""
    choices: list[PossibleValue] = []
    drafts = False
    for choice in call.target:
        value = choice.value
        if isinstance(value, Artifact):
            drafts = drafts or value.path is None
            choices += under(value.path or (), [choice.condition])
        else:
            choices.append(choice)
    choices = [choice for choice in choices if not isinstance(choice.value, Artifact)]
    given = [choice for choice in choices if choice.value != Constant(None)]
    if not choices and drafts:
        return None
    return tuple(given or choices) or one(Unknown(call.target_label, "it is an artifact without a path"))


def _context(call: RecognisedCall, runs: Sequence[Run]) -> dict[str, PossibleValues]:
    """Entity, project, organization, type and artifact, each with all its values."""
    known: dict[str, PossibleValues] = {}
    if call.artifact is not None or call.signature.of == "artifact":
        artifacts = call.artifact if call.artifact is not None else call.receivers
        known["type"] = _each(artifacts, lambda value: value.type if isinstance(value, Artifact) else None)
        known["artifact"] = _each(
            artifacts, lambda value: value.path if isinstance(value, Artifact) else None
        )
    if call.signature.method == "run.link_model":
        known["type"] = one(TextValue((LiteralPart("model"),)))
    elif call.signature.purpose == "use":
        known["type"] = call.type or one(Constant(None))
    owners = call.receivers
    if call.signature.of == "artifact" and any(not _unset(choice) for choice in known["artifact"]):
        return known  # the path that the artifact was fetched by names its entity
    if call.signature.of != "api" and not any(
        isinstance(each.value, Run) and not each.value.current for each in owners
    ):
        same = len({(each.entity, each.project) for each in runs}) == 1
        only = one(runs[0]) if same and call.signature.of == "run" else ()
        owners = call.current_run or only
    known["entity"] = _each(owners, lambda value: value.entity if isinstance(value, (Run, Api)) else None)
    known["project"] = _each(owners, lambda value: value.project if isinstance(value, (Run, Api)) else None)
    known["organization"] = _each(
        owners, lambda value: value.organization if isinstance(value, Api) else None
    )
    return known


def _each(owners: PossibleValues, part: _Part) -> PossibleValues:
    choices: list[PossibleValue] = []
    for choice in owners:
        for each in part(choice.value) or one(Constant(None)):
            met = conjunction(choice.condition, each.condition)
            if met is not None:
                choices.append(PossibleValue(each.value, met))
    return tuple(dict.fromkeys(choices)) or one(Constant(None))


def _values(
    choices: PossibleValues, condition: PathCondition, name: str
) -> list[tuple[FoundText | None, PathCondition]]:
    """The values that are possible under a condition; equal values are one."""
    found: dict[FoundText | None, PathCondition] = {}
    for choice in choices:
        met = conjunction(choice.condition, condition)
        if met is None:
            continue
        value = None if _unset(choice) else _value(as_text(choice.value, name))
        found[value] = condition if value in found else met
    return list(found.items()) or [(None, condition)]


def _unset(choice: PossibleValue) -> bool:
    """Whether no value is given: wandb then uses its own settings."""
    value = choice.value
    return value == Constant(None) or isinstance(value, Artifact)


def _aliases(call: RecognisedCall, condition: PathCondition) -> tuple[FoundText, ...]:
    values: list[FoundText] = []
    for choice in under(call.aliases or (), [condition])[:1]:
        if isinstance(choice.value, ListValue):
            values += [
                value
                for each in choice.value.values
                for value, _ in _values(each, condition, "aliases")
                if value is not None
            ]
            if not choice.value.complete:
                values.append(_unknown("aliases", "more aliases may be added when the program runs"))
        elif not _unset(choice):
            values.append(_value(as_text(choice.value, "aliases")))
    return tuple(values)


def _value(text: TextValue) -> FoundText:
    known = tuple(part for part in text.parts if isinstance(part, LiteralPart))
    return KnownText(known) if len(known) == len(text.parts) else PartialText(text.parts)


def _unknown(label: str, reason: str) -> PartialText:
    return PartialText((UnknownPart(label, reason, (label,) if label.isidentifier() else ()),))
