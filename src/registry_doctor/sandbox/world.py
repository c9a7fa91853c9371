"""A world file: everything a local backend must know, validated (contract: world.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from registry_doctor.sandbox.document import Fields
from registry_doctor.sandbox.errors import WorldError
from registry_doctor.sandbox.jsontypes import JsonObject
from registry_doctor.sandbox.quirks import Quirk, quirks_named
from registry_doctor.sandbox.roles import Role
from registry_doctor.sandbox.yaml_text import parse_yaml

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

EXAMPLE = Path(__file__).with_name("example.yaml")
SHORTEST_KEY = 40
ARTIFACT_STATES = ("COMMITTED", "PENDING", "DELETED")
VISIBILITIES = ("organization", "restricted")
SECTIONS = ("server", "users", "orgs", "teams", "projects", "artifacts", "registries")


@dataclass(frozen=True)
class ExactFeatures:
    """Exactly these server features are on."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class FeatureChanges:
    """The default set of server features with these changes."""

    changes: Mapping[str, bool]


FeatureChoice: TypeAlias = "ExactFeatures | FeatureChanges"


@dataclass(frozen=True)
class ServerSpec:
    """What the document says about the server; None where it says nothing."""

    version: str | None = None
    features: FeatureChoice | None = None
    default_registry_role: Role | None = None
    quirks: frozenset[Quirk] | None = None


@dataclass(frozen=True)
class UserSpec:
    """An account of a person."""

    username: str
    api_keys: tuple[str, ...]
    default_entity: str | None
    personal_entity: bool | None
    email: str | None
    name: str | None
    admin: bool | None


@dataclass(frozen=True)
class OrganizationSpec:
    """An organization: its display name and its own entity's name are two things."""

    name: str
    entity: str
    members: Mapping[str, Role]
    default_registry_role: Role | None


@dataclass(frozen=True)
class ServiceAccountSpec:
    """A team's service account."""

    username: str
    api_keys: tuple[str, ...]


@dataclass(frozen=True)
class TeamSpec:
    """A team, inside an organization or outside of any."""

    name: str
    organization: str | None
    members: Mapping[str, Role]
    service_accounts: tuple[ServiceAccountSpec, ...]


@dataclass(frozen=True)
class ProjectSpec:
    """An ordinary project."""

    entity: str
    name: str
    access: str | None


@dataclass(frozen=True)
class VersionSpec:
    """A logged version of an artifact."""

    files: Mapping[str, str]
    aliases: tuple[str, ...]
    metadata: JsonObject
    description: str | None
    by: str | None
    state: str


@dataclass(frozen=True)
class ArtifactSpec:
    """A source artifact with its versions, oldest first."""

    entity: str
    project: str
    collection: str
    type: str
    versions: tuple[VersionSpec, ...]


@dataclass(frozen=True)
class LinkSpec:
    """A version linked into a registry collection: ``entity/project/collection:version``."""

    source: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class CollectionSpec:
    """A registry collection with its links, oldest first."""

    name: str
    type: str
    description: str | None
    tags: tuple[str, ...]
    versions: tuple[LinkSpec, ...]


@dataclass(frozen=True)
class RegistrySpec:
    """A registry; its name is without ``wandb-registry-``."""

    organization: str
    name: str
    accepted_types: tuple[str, ...]
    visibility: str | None
    members: Mapping[str, Role]
    teams: Mapping[str, Role]
    protected_aliases: tuple[str, ...]
    description: str | None
    collections: tuple[CollectionSpec, ...]


@dataclass(frozen=True)
class World:
    """A whole world document. References between sections are checked when it is put into a sandbox."""

    server: ServerSpec = ServerSpec()
    users: tuple[UserSpec, ...] = ()
    organizations: tuple[OrganizationSpec, ...] = ()
    teams: tuple[TeamSpec, ...] = ()
    projects: tuple[ProjectSpec, ...] = ()
    artifacts: tuple[ArtifactSpec, ...] = ()
    registries: tuple[RegistrySpec, ...] = ()

    @classmethod
    def from_document(cls, document: object) -> World:
        """Validate a parsed document (a mapping of sections; nothing at all is an empty world)."""
        root = Fields.of({} if document is None else document, "world", SECTIONS)
        return cls(
            server=_server(root),
            users=root.records("users", _names(UserSpec), _user),
            organizations=root.records(
                "orgs", ("name", "entity", "members", "default_registry_role"), _organization
            ),
            teams=root.records("teams", ("name", "org", "members", "service_accounts"), _team),
            projects=root.records("projects", _names(ProjectSpec), _project),
            artifacts=root.records("artifacts", ("path", "type", "versions"), _artifact),
            registries=root.records(
                "registries",
                (
                    "org",
                    "name",
                    "accepted_types",
                    "visibility",
                    "members",
                    "teams",
                    "protected_aliases",
                    "description",
                    "collections",
                ),
                _registry,
            ),
        )


LARGEST_WORLD = 100_000_000
"""In bytes."""


def load_world(path: str | Path) -> World:
    """Read a world file, YAML or JSON; raises WorldError if it cannot be read or is malformed."""
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise WorldError(
                f"{path}: cannot be read: it is a folder, a pipe or a device, not an ordinary file"
            )
        with path.open("rb") as file:
            content = file.read(LARGEST_WORLD + 1)
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError(f"{path}: cannot be read: {error}") from error
    if len(content) > LARGEST_WORLD:
        raise WorldError(f"{path}: cannot be read: it is larger than {LARGEST_WORLD // 1_000_000} MB")
    try:
        document = json.loads(text) if path.suffix == ".json" else parse_yaml(text)
    except (ValueError, RecursionError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise WorldError(
            f"{path}: is not valid {'JSON' if path.suffix == '.json' else 'YAML'}: {said}"
        ) from error
    try:
        return World.from_document(document)
    except WorldError as error:
        raise WorldError(f"{path}: {error}") from error


def default_world() -> World:
    """The small world that is served where none is named: `example.yaml`."""
    return load_world(EXAMPLE)


def _names(spec: type[DataclassInstance]) -> tuple[str, ...]:
    """The fields of a section that has the fields of its dataclass."""
    return tuple(field.name for field in dataclass_fields(spec))


def _server(root: Fields) -> ServerSpec:
    value = root.values.get("server")
    if value is None:
        return ServerSpec()
    fields = Fields.of(value, "server", _names(ServerSpec))
    return ServerSpec(
        version=_version(fields),
        features=_features(fields),
        default_registry_role=fields.role("default_registry_role"),
        quirks=_quirks(fields),
    )


def _quirks(fields: Fields) -> frozenset[Quirk] | None:
    if fields.values.get("quirks") is None:
        return None
    return quirks_named(fields.texts("quirks"), fields.at("quirks"))


def _version(fields: Fields) -> str | None:
    version = fields.optional_text("version")
    if version is not None and not all(part.isdigit() for part in version.split("-")[0].split(".")):
        raise WorldError(f"{fields.at('version')}: '{version}' is not a version such as 0.85.0")
    return version


def _features(fields: Fields) -> FeatureChoice | None:
    value = fields.values.get("features")
    if value is None:
        return None
    if isinstance(value, Mapping):
        for name, enabled in value.items():
            if not isinstance(name, str) or not isinstance(enabled, bool):
                raise WorldError(f"{fields.at('features')}.{name}: expected true or false, got {enabled!r}")
        return FeatureChanges(dict(value))
    return ExactFeatures(fields.texts("features"))


def _keys(fields: Fields) -> tuple[str, ...]:
    keys = fields.texts("api_keys")
    for number, key in enumerate(keys):
        if len(key) < SHORTEST_KEY:
            raise WorldError(
                f"{fields.at('api_keys')}[{number}]: a key has {SHORTEST_KEY} characters or more, this one {len(key)}"
            )
    return keys


def _user(fields: Fields) -> UserSpec:
    return UserSpec(
        username=fields.text("username"),
        api_keys=_keys(fields),
        default_entity=fields.optional_text("default_entity"),
        personal_entity=fields.flag("personal_entity"),
        email=fields.optional_text("email"),
        name=fields.optional_text("name"),
        admin=fields.flag("admin"),
    )


def _organization(fields: Fields) -> OrganizationSpec:
    return OrganizationSpec(
        name=fields.text("name"),
        entity=fields.text("entity"),
        members=fields.roles("members"),
        default_registry_role=fields.role("default_registry_role"),
    )


def _service_account(fields: Fields) -> ServiceAccountSpec:
    return ServiceAccountSpec(username=fields.text("username"), api_keys=_keys(fields))


def _team(fields: Fields) -> TeamSpec:
    return TeamSpec(
        name=fields.text("name"),
        organization=fields.optional_text("org"),
        members=fields.roles("members"),
        service_accounts=fields.records("service_accounts", _names(ServiceAccountSpec), _service_account),
    )


def _project(fields: Fields) -> ProjectSpec:
    return ProjectSpec(
        entity=fields.text("entity"), name=fields.text("name"), access=fields.optional_text("access")
    )


def _source_version(fields: Fields) -> VersionSpec:
    return VersionSpec(
        files=fields.text_map("files"),
        aliases=fields.texts("aliases"),
        metadata=fields.json_object("metadata"),
        description=fields.optional_text("description"),
        by=fields.optional_text("by"),
        state=fields.choice("state", ARTIFACT_STATES) or "COMMITTED",
    )


def _artifact(fields: Fields) -> ArtifactSpec:
    parts = fields.text("path").split("/")
    if len(parts) != 3 or not all(parts):
        raise WorldError(f"{fields.at('path')}: '{'/'.join(parts)}' is not entity/project/collection")
    entity, project, collection = parts
    return ArtifactSpec(
        entity=entity,
        project=project,
        collection=collection,
        type=fields.text("type"),
        versions=fields.records("versions", _names(VersionSpec), _source_version),
    )


def _link(fields: Fields) -> LinkSpec:
    source = fields.text("source")
    path, _, version = source.partition(":")
    if path.count("/") != 2 or not all(path.split("/")) or not version:
        raise WorldError(f"{fields.at('source')}: '{source}' is not entity/project/collection:version")
    return LinkSpec(source=source, aliases=fields.texts("aliases"))


def _collection(fields: Fields) -> CollectionSpec:
    return CollectionSpec(
        name=fields.text("name"),
        type=fields.text("type"),
        description=fields.optional_text("description"),
        tags=fields.texts("tags"),
        versions=fields.records("versions", _names(LinkSpec), _link),
    )


def _registry(fields: Fields) -> RegistrySpec:
    return RegistrySpec(
        organization=fields.text("org"),
        name=fields.text("name"),
        accepted_types=fields.texts("accepted_types"),
        visibility=fields.choice("visibility", VISIBILITIES),
        members=fields.roles("members"),
        teams=fields.roles("teams"),
        protected_aliases=fields.texts("protected_aliases"),
        description=fields.optional_text("description"),
        collections=fields.records("collections", _names(CollectionSpec), _collection),
    )
