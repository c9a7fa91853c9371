"""The files that runs save (protocol 3: run files)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import bad_request, not_found
from registry_doctor.sandbox.ids import encode_id
from registry_doctor.sandbox.model import Run
from registry_doctor.sandbox.mutations.payloads import Mutation, SuccessPayload
from registry_doctor.sandbox.mutations.streaming import writable_run
from registry_doctor.sandbox.resolvers.file import run_file_of_id
from registry_doctor.sandbox.session import Session
from registry_doctor.sandbox.storage import run_file_path


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
class DeleteFilesInput:
    """Files of runs to delete, by their ids."""

    files: Sequence[str]
    project_id: int | None = None


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


run_files_fields = ObjectFields(Mutation, "Mutation")


@run_files_fields.field
def create_run_files(_root: Mutation, session: Session, input: CreateRunFilesInput) -> CreateRunFilesPayload:
    """Addresses for the files of a run."""
    run = writable_run(session, input.entity_name, input.project_name, input.run_name)
    uploads = []
    for name in input.files:
        path = run_file_path(run.number, name)
        run.files[name] = path
        uploads.append(RunFileUpload(name, session.urls.upload(path)))
    return CreateRunFilesPayload(run.id, uploads)


@run_files_fields.field
def mark_run_files_uploaded(
    _root: Mutation, session: Session, input: MarkRunFilesUploadedInput
) -> SuccessPayload:
    """The files of a run are complete."""
    run = writable_run(session, input.entity_name, input.project_name, input.run_name)
    missing = [name for name in input.files if run.files.get(name, "") not in session.database.blobs]
    if missing:
        raise bad_request(f"files that were not uploaded: {', '.join(missing)}")
    return SuccessPayload()


@run_files_fields.field
def delete_files(_root: Mutation, session: Session, input: DeleteFilesInput) -> SuccessPayload:
    """Delete files of runs: all of them, or none if one is not there."""
    found = [_deletable(session, file_id) for file_id in input.files]
    for run, name in found:
        session.database.blobs.remove(run.files.pop(name))
    return SuccessPayload()


def _deletable(session: Session, file_id: str) -> tuple[Run, str]:
    number, name = run_file_of_id(file_id) or (0, "")
    run = session.database.node(Run, encode_id("Run", number))
    if run is None or run.deleted or name not in run.files or not session.access.sees(run.project):
        raise not_found(f"there is no file with the id '{file_id}' that a run has saved")
    return writable_run(session, run.project.entity_name, run.project.name, run.name), name


RUN_FILES_FIELDS = (run_files_fields,)
RUN_FILES_INPUTS = (CreateRunFilesInput, MarkRunFilesUploadedInput, DeleteFilesInput)
