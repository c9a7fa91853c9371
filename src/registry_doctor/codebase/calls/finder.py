"""Finding the calls to wandb in a code base, file by file, in a fixed order. No server is asked, no code is run."""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from os.path import normpath
from pathlib import Path
from typing import TypeAlias

from registry_doctor.codebase.calls.given_methods import GivenMethods
from registry_doctor.codebase.calls.possible_calls import may_call
from registry_doctor.codebase.calls.wandb_calls import RecognisedCall, WandbCalls
from registry_doctor.codebase.evaluation.choices import TOO_MANY, conjunction, one, under
from registry_doctor.codebase.evaluation.interpreter import SourceInterpreter
from registry_doctor.codebase.evaluation.limits import MOST_VALUES, TooMuchWork
from registry_doctor.codebase.evaluation.modules import project_of
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
    FoundComment,
    FoundText,
    KnownText,
    LiteralPart,
    PartialText,
    UnknownPart,
    Unreadable,
)
from registry_doctor.codebase.source.gitignore import IgnoreRules
from registry_doctor.codebase.source.ignore_comments import MARK
from registry_doctor.codebase.source.parsed_file import Source, read_source

LARGEST_PYTHON = 5_000_000
LARGEST_NOTEBOOK = 200_000_000
"""Larger files, in bytes, are reported and not read, if they mention one of the methods."""

_MENTIONED = re.compile(
    rb"\b(?:link|use)_(?:artifact|model)\b|\.\s*(?:link|artifact|artifacts|artifact_exists|artifact_versions|artifact_collection\w*)\b"
    rb"|['\"](?:link|artifact)['\"]"
)
"""A file without a match contains no such call; most files of a code base have none."""

_NOTHING: Mapping[str, str] = {}
_Part: TypeAlias = Callable[[Value], "PossibleValues | None"]


def find_calls(
    paths: Iterable[Path],
    *,
    root: Path,
    supplied: Mapping[str, str] = _NOTHING,
    excluded: IgnoreRules | None = None,
    all_files: bool = False,
) -> Iterator[FoundCall | FoundComment | Unreadable]:
    """The calls to wandb that take a path, in these files and folders, all ignore comments, and what could not be read.

    Relative paths start at `root`, and files are named relative to it. `supplied` gives values that the code does
    not contain, or has only a default for: by the name of a variable, attribute, environment variable or option.
    One file is read at a time, and a bounded number of imported modules is kept. With `all_files`, files that cannot
    contain such a call are interpreted, too; it only takes longer.
    """
    root = root.absolute()
    searched = [Path(normpath(root / path)) for path in paths]
    interpreter = SourceInterpreter(root, {project_of(path) for path in searched}, supplied)
    given = None if all_files else GivenMethods(root, interpreter.modules, _MENTIONED)
    for found in source_files(searched, root, excluded=excluded):
        if isinstance(found, Unreadable):
            yield found
        else:
            yield from _in_file(interpreter, given, found, root)


def _in_file(
    interpreter: SourceInterpreter, given: GivenMethods | None, path: Path, root: Path
) -> Iterator[FoundCall | FoundComment | Unreadable]:
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
    yield from _in_source(interpreter, source)


def find_calls_in(
    source: Source, root: Path, supplied: Mapping[str, str]
) -> Iterator[FoundCall | Unreadable]:
    """The calls in Python code that stands in another file, such as a shell script."""
    root = root.absolute()
    yield from _in_source(SourceInterpreter(root, {project_of(root)}, supplied), source)


def _in_source(interpreter: SourceInterpreter, source: Source) -> Iterator[FoundCall | Unreadable]:
    try:
        observed = WandbCalls()
        interpreter.interpret(source, observed)
        runs = tuple(dict.fromkeys(observed.runs))
        found = [each for call in observed.calls for each in _written_out(call, runs)]
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
    return _MENTIONED.search(data) is not None and (b"wandb" in data or b"rtifact" in data)


def _written_out(call: RecognisedCall, runs: Sequence[Run]) -> list[FoundCall]:
    """The call, once for each value that its target can have."""
    target = _targets(call)
    if target is None:
        return []
    known = _context(call, runs)
    found: list[FoundCall] = []
    for choice in target:
        text = _not_set(as_text(choice.value, call.target_label), call.target_label)
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
                location, call.signature.method, call.signature.purpose, _value(text),
                entity=row.get("entity"), project=row.get("project"), organization=row.get("organization"),
                type=row.get("type"), artifact=row.get("artifact"), aliases=_aliases(call, condition), ignores=call.ignores,
            )
            for row, condition in rows
        ]  # fmt: skip
    if len(found) > MOST_VALUES:
        return [replace(found[0], target=_unknown(call.target_label, TOO_MANY))]
    return found


def _not_set(text: TextValue, label: str) -> TextValue:
    """An empty path that stands in a variable or a field is a value that is not set yet."""
    name = label.rpartition(".")[2]
    if text.known != "" or not name.isidentifier() or any(part.names for part in text.parts):
        return text
    return TextValue((LiteralPart("", names=(name,), default_of=f"`{name}`"),))


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
    elif call.signature.purpose != "link":
        known["type"] = call.type or one(Constant(None))
    owners = call.receivers
    if call.signature.of == "artifact" and any(not _unset(choice) for choice in known["artifact"]):
        return known  # the path that the artifact was fetched by names its entity
    if call.signature.of != "api" and not any(
        isinstance(each.value, Run) and not each.value.current for each in owners
    ):
        only = one(runs[0]) if len(runs) == 1 and call.signature.of == "run" else ()
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
