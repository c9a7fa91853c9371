"""Runs: starting, ending and deleting them, and the files they save (protocol 3: init, run files)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import Refusal, bad_request, not_found, permission_denied
from registry_doctor.sandbox.model import Entity, EntityKind, Project, Run
from registry_doctor.sandbox.mutations.payloads import Mutation, SuccessPayload
from registry_doctor.sandbox.mutations.streaming import writable_run
from registry_doctor.sandbox.naming import check_project_name
from registry_doctor.sandbox.resolvers.account import default_entity
from registry_doctor.sandbox.session import Session
from registry_doctor.sandbox.storage import run_file_path

DEFAULT_PROJECT = "uncategorized"


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


@dataclass(frozen=True)
class CreateRunFilesInput:
    """Files that a run is about to save."""

    entity_name: str
    project_name: str
    run_name: str
    files: Sequence[str]


@dataclass(frozen=True)
class MarkRunFilesUploadedInput:
    """Files that a run has saved."""

    entity_name: str
    project_name: str
    run_name: str
    files: Sequence[str]


@dataclass(frozen=True)
class RunFileUpload:
    """Where a file of a run goes."""

    name: str
    upload_url: str


@dataclass(frozen=True)
class CreateRunFilesPayload:
    """Where the files go, in the order asked for."""

    run_id: str
    files: list[RunFileUpload]
    upload_headers: tuple[str, ...] = ()


runs_fields = ObjectFields(Mutation, "Mutation")


@runs_fields.field
def upsert_bucket(_root: Mutation, session: Session, input: UpsertBucketInput) -> UpsertBucketPayload:
    """Start a run, making its project if need be, or change one."""
    run, inserted = _run_to_change(session, input)
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
    known = project.runs.get(name)
    return (known, False) if known else (session.database.add_run(project, name, session.viewer), True)


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
    run = session.database.node(Run, run_id)
    if run is None or not session.access.sees(run.project):
        raise not_found("run not found")
    if not session.access.writes(run.project):
        raise permission_denied()
    return run


@runs_fields.field
def delete_run(_root: Mutation, session: Session, input: DeleteRunInput) -> SuccessPayload:
    """Delete a run, and what it logged if that is asked for."""
    run = _writable(session, input.id)
    del run.project.runs[run.name]
    for artifact in run.outputs if input.delete_artifacts else ():
        session.database.delete_artifact(artifact)
    return SuccessPayload()


@runs_fields.field
def update_run_state(_root: Mutation, session: Session, input: UpdateRunStateInput) -> SuccessPayload:
    """Set the state of a run."""
    _writable(session, input.id).state = input.state
    return SuccessPayload()


@runs_fields.field
def stop_run(_root: Mutation, session: Session, input: IdInput) -> SuccessPayload:
    """Ask a run to stop: the next answer to its file stream says so."""
    _writable(session, input.id).stopped = True
    return SuccessPayload()


@runs_fields.field
def create_run_files(_root: Mutation, session: Session, input: CreateRunFilesInput) -> CreateRunFilesPayload:
    """Addresses for the files of a run."""
    run = writable_run(session, input.entity_name, input.project_name, input.run_name)
    uploads = []
    for name in input.files:
        path = run_file_path(run.number, name)
        run.files[name] = path
        uploads.append(RunFileUpload(name, session.urls.upload(path)))
    return CreateRunFilesPayload(run.id, uploads)


@runs_fields.field
def mark_run_files_uploaded(
    _root: Mutation, session: Session, input: MarkRunFilesUploadedInput
) -> SuccessPayload:
    """The files of a run are complete."""
    run = writable_run(session, input.entity_name, input.project_name, input.run_name)
    missing = [name for name in input.files if name not in run.files]
    if missing:
        raise bad_request(f"files that were never announced: {', '.join(missing)}")
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
    CreateRunFilesInput,
    MarkRunFilesUploadedInput,
)
