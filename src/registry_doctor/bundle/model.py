"""What a bundle holds that is needed to judge again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.settings import Settings
from registry_doctor.transport import GraphQLError, JsonValue, TransportFailure

KIND = "registry-doctor-bundle"
SCHEMA_VERSION = 1


class MalformedBundle(ValueError):
    """A file is no bundle that can be judged again: where it is wrong, and what to do."""


@dataclass(frozen=True)
class SavedAnswer:
    """One question, and what the server said to it."""

    question: str
    """Its kind."""
    names: tuple[str, ...]
    query: str | None
    """The question in GraphQL; `None` if the server knows nothing of what it asks for."""
    variables: Mapping[str, JsonValue]
    value: JsonValue
    errors: tuple[GraphQLError, ...]


@dataclass(frozen=True)
class SavedRequest:
    """Questions that went out together."""

    failure: TransportFailure | None
    """Why there is no answer; `None` if there is one."""
    left_out: frozenset[str]
    """Fields and arguments that the server was known not to know."""
    answers: tuple[SavedAnswer, ...]


@dataclass(frozen=True)
class SavedResult:
    """What a report says of one check."""

    verdict: str
    """In one word or two: `pass`, `fail (error)`, `blocked by RD301`."""
    message: str
    fixes: str
    """As JSON."""


@dataclass(frozen=True)
class Verdicts:
    """What decides in a report."""

    results: Mapping[str, SavedResult]
    """By code."""
    suggestion: str | None
    exit_code: int


@dataclass(frozen=True)
class Bundle:
    """A diagnosis as it was, without secrets."""

    version: str | None
    """Of the registry doctor that made it."""
    created: str
    sdk_version: str | None
    """Of the wandb that was installed."""
    call: Call
    options: Options
    settings: Settings
    not_asked: str | None
    """Why nothing was sent; `None` if something was."""
    requests: tuple[SavedRequest, ...]
    verdicts: Verdicts
