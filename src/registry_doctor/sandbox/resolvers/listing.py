"""Lists of projects, collections and versions: filtered, ordered, and only what the viewer sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from registry_doctor.sandbox.errors import bad_request
from registry_doctor.sandbox.filters import Record, parse_filter
from registry_doctor.sandbox.jsontypes import JsonValue
from registry_doctor.sandbox.model import Artifact, ArtifactState, Collection, Entity, Membership, Project
from registry_doctor.sandbox.paging import Connection, empty_first_page, page
from registry_doctor.sandbox.quirks import Quirk
from registry_doctor.sandbox.session import Session

T = TypeVar("T")


def page_of_listing(
    session: Session,
    items: Sequence[T],
    first: int | None,
    after: str | None,
    *,
    label: Callable[[T], str | None] = lambda _: None,
) -> Connection[T]:
    """A page of registries, collections or versions: with the quirk, an empty page comes before the first one."""
    if not after and session.has(Quirk.EMPTY_FIRST_PAGE):
        return empty_first_page(items)
    return page(items, first, after, label=label)


def projects_matching(
    session: Session, entity: Entity, filters: str | None, order: str | None = None
) -> list[Project]:
    """The entity's visible projects that pass; ``id`` in a filter is the number of the internal id."""
    chosen = parse_filter(filters)
    names = chosen.names()
    if names is None:
        candidates = list(entity.projects.values())
    else:
        candidates = [project for name in names if (project := entity.projects.get(name.casefold()))]
    found = [
        project
        for project in candidates
        if session.access.sees(project) and chosen.matches(_project_record(project))
    ]
    return _ordered(found, order or "name", _project_record)


def collections_matching(
    projects: Iterable[Project], filters: str | None, order: str | None = None
) -> list[Collection]:
    """The collections of these projects that pass."""
    chosen = parse_filter(filters)
    names = chosen.names()
    found: list[Collection] = []
    for project in projects:
        if names is None:
            candidates: Iterable[Collection] = project.collections.values()
        else:
            candidates = [collection for name in names if (collection := project.collections.get(name))]
        found.extend(
            collection for collection in candidates if chosen.matches(_collection_record(collection))
        )
    return _ordered(found, order, _collection_record)


def memberships_matching(
    collections: Iterable[Collection], filters: str | None, order: str | None = None
) -> list[Membership]:
    """The versions in these collections that pass and are not deleted, newest first within a collection."""
    chosen = parse_filter(filters)
    found = [
        membership
        for collection in collections
        for membership in reversed(collection.memberships.values())
        if membership.artifact.state is not ArtifactState.DELETED
        and chosen.matches(membership_record(membership))
    ]
    return _ordered(found, order, membership_record)


def _project_record(project: Project) -> Record:
    def value(field: str) -> JsonValue:
        match field:
            case "name":
                return project.name
            case "id" | "project_id":
                return project.number
            case "entity_id":
                return project.entity.number
            case "description":
                return project.description
            case "created_at" | "createdAt":
                return project.created_at
            case "updated_at" | "updatedAt":
                return project.updated_at or project.created_at
        raise _unknown(field)

    return value


def _collection_record(collection: Collection) -> Record:
    def value(field: str) -> JsonValue:
        match field:
            case "name" | "collection_name" | "artifact_collection_name":
                return collection.name
            case "id" | "collection_id" | "artifact_collection_id":
                return collection.number
            case "tag" | "tags":
                return list(collection.tags)
            case "type" | "artifact_type":
                return collection.type.name
            case "description":
                return collection.description
            case "created_at" | "createdAt":
                return collection.created_at
            case "updated_at" | "updatedAt":
                return collection.updated_at or collection.created_at
        raise _unknown(field)

    return value


def membership_record(membership: Membership) -> Record:
    """What filters on versions can ask about."""
    artifact = membership.artifact

    def value(field: str) -> JsonValue:
        match field:
            case "version" | "version_index" | "versionIndex":
                return membership.version_index
            case "alias" | "aliases":
                return list(membership.aliases)
            case "acm_created_at" | "linked_at":
                return membership.created_at
        return _artifact_value(artifact, field)

    return value


def _artifact_value(artifact: Artifact, field: str) -> JsonValue:
    match field:
        case "id" | "artifact_id":
            return artifact.number
        case "tag" | "tags":
            return list(artifact.tags)
        case "state":
            return artifact.state.value
        case "artifact_size" | "size":
            return artifact.size
        case "digest":
            return artifact.digest
        case "description":
            return artifact.description
        case "created_at" | "createdAt" | "artifact_created_at":
            return artifact.created_at
        case "updated_at" | "updatedAt":
            return artifact.updated_at or artifact.created_at
    first, _, rest = field.partition(".")
    if first in ("metadata", "artifact_metadata"):
        value: JsonValue = json.loads(artifact.metadata or "{}")
        for key in rest.split(".") if rest else ():
            value = value.get(key) if isinstance(value, dict) else None
        return value
    raise _unknown(field)


def _unknown(field: str) -> Exception:
    return bad_request(f"filters: unknown field '{field}'")


def _ordered(items: list[T], order: str | None, record: Callable[[T], Record]) -> list[T]:
    """Sort by a field; ``-field`` is descending, ``+field`` or ``field`` ascending."""
    if not order:
        return items
    field = order.lstrip("+-")

    def key(item: T) -> tuple[bool, str | float]:
        value = record(item)(field)
        number = value if isinstance(value, (int, float)) else None
        return (value is None, number if number is not None else str(value))

    return sorted(items, key=key, reverse=order.startswith("-"))
