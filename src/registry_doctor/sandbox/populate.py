"""Putting a world into a database: new things are made, known ones get what the document adds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeVar

from registry_doctor.sandbox.errors import WorldError
from registry_doctor.sandbox.model import (
    LATEST,
    ORGANIZATION_WIDE,
    REGISTRY_PREFIX,
    RESTRICTED,
    Artifact,
    ArtifactState,
    Collection,
    CollectionKind,
    Entity,
    FileEntry,
    Membership,
    Project,
    Registry,
    User,
)
from registry_doctor.sandbox.roles import Role
from registry_doctor.sandbox.state import DEFAULT_FEATURES, Database
from registry_doctor.sandbox.storage import content_path, manifest_digest, md5_digest
from registry_doctor.sandbox.world import (
    ArtifactSpec,
    CollectionSpec,
    ExactFeatures,
    OrganizationSpec,
    ProjectSpec,
    RegistrySpec,
    ServerSpec,
    TeamSpec,
    UserSpec,
    VersionSpec,
    World,
)

_Spec = TypeVar("_Spec")

ACCESS_WORDS = {"public": "USER_READ", "open": "USER_WRITE", "team": "PRIVATE", "private": "PRIVATE"}


def populate(database: Database, world: World) -> None:
    """Add everything in the world.

    Raises WorldError with the place of a reference to something unknown; what the document has before it is already added.
    """
    with database.lock:
        _Population(database).add(world)


class _Population:
    """One world on its way into a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, world: World) -> None:
        self._server(world.server)
        for place, user in _placed("users", world.users):
            self._user(place, user)
        for place, organization in _placed("orgs", world.organizations):
            self._organization(place, organization)
        for place, team in _placed("teams", world.teams):
            self._team(place, team)
        for place, project in _placed("projects", world.projects):
            self._project(place, project)
        for place, artifact in _placed("artifacts", world.artifacts):
            self._artifact(place, artifact)
        for place, registry in _placed("registries", world.registries):
            self._registry(place, registry)

    def _server(self, spec: ServerSpec) -> None:
        server = self._database.server
        server.version = spec.version or server.version
        server.default_registry_role = spec.default_registry_role or server.default_registry_role
        server.quirks = server.quirks if spec.quirks is None else spec.quirks
        if isinstance(spec.features, ExactFeatures):
            off = dict.fromkeys((*DEFAULT_FEATURES, *server.features), False)
            server.features = off | dict.fromkeys(spec.features.names, True)
        elif spec.features is not None:
            server.features |= spec.features.changes

    # ------------------------------------------------------------- accounts

    def _user(self, place: str, spec: UserSpec) -> None:
        user = self._database.users.get(spec.username)
        if user is None:
            personal = spec.personal_entity is not False
            if personal:
                self._refuse_taken_entity(f"{place}.username", spec.username)
            user = self._database.add_user(spec.username, personal=personal)
        self._add_keys(f"{place}.api_keys", user, spec.api_keys)
        user.default_entity = spec.default_entity or user.default_entity
        user.email = spec.email or user.email
        user.name = spec.name or user.name
        user.admin = user.admin if spec.admin is None else spec.admin

    def _add_keys(self, place: str, user: User, keys: Iterable[str]) -> None:
        for key in keys:
            owner = self._database.users_by_key.get(key)
            if owner is None:
                self._database.add_key(user, key)
            elif owner is not user:
                raise WorldError(f"{place}: a key of '{user.username}' is already one of '{owner.username}'")

    def _member(self, username: str) -> str:
        """A person who is named without an entry in `users` is an account without a key."""
        if username not in self._database.users:
            self._database.add_user(username, personal=self._database.entity(username) is None)
        return username

    def _members(self, members: Iterable[tuple[str, Role]]) -> dict[str, Role]:
        return {self._member(username): role for username, role in members}

    def _organization(self, place: str, spec: OrganizationSpec) -> None:
        organization = self._database.organizations.get(spec.name)
        if organization is None:
            self._refuse_taken_entity(f"{place}.entity", spec.entity)
            organization = self._database.add_organization(spec.name, spec.entity)
        elif organization.entity.name != spec.entity:
            raise WorldError(
                f"{place}.entity: '{spec.name}' already has the entity '{organization.entity.name}'"
            )
        organization.members |= self._members(spec.members.items())
        organization.default_registry_role = spec.default_registry_role or organization.default_registry_role

    def _team(self, place: str, spec: TeamSpec) -> None:
        organization = None
        if spec.organization is not None:
            organization = self._database.organizations.get(spec.organization)
            if organization is None:
                raise WorldError(
                    f"{place}.org: organization '{spec.organization}' does not exist (give its display name)"
                )
        team = self._database.entity(spec.name)
        if team is None or team.organization is not organization or team.owner:
            self._refuse_taken_entity(f"{place}.name", spec.name)
            team = self._database.add_team(spec.name, organization)
        team.members |= self._members(spec.members.items())
        for number, account in enumerate(spec.service_accounts):
            user = self._database.users.get(account.username)
            if user is None:
                user = self._database.add_user(account.username, personal=False)
                user.default_entity = team.name
            user.service_team = team
            self._add_keys(f"{place}.service_accounts[{number}].api_keys", user, account.api_keys)

    def _refuse_taken_entity(self, place: str, name: str) -> None:
        if self._database.entity(name) is not None:
            raise WorldError(f"{place}: entity '{name}' already exists")

    # ------------------------------------------------- projects and artifacts

    def _entity(self, place: str, name: str) -> Entity:
        entity = self._database.entity(name)
        if entity is None:
            raise WorldError(f"{place}: user or team '{name}' does not exist")
        return entity

    def _project(self, place: str, spec: ProjectSpec) -> None:
        project = self._ensure_project(self._entity(f"{place}.entity", spec.entity), spec.name)
        if spec.access is not None:
            project.access = ACCESS_WORDS.get(spec.access.lower(), spec.access.upper())

    def _ensure_project(self, entity: Entity, name: str) -> Project:
        return self._database.project(entity, name) or self._database.add_project(entity, name)

    def _artifact(self, place: str, spec: ArtifactSpec) -> None:
        project = self._ensure_project(self._entity(f"{place}.path", spec.entity), spec.project)
        sequence = project.collections.get(spec.collection)
        if sequence is None:
            sequence = self._database.add_collection(
                project, spec.collection, CollectionKind.SEQUENCE, spec.type
            )
        elif sequence.type.name != spec.type:
            raise WorldError(
                f"{place}.type: '{spec.collection}' already holds artifacts of type '{sequence.type.name}'"
            )
        for version_place, version in _placed(f"{place}.versions", spec.versions):
            self._version(version_place, sequence, version)

    def _version(self, place: str, sequence: Collection, spec: VersionSpec) -> None:
        entries = [self._store(path, text) for path, text in spec.files.items()]
        artifact = self._database.add_artifact(sequence, manifest_digest(entries))
        artifact.entries = {entry.path: entry for entry in entries}
        artifact.metadata = json.dumps(spec.metadata)
        artifact.description = spec.description
        artifact.state = ArtifactState(spec.state)
        artifact.creator = self._creator(place, sequence.project.entity, spec.by)
        membership = self._database.add_membership(sequence, artifact)
        artifact.version_index = membership.version_index
        if artifact.state is ArtifactState.COMMITTED:
            self._database.set_alias(membership, LATEST)
        for alias in spec.aliases:
            self._database.set_alias(membership, alias)

    def _store(self, path: str, text: str) -> FileEntry:
        content = text.encode()
        digest = md5_digest(content)
        self._database.blobs.put(content_path(digest), content)
        return FileEntry(path, digest, len(content))

    def _creator(self, place: str, entity: Entity, by: str | None) -> User | None:
        if by is not None and by not in self._database.users:
            raise WorldError(f"{place}.by: user '{by}' does not exist")
        if by is None:
            by = entity.owner.username if entity.owner else next(iter(entity.members), None)
        return None if by is None else self._database.users.get(by)

    # ------------------------------------------------------------- registries

    def _registry(self, place: str, spec: RegistrySpec) -> None:
        organization = self._database.organizations.get(spec.organization)
        if organization is None:
            raise WorldError(
                f"{place}.org: organization '{spec.organization}' does not exist (give its display name)"
            )
        registry = self._database.project(organization.entity, REGISTRY_PREFIX + spec.name)
        if not isinstance(registry, Registry):
            registry = self._database.add_registry(organization, spec.name)
        if spec.visibility is not None:
            registry.access = RESTRICTED if spec.visibility == "restricted" else ORGANIZATION_WIDE
        registry.description = spec.description or registry.description
        registry.accepted_types.extend(
            name for name in spec.accepted_types if name not in registry.accepted_types
        )
        for name in spec.accepted_types:
            self._database.artifact_type(registry, name)
        registry.protected_aliases.update(spec.protected_aliases)
        registry.members |= self._members(spec.members.items())
        for team, role in spec.teams.items():
            registry.teams[self._entity(f"{place}.teams", team).name] = role
        for collection_place, collection in _placed(f"{place}.collections", spec.collections):
            self._collection(collection_place, registry, collection)

    def _collection(self, place: str, registry: Registry, spec: CollectionSpec) -> None:
        collection = registry.collections.get(spec.name)
        if collection is None:
            collection = self._database.add_collection(
                registry, spec.name, CollectionKind.PORTFOLIO, spec.type
            )
        elif collection.type.name != spec.type:
            raise WorldError(
                f"{place}.type: '{spec.name}' already holds artifacts of type '{collection.type.name}'"
            )
        collection.description = spec.description or collection.description
        for tag in spec.tags:
            collection.tags.setdefault(tag, self._database.tag(tag))
        for version_place, link in _placed(f"{place}.versions", spec.versions):
            artifact = self._source(f"{version_place}.source", link.source)
            if artifact.type_name != spec.type:
                raise WorldError(
                    f"{version_place}.source: '{link.source}' is of type '{artifact.type_name}', not '{spec.type}'"
                )
            if artifact.state is ArtifactState.DELETED:
                collection.next_version += (
                    1  # it was linked once, and has left the collection (registry-rules R5.5)
                )
                continue
            membership = self._database.add_membership(collection, artifact)
            for alias in (LATEST, *link.aliases):
                self._database.set_alias(membership, alias)

    def _source(self, place: str, source: str) -> Artifact:
        entity_name, project_name, name = source.split("/", 2)
        entity = self._database.entity(entity_name)
        project = self._database.project(entity, project_name) if entity else None
        membership: Membership | None = self._database.membership(project, name) if project else None
        if membership is None:
            raise WorldError(f"{place}: artifact '{source}' does not exist")
        return membership.artifact


def _placed(section: str, specs: Iterable[_Spec]) -> Iterable[tuple[str, _Spec]]:
    return ((f"{section}[{number}]", spec) for number, spec in enumerate(specs))
