"""The things a backend keeps: people, organizations, projects, collections, artifacts and runs.

They are mutable and compared by identity; who may see or change them is decided in `access`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from registry_doctor.sandbox.history_rows import HistoryRows
from registry_doctor.sandbox.ids import encode_id
from registry_doctor.sandbox.jsontypes import JsonObject
from registry_doctor.sandbox.roles import Role

REGISTRY_PREFIX = "wandb-registry-"
RESTRICTED = "RESTRICTED"
ORGANIZATION_WIDE = "PRIVATE"
LATEST = "latest"


class EntityKind(Enum):
    """What owns projects: a person, a team, or an organization."""

    USER = "user"
    TEAM = "team"
    ORGANIZATION = "organization"


class CollectionKind(Enum):
    """A sequence holds what runs logged under one name, a portfolio what was linked there."""

    SEQUENCE = "SEQUENCE"
    PORTFOLIO = "PORTFOLIO"


class ArtifactState(Enum):
    """Only a committed artifact can be linked or used."""

    PENDING = "PENDING"
    COMMITTED = "COMMITTED"
    DELETED = "DELETED"


@dataclass(eq=False)
class ApiKey:
    """An API key; elsewhere than in the answer that makes it, only its beginning shows."""

    number: int
    secret: str
    description: str | None = None
    is_shown: bool = False
    """True only in the answer that makes the key: it shows the whole secret."""


@dataclass(eq=False)
class User:
    """An account: a person's, or a service account that belongs to a team."""

    number: int
    username: str
    name: str
    email: str
    admin: bool = False
    default_entity: str | None = None
    personal: Entity | None = None
    service_team: Entity | None = None
    api_keys: list[ApiKey] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("User", self.number)


@dataclass(eq=False)
class Organization:
    """An organization with its display name and its own entity."""

    number: int
    name: str
    entity: Entity
    members: dict[str, Role] = field(default_factory=dict)
    teams: list[Entity] = field(default_factory=list)
    default_registry_role: Role | None = None

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("Organization", self.number)


@dataclass(eq=False)
class Entity:
    """An owner of projects. Of `owner` and `organization` it has what its kind calls for."""

    number: int
    name: str
    kind: EntityKind
    owner: User | None = None
    organization: Organization | None = None
    members: dict[str, Role] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("Entity", self.number)


@dataclass(eq=False)
class ArtifactType:
    """A type of artifacts within a project."""

    number: int
    name: str
    project: Project
    created_at: str
    description: str | None = None

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("ArtifactType", self.number)


@dataclass(eq=False)
class Project:
    """An ordinary project."""

    number: int
    entity: Entity
    name: str
    created_at: str
    access: str
    description: str | None = None
    updated_at: str | None = None
    types: dict[str, ArtifactType] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    deleted_runs: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("Project", self.number)

    @property
    def internal_id(self) -> str:
        """The id whose number list filters use (protocol 5)."""
        return encode_id("ProjectInternalId", self.number)

    @property
    def entity_name(self) -> str:
        """The name of the owner."""
        return self.entity.name

    @property
    def title(self) -> str:
        """The name for messages to people."""
        return self.name


@dataclass(eq=False)
class Registry(Project):
    """A project ``wandb-registry-<name>`` of an organization's entity. `accepted_types` empty: every type."""

    accepted_types: list[str] = field(default_factory=list)
    members: dict[str, Role] = field(default_factory=dict)
    teams: dict[str, Role] = field(default_factory=dict)
    protected_aliases: set[str] = field(default_factory=set)

    @property
    def title(self) -> str:
        """The registry's name, without the prefix of its project."""
        return self.name.removeprefix(REGISTRY_PREFIX)

    @property
    def restricted(self) -> bool:
        """True if only those who were added see it."""
        return self.access == RESTRICTED


@dataclass(eq=False)
class Tag:
    """A word attached to a collection or a version."""

    number: int
    name: str
    tag_category_name: str | None = None
    attributes: str | None = None

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("Tag", self.number)


@dataclass(eq=False)
class Alias:
    """A name for one version of a collection."""

    number: int
    alias: str
    membership: Membership

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("ArtifactAlias", self.number)

    @property
    def artifact_collection(self) -> Collection:
        """Where the name counts."""
        return self.membership.collection


@dataclass(eq=False)
class Collection:
    """Versions under one name in a project, all of one type (registry-rules R3.3)."""

    number: int
    project: Project
    name: str
    kind: CollectionKind
    type: ArtifactType
    created_at: str
    description: str | None = None
    updated_at: str | None = None
    deleted: bool = False
    next_version: int = 0
    tags: dict[str, Tag] = field(default_factory=dict)
    memberships: dict[int, Membership] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    shared_drafts: dict[str, Artifact] = field(default_factory=dict)
    """Versions that several runs are logging together, by their distributed id."""

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("ArtifactCollection", self.number)


@dataclass(eq=False)
class Membership:
    """A version of a collection: an artifact under a version number that counts only in this collection."""

    number: int
    collection: Collection
    artifact: Artifact
    version_index: int
    created_at: str
    aliases: dict[str, Alias] = field(default_factory=dict)
    version_alias: Alias | None = None

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("ArtifactCollectionMembership", self.number)

    @property
    def shown_aliases(self) -> list[Alias]:
        """The aliases with ``vN`` among them, from which older SDKs take the version (sdk-versions 2.8)."""
        return [*self.aliases.values(), *([self.version_alias] if self.version_alias else [])]


@dataclass(frozen=True)
class FileEntry:
    """A file of an artifact's manifest; a reference has the address `ref` and no stored bytes."""

    path: str
    digest: str
    size: int
    ref: str | None = None
    extra: JsonObject | None = None
    birth_artifact_id: str | None = None


@dataclass(eq=False)
class Manifest:
    """The list of files of an artifact, as it is being uploaded: it counts once the artifact is committed."""

    number: int
    artifact: Artifact
    storage_key: str
    kind: str
    digest: str
    base: Artifact | None = None

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("ArtifactManifest", self.number)


@dataclass(eq=False)
class Artifact:
    """A version as it was logged; collections of other projects hold it through memberships."""

    number: int
    sequence: Collection
    state: ArtifactState
    digest: str
    created_at: str
    updated_at: str | None = None
    description: str | None = None
    metadata: str | None = None
    creator: User | None = None
    run: Run | None = None
    client_id: str | None = None
    history_step: int | None = None
    ttl_seconds: int | None = None
    version_index: int | None = None
    entries: dict[str, FileEntry] = field(default_factory=dict)
    manifests: list[Manifest] = field(default_factory=list)
    tags: dict[str, Tag] = field(default_factory=dict)
    wanted_aliases: list[str] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    used_by: list[Run] = field(default_factory=list)
    distributed_id: str | None = None
    """The name under which several runs log it together."""
    contributors: list[Run] = field(default_factory=list)
    """The runs whose output it is once it is committed."""

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("Artifact", self.number)

    @property
    def type_name(self) -> str:
        """The artifact's type."""
        return self.sequence.type.name

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(entry.size for entry in self.entries.values())


@dataclass(frozen=True)
class InputArtifact:
    """An artifact that a run used."""

    artifact: Artifact
    used_as: str | None


@dataclass(eq=False)
class Run:
    """A run with what it streamed."""

    number: int
    project: Project
    name: str
    user: User
    created_at: str
    display_name: str
    state: str = "running"
    description: str | None = None
    notes: str | None = None
    config: str = "{}"
    group: str | None = None
    job_type: str | None = None
    commit: str | None = None
    host: str | None = None
    sweep_name: str | None = None
    tags: list[str] = field(default_factory=list)
    summary: str = "{}"
    heartbeat_at: str | None = None
    exit_code: int | None = None
    stopped: bool = False
    history: HistoryRows = field(default_factory=HistoryRows)
    lines: dict[str, list[str]] = field(default_factory=dict)
    """Its other streams: system metrics and console output."""
    files: dict[str, str] = field(default_factory=dict)
    outputs: list[Artifact] = field(default_factory=list)
    inputs: list[InputArtifact] = field(default_factory=list)
    deleted: bool = False

    @property
    def id(self) -> str:
        """The node id."""
        return encode_id("Run", self.number)

    def forget_what_was_logged(self) -> None:
        """Lose the history, the other streams and the summary."""
        self.history = HistoryRows()
        self.lines = {}
        self.summary = "{}"
