"""The database in memory: everything a world holds, indexed by name and by node id."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from typing import TypeVar

from registry_doctor.sandbox.ids import decode_id
from registry_doctor.sandbox.model import (
    LATEST,
    ORGANIZATION_WIDE,
    REGISTRY_PREFIX,
    Alias,
    ApiKey,
    Artifact,
    ArtifactState,
    ArtifactType,
    Collection,
    CollectionKind,
    Entity,
    EntityKind,
    Manifest,
    Membership,
    Organization,
    Project,
    Registry,
    Run,
    Tag,
    User,
)
from registry_doctor.sandbox.quirks import Quirk
from registry_doctor.sandbox.roles import Role
from registry_doctor.sandbox.storage import BlobStore

N = TypeVar("N")
P = TypeVar("P", bound=Project)

DEFAULT_FEATURES = (
    "ARTIFACT_COLLECTIONS_FILTERING_SORTING",
    "ARTIFACT_COLLECTION_MEMBERSHIP_FILES",
    "ARTIFACT_DIGEST_ALGORITHM",
    "ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE",
    "ARTIFACT_REGISTRY_SEARCH",
    "ARTIFACT_TAGS",
    "CLIENT_IDS",
    "FILESTREAM_GZIP",
    "INCLUDE_ARTIFACT_TYPES_IN_REGISTRY_CREATION",
    "LARGE_FILENAMES",
    "MARK_RUN_FILES_UPLOADED",
    "PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP",
    "TOTAL_COUNT_IN_FILE_CONNECTION",
    "USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION",
)
RESTRICTED_VIEWER_SINCE = (0, 75)


@lru_cache(maxsize=1)
def _written(seconds: int) -> str:
    """A moment as the wire writes it."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class ServerSettings:
    """What the instance is: version, features, and the role of people who were not added to a registry."""

    version: str = "0.85.0"
    features: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(DEFAULT_FEATURES, True))
    default_registry_role: Role | None = None
    quirks: frozenset[Quirk] = frozenset()

    def at_least(self, *version: int) -> bool:
        """True if the server is of that version or newer."""
        return tuple(int(part) for part in self.version.split("-")[0].split(".")) >= version


class Database:
    """All of a backend's state. Callers hold `lock` around anything they do with it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.moment = time.time()
        """The time of the change that is being made; when it is made again after a restart, the time of the first time."""
        self.server = ServerSettings()
        self.blobs = BlobStore()
        self.users: dict[str, User] = {}
        self.users_by_key: dict[str, User] = {}
        self.entities: dict[str, Entity] = {}
        self.organizations: dict[str, Organization] = {}
        self.artifacts_by_client_id: dict[str, Artifact] = {}
        self._numbers: Counter[str] = Counter()
        self._nodes: dict[tuple[str, int], object] = {}

    # ------------------------------------------------------------- lookups

    def node(self, kind: type[N], node_id: str) -> N | None:
        """Return the thing behind a node id if it is of that kind."""
        decoded = decode_id(node_id)
        if decoded is None:
            return None
        found = self._nodes.get((decoded.kind.replace("ProjectInternalId", "Project"), decoded.number))
        return found if isinstance(found, kind) else None

    def entity(self, name: str) -> Entity | None:
        """Return an entity; names are compared without regard to case (registry-rules R1.12)."""
        return self.entities.get(name.casefold())

    def project(self, entity: Entity, name: str) -> Project | None:
        """Return a project of an entity; names are compared without regard to case."""
        return entity.projects.get(name.casefold())

    def membership(self, project: Project, name: str) -> Membership | None:
        """Return the version that ``collection:alias`` or ``collection:vN`` names; no alias means latest."""
        collection_name, _, version = name.partition(":")
        collection = project.collections.get(collection_name)
        return self.version(collection, version or LATEST) if collection else None

    def version(self, collection: Collection, alias: str) -> Membership | None:
        """Return the version of a collection under an alias or ``vN``."""
        if alias[:1] == "v" and alias[1:].isdigit():
            return collection.memberships.get(int(alias[1:]))
        found = collection.aliases.get(alias)
        return found.membership if found else None

    def default_role(self, organization: Organization) -> Role:
        """The role of members that were not added to a registry (registry-rules R4.7)."""
        if organization.default_registry_role is not None:
            return organization.default_registry_role
        if self.server.default_registry_role is not None:
            return self.server.default_registry_role
        return Role.RESTRICTED_VIEWER if self.server.at_least(*RESTRICTED_VIEWER_SINCE) else Role.VIEWER

    # ------------------------------------------------------------- accounts

    def add_user(self, username: str, *, personal: bool = True) -> User:
        """Make an account, with an entity of the same name unless it has none (registry-rules R4.5)."""
        user = User(self.number("User"), username, username, f"{username}@example.com")
        self._nodes["User", user.number] = user
        self.users[username] = user
        if personal:
            user.personal = self._add_entity(username, EntityKind.USER)
            user.personal.owner = user
        return user

    def add_key(self, user: User, secret: str) -> ApiKey:
        """Let a key stand for an account."""
        key = ApiKey(self.number("ApiKey"), secret)
        user.api_keys.append(key)
        self._nodes["ApiKey", key.number] = key
        self.users_by_key[secret] = user
        return key

    def add_organization(self, name: str, entity_name: str) -> Organization:
        """Make an organization and its own entity."""
        entity = self._add_entity(entity_name, EntityKind.ORGANIZATION)
        organization = Organization(self.number("Organization"), name, entity)
        entity.organization = organization
        self._nodes["Organization", organization.number] = organization
        self.organizations[name] = organization
        return organization

    def add_team(self, name: str, organization: Organization | None) -> Entity:
        """Make a team, inside an organization or outside of any."""
        team = self._add_entity(name, EntityKind.TEAM)
        team.organization = organization
        if organization:
            organization.teams.append(team)
        return team

    def _add_entity(self, name: str, kind: EntityKind) -> Entity:
        entity = Entity(self.number("Entity"), name, kind)
        self._nodes["Entity", entity.number] = entity
        self.entities[name.casefold()] = entity
        return entity

    # ------------------------------------------------------------- projects

    def add_project(self, entity: Entity, name: str, access: str = ORGANIZATION_WIDE) -> Project:
        """Make an ordinary project."""
        return self._keep_project(Project(self.number("Project"), entity, name, self.now(), access))

    def add_registry(
        self, organization: Organization, name: str, access: str = ORGANIZATION_WIDE
    ) -> Registry:
        """Make a registry of that name (without the prefix of its project)."""
        full_name = REGISTRY_PREFIX + name
        registry = Registry(self.number("Project"), organization.entity, full_name, self.now(), access)
        return self._keep_project(registry)

    def _keep_project(self, project: P) -> P:
        self._nodes["Project", project.number] = project
        project.entity.projects[project.name.casefold()] = project
        return project

    def remove_project(self, project: Project) -> None:
        """Forget a project with its collections and runs."""
        del project.entity.projects[project.name.casefold()]
        del self._nodes["Project", project.number]
        for collection in list(project.collections.values()):
            self.remove_collection(collection)
        for run in list(project.runs.values()):
            self.remove_run(run)

    def rename_project(self, project: Project, name: str) -> None:
        """Give a project another name; the old one stops resolving at once (registry-rules R5.2)."""
        del project.entity.projects[project.name.casefold()]
        project.name = name
        project.updated_at = self.now()
        project.entity.projects[name.casefold()] = project

    def artifact_type(self, project: Project, name: str) -> ArtifactType:
        """Return the project's type of that name, making it if need be."""
        found = project.types.get(name)
        if found is None:
            found = ArtifactType(self.number("ArtifactType"), name, project, self.now())
            project.types[name] = found
        return found

    def add_run(self, project: Project, name: str, user: User) -> Run:
        """Make a run."""
        run = Run(self.number("Run"), project, name, user, self.now(), display_name=name)
        self._nodes["Run", run.number] = run
        project.runs[name] = run
        return run

    def remove_run(self, run: Run) -> None:
        """Delete a run with its files; its name cannot be used again in the project. A second time does nothing."""
        if run.deleted:
            return
        run.deleted = True
        del run.project.runs[run.name]
        run.project.deleted_runs.add(run.name)
        for path in run.files.values():
            self.blobs.remove(path)
        for artifact in run.outputs:
            artifact.run = None if artifact.run is run else artifact.run
        for used in run.inputs:
            used.artifact.used_by.remove(run)
        run.forget_what_was_logged()

    # ---------------------------------------------- collections and versions

    def add_collection(self, project: Project, name: str, kind: CollectionKind, type_name: str) -> Collection:
        """Make an empty collection."""
        number = self.number("ArtifactCollection")
        collection = Collection(
            number, project, name, kind, self.artifact_type(project, type_name), self.now()
        )
        self._nodes["ArtifactCollection", number] = collection
        project.collections[name] = collection
        return collection

    def remove_collection(self, collection: Collection) -> None:
        """Delete a collection; the versions of a sequence are deleted with it."""
        for membership in list(collection.memberships.values()):
            if collection.kind is CollectionKind.SEQUENCE:
                self.delete_artifact(membership.artifact)
            else:
                self.remove_membership(membership)
        collection.deleted = True
        collection.project.collections.pop(collection.name, None)

    def add_artifact(self, sequence: Collection, digest: str) -> Artifact:
        """Make a version that has no number until it is committed (protocol 3)."""
        artifact = Artifact(self.number("Artifact"), sequence, ArtifactState.PENDING, digest, self.now())
        self._nodes["Artifact", artifact.number] = artifact
        return artifact

    def add_manifest(self, artifact: Artifact, storage_key: str, kind: str, digest: str) -> Manifest:
        """Make a manifest that is about to be uploaded."""
        manifest = Manifest(self.number("ArtifactManifest"), artifact, storage_key, kind, digest)
        self._nodes["ArtifactManifest", manifest.number] = manifest
        artifact.manifests.append(manifest)
        return manifest

    def delete_artifact(self, artifact: Artifact) -> None:
        """Delete a version: it leaves every collection."""
        for membership in list(artifact.memberships):
            self.remove_membership(membership)
        artifact.state = ArtifactState.DELETED

    def add_membership(self, collection: Collection, artifact: Artifact) -> Membership:
        """Put a version into a collection under its next number (registry-rules R1.14)."""
        index = collection.next_version
        collection.next_version += 1
        number = self.number("ArtifactCollectionMembership")
        membership = Membership(number, collection, artifact, index, self.now())
        membership.version_alias = Alias(self.number("ArtifactAlias"), f"v{index}", membership)
        self._nodes["ArtifactCollectionMembership", number] = membership
        collection.memberships[index] = membership
        collection.updated_at = self.now()
        artifact.memberships.append(membership)
        return membership

    def remove_membership(self, membership: Membership) -> None:
        """Take a version out of a collection; `latest` falls back to the newest that is left."""
        collection = membership.collection
        for alias in list(membership.aliases):
            del collection.aliases[alias]
        del collection.memberships[membership.version_index]
        membership.artifact.memberships.remove(membership)
        if LATEST in membership.aliases and collection.memberships:
            self.set_alias(collection.memberships[max(collection.memberships)], LATEST)

    def set_alias(self, membership: Membership, name: str) -> None:
        """Let an alias name this version: it lives on one version of a collection (registry-rules R1.14)."""
        collection = membership.collection
        alias = collection.aliases.get(name)
        if alias is None:
            alias = collection.aliases[name] = Alias(self.number("ArtifactAlias"), name, membership)
        else:
            del alias.membership.aliases[name]
            alias.membership = membership
        membership.aliases[name] = alias

    def remove_alias(self, membership: Membership, name: str) -> None:
        """Take an alias away from a version; nothing happens if it has none of that name."""
        if membership.aliases.pop(name, None):
            del membership.collection.aliases[name]

    def tag(self, name: str, category: str | None = None, attributes: str | None = None) -> Tag:
        """Make a tag."""
        return Tag(self.number("Tag"), name, category, attributes)

    def number(self, kind: str) -> int:
        """The next number of a kind of node."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    @property
    def nodes_made(self) -> int:
        """How many nodes were ever made."""
        return self._numbers.total()

    def now(self) -> str:
        """The moment of the change that is being made, as the wire writes it."""
        return _written(int(self.moment))
