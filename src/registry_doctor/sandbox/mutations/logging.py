"""Logging versions, using them, and changing what was logged (protocol 3: log_artifact, use)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import bad_request, conflict, not_found, permission_denied
from registry_doctor.sandbox.jsontypes import JsonValue
from registry_doctor.sandbox.model import (
    LATEST,
    Artifact,
    ArtifactState,
    Collection,
    CollectionKind,
    FileEntry,
    InputArtifact,
    Manifest,
    Membership,
    Project,
)
from registry_doctor.sandbox.mutations.payloads import ArtifactAliasInput, ArtifactPayload, Mutation, TagInput
from registry_doctor.sandbox.mutations.streaming import writable_run
from registry_doctor.sandbox.naming import check_alias, check_collection_name, is_version
from registry_doctor.sandbox.paging import Connection, page
from registry_doctor.sandbox.resolvers.file import StoredFile, artifact_upload
from registry_doctor.sandbox.session import Session
from registry_doctor.sandbox.storage import content_path, manifest_draft_path


@dataclass(frozen=True)
class CreateArtifactInput:
    """A version that is about to be logged."""

    entity_name: str
    project_name: str
    artifact_type_name: str
    digest: str
    run_name: str | None = None
    artifact_collection_name: str | None = None
    artifact_collection_names: Sequence[str] | None = None
    description: str | None = None
    metadata: str | None = None
    aliases: Sequence[ArtifactAliasInput] | None = None
    tags: Sequence[TagInput] | None = None
    ttl_duration_seconds: int | None = None
    history_step: int | None = None
    enable_digest_deduplication: bool | None = None
    client_id: str | None = None


@dataclass(frozen=True)
class CreateArtifactManifestInput:
    """A manifest that is about to be uploaded."""

    artifact_id: str
    digest: str
    base_artifact_id: str | None = None
    type: str | None = None


@dataclass(frozen=True)
class UpdateArtifactManifestInput:
    """A manifest that is to be uploaded again."""

    artifact_manifest_id: str
    digest: str | None = None
    base_artifact_id: str | None = None


@dataclass(frozen=True)
class ArtifactManifestPayload:
    """The manifest, with its address."""

    artifact_manifest: Manifest


@dataclass(frozen=True)
class CreateArtifactFileSpecInput:
    """A file that is about to be uploaded."""

    artifact_id: str
    name: str
    md5: str | None = None
    digest: str | None = None


@dataclass(frozen=True)
class CreateArtifactFilesInput:
    """Files that are about to be uploaded."""

    artifact_files: Sequence[CreateArtifactFileSpecInput]


@dataclass(frozen=True)
class CreateArtifactFilesPayload:
    """The files, in the order asked for."""

    files: Connection[StoredFile]


@dataclass(frozen=True)
class CommitArtifactInput:
    """A version whose files and manifest are uploaded."""

    artifact_id: str


@dataclass(frozen=True)
class UseArtifactInput:
    """A version that a run uses; the registry it was fetched through, if the client says so."""

    artifact_id: str
    entity_name: str
    project_name: str
    run_name: str
    artifact_entity_name: str | None = None
    artifact_project_name: str | None = None
    used_as: str | None = None


logging_fields = ObjectFields(Mutation, "Mutation")


def visible_artifact(session: Session, artifact_id: str) -> Artifact:
    """Return a version that the viewer sees."""
    artifact = session.database.node(Artifact, artifact_id)
    if artifact is None or not session.access.sees_artifact(artifact):
        raise not_found("artifact not found")
    return artifact


def writable_artifact(session: Session, artifact_id: str) -> Artifact:
    """Return a version that the viewer may change where it was logged."""
    artifact = visible_artifact(session, artifact_id)
    session.access.require_write(artifact.sequence)
    return artifact


def _draft(session: Session, artifact_id: str) -> Artifact:
    artifact = writable_artifact(session, artifact_id)
    if artifact.state is not ArtifactState.PENDING:
        raise bad_request(f"the artifact is {artifact.state.value}: its files cannot change")
    return artifact


@logging_fields.field
def create_artifact(_root: Mutation, session: Session, input: CreateArtifactInput) -> ArtifactPayload:
    """A pending version, or the latest one if its content is the same and that was allowed."""
    project = _writable_project(session, input.entity_name, input.project_name)
    sequence = _sequence(session, project, input)
    wanted = [item.alias for item in input.aliases or ()]
    for alias in wanted:
        check_alias(alias)
    latest = sequence.aliases.get(LATEST)
    if input.enable_digest_deduplication and latest and latest.membership.artifact.digest == input.digest:
        _set_aliases(session, latest.membership, wanted)
        return ArtifactPayload(latest.membership.artifact)
    artifact = session.database.add_artifact(sequence, input.digest)
    artifact.description = input.description
    artifact.metadata = input.metadata
    artifact.creator = session.viewer
    artifact.run = project.runs.get(input.run_name) if input.run_name else None
    artifact.history_step = input.history_step
    artifact.ttl_seconds = input.ttl_duration_seconds if (input.ttl_duration_seconds or 0) > 0 else None
    artifact.wanted_aliases = wanted
    add_tags(session, artifact, input.tags or ())
    if input.client_id:
        artifact.client_id = input.client_id
        session.database.artifacts_by_client_id[input.client_id] = artifact
    return ArtifactPayload(artifact)


def _writable_project(session: Session, entity_name: str, project_name: str) -> Project:
    entity = session.database.entity(entity_name)
    project = session.database.project(entity, project_name) if entity else None
    if project is None or not session.access.sees(project):
        raise not_found(f"project '{project_name}' not found")
    if not session.access.writes(project):
        raise permission_denied()
    return project


def _sequence(session: Session, project: Project, input: CreateArtifactInput) -> Collection:
    """The collection that is logged into: its type is that of its first version."""
    name = input.artifact_collection_name or next(iter(input.artifact_collection_names or ()), "")
    check_collection_name(name)
    sequence = project.collections.get(name)
    if sequence is None:
        return session.database.add_collection(
            project, name, CollectionKind.SEQUENCE, input.artifact_type_name
        )
    if sequence.kind is not CollectionKind.SEQUENCE:
        raise conflict(f"'{name}' is a collection of linked versions: nothing can be logged into it")
    if sequence.type.name != input.artifact_type_name:
        raise conflict(
            f"artifact '{name}' already exists with type '{sequence.type.name}'; cannot log type '{input.artifact_type_name}'"
        )
    return sequence


def add_tags(session: Session, artifact: Artifact, tags: Sequence[TagInput]) -> None:
    """Attach tags to a version."""
    for tag in tags:
        artifact.tags.setdefault(
            tag.tag_name, session.database.tag(tag.tag_name, tag.tag_category_name, tag.attributes)
        )


@logging_fields.field
def create_artifact_manifest(
    _root: Mutation, session: Session, input: CreateArtifactManifestInput
) -> ArtifactManifestPayload:
    """The place for a manifest; asked a second time, with the digest, it is the same place."""
    artifact = _draft(session, input.artifact_id)
    kind = input.type or "FULL"
    manifest = next((known for known in artifact.manifests if known.kind == kind), None)
    if manifest is None:
        manifest = session.database.add_manifest(artifact, "", kind, input.digest)
        manifest.storage_key = manifest_draft_path(manifest)
    manifest.digest = input.digest
    manifest.base = visible_artifact(session, input.base_artifact_id) if input.base_artifact_id else None
    return ArtifactManifestPayload(manifest)


@logging_fields.field
def update_artifact_manifest(
    _root: Mutation, session: Session, input: UpdateArtifactManifestInput
) -> ArtifactManifestPayload:
    """A new digest for a manifest of a pending version."""
    manifest = session.database.node(Manifest, input.artifact_manifest_id)
    if manifest is None:
        raise not_found("artifact manifest not found")
    _draft(session, manifest.artifact.id)
    manifest.digest = input.digest or manifest.digest
    if input.base_artifact_id:
        manifest.base = visible_artifact(session, input.base_artifact_id)
    return ArtifactManifestPayload(manifest)


@logging_fields.field
def create_artifact_files(
    _root: Mutation, session: Session, input: CreateArtifactFilesInput
) -> CreateArtifactFilesPayload:
    """One edge per file, in the order asked; no address for bytes that are here already."""
    files = [
        artifact_upload(session, _draft(session, file.artifact_id), file.name, file.md5 or file.digest or "")
        for file in input.artifact_files
    ]
    return CreateArtifactFilesPayload(page(files, len(files), largest=len(files)))


@logging_fields.field
def complete_multipart_upload_artifact(_root: Mutation, _session: Session, input: object) -> None:
    """Uploads in parts are never offered."""
    del input
    raise bad_request("there is no upload in parts to complete")


@logging_fields.field
def commit_artifact(_root: Mutation, session: Session, input: CommitArtifactInput) -> ArtifactPayload:
    """Only now does the version have a number, and `latest` moves."""
    artifact = _draft(session, input.artifact_id)
    artifact.entries = _committed_entries(session, artifact)
    artifact.state = ArtifactState.COMMITTED
    artifact.updated_at = session.database.now()
    membership = session.database.add_membership(artifact.sequence, artifact)
    artifact.version_index = membership.version_index
    _set_aliases(session, membership, [LATEST, *artifact.wanted_aliases])
    if artifact.run:
        artifact.run.outputs.append(artifact)
    return ArtifactPayload(artifact)


def _set_aliases(session: Session, membership: Membership, aliases: Sequence[str]) -> None:
    for alias in aliases:
        if not is_version(alias):
            session.database.set_alias(membership, alias)


def _committed_entries(session: Session, artifact: Artifact) -> dict[str, FileEntry]:
    """The entries of all manifests: patches and increments are laid over what they start from."""
    if not artifact.manifests:
        raise bad_request("the artifact has no manifest")
    entries: dict[str, FileEntry] = {}
    for manifest in artifact.manifests:
        if manifest.kind != "FULL" and manifest.base:
            entries |= manifest.base.entries
        content = session.database.blobs.get(manifest.storage_key)
        if content is None:
            raise bad_request("the manifest was not uploaded")
        entries |= _entries(content)
    for entry in entries.values():
        if entry.ref is None and content_path(entry.digest) not in session.database.blobs:
            raise bad_request(f"file '{entry.path}' was not uploaded")
    return entries


def _entries(content: bytes) -> dict[str, FileEntry]:
    try:
        manifest: JsonValue = json.loads(content)
    except ValueError as error:
        raise bad_request(f"the manifest is not JSON: {error}") from error
    contents = manifest.get("contents") if isinstance(manifest, dict) else None
    if not isinstance(contents, dict):
        raise bad_request("the manifest has no contents")
    return {path: _entry(path, fields) for path, fields in contents.items()}


def _entry(path: str, fields: JsonValue) -> FileEntry:
    values = fields if isinstance(fields, dict) else {}
    digest, size, ref = values.get("digest"), values.get("size"), values.get("ref")
    extra, birth = values.get("extra"), values.get("birthArtifactID")
    if not isinstance(digest, str):
        raise bad_request(f"the manifest has no digest for '{path}'")
    return FileEntry(
        path,
        digest,
        size if isinstance(size, int) else 0,
        ref=ref if isinstance(ref, str) else None,
        extra=extra if isinstance(extra, dict) else None,
        birth_artifact_id=birth if isinstance(birth, str) else None,
    )


@logging_fields.field
def use_artifact(_root: Mutation, session: Session, input: UseArtifactInput) -> ArtifactPayload:
    """Note that a run used a version; restricted viewers may not (registry-rules R4.6)."""
    artifact = visible_artifact(session, input.artifact_id)
    run = writable_run(session, input.entity_name, input.project_name, input.run_name)
    through = None
    if input.artifact_entity_name and input.artifact_project_name:
        entity = session.database.entity(input.artifact_entity_name)
        through = session.database.project(entity, input.artifact_project_name) if entity else None
    allowed = session.access.downloads(through) if through else session.access.downloads_artifact(artifact)
    if not allowed:
        raise permission_denied()
    if all(used.artifact is not artifact for used in run.inputs):
        run.inputs.append(InputArtifact(artifact, input.used_as))
        artifact.used_by.append(run)
    return ArtifactPayload(artifact)


LOGGING_FIELDS = (logging_fields,)
LOGGING_INPUTS = (
    CreateArtifactInput,
    CreateArtifactManifestInput,
    UpdateArtifactManifestInput,
    CreateArtifactFileSpecInput,
    CreateArtifactFilesInput,
    CommitArtifactInput,
    UseArtifactInput,
)
