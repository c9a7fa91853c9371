"""Who sees what, and who may link, use and download (registry-rules 4)."""

from __future__ import annotations

from functools import cached_property

from registry_doctor.sandbox.errors import Refusal, permission_denied
from registry_doctor.sandbox.model import (
    RESTRICTED,
    Artifact,
    Collection,
    Entity,
    EntityKind,
    Organization,
    Project,
    Registry,
    User,
)
from registry_doctor.sandbox.quirks import Quirk
from registry_doctor.sandbox.roles import Role
from registry_doctor.sandbox.state import Database

PUBLIC_ROLES = {"USER_READ": Role.VIEWER, "USER_WRITE": Role.MEMBER}
SEATS_ARE_SEPARATE_SINCE = (0, 75)


class Access:
    """The rights of one viewer, as they are while one request is answered."""

    def __init__(self, database: Database, viewer: User) -> None:
        self._database = database
        self._roles: dict[Project, Role | None] = {}
        self.viewer = viewer

    @cached_property
    def teams(self) -> list[Entity]:
        """The teams that the viewer is a member of, or whose service account it is."""
        return [
            entity
            for entity in self._database.entities.values()
            if self._in_team(entity) and not self._shuts_out(entity.organization)
        ]

    @cached_property
    def organizations(self) -> list[Organization]:
        """The organizations that the viewer belongs to, directly or through a team."""
        through_teams = {team.organization for team in self.teams}
        return [
            organization
            for organization in self._database.organizations.values()
            if (self.viewer.username in organization.members and not self._shuts_out(organization))
            or organization in through_teams
        ]

    def sees_organization(self, organization: Organization) -> bool:
        """Members see an organization, others see nothing of it (registry-rules R4.0)."""
        if self._shuts_out(organization):
            return False
        return self.viewer.admin or organization in self.organizations

    def sees_entity(self, entity: Entity) -> bool:
        """People see their own entity, teams and organizations; admins of an organization also see its teams."""
        if self._shuts_out(entity.organization):
            return False
        if self.viewer.admin:
            return True
        if entity.kind is EntityKind.USER:
            return entity.owner is self.viewer
        if entity.kind is EntityKind.ORGANIZATION:
            return entity.organization is not None and self.sees_organization(entity.organization)
        return entity in self.teams or self._administers(entity.organization)

    def role(self, project: Project) -> Role | None:
        """The viewer's effective role in a project or registry; None if it is invisible."""
        if project not in self._roles:
            find = self._registry_role if isinstance(project, Registry) else self._project_role
            self._roles[project] = find(project)
        return self._roles[project]

    def sees(self, project: Project) -> bool:
        """An invisible project or registry is the same as a missing one (registry-rules R4.15)."""
        return self.role(project) is not None

    def writes(self, project: Project) -> bool:
        """Members and admins may log, link, alias and tag (registry-rules 4.1)."""
        return (self.role(project) or 0) >= Role.MEMBER

    def administers(self, project: Project) -> bool:
        """Admins may change members, settings and protected aliases."""
        return self.role(project) is Role.ADMIN

    def downloads(self, project: Project) -> bool:
        """Restricted viewers see versions, but cannot use or download them (registry-rules R4.6)."""
        return (self.role(project) or 0) >= Role.VIEWER

    def creates_projects(self, entity: Entity) -> bool:
        """Members make projects in their team, everybody in their own entity, and nobody in an organization's."""
        if entity.kind is EntityKind.USER:
            return entity.owner is self.viewer
        return entity.kind is EntityKind.TEAM and (self._team_role(entity) or 0) >= Role.MEMBER

    def administers_team(self, entity: Entity) -> bool:
        """Admins of a team, of its organization and of the instance say who belongs to it."""
        return entity.kind is EntityKind.TEAM and self._team_role(entity) is Role.ADMIN

    def sees_artifact(self, artifact: Artifact) -> bool:
        """A version is visible through its own project and through every collection that holds it."""
        return any(map(self.sees, _homes(artifact)))

    def downloads_artifact(self, artifact: Artifact) -> bool:
        """Without a registry named in the request, it is enough that one way to the files is open (registry-rules R4.10)."""
        return any(map(self.downloads, _homes(artifact)))

    def require_write(self, collection: Collection) -> None:
        """Refuse those who may only look."""
        if not self.writes(collection.project):
            raise permission_denied()

    def require_alias_right(self, project: Project, alias: str) -> None:
        """Only admins of a registry add or remove its protected aliases (registry-rules R4.12)."""
        refusal = self.alias_refusal(project, alias)
        if refusal:
            raise refusal

    def alias_refusal(self, project: Project, alias: str) -> Refusal | None:
        """Why the viewer may not set this alias here, or None."""
        if (
            isinstance(project, Registry)
            and alias in project.protected_aliases
            and not self.administers(project)
        ):
            return permission_denied(f"'{alias}' is a protected alias of the '{project.title}' registry")
        return None

    # ------------------------------------------------------------- reasons

    def _shuts_out(self, organization: Organization | None) -> bool:
        """True if the organization accepts only keys of its own; those of its service accounts are such keys."""
        return (
            organization is not None
            and Quirk.ORGANIZATION_KEYS_ONLY in self._database.server.quirks
            and self.viewer.service_team is None
        )

    def _in_team(self, entity: Entity) -> bool:
        if entity.kind is not EntityKind.TEAM:
            return False
        return self.viewer.username in entity.members or self.viewer.service_team is entity

    def _administers(self, organization: Organization | None) -> bool:
        return organization is not None and organization.members.get(self.viewer.username) is Role.ADMIN

    def _team_role(self, team: Entity) -> Role | None:
        if self._shuts_out(team.organization):
            return None
        if self.viewer.admin or self._administers(team.organization):
            return Role.ADMIN
        if self.viewer.service_team is team:
            return Role.MEMBER
        role = team.members.get(self.viewer.username)
        return role and self._capped_by_seat(team.organization, role)

    def _capped_by_seat(self, organization: Organization | None, role: Role) -> Role:
        """A viewer's seat in the organization caps what a role allows (protocol 7)."""
        seat = organization.members.get(self.viewer.username) if organization else None
        return min(role, Role.VIEWER) if seat is Role.VIEWER else role

    def _project_role(self, project: Project) -> Role | None:
        entity = project.entity
        if self.viewer.admin and not self._shuts_out(entity.organization):
            return Role.ADMIN
        if entity.kind is EntityKind.USER:
            own = Role.ADMIN if entity.owner is self.viewer else None
        elif entity.kind is EntityKind.TEAM:
            own = self._team_role(entity)
        else:
            own = None
        if project.access == RESTRICTED and own is not Role.ADMIN:
            return None
        roles = [role for role in (own, PUBLIC_ROLES.get(project.access)) if role is not None]
        return max(roles, default=None)

    def _registry_role(self, registry: Project) -> Role | None:
        """The highest of the roles given in the registry, otherwise the default role (registry-rules R4.7, R4.9)."""
        organization = registry.entity.organization
        if not isinstance(registry, Registry) or organization is None or self._shuts_out(organization):
            return None
        if self.viewer.admin or self._administers(organization):
            return Role.ADMIN
        if organization not in self.organizations:
            return None
        if self.viewer.service_team:
            return self._service_account_role(registry, self.viewer.service_team)
        given = [registry.teams[team.name] for team in self.teams if team.name in registry.teams]
        if self.viewer.username in registry.members:
            given.append(registry.members[self.viewer.username])
        if not given and registry.restricted:
            return None
        role = max(given, default=self._database.default_role(organization))
        if self._database.server.at_least(*SEATS_ARE_SEPARATE_SINCE):
            return role
        return self._capped_by_seat(organization, role)

    def _service_account_role(self, registry: Registry, team: Entity) -> Role | None:
        """Member, or admin if added as such; of a restricted one only if it or its team was added (R4.11)."""
        own = registry.members.get(self.viewer.username)
        if own is not None:
            return max(own, Role.MEMBER)
        if registry.restricted and registry.teams.get(team.name, Role.VIEWER) < Role.MEMBER:
            return None
        return Role.MEMBER


def _homes(artifact: Artifact) -> list[Project]:
    return [
        artifact.sequence.project,
        *(membership.collection.project for membership in artifact.memberships),
    ]
