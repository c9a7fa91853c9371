"""What a preflight diagnoses: target paths with their locations, and what is known of each call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from registry_doctor.codebase.source.found import (
    FoundCall,
    FoundText,
    Ignore,
    KnownText,
    LiteralPart,
    Location,
    UnknownPart,
    Unreadable,
)
from registry_doctor.domain.interpretation import Purpose
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

    @property
    def text(self) -> str:
        """The path as typed."""
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


@dataclass(frozen=True)
class OrdinaryUse:
    """A use of an artifact of an ordinary project; it does not concern the registry."""

    location: Location


def target_of(found: FoundCall) -> Target | OpenTarget | OrdinaryUse:
    """The target of a call in code, or why it is unknown."""
    if found.purpose == "use" and found.registry_bound == "ordinary":
        return OrdinaryUse(found.location)
    if not isinstance(found.target, KnownText):
        target = found.target
        unknown = [name for part in target.parts if isinstance(part, UnknownPart) for name in part.names]
        return OpenTarget(
            found.location,
            found.purpose,
            target.template,
            "; ".join(target.reasons),
            tuple(dict.fromkeys(unknown)),
            found.method,
        )
    call = Call(
        found.target.text,
        found.purpose,
        artifact=_text(found.artifact) if found.purpose == "link" else None,
        type=_text(found.type),
        aliases=tuple(text for alias in found.aliases if (text := _text(alias)) is not None),
        method=found.method,
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
        parts=found.target.parts,
        ignores=found.ignores,
    )


def _text(value: FoundText | None) -> str | None:
    return value.text if isinstance(value, KnownText) else None


def _unknown(value: FoundText | None) -> str | None:
    if value is None or isinstance(value, KnownText):
        return None
    return "; ".join(part.reason for part in value.parts if isinstance(part, UnknownPart))


InSources: TypeAlias = "Target | OpenTarget | OrdinaryUse | Unreadable"
"""Everything that sources can contain."""
