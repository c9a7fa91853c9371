"""Projects and registries, their members and types."""

from __future__ import annotations

from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.model import (
    Artifact,
    ArtifactType,
    Collection,
    CollectionKind,
    Entity,
    Membership,
    Project,
    Registry,
    Run,
    User,
)
from registry_doctor.sandbox.paging import Connection, page
from registry_doctor.sandbox.resolvers.listing import collections_matching, page_of_listing
from registry_doctor.sandbox.resolvers.run_listing import runs_matching
from registry_doctor.sandbox.roles import Role
from registry_doctor.sandbox.session import Session


@dataclass(frozen=True)
class RoleName:
    """A role as the schema has it."""

    name: str


@dataclass(frozen=True)
class ProjectMember:
    """A person who was added to a registry."""

    user: User
    given: Role

    @property
    def id(self) -> str:
        """The account's id (protocol 5: ``User:``)."""
        return self.user.id

    @property
    def name(self) -> str:
        """The person's name."""
        return self.user.name

    @property
    def username(self) -> str:
        """The account's name."""
        return self.user.username

    @property
    def email(self) -> str:
        """The address."""
        return self.user.email

    @property
    def role(self) -> RoleName:
        """The role given."""
        return RoleName(self.given.label)


@dataclass(frozen=True)
class ProjectTeamMember:
    """A team that was added to a registry."""

    team: Entity
    given: Role

    @property
    def role(self) -> RoleName:
        """The role given."""
        return RoleName(self.given.label)


project_fields = ObjectFields(Project, "Project")


@project_fields.field
def is_benchmark(_project: Project, _session: Session) -> bool:
    """None is."""
    return False


@project_fields.field
def views(_project: Project, _session: Session) -> str:
    """No saved views."""
    return "{}"


@project_fields.field
def total_sweeps(_project: Project, _session: Session) -> int:
    """No sweeps."""
    return 0


project_fields.resolvers["user"] = lambda project, _session: project.entity.owner


@project_fields.field
def read_only(project: Project, session: Session) -> bool:
    """True if the viewer may neither log nor link here: the SDK's own probe (registry-rules R4.13)."""
    return not session.access.writes(project)


@project_fields.field
def allow_all_artifact_types_in_registry(project: Project, _session: Session) -> bool:
    """True unless a registry lists the types it accepts (registry-rules R3.2)."""
    return not (isinstance(project, Registry) and project.accepted_types)


@project_fields.field
def members(project: Project, session: Session) -> list[ProjectMember]:
    """The people added to a registry."""
    given = project.members if isinstance(project, Registry) else {}
    return [ProjectMember(session.database.users[username], role) for username, role in given.items()]


@project_fields.field
def team_members(project: Project, session: Session) -> list[ProjectTeamMember]:
    """The teams added to a registry."""
    given = project.teams if isinstance(project, Registry) else {}
    teams = ((session.database.entity(name), role) for name, role in given.items())
    return [ProjectTeamMember(team, role) for team, role in teams if team]


@project_fields.field
def run(project: Project, session: Session, name: str, desc: str | None = None) -> Run | None:
    """A run by its id in the path."""
    del session, desc
    return project.runs.get(name)


@project_fields.field
def bucket(project: Project, session: Session, name: str, missing_ok: bool | None = None) -> Run | None:
    """A run, by the older name of the field."""
    del session, missing_ok
    return project.runs.get(name)


@project_fields.field
def run_count(project: Project, _session: Session, filters: str | None = None) -> int:
    """How many runs pass."""
    return len(runs_matching(project, filters))


@project_fields.field
def runs(
    project: Project,
    _session: Session,
    filters: str | None = None,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
) -> Connection[Run]:
    """The runs that pass, newest first unless another order is asked for."""
    return page(runs_matching(project, filters, order), first, after)


@project_fields.field
def artifact(
    project: Project, session: Session, name: str, enable_tracking: bool | None = None
) -> Artifact | None:
    """A version by ``collection:alias``, as older clients ask for it."""
    del enable_tracking
    found = session.database.membership(project, name)
    return found.artifact if found else None


@project_fields.field
def artifact_type(project: Project, _session: Session, name: str) -> ArtifactType | None:
    """A type that is present, or that the registry accepts."""
    return project.types.get(name)


@project_fields.field
def artifact_types(
    project: Project,
    _session: Session,
    first: int | None = None,
    after: str | None = None,
    include_all: bool | None = None,
) -> Connection[ArtifactType]:
    """The types present; with `include_all` also those that a registry accepts and has none of yet."""
    accepted = project.accepted_types if isinstance(project, Registry) and include_all else []
    names = dict.fromkeys([*accepted, *(collection_type for collection_type in _types_present(project))])
    return page([project.types[name] for name in names], first, after)


def _types_present(project: Project) -> dict[str, None]:
    return dict.fromkeys(collection.type.name for collection in project.collections.values())


@project_fields.field
def artifact_collection(project: Project, _session: Session, name: str) -> Collection | None:
    """A collection by name; upper and lower case differ."""
    return project.collections.get(name)


@project_fields.field
def artifact_collections(
    project: Project,
    session: Session,
    filters: str | None = None,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
) -> Connection[Collection]:
    """The collections that pass."""
    return page_of_listing(session, collections_matching([project], filters, order), first, after)


@project_fields.field
def artifact_collection_membership(project: Project, session: Session, name: str) -> Membership | None:
    """A version by ``collection:alias``, ``collection:vN`` or, meaning latest, ``collection``."""
    return session.database.membership(project, name)


artifact_type_fields = ObjectFields(ArtifactType, "ArtifactType")


def _of_type(type_: ArtifactType, name: str) -> Collection | None:
    found = type_.project.collections.get(name)
    return found if found and found.type is type_ else None


artifact_type_fields.resolvers["artifact_collection"] = lambda type_, _session, name: _of_type(type_, name)


@artifact_type_fields.field
def artifact_sequence(type_: ArtifactType, _session: Session, name: str) -> Collection | None:
    """A source collection of this type."""
    found = _of_type(type_, name)
    return found if found and found.kind is CollectionKind.SEQUENCE else None


def _artifact_of_type(type_: ArtifactType, session: Session, name: str) -> Artifact | None:
    found = session.database.membership(type_.project, name)
    return found.artifact if found and found.collection.type is type_ else None


artifact_type_fields.resolvers["artifact"] = _artifact_of_type


def _collections_of_type(
    type_: ArtifactType,
    session: Session,
    filters: str | None = None,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
) -> Connection[Collection]:
    found = collections_matching([type_.project], filters, order)
    return page_of_listing(
        session, [collection for collection in found if collection.type is type_], first, after
    )


artifact_type_fields.resolvers["artifact_collections"] = _collections_of_type

PROJECT_FIELDS = (
    project_fields,
    artifact_type_fields,
    ObjectFields(ProjectMember, "ProjectMember"),
    ObjectFields(ProjectTeamMember, "ProjectTeamMember"),
)
