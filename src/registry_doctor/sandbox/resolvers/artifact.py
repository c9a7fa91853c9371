"""Versions: what was logged, where it is linked, its files and manifest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import permission_denied
from registry_doctor.sandbox.ids import encode_id
from registry_doctor.sandbox.model import (
    Alias,
    Artifact,
    ArtifactType,
    Collection,
    Manifest,
    Membership,
    Run,
    Tag,
    User,
)
from registry_doctor.sandbox.paging import LARGEST_PAGE, Connection, page
from registry_doctor.sandbox.resolvers.collection import file_page
from registry_doctor.sandbox.resolvers.file import StoredFile, manifest_file, manifest_upload
from registry_doctor.sandbox.session import Session

INHERITED_TTL = -2


@dataclass(frozen=True)
class ArtifactManifestEntryInput:
    """A file asked for by its manifest entry."""

    name: str
    digest: str
    birth_artifact_id: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class CurrentManifest:
    """The manifest of a committed artifact."""

    id: str
    file: StoredFile


artifact_fields = ObjectFields(Artifact, "Artifact")


@artifact_fields.field
def artifact_sequence(artifact: Artifact, _session: Session) -> Collection:
    """Where it was logged; the sequence's project is null for those who cannot read it."""
    return artifact.sequence


@artifact_fields.field
def artifact_type(artifact: Artifact, _session: Session) -> ArtifactType:
    """The type, the same wherever the version is linked."""
    return artifact.sequence.type


@artifact_fields.field
def ttl_duration_seconds(artifact: Artifact, _session: Session) -> int:
    """Seconds to live; -2 means what the collection says (protocol 5)."""
    return INHERITED_TTL if artifact.ttl_seconds is None else artifact.ttl_seconds


@artifact_fields.field
def ttl_is_inherited(artifact: Artifact, _session: Session) -> bool:
    """True unless the version has its own time to live."""
    return artifact.ttl_seconds is None


@artifact_fields.field
def tags(artifact: Artifact, _session: Session) -> list[Tag]:
    """The tags."""
    return list(artifact.tags.values())


@artifact_fields.field
def state(artifact: Artifact, _session: Session) -> str:
    """``PENDING``, ``COMMITTED`` or ``DELETED``."""
    return artifact.state.value


@artifact_fields.field
def digest_algorithm(_artifact: Artifact, _session: Session) -> str:
    """The only one in use."""
    return "MANIFEST_MD5"


@artifact_fields.field
def commit_hash(artifact: Artifact, _session: Session) -> str | None:
    """A short name of the content."""
    return artifact.digest[:20]


@artifact_fields.field
def file_count(artifact: Artifact, _session: Session) -> int:
    """How many files and references it has."""
    return len(artifact.entries)


def _visible_memberships(artifact: Artifact, session: Session) -> list[Membership]:
    return [held for held in artifact.memberships if session.access.sees(held.collection.project)]


@artifact_fields.field
def aliases(artifact: Artifact, session: Session) -> list[Alias]:
    """Its aliases in the collections that the viewer sees, its own first; capped like a page."""
    held = _visible_memberships(artifact, session)
    return list(islice(chain.from_iterable(membership.shown_aliases for membership in held), LARGEST_PAGE))


@artifact_fields.field
def artifact_memberships(
    artifact: Artifact, session: Session, first: int | None = None, after: str | None = None
) -> Connection[Membership]:
    """The collections that hold it, as far as the viewer sees them."""
    return page(_visible_memberships(artifact, session), first, after)


def _require_download(artifact: Artifact, session: Session) -> None:
    if not session.access.downloads_artifact(artifact):
        raise permission_denied()


@artifact_fields.field
def current_manifest(artifact: Artifact, session: Session) -> CurrentManifest | None:
    """The manifest; refused to those who see the version only as restricted viewers (registry-rules R4.6)."""
    _require_download(artifact, session)
    number = artifact.manifests[-1].number if artifact.manifests else artifact.number
    return CurrentManifest(encode_id("ArtifactManifest", number), manifest_file(session, artifact))


@artifact_fields.field
def files(
    artifact: Artifact,
    session: Session,
    names: list[str] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[StoredFile]:
    """The files; refused to those who see the version only as restricted viewers."""
    _require_download(artifact, session)
    return file_page(session, artifact, names, first, after)


@artifact_fields.field
def files_by_manifest_entries(
    artifact: Artifact,
    session: Session,
    storage_layout: str,
    manifest_version: str,
    entries: list[ArtifactManifestEntryInput] | None = None,
    storage_region: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[StoredFile]:
    """The files of some manifest entries."""
    del storage_layout, manifest_version, storage_region
    _require_download(artifact, session)
    return file_page(session, artifact, [entry.name for entry in entries or ()], first, after)


@artifact_fields.field
def used_by(
    artifact: Artifact, session: Session, first: int | None = None, after: str | None = None
) -> Connection[Run]:
    """The runs that used it, as far as the viewer sees them."""
    return page([run for run in artifact.used_by if session.access.sees(run.project)], first, after)


@artifact_fields.field
def created_by(artifact: Artifact, session: Session) -> Run | User | None:
    """The run that logged it, otherwise the person; null where the source is hidden."""
    if not session.access.sees(artifact.sequence.project):
        return None
    return artifact.run or artifact.creator


def creator_type(value: object) -> str:
    """The concrete type of a creator."""
    return "Run" if isinstance(value, Run) else "User"


manifest_fields = ObjectFields(Manifest, "ArtifactManifest")


@manifest_fields.field
def file(manifest: Manifest | CurrentManifest, session: Session) -> StoredFile:
    """Where the manifest is, or goes to."""
    return manifest.file if isinstance(manifest, CurrentManifest) else manifest_upload(session, manifest)


ARTIFACT_FIELDS = (artifact_fields, manifest_fields)
ARTIFACT_INPUTS = (ArtifactManifestEntryInput,)
