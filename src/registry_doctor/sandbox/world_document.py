"""A world written as the document that it would be read from."""

from __future__ import annotations

from collections.abc import Mapping

from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.roles import Role
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


def world_document(world: World) -> JsonObject:
    """The document of a world: `World.from_document` makes the same world of it."""
    return {
        "server": _server(world.server),
        "users": [_user(spec) for spec in world.users],
        "orgs": [_organization(spec) for spec in world.organizations],
        "teams": [_team(spec) for spec in world.teams],
        "projects": [_project(spec) for spec in world.projects],
        "artifacts": [_artifact(spec) for spec in world.artifacts],
        "registries": [_registry(spec) for spec in world.registries],
    }


def _server(spec: ServerSpec) -> JsonObject:
    features: JsonValue = None
    if isinstance(spec.features, ExactFeatures):
        features = list(spec.features.names)
    elif spec.features is not None:
        features = dict(spec.features.changes)
    document: JsonObject = {
        "version": spec.version,
        "features": features,
        "default_registry_role": _role(spec.default_registry_role),
    }
    if spec.quirks is not None:  # left out otherwise: a state that knows no quirks goes on with its world
        document["quirks"] = [*sorted(quirk.value for quirk in spec.quirks)]
    return document


def _user(spec: UserSpec) -> JsonObject:
    return {
        "username": spec.username,
        "api_keys": list(spec.api_keys),
        "default_entity": spec.default_entity,
        "personal_entity": spec.personal_entity,
        "email": spec.email,
        "name": spec.name,
        "admin": spec.admin,
    }


def _organization(spec: OrganizationSpec) -> JsonObject:
    return {
        "name": spec.name,
        "entity": spec.entity,
        "members": _roles(spec.members),
        "default_registry_role": _role(spec.default_registry_role),
    }


def _team(spec: TeamSpec) -> JsonObject:
    return {
        "name": spec.name,
        "org": spec.organization,
        "members": _roles(spec.members),
        "service_accounts": [
            {"username": account.username, "api_keys": list(account.api_keys)}
            for account in spec.service_accounts
        ],
    }


def _project(spec: ProjectSpec) -> JsonObject:
    return {"entity": spec.entity, "name": spec.name, "access": spec.access}


def _artifact(spec: ArtifactSpec) -> JsonObject:
    return {
        "path": f"{spec.entity}/{spec.project}/{spec.collection}",
        "type": spec.type,
        "versions": [_version(version) for version in spec.versions],
    }


def _version(spec: VersionSpec) -> JsonObject:
    return {
        "files": dict(spec.files),
        "aliases": list(spec.aliases),
        "metadata": spec.metadata,
        "description": spec.description,
        "by": spec.by,
        "state": spec.state,
    }


def _registry(spec: RegistrySpec) -> JsonObject:
    return {
        "org": spec.organization,
        "name": spec.name,
        "accepted_types": list(spec.accepted_types),
        "visibility": spec.visibility,
        "members": _roles(spec.members),
        "teams": _roles(spec.teams),
        "protected_aliases": list(spec.protected_aliases),
        "description": spec.description,
        "collections": [_collection(collection) for collection in spec.collections],
    }


def _collection(spec: CollectionSpec) -> JsonObject:
    return {
        "name": spec.name,
        "type": spec.type,
        "description": spec.description,
        "tags": list(spec.tags),
        "versions": [{"source": link.source, "aliases": list(link.aliases)} for link in spec.versions],
    }


def _roles(roles: Mapping[str, Role]) -> JsonObject:
    return {name: _role(role) for name, role in roles.items()}


def _role(role: Role | None) -> str | None:
    return role.label if role is not None else None
