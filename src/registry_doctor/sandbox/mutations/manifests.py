"""The manifests and files of a version that is being logged (protocol 3: log_artifact)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import Refusal, bad_request, not_found
from registry_doctor.sandbox.jsontypes import JsonValue
from registry_doctor.sandbox.model import Artifact, ArtifactState, FileEntry, Manifest
from registry_doctor.sandbox.mutations.payloads import Mutation
from registry_doctor.sandbox.paging import Connection, page
from registry_doctor.sandbox.resolvers.file import StoredFile, artifact_upload
from registry_doctor.sandbox.session import Session
from registry_doctor.sandbox.storage import content_path, manifest_digest, manifest_draft_path

FULL = "FULL"
INCREMENTAL = "INCREMENTAL"
"""What changes from a base; a third kind, PATCH, is what one of several runs adds."""
PATCH = "PATCH"
DEFAULT_REGION = "default"


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
    storage_region: str | None = None
    digest_algorithm: str | None = None


@dataclass(frozen=True)
class CreateArtifactFilesPayload:
    """The files, in the order asked for."""

    files: Connection[StoredFile]


manifest_fields = ObjectFields(Mutation, "Mutation")


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


def draft(session: Session, artifact_id: str) -> Artifact:
    artifact = writable_artifact(session, artifact_id)
    if artifact.state is not ArtifactState.PENDING:
        raise bad_request(f"the artifact is {artifact.state.value}: its files cannot change")
    return artifact


@manifest_fields.field
def create_artifact_manifest(
    _root: Mutation, session: Session, input: CreateArtifactManifestInput
) -> ArtifactManifestPayload:
    """The place for a manifest; asked a second time, with the digest, it is the same place."""
    artifact = draft(session, input.artifact_id)
    kind = input.type or FULL
    # A patch is one run's part of the whole: each has a manifest of its own.
    known = None if kind == PATCH else next((each for each in artifact.manifests if each.kind == kind), None)
    manifest = known or session.database.add_manifest(artifact, "", kind, input.digest)
    manifest.storage_key = manifest_draft_path(manifest)
    manifest.digest = input.digest
    manifest.base = visible_artifact(session, input.base_artifact_id) if input.base_artifact_id else None
    return ArtifactManifestPayload(manifest)


@manifest_fields.field
def update_artifact_manifest(
    _root: Mutation, session: Session, input: UpdateArtifactManifestInput
) -> ArtifactManifestPayload:
    """A new digest for a manifest of a pending version."""
    manifest = session.database.node(Manifest, input.artifact_manifest_id)
    if manifest is None:
        raise not_found("artifact manifest not found")
    draft(session, manifest.artifact.id)
    manifest.digest = input.digest or manifest.digest
    if input.base_artifact_id:
        manifest.base = visible_artifact(session, input.base_artifact_id)
    return ArtifactManifestPayload(manifest)


@manifest_fields.field
def create_artifact_files(
    _root: Mutation, session: Session, input: CreateArtifactFilesInput
) -> CreateArtifactFilesPayload:
    """One edge per file, in the order asked; no address for bytes that are here already."""
    check_storage(input.storage_region, input.digest_algorithm)
    files = [
        artifact_upload(session, draft(session, file.artifact_id), file.name, file.md5 or file.digest or "")
        for file in input.artifact_files
    ]
    return CreateArtifactFilesPayload(page(files, len(files), largest=len(files)))


@manifest_fields.field
def complete_multipart_upload_artifact(_root: Mutation, _session: Session, input: object) -> None:
    """Uploads in parts are never offered."""
    del input
    raise bad_request("there is no upload in parts to complete")


def committed_entries(session: Session, artifact: Artifact) -> dict[str, FileEntry]:
    """The entries of all manifests, later ones over earlier ones; an increment is laid over what it starts from."""
    if not artifact.manifests:
        raise bad_request("the artifact has no manifest")
    entries: dict[str, FileEntry] = {}
    for manifest in artifact.manifests:
        if manifest.kind == INCREMENTAL and manifest.base:
            entries |= manifest.base.entries
        content = session.database.blobs.get(manifest.storage_key)
        if content is None:
            raise bad_request("a manifest of the artifact was announced, but not uploaded")
        entries |= _entries(content)
    for entry in entries.values():
        if entry.ref is None and content_path(entry.digest) not in session.database.blobs:
            raise bad_request(f"file '{entry.path}' was not uploaded")
    return entries


def committed_digest(artifact: Artifact, entries: dict[str, FileEntry]) -> str:
    """The digest of the whole: clients know it, unless their manifest has only a part of the files."""
    whole = all(manifest.kind == FULL for manifest in artifact.manifests)
    return artifact.digest if whole else manifest_digest(entries.values())


def check_storage(region: str | None, algorithm: str | None) -> None:
    """Refuse what the sandbox would otherwise ignore. The first words are those of the server."""
    if region not in (None, "", DEFAULT_REGION):
        raise bad_request(
            f"invalid storageRegion: {region}: the sandbox has no storage regions; leave storage_region out"
        )
    if algorithm not in (None, "MANIFEST_MD5"):
        raise Refusal(501, f"the sandbox has MD5 digests only, not {algorithm}", "NOT_IMPLEMENTED")


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


MANIFEST_FIELDS = (manifest_fields,)
MANIFEST_INPUTS = (
    CreateArtifactManifestInput,
    UpdateArtifactManifestInput,
    CreateArtifactFileSpecInput,
    CreateArtifactFilesInput,
)
