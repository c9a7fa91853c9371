"""Finding the calls to wandb in a code base: file by file, in a fixed order. Pure; no server, nothing executed."""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from registry_doctor.codebase.calls.wandb_calls import RecognisedCall, WandbCalls
from registry_doctor.codebase.evaluation.choices import MOST, TOO_MANY, on, one, together
from registry_doctor.codebase.evaluation.interpreter import SourceInterpreter
from registry_doctor.codebase.evaluation.strings import text_of
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
from registry_doctor.codebase.source.parsed_file import read_source

LARGEST_PYTHON = 5_000_000
LARGEST_NOTEBOOK = 200_000_000
"""Larger files, in bytes, are reported instead of read if they mention one of the methods."""

_MENTIONED = re.compile(
    rb"\b(?:link|use)_(?:artifact|model)\b|\.\s*(?:link|artifact|artifacts|artifact_exists|artifact_versions|artifact_collection\w*)\b"
    rb"|['\"](?:link|artifact)['\"]"
)
"""A file without a match contains no such call; most files of a code base have none."""

_NOTHING: Mapping[str, str] = {}
_Part: TypeAlias = Callable[[Value], "PossibleValues | None"]


def find_calls(
    paths: Iterable[Path], *, root: Path, supplied: Mapping[str, str] = _NOTHING
) -> Iterator[FoundCall | Unreadable]:
    """The calls to wandb that take a path, in these files and folders, and what could not be read.

    Relative paths are taken from `root`, and files are named relative to it. `supplied` gives values for what the
    code does not tell, or gives only a default for: by the name of a variable, attribute, environment variable or
    option. One file is read at a time, and imported modules are kept in a bounded number.
    """
    root = root.absolute()
    interpreter = SourceInterpreter(root, supplied)
    for found in source_files(paths, root):
        if isinstance(found, Unreadable):
            yield found
        else:
            yield from _in_file(interpreter, found, root)


def _in_file(interpreter: SourceInterpreter, path: Path, root: Path) -> Iterator[FoundCall | Unreadable]:
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
        observed = WandbCalls()
        interpreter.interpret(source, observed)
        found = [each for call in observed.calls for each in _written_out(call, observed.runs)]
    except RecursionError:
        yield Unreadable(file, "nested too deeply to be read")
        return
    yield from _distinct(sorted(found, key=lambda each: each.location))


def _distinct(calls: Sequence[FoundCall]) -> Iterator[FoundCall]:
    """The calls without those that differ from another only in why the same part is not known."""
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
    return _MENTIONED.search(data) is not None and (b"wandb" in data or b"rtifact" in data)


def _written_out(call: RecognisedCall, runs: Sequence[Run]) -> list[FoundCall]:
    """The call once for each value that its target can have."""
    target = _targets(call)
    if target is None:
        return []
    known = _surroundings(call, runs)
    found: list[FoundCall] = []
    for option in target:
        text = text_of(option.value, call.target_label)
        rows: list[tuple[dict[str, FoundText | None], PathCondition]] = [({}, option.condition)]
        for name, possible in known.items():
            rows = [
                (row | {name: value}, choices)
                for row, way in rows
                for value, choices in _values(possible, way, name)
            ]
            if len(rows) > MOST:
                rows = [({**dict.fromkeys(known), name: _open(name, TOO_MANY)}, option.condition)]
        location = call.location
        found += [
            FoundCall(
                location, call.signature.method, call.signature.purpose, _value(text),
                entity=row.get("entity"), project=row.get("project"), organization=row.get("organization"),
                type=row.get("type"), artifact=row.get("artifact"), aliases=_aliases(call, choices), ignores=call.ignores,
            )
            for row, choices in rows
        ]  # fmt: skip
    if len(found) > MOST:
        return [replace(found[0], target=_open(call.target_label, TOO_MANY))]
    return found


def _targets(call: RecognisedCall) -> PossibleValues | None:
    """What the target can be; `None` if it is an artifact that no path was fetched by, which is no use of a path."""
    options: list[PossibleValue] = []
    drafts = False
    for option in call.target:
        thing = option.value
        if isinstance(thing, Artifact):
            drafts = drafts or thing.path is None
            options += on(thing.path or (), [option.condition])
        else:
            options.append(option)
    options = [option for option in options if not isinstance(option.value, Artifact)]
    given = [option for option in options if option.value != Constant(None)]
    if not options and drafts:
        return None
    return tuple(given or options) or one(Unknown(call.target_label, "it is an artifact without a path"))


def _surroundings(call: RecognisedCall, runs: Sequence[Run]) -> dict[str, PossibleValues]:
    """Entity, project, organization, type and artifact, each with all it can be."""
    known: dict[str, PossibleValues] = {}
    if call.artifact is not None or call.signature.of == "artifact":
        artifacts = call.artifact if call.artifact is not None else call.receivers
        known["type"] = _each(artifacts, lambda thing: thing.type if isinstance(thing, Artifact) else None)
        known["artifact"] = _each(
            artifacts, lambda thing: thing.path if isinstance(thing, Artifact) else None
        )
    if call.signature.method == "run.link_model":
        known["type"] = one(TextValue((LiteralPart("model"),)))
    elif call.signature.purpose == "use":
        known["type"] = call.type or one(Constant(None))
    owners = call.receivers
    if call.signature.of == "artifact" and any(not _unset(option) for option in known["artifact"]):
        return known  # whose entity it is stands in the path by which it was fetched
    if call.signature.of != "api" and not any(
        isinstance(each.value, Run) and not each.value.current for each in owners
    ):
        only = one(runs[0]) if len(set(runs)) == 1 and call.signature.of == "run" else ()
        owners = call.current_run or only
    known["entity"] = _each(owners, lambda thing: thing.entity if isinstance(thing, (Run, Api)) else None)
    known["project"] = _each(owners, lambda thing: thing.project if isinstance(thing, (Run, Api)) else None)
    known["organization"] = _each(
        owners, lambda thing: thing.organization if isinstance(thing, Api) else None
    )
    return known


def _each(owners: PossibleValues, part: _Part) -> PossibleValues:
    options: list[PossibleValue] = []
    for option in owners:
        for each in part(option.value) or one(Constant(None)):
            met = together(option.condition, each.condition)
            if met is not None:
                options.append(PossibleValue(each.value, met))
    return tuple(dict.fromkeys(options)) or one(Constant(None))


def _values(
    possible: PossibleValues, way: PathCondition, name: str
) -> list[tuple[FoundText | None, PathCondition]]:
    """The values that go with a way; the same value on several ways is one."""
    found: dict[FoundText | None, PathCondition] = {}
    for option in possible:
        met = together(option.condition, way)
        if met is None:
            continue
        value = None if _unset(option) else _value(text_of(option.value, name))
        found[value] = way if value in found else met
    return list(found.items()) or [(None, way)]


def _unset(option: PossibleValue) -> bool:
    """Whether nothing is given: wandb then takes its own settings."""
    thing = option.value
    return thing == Constant(None) or isinstance(thing, Artifact)


def _aliases(call: RecognisedCall, way: PathCondition) -> tuple[FoundText, ...]:
    values: list[FoundText] = []
    for option in on(call.aliases or (), [way])[:1]:
        if isinstance(option.value, ListValue):
            values += [
                value
                for each in option.value.values
                for value, _ in _values(each, way, "aliases")
                if value is not None
            ]
            if not option.value.complete:
                values.append(_open("aliases", "more aliases may be added when the program runs"))
        elif not _unset(option):
            values.append(_value(text_of(option.value, "aliases")))
    return tuple(values)


def _value(text: TextValue) -> FoundText:
    known = tuple(part for part in text.parts if isinstance(part, LiteralPart))
    return KnownText(known) if len(known) == len(text.parts) else PartialText(text.parts)


def _open(label: str, reason: str) -> PartialText:
    return PartialText((UnknownPart(label, reason, (label,) if label.isidentifier() else ()),))
