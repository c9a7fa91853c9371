"""Linking versions into collections, unlinking them, and their aliases (registry-rules 3 and 4, protocol 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import bad_request, not_found, permission_denied
from registry_doctor.sandbox.model import (
    LATEST,
    REGISTRY_PREFIX,
    Artifact,
    ArtifactState,
    Collection,
    CollectionKind,
    Entity,
    EntityKind,
    Membership,
    Project,
    Registry,
)
from registry_doctor.sandbox.mutations.payloads import ArtifactAliasInput, Mutation, SuccessPayload
from registry_doctor.sandbox.naming import check_alias, check_collection_name, check_project_name, is_version
from registry_doctor.sandbox.session import Session

FOREIGN_SOURCE = (
    "linking is only allowed within the same team or to a collection in your organization's registry"
)


@dataclass(frozen=True)
class LinkArtifactInput:
    """A version, by id or by the client's own id, and the collection it goes to, by id or by path."""

    artifact_id: str | None = None
    client_id: str | None = None
    artifact_portfolio_id: str | None = None
    artifact_portfolio_name: str | None = None
    entity_name: str | None = None
    project_name: str | None = None
    aliases: Sequence[ArtifactAliasInput] | None = None


@dataclass(frozen=True)
class LinkArtifactPayload:
    """The version as the collection now has it."""

    version_index: int
    artifact_membership: Membership


@dataclass(frozen=True)
class UnlinkArtifactInput:
    """A version and the collection it is to leave."""

    artifact_id: str
    artifact_portfolio_id: str


@dataclass(frozen=True)
class ArtifactCollectionAliasInput:
    """An alias in a collection that is named by its path."""

    alias: str
    artifact_collection_name: str
    entity_name: str
    project_name: str


@dataclass(frozen=True)
class AddAliasesInput:
    """Aliases that a version is to get."""

    artifact_id: str
    aliases: Sequence[ArtifactCollectionAliasInput]


@dataclass(frozen=True)
class DeleteAliasesInput:
    """Aliases that a version is to lose."""

    artifact_id: str
    aliases: Sequence[ArtifactCollectionAliasInput]


linking_fields = ObjectFields(Mutation, "Mutation")


@linking_fields.field
def link_artifact(_root: Mutation, session: Session, input: LinkArtifactInput) -> LinkArtifactPayload:
    """Link a version into a collection of a registry or of its own team; refusals come before any change."""
    artifact = _artifact_to_link(session, input)
    aliases = _aliases_asked_for(input.aliases or ())
    if input.artifact_portfolio_id is not None:
        collection = _collection_by_id(session, input.artifact_portfolio_id)
        entity_name, project_name, name = (
            collection.project.entity_name,
            collection.project.name,
            collection.name,
        )
    else:
        entity_name, project_name = input.entity_name or "", input.project_name or ""
        name = input.artifact_portfolio_name or ""
    check_collection_name(name)
    project = _target_project(session, artifact, entity_name, project_name)
    _check_type(project, name, artifact)
    for alias in aliases:
        session.access.require_alias_right(project, alias)
    membership = _link(session, project, name, artifact)
    for alias in aliases:
        session.database.set_alias(membership, alias)
    return LinkArtifactPayload(membership.version_index, membership)


def _artifact_to_link(session: Session, input: LinkArtifactInput) -> Artifact:
    artifact = None
    if input.artifact_id is not None:
        artifact = session.database.node(Artifact, input.artifact_id)
    elif input.client_id is not None:
        artifact = session.database.artifacts_by_client_id.get(input.client_id)
    if artifact is None or not session.access.sees_artifact(artifact):
        raise not_found("artifact not found")
    if artifact.state is not ArtifactState.COMMITTED:
        raise bad_request(
            f"artifact '{artifact.sequence.name}' cannot be linked: its state is {artifact.state.value}"
        )
    return artifact


def _aliases_asked_for(aliases: Sequence[ArtifactAliasInput]) -> list[str]:
    """The aliases to set: ``latest`` and ``vN`` are set by the server and are ignored (registry-rules R1.6)."""
    for item in aliases:
        check_alias(item.alias)
    return [item.alias for item in aliases if item.alias != LATEST and not is_version(item.alias)]


def _collection_by_id(session: Session, collection_id: str) -> Collection:
    collection = session.database.node(Collection, collection_id)
    if collection is None or collection.deleted or not session.access.sees(collection.project):
        raise not_found("artifact collection not found")
    return collection


def _target_project(session: Session, artifact: Artifact, entity_name: str, project_name: str) -> Project:
    """The registry or project to link into, which the viewer may write to."""
    entity = session.database.entity(entity_name)
    source_entity = artifact.sequence.project.entity
    if entity is source_entity:
        return _project_of_source_entity(session, source_entity, project_name)
    if not project_name.casefold().startswith(REGISTRY_PREFIX):
        raise bad_request(FOREIGN_SOURCE)
    registry = session.database.project(entity, project_name) if entity else None
    if registry is None or not session.access.sees(registry):
        raise not_found(f"project '{project_name}' not found")
    same_organization = registry.entity.organization is source_entity.organization
    if not (isinstance(registry, Registry) and source_entity.kind is EntityKind.TEAM and same_organization):
        raise bad_request(FOREIGN_SOURCE)
    if not session.access.writes(registry):
        raise permission_denied()
    return registry


def _project_of_source_entity(session: Session, entity: Entity, name: str) -> Project:
    """A missing ordinary project is made by linking, a missing registry never is (protocol 7)."""
    project = session.database.project(entity, name)
    if project is None:
        check_project_name(name)
        if not session.access.creates_projects(entity):
            raise permission_denied()
        return session.database.add_project(entity, name)
    if not session.access.sees(project):
        raise not_found(f"project '{name}' not found")
    if not session.access.writes(project):
        raise permission_denied()
    return project


def _check_type(project: Project, collection_name: str, artifact: Artifact) -> None:
    """A registry accepts some types, a collection exactly one (registry-rules R3.2, R3.3)."""
    kind = artifact.type_name
    if isinstance(project, Registry) and project.accepted_types and kind not in project.accepted_types:
        raise bad_request(f"artifact type '{kind}' is not allowed in the '{project.title}' registry")
    collection = project.collections.get(collection_name)
    if collection is None:
        return
    if collection.kind is CollectionKind.SEQUENCE:
        raise bad_request(f"'{collection_name}' holds what runs logged: nothing can be linked into it")
    if collection.type.name != kind:
        raise bad_request(
            f"artifact type '{kind}' does not match collection '{collection_name}', which holds type '{collection.type.name}'"
        )


def _link(session: Session, project: Project, collection_name: str, artifact: Artifact) -> Membership:
    """The version in the collection: the one that is there, or a new one that becomes the latest."""
    database = session.database
    collection = project.collections.get(collection_name)
    if collection is None:
        collection = database.add_collection(
            project, collection_name, CollectionKind.PORTFOLIO, artifact.type_name
        )
    for held in artifact.memberships:
        if held.collection is collection:
            return held
    membership = database.add_membership(collection, artifact)
    database.set_alias(membership, LATEST)
    return membership


@linking_fields.field
def unlink_artifact(_root: Mutation, session: Session, input: UnlinkArtifactInput) -> SuccessPayload:
    """Take a version out of a collection; one with a protected alias only an admin can (registry-rules 4.1)."""
    collection = _collection_by_id(session, input.artifact_portfolio_id)
    membership = _membership_in(session, input.artifact_id, collection)
    session.access.require_write(collection)
    for alias in membership.aliases:
        session.access.require_alias_right(collection.project, alias)
    session.database.remove_membership(membership)
    return SuccessPayload()


def _membership_in(session: Session, artifact_id: str, collection: Collection) -> Membership:
    artifact = session.database.node(Artifact, artifact_id)
    for held in artifact.memberships if artifact else ():
        if held.collection is collection:
            return held
    raise not_found(f"the artifact is not in collection '{collection.name}'")


@linking_fields.field
def add_aliases(_root: Mutation, session: Session, input: AddAliasesInput) -> SuccessPayload:
    """Give a version aliases, taking them from the versions that had them."""
    for item in input.aliases:
        check_alias(item.alias)
        if is_version(item.alias):
            raise bad_request(f"'{item.alias}' is a version, not an alias")
    for membership, alias in _changes(session, input):
        session.database.set_alias(membership, alias)
    return SuccessPayload()


@linking_fields.field
def delete_aliases(_root: Mutation, session: Session, input: DeleteAliasesInput) -> SuccessPayload:
    """Take aliases away from a version."""
    for membership, alias in _changes(session, input):
        session.database.remove_alias(membership, alias)
    return SuccessPayload()


def _changes(session: Session, input: AddAliasesInput | DeleteAliasesInput) -> list[tuple[Membership, str]]:
    """What is to change, once the viewer may change all of it."""
    changes = []
    for item in input.aliases:
        entity = session.database.entity(item.entity_name)
        project = session.database.project(entity, item.project_name) if entity else None
        if project is None or not session.access.sees(project):
            raise not_found(f"project '{item.project_name}' not found")
        collection = project.collections.get(item.artifact_collection_name)
        if collection is None:
            raise not_found(f"artifact collection '{item.artifact_collection_name}' not found")
        session.access.require_write(collection)
        session.access.require_alias_right(project, item.alias)
        changes.append((_membership_in(session, input.artifact_id, collection), item.alias))
    return changes


LINKING_FIELDS = (linking_fields,)
LINKING_INPUTS = (
    LinkArtifactInput,
    UnlinkArtifactInput,
    ArtifactCollectionAliasInput,
    AddAliasesInput,
    DeleteAliasesInput,
)
