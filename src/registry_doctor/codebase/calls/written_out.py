"""Recognised calls written out: one found call for each value that the target can have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from registry_doctor.codebase.calls.wandb_calls import RecognisedCall, WandbCalls
from registry_doctor.codebase.evaluation.choices import TOO_MANY, conjunction, one, under
from registry_doctor.codebase.evaluation.limits import MOST_VALUES
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
from registry_doctor.codebase.source.found import (
    FoundCall,
    FoundText,
    KnownText,
    LiteralPart,
    PartialText,
    UnknownPart,
)
from registry_doctor.domain.registry_bound import bound_of

_NAME = (LiteralPart("/name"),)
_Part: TypeAlias = Callable[[Value], "PossibleValues | None"]


def written_out(observed: WandbCalls) -> list[FoundCall]:
    """The calls of a file with their values, in no particular order."""
    runs = tuple(dict.fromkeys(observed.runs))
    return [each for call in observed.calls for each in _written_out(call, runs)]


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
    place = tuple((part.text, isinstance(part, LiteralPart)) for part in (*project.parts, *_NAME))
    if bound_of(place) != "registry":
        return target
    return _value(TextValue((*project.parts, LiteralPart("/"), *target.parts)))


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
