"""Link with the SDK: find a version, link it, unlink it, and make the two calls of a run.

It only uses the public interface of wandb, which is the same from SDK 0.22.3 on. Exceptions of the SDK become
RefusedBySdk, except those of a run's own calls, which reach the caller.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from registry_doctor.transport import says_trouble

if TYPE_CHECKING:
    import wandb

    from registry_doctor.settings import Given


class RefusedBySdk(Exception):
    """wandb or its server refused. The text is theirs, and `__cause__` is the SDK's own error."""

    def __init__(self, words: str, *, by_server: bool = True, unanswered: bool = False) -> None:
        super().__init__(words)
        self.by_server = by_server
        """Whether the server refused. If wandb itself refuses, the first exception is a ValueError."""
        self.unanswered = unanswered
        """Whether the server gave no answer or failed, so that nobody knows what it has done."""


@dataclass(frozen=True)
class FoundVersion:
    """A version that the SDK found: a link, or a version that a run logged."""

    entity: str
    project: str
    collection: str
    version: str
    type: str
    aliases: tuple[str, ...]
    is_link: bool
    source: str | None
    """`entity/project/name:version` of the logged version; `None` if the person cannot see its project (R4.4)."""
    artifact: wandb.Artifact = field(repr=False, compare=False)
    """The SDK's own object. It stays this version even if aliases move."""

    @property
    def full_name(self) -> str:
        """`entity/project/collection:version`."""
        return f"{self.entity}/{self.project}/{self.collection}:{self.version}"


@contextmanager
def as_given(given: Given) -> Iterator[None]:
    """Make wandb use the given server, entity and organization, and print nothing.

    They are set as environment variables, because `Artifact.link` reads the organization nowhere else, and on older
    servers it creates an `Api` of its own without our overrides (R2.2, R7.8).
    """
    variables = {
        "WANDB_BASE_URL": given.base_url,
        "WANDB_ENTITY": given.entity,
        "WANDB_ORGANIZATION": given.organization,
        "WANDB_SILENT": os.environ.get("WANDB_SILENT", "true"),
    }
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update({name: value for name, value in variables.items() if value is not None})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def find_version(path: str) -> FoundVersion:
    """The version that `wandb.Api().artifact(path)` finds. Raises RefusedBySdk."""
    with refusals():
        import wandb

        return _seen(wandb.Api().artifact(path))


def link_version(path: str, target_path: str, aliases: Sequence[str]) -> FoundVersion:
    """Link a logged version, and return the version in the collection. Raises RefusedBySdk.

    `Artifact.link` links the *source* of a version that is itself a link (R1.19).
    """
    with refusals():
        import wandb

        return _seen(wandb.Api().artifact(path).link(target_path, list(aliases) or None))


def unlink_version(found: FoundVersion) -> None:
    """Remove a link. Raises RefusedBySdk, also if the version is not a link."""
    with refusals():
        found.artifact.unlink()


def links_of(found: FoundVersion) -> tuple[str, ...]:
    """The full names of a source version's links that the person can see (at most 500). Raises RefusedBySdk."""
    with refusals():
        return tuple(_seen(each).full_name for each in found.artifact.linked_artifacts)


def link_in_run(
    run: wandb.Run, artifact: wandb.Artifact, target_path: str, aliases: Sequence[str]
) -> wandb.Artifact | None:
    """`run.link_artifact`; `None` from a disabled run, which does nothing without a message."""
    linked: wandb.Artifact | None = run.link_artifact(artifact, target_path, list(aliases) or None)
    return linked


def use_in_run(run: wandb.Run, path: str, type: str | None) -> wandb.Artifact | None:
    """`run.use_artifact`; `None` from a disabled run, which does nothing without a message."""
    used: wandb.Artifact | None = run.use_artifact(path, type=type)
    return used


def _seen(artifact: wandb.Artifact) -> FoundVersion:
    hidden = not (artifact.source_entity and artifact.source_project)
    return FoundVersion(
        entity=artifact.entity,
        project=artifact.project,
        collection=artifact.name.partition(":")[0],
        version=artifact.version,
        type=artifact.type,
        aliases=tuple(artifact.aliases),
        is_link=artifact.is_link,
        source=None if hidden else artifact.source_qualified_name,
        artifact=artifact,
    )


@contextmanager
def refusals() -> Iterator[None]:
    try:
        yield
    except (
        Exception
    ) as problem:  # CommError, ValueError, UsageError, pydantic's and bare ones: all are refusals
        by_server = not any(isinstance(each, ValueError) for each in _chain(problem))
        raise RefusedBySdk(_words(problem), by_server=by_server, unanswered=_unanswered(problem)) from problem


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was raised from."""
    while problem is not None:
        yield problem
        problem = problem.__cause__


def _unanswered(problem: Exception) -> bool:
    """Whether the server gave no answer, or failed (protocol 6).

    A `CommError` keeps the error of the request as `exc`, and that one the answer as `response`, which is None
    after a time-out; its status is `http_status`, and `status_code` up to SDK 0.27.0.
    """
    request_error = getattr(problem, "exc", None)
    if request_error is None or not hasattr(request_error, "response"):
        return False
    response = request_error.response
    status = getattr(response, "http_status", getattr(response, "status_code", None))
    return status is None or says_trouble(status)


def _words(problem: BaseException) -> str:
    """The SDK's message, with the message of its cause if the SDK does not repeat it."""
    said = str(problem) or type(problem).__name__
    behind = problem.__cause__
    if behind is None or not str(behind) or str(behind) in said:
        return said
    return f"{said} ({behind})"
