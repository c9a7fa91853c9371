"""What can be asked at the top: the viewer, the server, and things by name or id."""

from __future__ import annotations

from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.jsontypes import JsonValue
from registry_doctor.sandbox.model import (
    Artifact,
    Collection,
    Entity,
    EntityKind,
    Organization,
    Project,
    User,
)
from registry_doctor.sandbox.paging import Connection, page
from registry_doctor.sandbox.quirks import Quirk
from registry_doctor.sandbox.resolvers.account import default_entity
from registry_doctor.sandbox.session import Session

CLI_VERSIONS: JsonValue = {"min_cli_version": "0.19.0", "max_cli_version": "0.31.0"}
"""The SDKs that the backend works with; older ones conclude from the newest what a server can do."""


@dataclass(frozen=True)
class Root:
    """The start of every query."""


@dataclass(frozen=True)
class ServerFeature:
    """A feature that clients look for."""

    name: str
    is_enabled: bool


@dataclass(frozen=True)
class LocalVersionInfo:
    """The version of this instance."""

    out_of_date: bool
    latest_version_string: str
    version_on_this_instance_string: str


@dataclass(frozen=True)
class ClientIDMapping:
    """The server's id of an artifact that a client named before it was logged."""

    server_id: str


@dataclass(frozen=True)
class ServerInfo:
    """What the instance says about itself."""

    features: list[ServerFeature]
    cli_version_info: JsonValue
    latest_local_version_info: LocalVersionInfo


query_fields = ObjectFields(Root, "Query")


@query_fields.field
def viewer(_root: Root, session: Session) -> User:
    """The account of the key."""
    return session.viewer


@query_fields.field
def server_info(_root: Root, session: Session) -> ServerInfo:
    """Version and features."""
    server = session.database.server
    features = [ServerFeature(name, enabled) for name, enabled in sorted(server.features.items())]
    return ServerInfo(features, CLI_VERSIONS, LocalVersionInfo(False, server.version, server.version))


def _knows(session: Session, user: User) -> bool:
    """People of one's own organizations and teams are known; of the others nothing shows."""
    if user is session.viewer or session.viewer.admin:
        return True
    own = session.access.organizations
    teams = {*session.access.teams, *(team for organization in own for team in organization.teams)}
    if user.service_team in teams or any(user.username in team.members for team in teams):
        return True
    return any(user.username in organization.members for organization in own)


@query_fields.field
def user(
    _root: Root,
    session: Session,
    user_name: str | None = None,
    username: str | None = None,
    id: str | None = None,
) -> User | None:
    """An account by name or id."""
    name = user_name or username
    found = session.database.node(User, id) if id else session.database.users.get(name or "")
    return found if found and _knows(session, found) else None


@query_fields.field
def users(
    _root: Root,
    session: Session,
    query: str | None = None,
    usernames: list[str] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[User]:
    """Accounts whose name or address begins or ends with `query`, exact ones first, or that are in `usernames`."""
    known = [user for user in session.database.users.values() if _knows(session, user)]
    if query is not None:
        found = [user for user in known if query in (user.username, user.email)]
        found += [user for user in known if user not in found and _is_part(query, user.username, user.email)]
    else:
        found = known
    if usernames is not None:
        found = [user for user in found if user.username in usernames]
    return page(found, first, after)


def _is_part(query: str, *names: str) -> bool:
    return any(name.startswith(query) or name.endswith(query) for name in names)


@query_fields.field
def entity(_root: Root, session: Session, name: str | None = None) -> Entity | None:
    """An entity by name; without one, the viewer's default entity."""
    name = name or default_entity(session.viewer, session)
    found = session.database.entity(name) if name else None
    if found and session.access.sees_entity(found):
        return found
    return Entity(0, name, EntityKind.USER) if name and session.has(Quirk.ENTITY_STUB) else None


@query_fields.field
def organization(
    _root: Root, session: Session, name: str | None = None, id: str | None = None
) -> Organization | None:
    """An organization by its display name, exactly (registry-rules R2.9), or by id."""
    found = session.database.node(Organization, id) if id else session.database.organizations.get(name or "")
    return found if found and session.access.sees_organization(found) else None


@query_fields.field
def project(
    _root: Root, session: Session, name: str | None = None, entity_name: str | None = None
) -> Project | None:
    """A project or registry; a public project shows even where its entity does not."""
    entity_name = entity_name or default_entity(session.viewer, session)
    owner = session.database.entity(entity_name) if entity_name else None
    found = session.database.project(owner, name) if owner and name else None
    return found if found and session.access.sees(found) else None


query_fields.resolvers["model"] = project


@query_fields.field
def models(
    _root: Root,
    session: Session,
    entity_name: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[Project] | None:
    """The projects of an entity, as the SDK's project list asks for them."""
    found = entity(_root, session, entity_name)
    if found is None:
        return None
    return page(
        [project for project in found.projects.values() if session.access.sees(project)], first, after
    )


@query_fields.field
def artifact(_root: Root, session: Session, id: str) -> Artifact | None:
    """A version by id."""
    found = session.database.node(Artifact, id)
    return found if found and session.access.sees_artifact(found) else None


@query_fields.field
def artifact_collection(_root: Root, session: Session, id: str) -> Collection | None:
    """A collection by id."""
    found = session.database.node(Collection, id)
    return found if found and not found.deleted and session.access.sees(found.project) else None


@query_fields.field
def client_id_mapping(_root: Root, session: Session, client_id: str) -> ClientIDMapping | None:
    """The server's id of an artifact that a client named before it was logged."""
    found = session.database.artifacts_by_client_id.get(client_id)
    return ClientIDMapping(found.id) if found else None


QUERY_FIELDS = (query_fields,)
