"""Accounts, teams, invitations and keys, as the SDK makes them (`Api.create_user`, `Api.create_team`, `Team.invite`)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import bad_request, conflict, not_found, permission_denied
from registry_doctor.sandbox.ids import encode_id
from registry_doctor.sandbox.model import ApiKey, Entity, EntityKind, Organization, User
from registry_doctor.sandbox.mutations.payloads import Mutation, SuccessPayload
from registry_doctor.sandbox.mutations.registries import StringIdInput
from registry_doctor.sandbox.naming import check_project_name
from registry_doctor.sandbox.roles import Role
from registry_doctor.sandbox.session import Session


@dataclass(frozen=True)
class UpdateUserInput:
    """Changes to an account: the viewer's own, unless an id is given."""

    id: str | None = None
    default_entity: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class CreateUserInput:
    """An account to make."""

    email: str
    admin: bool | None = None
    username: str | None = None


@dataclass(frozen=True)
class UserPayload:
    """The account."""

    user: User


@dataclass(frozen=True)
class CreateTeamInput:
    """A team to make, and who is to be its admin: the viewer, unless a username is given."""

    team_name: str
    organization_id: str | None = None
    team_admin_user_name: str | None = None


@dataclass(frozen=True)
class EntityPayload:
    """The team."""

    entity: Entity


@dataclass(frozen=True)
class CreateInviteInput:
    """An account, by its name or its address, that is to join a team."""

    entity_name: str
    email: str | None = None
    username: str | None = None
    admin: bool | None = None


@dataclass(frozen=True)
class Invite:
    """An invitation: here it counts as accepted at once."""

    id: str
    to_user: User
    created_at: str

    @property
    def name(self) -> str:
        """The name of the account."""
        return self.to_user.name

    @property
    def email(self) -> str:
        """The address of the account."""
        return self.to_user.email


@dataclass(frozen=True)
class InvitePayload:
    """The invitation."""

    invite: Invite


@dataclass(frozen=True)
class DeleteInviteInput:
    """A member who leaves a team: `id` is the account's."""

    id: str | None = None
    entity_name: str | None = None


@dataclass(frozen=True)
class CreateServiceAccountInput:
    """A service account to make in a team."""

    entity_name: str
    description: str


@dataclass(frozen=True)
class GenerateApiKeyInput:
    """A key for the viewer."""

    description: str | None = None


@dataclass(frozen=True)
class ApiKeyPayload:
    """The key, shown whole this once."""

    api_key: ApiKey


account_mutations = ObjectFields(Mutation, "Mutation")


@account_mutations.field
def update_user(_root: Mutation, session: Session, input: UpdateUserInput) -> UserPayload:
    """Change one's own account; an admin of the instance changes every account."""
    user = session.database.node(User, input.id) if input.id else session.viewer
    if user is None:
        raise not_found("user not found")
    if user is not session.viewer and not session.viewer.admin:
        raise permission_denied()
    if input.default_entity is not None:
        entity = session.database.entity(input.default_entity)
        if entity is None or not (entity.owner is user or user.username in entity.members):
            raise not_found(f"entity '{input.default_entity}' not found")
        user.default_entity = entity.name
    user.name = input.name or user.name
    return UserPayload(user)


@account_mutations.field
def create_user(_root: Mutation, session: Session, input: CreateUserInput) -> UserPayload:
    """Make an account with a personal entity and a key; its name is what stands before the ``@``."""
    if not session.viewer.admin:
        raise permission_denied()
    name, at, _ = input.email.partition("@")
    if not name or not at:
        raise bad_request(f"'{input.email}' is not an email address")
    username = input.username or name
    taken = any(input.email == user.email for user in session.database.users.values())
    if taken or username in session.database.users or session.database.entity(username):
        raise conflict("resource already exists")
    user = session.database.add_user(username)
    user.email = input.email
    user.admin = bool(input.admin)
    _add_key(session, user)
    return UserPayload(user)


@account_mutations.field
def create_team(_root: Mutation, session: Session, input: CreateTeamInput) -> EntityPayload:
    """Make a team in the organization that the viewer administers."""
    check_project_name(input.team_name)
    organization = _organization_for_team(session, input.organization_id)
    admin = session.database.users.get(input.team_admin_user_name or session.viewer.username)
    if admin is None:
        raise not_found(f"user '{input.team_admin_user_name}' not found")
    if session.database.entity(input.team_name):
        raise conflict("resource already exists")
    team = session.database.add_team(input.team_name, organization)
    team.members[admin.username] = Role.ADMIN
    return EntityPayload(team)


def _organization_for_team(session: Session, organization_id: str | None) -> Organization | None:
    """The one that is named, otherwise the only one that the viewer administers; None if the instance has none."""
    everything = list(session.database.organizations.values())
    own = [each for each in everything if each.members.get(session.viewer.username) is Role.ADMIN]
    administered = own or (everything if session.viewer.admin else [])
    if organization_id is not None:
        named = session.database.node(Organization, organization_id)
        if named is None or not session.access.sees_organization(named):
            raise not_found("organization not found")
        if named not in own and not session.viewer.admin:
            raise permission_denied()
        return named
    if not administered:
        if session.viewer.admin:
            return None
        raise permission_denied()
    if len(administered) > 1 and session.viewer.admin:
        return None
    if len(administered) > 1:
        names = ", ".join(f"'{each.name}'" for each in administered)
        raise bad_request(f"organizationId: is needed, because you administer several organizations: {names}")
    return administered[0]


@account_mutations.field
def create_invite(_root: Mutation, session: Session, input: CreateInviteInput) -> InvitePayload:
    """Add an account to a team; it need not accept."""
    team = _administered_team(session, input.entity_name)
    users = session.database.users.values()
    wanted = input.username or input.email
    user = next((user for user in users if wanted in (user.username, user.email)), None)
    if user is None or user.service_team:
        raise not_found(f"user '{wanted}' not found")
    if user.username in team.members:
        raise conflict(f"'{user.username}' is already a member of '{team.name}'")
    team.members[user.username] = Role.ADMIN if input.admin else Role.MEMBER
    number = session.database.number("Invite")
    return InvitePayload(Invite(encode_id("Invite", number), user, session.database.now()))


@account_mutations.field
def delete_invite(_root: Mutation, session: Session, input: DeleteInviteInput) -> SuccessPayload:
    """Take a member out of a team; a service account ends with it."""
    team = _administered_team(session, input.entity_name or "")
    user = session.database.node(User, input.id or "")
    if user is None or not (user.username in team.members or user.service_team is team):
        raise not_found("member not found")
    team.members.pop(user.username, None)
    if user.service_team is team:
        for key in user.api_keys:
            session.database.users_by_key.pop(key.secret, None)
        session.database.users.pop(user.username)
    return SuccessPayload()


@account_mutations.field
def create_service_account(
    _root: Mutation, session: Session, input: CreateServiceAccountInput
) -> UserPayload:
    """Make a service account of a team, with a key that the team's admins see among its members."""
    team = _administered_team(session, input.entity_name)
    user = session.database.add_user(
        f"{team.name}-service-{session.database.number('Service')}", personal=False
    )
    user.name = input.description
    user.default_entity = team.name
    user.service_team = team
    _add_key(session, user)
    return UserPayload(user)


@account_mutations.field
def generate_api_key(_root: Mutation, session: Session, input: GenerateApiKeyInput) -> ApiKeyPayload:
    """Make a further key for the viewer."""
    return ApiKeyPayload(replace(_add_key(session, session.viewer, input.description), is_shown=True))


@account_mutations.field
def delete_api_key(_root: Mutation, session: Session, input: StringIdInput) -> SuccessPayload:
    """Make a key useless; the owner and admins of the instance may."""
    key = session.database.node(ApiKey, input.id)
    owner = session.database.users_by_key.get(key.secret) if key else None
    if key is None or owner is None or not (owner is session.viewer or session.viewer.admin):
        raise not_found("API key not found")
    owner.api_keys.remove(key)
    del session.database.users_by_key[key.secret]
    return SuccessPayload()


def _administered_team(session: Session, name: str) -> Entity:
    team = session.database.entity(name)
    if team is None or team.kind is not EntityKind.TEAM or not session.access.sees_entity(team):
        raise not_found(f"entity '{name}' not found")
    if not session.access.administers_team(team):
        raise permission_denied()
    return team


def _add_key(session: Session, user: User, description: str | None = None) -> ApiKey:
    """A key that follows from the state's own secret: changes that are made again make the same keys."""
    number = session.database.number("GeneratedKey")
    secret = hmac.new(session.database.blobs.secret, f"api key {number}".encode(), hashlib.sha1).hexdigest()
    key = session.database.add_key(user, secret)
    key.description = description
    return key


ACCOUNT_MUTATION_FIELDS = (account_mutations,)
ACCOUNT_MUTATION_INPUTS = (
    UpdateUserInput,
    CreateUserInput,
    CreateTeamInput,
    CreateInviteInput,
    DeleteInviteInput,
    CreateServiceAccountInput,
    GenerateApiKeyInput,
)
