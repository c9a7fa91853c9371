"""People, entities, organizations."""

from __future__ import annotations

from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.ids import encode_id
from registry_doctor.sandbox.jsontypes import JsonValue
from registry_doctor.sandbox.model import (
    ApiKey,
    Collection,
    Entity,
    EntityKind,
    Membership,
    Organization,
    Project,
    User,
)
from registry_doctor.sandbox.paging import Connection, page
from registry_doctor.sandbox.quirks import Quirk
from registry_doctor.sandbox.resolvers.listing import (
    collections_matching,
    memberships_matching,
    page_of_listing,
    projects_matching,
)
from registry_doctor.sandbox.roles import Role
from registry_doctor.sandbox.session import Session

KEY_ID_LENGTH = 8


@dataclass(frozen=True)
class Member:
    """Somebody in a team or an organization."""

    user: User
    role_in_group: Role
    pending: bool = False
    photo_url: str | None = None
    api_key: str | None = None

    @property
    def id(self) -> str:
        """The account's id: registries take it to add people."""
        return self.user.id

    @property
    def role(self) -> str:
        """The role's name."""
        return self.role_in_group.label

    @property
    def admin(self) -> bool:
        """True for admins."""
        return self.role_in_group is Role.ADMIN

    @property
    def account_type(self) -> str:
        """A person's account or a service account."""
        return account_type(self.user)

    @property
    def email(self) -> str:
        """The address."""
        return self.user.email

    @property
    def username(self) -> str:
        """The account's name."""
        return self.user.username

    @property
    def name(self) -> str:
        """The person's name."""
        return self.user.name


@dataclass(frozen=True)
class AdvancedRegistryFeatures:
    """Whether lists of versions are searched by another engine, with other filter names."""

    advanced_search: bool


@dataclass(frozen=True)
class FeatureFlag:
    """A staged feature of an organization."""

    ramp_key: str
    is_enabled: bool


def account_type(user: User) -> str:
    """The word for a person's account or for a service account."""
    return "SERVICE" if user.service_team else "USER"


def default_entity(user: User, session: Session) -> str | None:
    """Where runs go without an entity: what was chosen, otherwise one's own entity, otherwise a team."""
    if session.has(Quirk.NO_DEFAULT_ENTITY):
        return None
    if user.default_entity or user.personal:
        return user.default_entity or user.username
    return session.access.teams[0].name if user is session.viewer and session.access.teams else None


user_fields = ObjectFields(User, "User")


@user_fields.field
def entity(user: User, session: Session) -> str | None:
    """The default entity."""
    return default_entity(user, session)


@user_fields.field
def flags(_user: User, _session: Session) -> str:
    """Switches of the web page; none."""
    return "{}"


@user_fields.field
def deleted_at(_user: User, _session: Session) -> None:
    """No account is ever deleted here."""


@user_fields.field
def photo_url(_user: User, _session: Session) -> None:
    """No pictures."""


user_fields.resolvers["account_type"] = lambda user, _session: account_type(user)


@user_fields.field
def api_keys(user: User, session: Session, first: int | None = None) -> Connection[ApiKey] | None:
    """One's own keys, by their last characters."""
    return page(user.api_keys, first) if user is session.viewer else None


@user_fields.field
def teams(user: User, session: Session, first: int | None = None) -> Connection[Entity]:
    """The teams of a person and then the personal entity, as far as the viewer sees them."""
    found = [
        entity
        for entity in session.database.entities.values()
        if user.username in entity.members or user.service_team is entity
    ]
    if user.personal and not session.has(Quirk.TEAMS_WITHOUT_PERSONAL_ENTITY):
        found.append(user.personal)
    return page([entity for entity in found if session.access.sees_entity(entity)], first)


@user_fields.field
def organizations(user: User, session: Session) -> list[Organization]:
    """The organizations of a person that the viewer also belongs to."""
    return [
        organization
        for organization in session.database.organizations.values()
        if (
            user.username in organization.members
            or any(user.username in team.members or user.service_team is team for team in organization.teams)
        )
        and session.access.sees_organization(organization)
    ]


api_key_fields = ObjectFields(ApiKey, "ApiKey")


@api_key_fields.field
def id(key: ApiKey, _session: Session) -> str:
    """The node id."""
    return encode_id("ApiKey", key.number)


@api_key_fields.field
def name(key: ApiKey, _session: Session) -> str:
    """The key's id, which is its beginning; the whole key shows only once, where it is made."""
    return key.secret if key.is_shown else key.secret[:KEY_ID_LENGTH]


entity_fields = ObjectFields(Entity, "Entity")


@entity_fields.field
def entity_type(entity: Entity, _session: Session) -> str:
    """``user``, ``team`` or ``organization``."""
    return entity.kind.value


@entity_fields.field
def is_team(entity: Entity, _session: Session) -> bool:
    """True only for teams."""
    return entity.kind is EntityKind.TEAM


def _constant(field_name: str, value: JsonValue) -> None:
    entity_fields.resolvers[field_name] = lambda _entity, _session: value


_constant("available", False)
_constant("photo_url", None)
_constant("read_only_admin", False)
_constant("private_only", False)
_constant("storage_bytes", 0)
_constant("code_saving_enabled", False)
_constant("default_access", "PRIVATE")
_constant("is_paid", True)
_constant("limits", {})
_constant("xxhash_digests_enabled", False)


@entity_fields.field
def read_only(entity: Entity, session: Session) -> bool:
    """True where the viewer cannot make projects."""
    return not session.access.creates_projects(entity)


@entity_fields.field
def members(entity: Entity, session: Session) -> list[Member]:
    """Who belongs to a team or an organization, with the service accounts last; a personal entity has its owner."""
    group = entity.members
    if entity.kind is EntityKind.ORGANIZATION and entity.organization:
        group = entity.organization.members
    elif entity.owner:
        group = {entity.owner.username: Role.ADMIN}
    people = [Member(session.database.users[username], role) for username, role in group.items()]
    shows_keys = session.access.administers_team(entity)
    return people + [
        Member(user, Role.MEMBER, api_key=user.api_keys[0].secret if shows_keys and user.api_keys else None)
        for user in session.database.users.values()
        if user.service_team is entity
    ]


@entity_fields.field
def organization(entity: Entity, _session: Session) -> Organization | None:
    """The organization of a team or of an organization's entity; a person's entity has none (registry-rules R2.1)."""
    return entity.organization


entity_fields.resolvers["user"] = lambda entity, _session: entity.owner


@entity_fields.field
def project(entity: Entity, session: Session, name: str | None = None) -> Project | None:
    """A project or registry of this entity."""
    found = session.database.project(entity, name) if name else None
    return found if found and session.access.sees(found) else None


@entity_fields.field
def projects(
    entity: Entity,
    session: Session,
    filters: str | None = None,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
) -> Connection[Project]:
    """The visible projects; of an organization's entity, the visible registries."""
    found = projects_matching(session, entity, filters, order)
    if entity.kind is EntityKind.ORGANIZATION:
        return page_of_listing(session, found, first, after)
    return page(found, first, after)


@entity_fields.field
def artifact_collections(
    entity: Entity,
    session: Session,
    project_filters: str | None = None,
    filters: str | None = None,
    collection_types: list[str] | None = None,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
) -> Connection[Collection]:
    """Collections of all visible projects that pass."""
    found = collections_matching(projects_matching(session, entity, project_filters), filters, order)
    if collection_types:
        found = [collection for collection in found if collection.kind.value in collection_types]
    return page_of_listing(session, found, first, after)


@entity_fields.field
def artifact_memberships(
    entity: Entity,
    session: Session,
    project_filters: str | None = None,
    collection_filters: str | None = None,
    filters: str | None = None,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
) -> Connection[Membership]:
    """Versions in the collections of all visible projects that pass."""
    collections = collections_matching(
        projects_matching(session, entity, project_filters), collection_filters
    )
    return page_of_listing(session, memberships_matching(collections, filters, order), first, after)


organization_fields = ObjectFields(Organization, "Organization")


@organization_fields.field
def org_entity(organization: Organization, _session: Session) -> Entity:
    """The entity that owns the registries."""
    return organization.entity


@organization_fields.field
def advanced_registry_features(_organization: Organization, _session: Session) -> AdvancedRegistryFeatures:
    """The plain search; it takes the filter names of both."""
    return AdvancedRegistryFeatures(advanced_search=False)


@organization_fields.field
def feature_flags(
    _organization: Organization, _session: Session, ramp_id_type: str | None = None
) -> list[FeatureFlag]:
    """No staged features."""
    del ramp_id_type
    return []


@organization_fields.field
def core_weave_organization_id(_organization: Organization, _session: Session) -> None:
    """No cloud account."""


ACCOUNT_FIELDS = (
    user_fields,
    api_key_fields,
    entity_fields,
    organization_fields,
    ObjectFields(Member, "Member"),
)
