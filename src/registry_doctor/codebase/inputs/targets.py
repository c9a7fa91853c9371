"""What a preflight diagnoses: target paths with their locations, and what is known of each call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from registry_doctor.codebase.source.found import (
    FoundCall,
    FoundComment,
    FoundText,
    Ignore,
    KnownText,
    LiteralPart,
    Location,
    PartialText,
    UnknownPart,
    Unreadable,
)
from registry_doctor.domain.interpretation import Purpose, resembles_a_registry
from registry_doctor.domain.target_path import REGISTRY_PREFIX
from registry_doctor.facts.call import Call, Method
from registry_doctor.settings import Given


@dataclass(frozen=True)
class Target:
    """A known target path, and its call."""

    location: Location
    call: Call
    given: Given = Given()  # noqa: RUF009 - frozen
    """The entity, project and organization that the source passes to the run or the `Api`."""
    unknown_entity: str | None = None
    """Why the entity of the run is unknown; `None` if it is known, or if none is given."""
    key_variable: str | None = None
    """The environment variable that holds the key; `None` for the key that wandb would use."""
    parts: tuple[LiteralPart, ...] = ()
    """The parts of the path with their literals; empty if the path is not in a source that can be edited."""
    ignores: tuple[Ignore, ...] = ()
    lowest_sdk: str | None = None
    """The lowest version of wandb that the project allows, if it is not the version of the call."""
    sdk_source: str | None = None
    """Where the versions of wandb come from."""
    open: OpenTarget | None = None
    """The path is known only in part: what is listed if the known part is right."""

    @property
    def text(self) -> str:
        """The path as typed; its unknown parts in braces."""
        return self.call.target or ""

    @property
    def for_(self) -> Purpose:
        """The purpose of the path."""
        return self.call.for_


@dataclass(frozen=True)
class OpenTarget:
    """A call whose target path is unknown from the source."""

    location: Location
    for_: Purpose
    template: str
    """The path, its unknown parts in braces: `wandb-registry-{REGISTRY}/{NAME}`."""
    reason: str
    names: tuple[str, ...] = ()
    """The names that `--set NAME=VALUE` could supply."""
    method: Method | None = None

    @property
    def may_be_in_a_registry(self) -> bool:
        """Whether something says so: it is a link, or the text or a name has something of a registry."""
        said = (self.template, self.reason, *self.names)
        return self.for_ == "link" or any(_OF_A_REGISTRY.search(each) for each in said)


_OF_A_REGISTRY = re.compile(r"regist", re.IGNORECASE)


@dataclass(frozen=True)
class OrdinaryUse:
    """A use of an artifact of an ordinary project; it does not concern the registry."""

    location: Location


def target_of(found: FoundCall) -> Target | OpenTarget | OrdinaryUse:
    """The target of a call in code, or why it is unknown."""
    found = replace(found, target=with_unset_parts(found.target))
    if found.purpose != "link" and found.registry_bound == "ordinary":
        return OrdinaryUse(found.location)
    if not isinstance(found.target, KnownText):
        partly = partly_known(found.target) if found.registry_bound == "registry" else None
        open_target = _open(found, found.target)
        if partly is None:
            return open_target
        return _target(found, partly, open=open_target)
    return _target(found, found.target.parts)


def _open(found: FoundCall, target: PartialText) -> OpenTarget:
    unknown = [name for part in target.parts if isinstance(part, UnknownPart) for name in part.names]
    return OpenTarget(
        found.location,
        found.purpose,
        target.template,
        "; ".join(target.reasons),
        tuple(dict.fromkeys(unknown)),
        found.method,
    )


def _target(
    found: FoundCall,
    parts: tuple[LiteralPart, ...],
    *,
    open: OpenTarget | None = None,
) -> Target:
    call = Call(
        "".join(part.text for part in parts),
        found.purpose,
        artifact=_text(found.artifact) if found.purpose == "link" else None,
        type=_text(found.type),
        aliases=tuple(text for alias in found.aliases if (text := _text(alias)) is not None),
        method=found.method,
        in_code=True,
        unknown_parts=tuple(part.text for part in parts if part.unknown),
    )
    given = Given(
        entity=_text(found.entity),
        project=_text(found.project),
        organization=_text(found.organization),
        style="argument",
    )
    return Target(
        found.location,
        call,
        given,
        unknown_entity=_unknown(found.entity) or _unknown(found.artifact),
        parts=parts,
        ignores=found.ignores,
        open=open,
    )


def partly_known(text: PartialText) -> tuple[LiteralPart, ...] | None:
    """The parts of the path, with marks for the unknown ones; `None` if too little of it is known to be judged.

    Known must be the whole project part, or the whole organization before the start of a registry: an unknown part
    beside them could change how wandb splits the path.
    """
    parts = tuple(_marked(part) for part in text.parts)
    marks = [part.text for part in parts if part.unknown]
    written = "".join(part.text for part in parts)
    segments = written.partition(":")[0].split("/")
    if len(segments) < 2:
        return None
    project, before = segments[-2], segments[-3:-2]
    known_project = not any(mark in project for mark in marks)
    known_organization = bool(before and before[0]) and not any(mark in before[0] for mark in marks)
    judged = (known_project and resembles_a_registry(f"/{project}/")) or (
        known_organization and project.startswith(REGISTRY_PREFIX)
    )
    return parts if judged else None


def _marked(part: LiteralPart | UnknownPart) -> LiteralPart:
    if isinstance(part, LiteralPart):
        return part
    return LiteralPart("{…}" if _SEPARATES.search(part.label) else part.text, unknown=True)


_SEPARATES = re.compile(r"[/:{}%\\\s]")


def with_unset_parts(text: FoundText) -> FoundText:
    """The text, in which an empty default that leaves a part of the path empty is unknown: it means "not set"."""
    parts: list[LiteralPart | UnknownPart] = []
    for index, part in enumerate(text.parts):
        if isinstance(part, LiteralPart) and not part.text and part.names:
            before, after = _beside(text.parts, index, -1), _beside(text.parts, index, 1)
            if _BEGINS_A_PART.search(before) and (not after or after[0] in "/:"):
                what = part.default_of or f"`{part.names[0]}`"
                parts.append(UnknownPart(part.names[0], f"{what} has an empty default", part.names))
                continue
        parts.append(part)
    return PartialText(tuple(parts)) if tuple(parts) != text.parts else text


_BEGINS_A_PART = re.compile(r"(?:^|[/:]|wandb-registry-)$")
_SOMETHING = "\0"


def _beside(parts: Sequence[LiteralPart | UnknownPart], index: int, step: int) -> str:
    """The nearest text before or after a part that is not empty."""
    index += step
    while 0 <= index < len(parts):
        part = parts[index]
        if isinstance(part, UnknownPart):
            return _SOMETHING
        if part.text:
            return part.text
        index += step
    return ""


def _text(value: FoundText | None) -> str | None:
    return value.text if isinstance(value, KnownText) else None


def _unknown(value: FoundText | None) -> str | None:
    if value is None or isinstance(value, KnownText):
        return None
    return "; ".join(part.reason for part in value.parts if isinstance(part, UnknownPart))


InSources: TypeAlias = "Target | OpenTarget | OrdinaryUse | FoundComment | Unreadable"
"""Everything that sources can contain."""
