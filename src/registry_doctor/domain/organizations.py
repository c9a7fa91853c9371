"""Which organization a registry path belongs to: wandb's own rule, and what was meant where it refuses.

Pure functions over what the server says of an entity and of the person (registry-rules 2.1).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Literal
from urllib.parse import unquote

from registry_doctor.support.records import record


@record(frozen=True)
class Organization:
    """An organization: its display name and the name of its own entity, which owns its registries."""

    name: str
    entity: str | None
    """`None` on servers before 0.50 (R2.13), and where the server hides it."""

    def is_called(self, name: str) -> bool:
        """Whether wandb accepts `name` as a prefix for it: exact display or entity name (R1.12)."""
        return name in (self.name, self.entity)

    @property
    def path_prefix(self) -> str:
        """What to write before a registry: the entity name as the server spells it."""
        return self.entity or self.name


@record(frozen=True)
class Entity:
    """An entity as the server shows it to the person."""

    name: str
    kind: Literal["team", "personal", "organization"]
    organization: Organization | None = None
    """Of a team, or of an organization's own entity."""
    organizations: tuple[Organization, ...] = ()
    """Of the person whose personal entity it is."""

    @property
    def all_organizations(self) -> tuple[Organization, ...]:
        """The organizations of this entity, including those whose own entity the server hides."""
        return (self.organization,) if self.organization else self.organizations

    @property
    def reachable(self) -> tuple[Organization, ...]:
        """The organizations that wandb can resolve through this entity."""
        return tuple(each for each in self.all_organizations if each.entity is not None)


@record(frozen=True)
class Team:
    """A team that the person is in."""

    name: str
    organization: Organization | None


@record(frozen=True)
class Viewer:
    """The person whose credentials are used."""

    username: str
    """Empty if the server does not name the person."""
    entity: str | None
    """The default entity."""
    teams: tuple[Team, ...]
    organizations: tuple[Organization, ...]
    personal_entity: str | None = None
    """The person's own entity, if the server shows it; newer accounts have none."""

    @property
    def default_entity_source(self) -> str:
        """What the default entity is called as the source of a name."""
        return f"default entity of {self.username}" if self.username else "your default entity"

    @cached_property
    def all_organizations(self) -> tuple[Organization, ...]:
        """Organizations of the person and of the person's teams, each once."""
        found = (*self.organizations, *(team.organization for team in self.teams if team.organization))
        return tuple({each.name: each for each in reversed(found)}.values())[::-1]

    def teams_of(self, organization: Organization) -> tuple[str, ...]:
        """The person's teams in this organization."""
        return tuple(team.name for team in self.teams if team.organization == organization)


class Unresolved(enum.Enum):
    """Why wandb refuses to resolve an organization (R2.1); the value is its text in SDK 0.31.0."""

    NO_ENTITY = "Entity name is required to resolve org entity name."
    NOT_FOUND = "Unable to find organization for entity {entity!r}."
    WRONG_NAME = (
        "Expecting the organization name or entity name to match {organization!r} and cannot be"
        " linked/fetched with {named!r}. Please update the target path with the correct organization name."
    )
    WRONG_NAME_OF_MANY = (
        "Personal entity belongs to multiple organizations and cannot be linked/fetched with {named!r}."
        " Please update the target path with the correct organization name or use a team entity in the"
        " entity settings."
    )
    AMBIGUOUS = (
        "Personal entity {entity!r} belongs to multiple organizations and cannot be used without"
        " specifying the organization name. Please specify the organization in the Registry path or use a"
        " team entity in the entity settings."
    )
    NO_ORGANIZATION = (
        "Unable to resolve an organization associated with personal entity: {entity!r}. This could be"
        " because its a personal entity that doesn't belong to any organizations. Please specify the"
        " organization in the Registry path or use a team entity in the entity settings."
    )


def resolve(entity: Entity | None, named: str | None) -> Organization | Unresolved:
    """What `_resolve_org_info` of SDK 0.31.0 answers for this entity and this prefix or setting (R2.1)."""
    if entity is None:
        return Unresolved.NOT_FOUND
    own = entity.organization
    if own is not None and own.entity is not None and (not named or own.is_called(named)):
        return own
    if entity.organizations:
        usable = [each for each in entity.organizations if each.entity is not None]
        if named:
            matching = (each for each in usable if each.is_called(named))
            wrong = Unresolved.WRONG_NAME if len(usable) == 1 else Unresolved.WRONG_NAME_OF_MANY
            return next(matching, wrong)
        if len(usable) == 1:
            return usable[0]
        return Unresolved.AMBIGUOUS if usable else Unresolved.NO_ORGANIZATION
    return Unresolved.NOT_FOUND


@record(frozen=True)
class Correction:
    """The organization that a wrong name meant; `certain` if it can mean no other."""

    organization: Organization
    certain: bool
    why: str


def correct(named: str, entity: Entity, viewer: Viewer | None) -> Correction | None:
    """The organization that was meant by a name which wandb refuses, if that can be told.

    A team's name means the team's organization; another spelling of an organization's name means
    that organization; anything else means the only organization within reach, but not for certain.
    """
    teams = viewer.teams if viewer else ()
    for team in teams:
        if team.name == named and team.organization and team.organization.entity:
            return Correction(team.organization, True, f"{named!r} is a team of {team.organization.name!r}")
    if entity.kind == "team" and entity.name == named and entity.organization:
        return Correction(entity.organization, True, f"{named!r} is a team of {entity.organization.name!r}")
    known = {each.name: each for each in (*(viewer.all_organizations if viewer else ()), *entity.reachable)}
    spelt = [each for each in known.values() if each.entity and _resembles(named, each)]
    if len(spelt) == 1:
        return Correction(spelt[0], True, f"{named!r} is another spelling of {spelt[0].name!r}")
    reachable = entity.reachable
    if len(reachable) == 1:
        return Correction(reachable[0], False, f"{entity.name!r} reaches {reachable[0].name!r} only")
    return None


def named_exactly(named: str, organizations: Iterable[Organization]) -> Organization | None:
    """The organization with exactly this display or entity name."""
    return next((each for each in organizations if each.is_called(named)), None)


def _resembles(named: str, organization: Organization) -> bool:
    """Whether `named` is a spelling of this organization: case, separators, `-org`, a lost hash (R2.13)."""
    entity = organization.entity or ""
    own = {_bare(organization.name), _bare(entity), _bare(entity.rpartition("_")[0])} - {""}
    named = unquote(named)
    host = re.sub(r"^[a-z]+://", "", named.strip().lower()).partition("/")[0].partition(".")[0]
    candidates = {
        _bare(named),
        _bare(re.sub(r"[-_ ]org(anization)?$", "", named.strip(), flags=re.IGNORECASE)),
    }
    if "://" in named:
        candidates.add(_bare(host))
    return bool(own & candidates)


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
