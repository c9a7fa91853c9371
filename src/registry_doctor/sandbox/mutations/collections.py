"""Changing, tagging and deleting collections (registry-rules 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import bad_request, conflict, not_found
from registry_doctor.sandbox.model import Collection, Tag
from registry_doctor.sandbox.mutations.payloads import CollectionPayload, Mutation, SuccessPayload, TagInput
from registry_doctor.sandbox.naming import check_collection_name
from registry_doctor.sandbox.session import Session


@dataclass(frozen=True)
class UpdateArtifactSequenceInput:
    """New values for a source collection."""

    artifact_sequence_id: str
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class UpdateArtifactPortfolioInput:
    """New values for a collection of links."""

    artifact_portfolio_id: str
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class MoveArtifactSequenceInput:
    """Another type for a source collection."""

    artifact_sequence_id: str
    destination_artifact_type_name: str


@dataclass(frozen=True)
class DeleteArtifactSequenceInput:
    """A source collection to delete."""

    artifact_sequence_id: str


@dataclass(frozen=True)
class DeleteArtifactPortfolioInput:
    """A collection of links to delete."""

    artifact_portfolio_id: str


@dataclass(frozen=True)
class CreateArtifactCollectionTagAssignmentsInput:
    """Tags for a collection."""

    artifact_collection_name: str
    entity_name: str
    project_name: str
    tags: Sequence[TagInput]


@dataclass(frozen=True)
class DeleteArtifactCollectionTagAssignmentsInput:
    """Tags that a collection is to lose."""

    artifact_collection_name: str
    entity_name: str
    project_name: str
    tags: Sequence[TagInput]


@dataclass(frozen=True)
class TagsPayload:
    """The tags of a collection."""

    tags: list[Tag]


collections_fields = ObjectFields(Mutation, "Mutation")


def _writable(session: Session, collection_id: str) -> Collection:
    collection = session.database.node(Collection, collection_id)
    if collection is None or collection.deleted or not session.access.sees(collection.project):
        raise not_found("artifact collection not found")
    session.access.require_write(collection)
    return collection


def _updated(
    session: Session, collection: Collection, name: str | None, description: str | None
) -> CollectionPayload:
    """Rename and describe a collection; the old name stops resolving (registry-rules R5.3)."""
    if name is not None and name != collection.name:
        check_collection_name(name)
        if name in collection.project.collections:
            raise conflict(f"there already is a collection '{name}'")
        del collection.project.collections[collection.name]
        collection.project.collections[name] = collection
        collection.name = name
    collection.description = collection.description if description is None else description
    collection.updated_at = session.database.now()
    return CollectionPayload(collection)


@collections_fields.field
def update_artifact_sequence(
    _root: Mutation, session: Session, input: UpdateArtifactSequenceInput
) -> CollectionPayload:
    """Rename or describe a source collection."""
    return _updated(session, _writable(session, input.artifact_sequence_id), input.name, input.description)


@collections_fields.field
def update_artifact_portfolio(
    _root: Mutation, session: Session, input: UpdateArtifactPortfolioInput
) -> CollectionPayload:
    """Rename or describe a collection of links."""
    return _updated(session, _writable(session, input.artifact_portfolio_id), input.name, input.description)


@collections_fields.field
def move_artifact_sequence(
    _root: Mutation, session: Session, input: MoveArtifactSequenceInput
) -> CollectionPayload:
    """Give a source collection another type."""
    collection = _writable(session, input.artifact_sequence_id)
    if any(
        held.collection is not collection
        for version in collection.memberships.values()
        for held in version.artifact.memberships
    ):
        raise bad_request(f"'{collection.name}' has linked versions: its type cannot change")
    collection.type = session.database.artifact_type(collection.project, input.destination_artifact_type_name)
    return CollectionPayload(collection)


def _deleted(session: Session, collection: Collection) -> CollectionPayload:
    """Delete a collection; with a protected alias in it only an admin can (registry-rules 4.1)."""
    for alias in collection.aliases:
        session.access.require_alias_right(collection.project, alias)
    session.database.remove_collection(collection)
    return CollectionPayload(collection)


@collections_fields.field
def delete_artifact_sequence(
    _root: Mutation, session: Session, input: DeleteArtifactSequenceInput
) -> CollectionPayload:
    """Delete a source collection with its versions."""
    return _deleted(session, _writable(session, input.artifact_sequence_id))


@collections_fields.field
def delete_artifact_portfolio(
    _root: Mutation, session: Session, input: DeleteArtifactPortfolioInput
) -> CollectionPayload:
    """Delete a collection of links; the versions stay where they were logged."""
    return _deleted(session, _writable(session, input.artifact_portfolio_id))


def _by_path(
    session: Session,
    input: CreateArtifactCollectionTagAssignmentsInput | DeleteArtifactCollectionTagAssignmentsInput,
) -> Collection:
    entity = session.database.entity(input.entity_name)
    project = session.database.project(entity, input.project_name) if entity else None
    collection = project.collections.get(input.artifact_collection_name) if project else None
    if collection is None:
        raise not_found(f"artifact collection '{input.artifact_collection_name}' not found")
    return _writable(session, collection.id)


@collections_fields.field
def create_artifact_collection_tag_assignments(
    _root: Mutation, session: Session, input: CreateArtifactCollectionTagAssignmentsInput
) -> TagsPayload:
    """Attach tags to a collection."""
    collection = _by_path(session, input)
    for tag in input.tags:
        collection.tags.setdefault(
            tag.tag_name, session.database.tag(tag.tag_name, tag.tag_category_name, tag.attributes)
        )
    return TagsPayload(list(collection.tags.values()))


@collections_fields.field
def delete_artifact_collection_tag_assignments(
    _root: Mutation, session: Session, input: DeleteArtifactCollectionTagAssignmentsInput
) -> SuccessPayload:
    """Take tags off a collection."""
    collection = _by_path(session, input)
    for tag in input.tags:
        collection.tags.pop(tag.tag_name, None)
    return SuccessPayload()


COLLECTION_MUTATION_FIELDS = (collections_fields,)
COLLECTION_MUTATION_INPUTS = (
    UpdateArtifactSequenceInput,
    UpdateArtifactPortfolioInput,
    MoveArtifactSequenceInput,
    DeleteArtifactSequenceInput,
    DeleteArtifactPortfolioInput,
    CreateArtifactCollectionTagAssignmentsInput,
    DeleteArtifactCollectionTagAssignmentsInput,
)
