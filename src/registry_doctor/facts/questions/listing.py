"""Questions for lists that are read page after page, and the pages as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from registry_doctor.domain.target_path import REGISTRY_PREFIX
from registry_doctor.facts.questions.registry import SPARE_OF_REGISTRY
from registry_doctor.queries.question import (
    PAGE_SIZE,
    Arg,
    Field,
    Question,
    dig,
    flag,
    items,
    nodes,
    nodes_of,
    number,
    select,
    text,
)
from registry_doctor.transport import GraphQLError, JsonValue

_T_co = TypeVar("_T_co", covariant=True)
_T = TypeVar("_T")


@dataclass(frozen=True)
class ListedRegistry:
    """A registry that the person sees."""

    name: str
    """Without `wandb-registry-`."""
    accepted_types: tuple[str, ...] | None
    """`None` if it takes every type, or if the server does not tell."""
    access: str | None
    """The server's word: `PRIVATE` for the whole organization, `RESTRICTED` for those who were invited."""
    read_only: bool | None
    """Whether the person may not link (R4.13)."""


@dataclass(frozen=True)
class GivenRoles:
    """The roles that were given in one registry, by user name and by team name."""

    people: Mapping[str, str]
    teams: Mapping[str, str]


@dataclass(frozen=True)
class ListedCollection:
    """A collection of a registry or of an ordinary project."""

    name: str
    type: str | None
    linked: bool | None
    """Whether it holds links, and not what was logged into it; `None` if the server does not tell."""


@dataclass(frozen=True)
class ListedVersion:
    """A version in a collection."""

    name: str | None
    """`v0`, `v1`, …"""
    aliases: tuple[str, ...]
    created: str | None
    """When it came into this collection."""
    state: str | None
    source: str | None
    """Where it was logged, `entity/project/name:version`; `None` if the person cannot see that project (R4.4)."""
    type: str | None = None


@dataclass(frozen=True)
class Page(Generic[_T_co]):
    """One page of a list; `cursor` leads to the next, `None` if there is none."""

    rows: tuple[_T_co, ...]
    cursor: str | None = None


class PageQuestion(Question[Page[_T_co] | None]):
    """One page of a list of something with these names; `None` if that is not there, or not visible."""

    def __init__(self, *names: str, after: str | None = None, first: int = PAGE_SIZE) -> None:
        super().__init__(*names, after or "", str(first))
        self._of = names
        paging = [Arg("first", first)]
        self._paging = paging if after is None else [*paging, Arg("after", after, "String")]


class AskRegistryPage(PageQuestion[ListedRegistry]):
    """Registries of an organization, by its display name."""

    asked = (("orgEntity", "projects"),)
    spare = SPARE_OF_REGISTRY

    def selection(self) -> Field:
        types = nodes_of("artifactTypes", "name", args=[Arg("first", PAGE_SIZE), Arg("includeAll", True)])
        wanted = ("name", "readOnly", "access", "allowAllArtifactTypesInRegistry", types)
        return _in_organization(self._of[0], _page_of("projects", *wanted, args=self._paging))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Page[ListedRegistry] | None:
        return _page(value, ("orgEntity", "projects"), _registry)


class AskRolePage(PageQuestion["tuple[str, GivenRoles]"]):
    """The roles given in these registries, by registry.

    Asked for apart from the registries: whoever may not see the members shall see the registries all the same.
    """

    asked = (("orgEntity", "projects"),)

    def selection(self) -> Field:
        role = Field("role", select("name"))
        members = Field("members", select("username", role))
        teams = Field("teamMembers", (Field("team", select("name")), role))
        return _in_organization(self._of[0], _page_of("projects", "name", members, teams, args=self._paging))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Page[tuple[str, GivenRoles]] | None:
        return _page(value, ("orgEntity", "projects"), _roles)


class AskProjectPage(PageQuestion[str]):
    """Names of the projects of a team or person."""

    asked = (("projects",),)

    def selection(self) -> Field:
        projects = _page_of("projects", "name", args=self._paging)
        return Field("entity", (projects,), (Arg("name", self._of[0], "String"),))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Page[str] | None:
        return _page(value, ("projects",), lambda node: text(node, "name"))


class AskCollectionPage(PageQuestion[ListedCollection]):
    """Collections of a project, which may be a registry's."""

    asked = (("artifactCollections",),)

    def selection(self) -> Field:
        entity, project = self._of
        wanted = ("__typename", "name", Field("defaultArtifactType", select("name")))
        return _in_project(entity, project, _page_of("artifactCollections", *wanted, args=self._paging))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Page[ListedCollection] | None:
        return _page(value, ("artifactCollections",), _collection)


class AskVersionPage(PageQuestion[ListedVersion]):
    """Versions in a collection."""

    asked = (("artifactCollection", "artifactMemberships"),)
    spare = frozenset({"Artifact.artifactSequence"})

    def selection(self) -> Field:
        entity, project, collection = self._of
        versions = _page_of("artifactMemberships", *_VERSION, args=self._paging)
        return _in_project(
            entity, project, Field("artifactCollection", (versions,), (Arg("name", collection, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Page[ListedVersion] | None:
        return _page(value, ("artifactCollection", "artifactMemberships"), _version)


class AskVersionsWithAlias(PageQuestion[ListedVersion]):
    """The version in a collection that has an alias, as a list of one or none: an alias is on one version."""

    asked = (("artifactCollection", "artifactMembership"),)
    spare = frozenset({"Artifact.artifactSequence"})

    def selection(self) -> Field:
        entity, project, collection, alias = self._of
        version = Field("artifactMembership", select(*_VERSION), (Arg("aliasName", alias, "String!"),))
        return _in_project(
            entity, project, Field("artifactCollection", (version,), (Arg("name", collection, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Page[ListedVersion] | None:
        if dig(value, "artifactCollection") is None:
            return None
        found = dig(value, "artifactCollection", "artifactMembership")
        version = None if found is None else _version(found)
        return Page(() if version is None else (version,))


_SEQUENCE = Field("artifactSequence", select("name", Field("project", select("name", "entityName"))))
_VERSION: tuple[str | Field, ...] = (
    "versionIndex",
    "createdAt",
    Field("aliases", select("alias")),
    Field("artifact", select("state", "versionIndex", Field("artifactType", select("name")), _SEQUENCE)),
)
"""What a list says of a version."""


def _page_of(connection: str, *wanted: str | Field, args: Sequence[Arg]) -> Field:
    info = Field("pageInfo", select("hasNextPage", "endCursor"))
    found = nodes_of(connection, *wanted, args=args)
    return Field(found.name, (info, *found.fields), found.args)


def _in_organization(name: str, *fields: Field) -> Field:
    return Field("organization", (Field("orgEntity", fields),), (Arg("name", name, "String"),))


def _in_project(entity: str, project: str, *fields: Field) -> Field:
    return Field("project", fields, (Arg("name", project, "String"), Arg("entityName", entity, "String")))


def _page(
    value: JsonValue, connection: tuple[str, ...], read: Callable[[JsonValue], _T | None]
) -> Page[_T] | None:
    if dig(value, *connection) is None:
        return None
    rows = (read(node) for node in nodes(value, *connection))
    more = flag(value, *connection, "pageInfo", "hasNextPage")
    cursor = text(value, *connection, "pageInfo", "endCursor")
    return Page(tuple(row for row in rows if row is not None), cursor if more else None)


def _registry(value: JsonValue) -> ListedRegistry | None:
    project = text(value, "name")
    if project is None or not project.startswith(REGISTRY_PREFIX):
        return None
    takes_all = flag(value, "allowAllArtifactTypesInRegistry")
    types = tuple(name for node in nodes(value, "artifactTypes") if (name := text(node, "name")))
    return ListedRegistry(
        project.removeprefix(REGISTRY_PREFIX),
        types if takes_all is False else None,
        text(value, "access"),
        flag(value, "readOnly"),
    )


def _roles(value: JsonValue) -> tuple[str, GivenRoles] | None:
    project = text(value, "name")
    if project is None:
        return None
    people = _by_name(items(value, "members"), "username")
    teams = _by_name(items(value, "teamMembers"), "team", "name")
    return project.removeprefix(REGISTRY_PREFIX), GivenRoles(people, teams)


def _by_name(members: Sequence[JsonValue], *name: str) -> dict[str, str]:
    return {
        who: role
        for member in members
        if (who := text(member, *name)) is not None and (role := text(member, "role", "name")) is not None
    }


def _collection(value: JsonValue) -> ListedCollection | None:
    name = text(value, "name")
    if name is None:
        return None
    linked = {"ArtifactPortfolio": True, "ArtifactSequence": False}.get(text(value, "__typename") or "")
    return ListedCollection(name, text(value, "defaultArtifactType", "name"), linked)


def _version(value: JsonValue) -> ListedVersion:
    index = number(value, "versionIndex")
    aliases = tuple(alias for each in items(value, "aliases") if (alias := text(each, "alias")))
    return ListedVersion(
        None if index is None else f"v{index}",
        aliases,
        text(value, "createdAt"),
        text(value, "artifact", "state"),
        _source(dig(value, "artifact")),
        text(value, "artifact", "artifactType", "name"),
    )


def _source(artifact: JsonValue) -> str | None:
    index = number(artifact, "versionIndex")
    sequence = dig(artifact, "artifactSequence")
    places = [
        text(sequence, "project", "entityName"),
        text(sequence, "project", "name"),
        text(sequence, "name"),
    ]
    parts = [part for part in places if part is not None]
    return f"{'/'.join(parts)}:v{index}" if len(parts) == len(places) and index is not None else None
