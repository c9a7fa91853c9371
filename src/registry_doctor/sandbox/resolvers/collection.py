"""Collections, their versions and aliases."""

from __future__ import annotations

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import permission_denied
from registry_doctor.sandbox.model import (
    LATEST,
    Alias,
    Artifact,
    ArtifactType,
    Collection,
    CollectionKind,
    FileEntry,
    Membership,
    Project,
    Tag,
)
from registry_doctor.sandbox.paging import LARGEST_FILE_PAGE, Connection, page
from registry_doctor.sandbox.resolvers.file import StoredFile, artifact_file
from registry_doctor.sandbox.resolvers.listing import memberships_matching, page_of_listing
from registry_doctor.sandbox.session import Session

collection_fields = ObjectFields(Collection, "ArtifactSequence", "ArtifactPortfolio")


def collection_type(value: object) -> str:
    """The concrete type of a collection (protocol 5: ``__typename`` must be real)."""
    portfolio = isinstance(value, Collection) and value.kind is CollectionKind.PORTFOLIO
    return "ArtifactPortfolio" if portfolio else "ArtifactSequence"


@collection_fields.field
def state(collection: Collection, _session: Session) -> str:
    """``READY`` until it is deleted."""
    return "DELETED" if collection.deleted else "READY"


@collection_fields.field
def project(collection: Collection, session: Session) -> Project | None:
    """Null if the viewer cannot read it: that is how a source stays hidden (registry-rules R4.4)."""
    return collection.project if session.access.sees(collection.project) else None


@collection_fields.field
def default_artifact_type(collection: Collection, _session: Session) -> ArtifactType:
    """The one type of a collection (registry-rules R3.3)."""
    return collection.type


@collection_fields.field
def tags(collection: Collection, _session: Session) -> Connection[Tag]:
    """The tags."""
    return page(list(collection.tags.values()), len(collection.tags))


@collection_fields.field
def aliases(
    collection: Collection, _session: Session, first: int | None = None, after: str | None = None
) -> Connection[Alias]:
    """All aliases in the collection."""
    return page(list(collection.aliases.values()), first, after)


@collection_fields.field
def artifacts(
    collection: Collection,
    session: Session,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
    filters: str | None = None,
) -> Connection[Artifact]:
    """The artifacts held, newest first, each with its version in this collection."""
    found = memberships_matching([collection], filters, order)
    versions = {membership.artifact: f"v{membership.version_index}" for membership in found}
    artifacts = [membership.artifact for membership in found]
    return page_of_listing(session, artifacts, first, after, label=versions.get)


@collection_fields.field
def artifact_membership(collection: Collection, session: Session, alias_name: str) -> Membership | None:
    """The version under an alias or ``vN``."""
    return session.database.version(collection, alias_name)


@collection_fields.field
def artifact_memberships(
    collection: Collection,
    session: Session,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
) -> Connection[Membership]:
    """The versions, newest first."""
    return page_of_listing(session, memberships_matching([collection], None, order), first, after)


sequence_fields = ObjectFields(Collection, "ArtifactSequence")


@sequence_fields.field
def latest_artifact(collection: Collection, _session: Session) -> Artifact | None:
    """The newest version that was committed."""
    latest = collection.aliases.get(LATEST)
    return latest.membership.artifact if latest else None


@sequence_fields.field
def digest_algorithm(_collection: Collection, _session: Session) -> str:
    """The only one in use."""
    return "MANIFEST_MD5"


membership_fields = ObjectFields(Membership, "ArtifactCollectionMembership")


def _aliases_of_version(membership: Membership, _session: Session) -> list[Alias]:
    return membership.shown_aliases


membership_fields.resolvers["aliases"] = _aliases_of_version
membership_fields.resolvers["artifact_collection"] = lambda membership, _session: membership.collection


@membership_fields.field
def files(
    membership: Membership,
    session: Session,
    names: list[str] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[StoredFile]:
    """The files; refused to restricted viewers of the registry it is asked through (registry-rules R4.6, R4.10)."""
    if not session.access.downloads(membership.collection.project):
        raise permission_denied()
    return file_page(session, membership.artifact, names, first, after)


def file_page(
    session: Session, artifact: Artifact, names: list[str] | None, first: int | None, after: str | None
) -> Connection[StoredFile]:
    """A page of an artifact's files, references among them (protocol 3)."""
    entries: list[FileEntry] = list(artifact.entries.values())
    if names is not None:
        entries = [artifact.entries[name] for name in names if name in artifact.entries]
    return page(
        [artifact_file(session, artifact, entry) for entry in entries],
        first,
        after,
        largest=LARGEST_FILE_PAGE,
    )


COLLECTION_FIELDS = (
    collection_fields,
    sequence_fields,
    membership_fields,
    ObjectFields(Alias, "ArtifactAlias"),
    ObjectFields(Tag, "Tag"),
)
