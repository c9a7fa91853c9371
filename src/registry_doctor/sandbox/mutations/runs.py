"""Runs: starting, changing, ending and deleting them (protocol 3: init)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import Refusal, bad_request, not_found, parsed_object, permission_denied
from registry_doctor.sandbox.jsontypes import JsonObject
from registry_doctor.sandbox.model import Entity, EntityKind, Project, Run
from registry_doctor.sandbox.mutations.payloads import Mutation, SuccessPayload
from registry_doctor.sandbox.naming import check_project_name
from registry_doctor.sandbox.resolvers.account import default_entity
from registry_doctor.sandbox.session import Session

DEFAULT_PROJECT = "uncategorized"
TRANSITIONS = {
    "pending": ("running", "failed", "crashed", "preempted"),
    "failed": ("pending", "running"),
}
"""The states that can be asked for, and from which others (SDK 0.31, `Run.update_state`)."""


@dataclass(frozen=True)
class UpsertBucketInput:
    """A run to start or to change; `name` is its id in the path, `model_name` the project."""

    id: str | None = None
    name: str | None = None
    group_name: str | None = None
    model_name: str | None = None
    entity_name: str | None = None
    description: str | None = None
    display_name: str | None = None
    notes: str | None = None
    config: str | None = None
    commit: str | None = None
    host: str | None = None
    job_type: str | None = None
    state: str | None = None
    sweep: str | None = None
    tags: Sequence[str] | None = None
    summary_metrics: str | None = None


@dataclass(frozen=True)
class UpsertBucketPayload:
    """The run, and whether it is new."""

    bucket: Run
    inserted: bool


@dataclass(frozen=True)
class DeleteRunInput:
    """A run to delete, with or without what it logged."""

    id: str
    delete_artifacts: bool | None = None


@dataclass(frozen=True)
class UpdateRunStateInput:
    """A new state for a run."""

    id: str
    state: str


@dataclass(frozen=True)
class IdInput:
    """A run."""

    id: str


runs_fields = ObjectFields(Mutation, "Mutation")


@runs_fields.field
def upsert_bucket(_root: Mutation, session: Session, input: UpsertBucketInput) -> UpsertBucketPayload:
    """Start a run, making its project if need be, or change one."""
    run, inserted = _run_to_change(session, input)
    config = parsed_object(input.config or "{}", "config")
    parsed_object(input.summary_metrics or "{}", "summaryMetrics")
    if "branch_point" in _internal(config):
        raise Refusal(501, "the sandbox cannot fork or rewind runs", "NOT_IMPLEMENTED")
    if not inserted and _starts_over(run, input, config):
        _start_over(run)
    run.description = run.description if input.description is None else input.description
    run.display_name = input.display_name or run.display_name
    run.notes = run.notes if input.notes is None else input.notes
    run.config = input.config or run.config
    run.group = input.group_name or run.group
    run.job_type = input.job_type or run.job_type
    run.commit = input.commit or run.commit
    run.host = input.host or run.host
    run.sweep_name = input.sweep or run.sweep_name
    run.state = input.state or run.state
    run.summary = input.summary_metrics or run.summary
    run.tags = list(input.tags) if input.tags is not None else run.tags
    return UpsertBucketPayload(run, inserted)


def _run_to_change(session: Session, input: UpsertBucketInput) -> tuple[Run, bool]:
    """The run with its node id or its path, and whether it was made just now."""
    if input.id is not None:
        return _writable(session, input.id), False
    project = _project_for_run(
        session, _entity_for_run(session, input.entity_name), input.model_name or DEFAULT_PROJECT
    )
    name = input.name or f"{session.database.number('RunName'):08x}"
    if name in project.deleted_runs:
        raise Refusal(
            410,
            f"run {project.entity_name}/{project.name}/{name} was previously created and deleted; try a new run name",
            "GONE",
        )
    known = project.runs.get(name)
    return (known, False) if known else (session.database.add_run(project, name, session.viewer), True)


def _internal(config: JsonObject) -> JsonObject:
    """What the SDK itself keeps in a configuration."""
    entry = config.get("_wandb")
    value = entry.get("value") if isinstance(entry, dict) else None
    return value if isinstance(value, dict) else {}


def _starts_over(run: Run, input: UpsertBucketInput, config: JsonObject) -> bool:
    """True if a run of this name is begun without being resumed: it then replaces the earlier one.

    One that is resumed sends the run's id. What the SDK reports about the machine (`e`) is in a configuration from its
    second message on: where it was known and is missing, another run begins.
    """
    internal = _internal(config)
    return (
        input.id is None
        and "t" in internal
        and "e" not in internal
        and "e" in _internal(parsed_object(run.config, "config"))
    )


def _start_over(run: Run) -> None:
    run.forget_what_was_logged()
    run.exit_code = None
    run.state = "running"
    run.tags = []
    run.notes = run.group = run.job_type = None


def _entity_for_run(session: Session, name: str | None) -> Entity:
    name = name or default_entity(session.viewer, session)
    if name is None:
        raise bad_request("no entity is given, and there is no default entity")
    entity = session.database.entity(name)
    if entity is None:
        raise Refusal(404, f"entity {name} not found during upsertBucket", None)
    if not session.access.sees_entity(entity):
        raise permission_denied()
    if entity.kind is EntityKind.ORGANIZATION:
        # registry-rules R4.14
        raise permission_denied("runs cannot be created in the entity of an organization")
    return entity


def _project_for_run(session: Session, entity: Entity, name: str) -> Project:
    project = session.database.project(entity, name)
    if project is None:
        check_project_name(name)
        if not session.access.creates_projects(entity):
            raise permission_denied()
        return session.database.add_project(entity, name)
    if not session.access.writes(project):
        raise permission_denied()
    return project


def _writable(session: Session, run_id: str) -> Run:
    run = _writable_or_deleted(session, run_id)
    if run.deleted:
        raise not_found("run not found")
    return run


def _writable_or_deleted(session: Session, run_id: str) -> Run:
    run = session.database.node(Run, run_id)
    if run is None or not session.access.sees(run.project):
        raise not_found("run not found")
    if not session.access.writes(run.project):
        raise permission_denied()
    return run


@runs_fields.field
def delete_run(_root: Mutation, session: Session, input: DeleteRunInput) -> SuccessPayload:
    """Delete a run, and what it logged if that is asked for; as on the server, a second time succeeds."""
    run = _writable_or_deleted(session, input.id)
    for artifact in run.outputs if input.delete_artifacts else ():
        session.database.delete_artifact(artifact)
    session.database.remove_run(run)
    return SuccessPayload()


@runs_fields.field
def update_run_state(_root: Mutation, session: Session, input: UpdateRunStateInput) -> SuccessPayload:
    """Set the state of a run, as far as it can be set from outside."""
    run = _writable(session, input.id)
    if run.state not in TRANSITIONS.get(input.state, ()):
        raise bad_request(f"invalid state transition: from '{run.state}' to '{input.state}'")
    run.state = input.state
    return SuccessPayload()


@runs_fields.field
def stop_run(_root: Mutation, session: Session, input: IdInput) -> SuccessPayload:
    """Ask a run to stop: the next answer to its file stream says so."""
    _writable(session, input.id).stopped = True
    return SuccessPayload()


@runs_fields.field
def notify_scriptable_run_alert(_root: Mutation, _session: Session, input: object) -> SuccessPayload:
    """Accept an alert; nobody receives it."""
    del input
    return SuccessPayload()


RUN_MUTATION_FIELDS = (runs_fields,)
RUN_MUTATION_INPUTS = (
    UpsertBucketInput,
    DeleteRunInput,
    UpdateRunStateInput,
    IdInput,
)
