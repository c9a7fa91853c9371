"""The parts of a bundle that a replay needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.settings import Settings
from registry_doctor.transport import GraphQLError, JsonValue, TransportFailure

KIND = "registry-doctor-bundle"
BUNDLE_VERSION = 1


class MalformedBundle(ValueError):
    """A file is not a bundle that can be replayed. The message says what is wrong and what to do."""


@dataclass(frozen=True)
class SavedAnswer:
    """One question, and the server's answer."""

    question: str
    """Its kind."""
    names: tuple[str, ...]
    query: str | None
    """The question in GraphQL; `None` if the server does not have what it asks for."""
    variables: Mapping[str, JsonValue]
    value: JsonValue
    errors: tuple[GraphQLError, ...]
    missing: bool
    """The server left it out of its answer."""


@dataclass(frozen=True)
class SavedRequest:
    """Questions that were sent together."""

    failure: TransportFailure | None
    """Why there is no answer; `None` if the server answered."""
    status: int
    """The HTTP status of the answer."""
    said: str
    """What the server said about the answer as a whole."""
    left_out: frozenset[str]
    """Fields and arguments that the server does not have."""
    answers: tuple[SavedAnswer, ...]


@dataclass(frozen=True)
class SavedResult:
    """What a report says about one check."""

    verdict: str
    """In one word or two: `pass`, `fail (error)`, `blocked by RD301`."""
    message: str
    fixes: str
    """As JSON."""


@dataclass(frozen=True)
class Verdicts:
    """The parts of a report that two judgements are compared by."""

    results: Mapping[str, SavedResult]
    """By code."""
    suggestion: str | None
    exit_code: int


@dataclass(frozen=True)
class Bundle:
    """A diagnosis as it was, without secrets."""

    version: str | None
    """The version of registry doctor that wrote it."""
    created: str
    sdk_version: str | None
    """The version of wandb that was installed."""
    call: Call
    options: Options
    settings: Settings
    not_asked: str | None
    """Why nothing was sent; `None` if a request was sent."""
    requests: tuple[SavedRequest, ...]
    verdicts: Verdicts
