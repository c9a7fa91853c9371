"""Making, changing and deleting projects and registries, and who belongs to them (registry-rules 3 and 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import bad_request, conflict, not_found, permission_denied
from registry_doctor.sandbox.model import (
    ORGANIZATION_WIDE,
    REGISTRY_PREFIX,
    Entity,
    EntityKind,
    Organization,
    Project,
    Registry,
    User,
)
from registry_doctor.sandbox.mutations.payloads import Mutation, SuccessPayload
from registry_doctor.sandbox.naming import check_project_name
from registry_doctor.sandbox.resolvers.account import default_entity
from registry_doctor.sandbox.roles import Role
from registry_doctor.sandbox.session import Session


@dataclass(frozen=True)
class ArtifactTypeInput:
    """A type that a registry is to accept."""

    name: str


@dataclass(frozen=True)
class UpsertModelInput:
    """A project or registry to make or to change; None leaves a value as it is."""

    id: str | None = None
    name: str | None = None
    entity_name: str | None = None
    description: str | None = None
    access: str | None = None
    allow_all_artifact_types_in_registry: bool | None = None
    artifact_types: Sequence[ArtifactTypeInput] | None = None


@dataclass(frozen=True)
class UpsertModelPayload:
    """The project, and whether it is new."""

    project: Project
    inserted: bool

    @property
    def model(self) -> Project:
        """The project, by its older name."""
        return self.project


@dataclass(frozen=True)
class RenameProjectInput:
    """Another name for a project or registry."""

    entity_name: str
    old_project_name: str
    new_project_name: str


@dataclass(frozen=True)
class RenameProjectPayload:
    """The project under its new name."""

    project: Project
    inserted: bool = False


@dataclass(frozen=True)
class StringIdInput:
    """A project."""

    id: str


@dataclass(frozen=True)
class CreateProjectMembersInput:
    """People and teams to add to a registry."""

    project_id: str
    user_ids: Sequence[str] | None = None
    team_ids: Sequence[str] | None = None


@dataclass(frozen=True)
class DeleteProjectMembersInput:
    """People and teams to remove from a registry."""

    project_id: str
    user_ids: Sequence[str] | None = None
    team_ids: Sequence[str] | None = None


@dataclass(frozen=True)
class UpdateProjectMemberInput:
    """Another role for a person."""

    project_id: str
    user_id: str
    user_project_role: str


@dataclass(frozen=True)
class UpdateProjectTeamMemberInput:
    """Another role for a team."""

    project_id: str
    team_id: str
    team_project_role: str


registries_fields = ObjectFields(Mutation, "Mutation")


@registries_fields.field
def upsert_model(_root: Mutation, session: Session, input: UpsertModelInput) -> UpsertModelPayload:
    """Make a project or registry, or change its settings."""
    project = _known_project(session, input)
    inserted = project is None
    if project is None:
        project = _new_project(session, input)
    elif isinstance(project, Registry):
        _require_settings_right(session, project, input)
    elif not session.access.writes(project):
        raise permission_denied()
    if isinstance(project, Registry):
        _set_types(session, project, input)
    project.description = project.description if input.description is None else input.description
    project.access = input.access or project.access
    project.updated_at = session.database.now()
    return UpsertModelPayload(project, inserted)


def _known_project(session: Session, input: UpsertModelInput) -> Project | None:
    if input.id is not None:
        return _visible(session, session.database.node(Project, input.id))
    entity = session.database.entity(input.entity_name or default_entity(session.viewer, session) or "")
    project = session.database.project(entity, input.name) if entity and input.name else None
    if project is not None and not session.access.sees(project):
        # Generic on purpose: a hidden registry does not show (registry-rules R3.8).
        raise conflict(f"project '{input.name}' already exists")
    return project


def _visible(session: Session, project: Project | None) -> Project:
    if project is None or not session.access.sees(project):
        raise not_found("project not found")
    return project


def _new_project(session: Session, input: UpsertModelInput) -> Project:
    name = input.name or ""
    check_project_name(name)
    entity_name = input.entity_name or default_entity(session.viewer, session)
    entity = session.database.entity(entity_name) if entity_name else None
    if entity is None or not session.access.sees_entity(entity):
        raise not_found(f"entity '{entity_name}' not found")
    if entity.kind is EntityKind.ORGANIZATION and entity.organization:
        return _new_registry(session, entity.organization, name)
    if not session.access.creates_projects(entity):
        raise permission_denied()
    return session.database.add_project(entity, name)


def _new_registry(session: Session, organization: Organization, name: str) -> Registry:
    """Members of an organization make registries; who made one is its admin (registry-rules 4.1, protocol 7)."""
    if not name.startswith(REGISTRY_PREFIX) or name == REGISTRY_PREFIX:
        raise bad_request(
            f"'{name}' is not the name of a registry: the entity of an organization has registries only"
        )
    if organization.members.get(session.viewer.username, Role.MEMBER) < Role.MEMBER:
        raise permission_denied()
    registry = session.database.add_registry(
        organization, name.removeprefix(REGISTRY_PREFIX), ORGANIZATION_WIDE
    )
    registry.members[session.viewer.username] = Role.ADMIN
    return registry


def _require_settings_right(session: Session, registry: Registry, input: UpsertModelInput) -> None:
    """Members may describe a registry and add types, visibility is for admins (registry-rules 4.1)."""
    if not session.access.writes(registry):
        raise permission_denied()
    if input.access not in (None, registry.access) and not session.access.administers(registry):
        raise permission_denied()


def _set_types(session: Session, registry: Registry, input: UpsertModelInput) -> None:
    """Types that are sent are added to those accepted, and none is ever removed (registry-rules R3.2)."""
    if input.allow_all_artifact_types_in_registry:
        registry.accepted_types = []
        return
    present = [collection.type.name for collection in registry.collections.values()]
    wanted = [type_.name for type_ in input.artifact_types or ()]
    if wanted or input.allow_all_artifact_types_in_registry is False:
        registry.accepted_types = list(dict.fromkeys([*(registry.accepted_types or present), *wanted]))
    for name in wanted:
        session.database.artifact_type(registry, name)


@registries_fields.field
def rename_project(_root: Mutation, session: Session, input: RenameProjectInput) -> RenameProjectPayload:
    """Rename a project or registry."""
    entity = session.database.entity(input.entity_name)
    project = _visible(session, session.database.project(entity, input.old_project_name) if entity else None)
    if not session.access.writes(project):
        raise permission_denied()
    check_project_name(input.new_project_name)
    taken = session.database.project(project.entity, input.new_project_name)
    if taken not in (None, project):
        raise conflict(f"project '{input.new_project_name}' already exists")
    session.database.rename_project(project, input.new_project_name)
    return RenameProjectPayload(project)


@registries_fields.field
def delete_model(_root: Mutation, session: Session, input: StringIdInput) -> SuccessPayload:
    """Delete a project or registry; this cannot be undone (registry-rules R5.5)."""
    project = _visible(session, session.database.node(Project, input.id))
    if not session.access.administers(project):
        raise permission_denied()
    session.database.remove_project(project)
    return SuccessPayload()


def _administered(session: Session, project_id: str) -> Registry:
    project = _visible(session, session.database.node(Project, project_id))
    if not isinstance(project, Registry):
        raise bad_request(f"'{project.name}' is not a registry")
    if not session.access.administers(project):
        raise permission_denied()
    return project


def _people(session: Session, ids: Sequence[str] | None) -> list[User]:
    users = [session.database.node(User, user_id) for user_id in ids or ()]
    if None in users:
        raise not_found("user not found")
    return [user for user in users if user]


def _teams(session: Session, ids: Sequence[str] | None) -> list[Entity]:
    teams = [session.database.node(Entity, team_id) for team_id in ids or ()]
    if any(team is None or team.kind is not EntityKind.TEAM for team in teams):
        raise not_found("team not found")
    return [team for team in teams if team]


def _require_in(organization: Organization, people: Sequence[User], teams: Sequence[Entity]) -> None:
    if any(team.organization is not organization for team in teams):
        raise bad_request("only teams of the organization can be added")
    in_teams = {username for team in organization.teams for username in team.members}
    if any(user.username not in organization.members and user.username not in in_teams for user in people):
        raise bad_request("only members of the organization can be added")


@registries_fields.field
def create_project_members(
    _root: Mutation, session: Session, input: CreateProjectMembersInput
) -> SuccessPayload:
    """Add people and teams of the organization with the default role (registry-rules R4.7)."""
    registry = _administered(session, input.project_id)
    organization = registry.entity.organization
    if organization is None:
        raise not_found("organization not found")
    people, teams = _people(session, input.user_ids), _teams(session, input.team_ids)
    if not session.viewer.admin:  # an admin of the instance may add anybody: wandb's own tests do so
        _require_in(organization, people, teams)
    role = session.database.default_role(organization)
    for user in people:
        registry.members.setdefault(user.username, role)
    for team in teams:
        registry.teams.setdefault(team.name, role)
    return SuccessPayload()


@registries_fields.field
def delete_project_members(
    _root: Mutation, session: Session, input: DeleteProjectMembersInput
) -> SuccessPayload:
    """Remove people and teams."""
    registry = _administered(session, input.project_id)
    for user in _people(session, input.user_ids):
        registry.members.pop(user.username, None)
    for team in _teams(session, input.team_ids):
        registry.teams.pop(team.name, None)
    return SuccessPayload()


def _role(label: str) -> Role:
    role = Role.from_label(label)
    if role is None:
        raise bad_request(f"'{label}' is not a role")
    return role


@registries_fields.field
def update_project_member(
    _root: Mutation, session: Session, input: UpdateProjectMemberInput
) -> SuccessPayload:
    """Give a person another role."""
    registry = _administered(session, input.project_id)
    for user in _people(session, [input.user_id]):
        if user.username not in registry.members:
            raise not_found(f"'{user.username}' was not added to the registry")
        registry.members[user.username] = _role(input.user_project_role)
    return SuccessPayload()


@registries_fields.field
def update_project_team_member(
    _root: Mutation, session: Session, input: UpdateProjectTeamMemberInput
) -> SuccessPayload:
    """Give a team another role."""
    registry = _administered(session, input.project_id)
    for team in _teams(session, [input.team_id]):
        if team.name not in registry.teams:
            raise not_found(f"'{team.name}' was not added to the registry")
        registry.teams[team.name] = _role(input.team_project_role)
    return SuccessPayload()


REGISTRY_FIELDS = (registries_fields,)
REGISTRY_INPUTS = (
    ArtifactTypeInput,
    UpsertModelInput,
    RenameProjectInput,
    StringIdInput,
    CreateProjectMembersInput,
    DeleteProjectMembersInput,
    UpdateProjectMemberInput,
    UpdateProjectTeamMemberInput,
)
