"""Questions about a registry, its collections and their versions, and the answers as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from registry_doctor.domain.target_path import REGISTRY_PREFIX
from registry_doctor.queries.availability import Unavailable
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
from registry_doctor.support.records import record
from registry_doctor.transport import GraphQLError, JsonValue

_T_co = TypeVar("_T_co", covariant=True)
_T = TypeVar("_T")

_TYPES = nodes_of("artifactTypes", "name", args=[Arg("first", PAGE_SIZE), Arg("includeAll", True)])
_REGISTRY = select("name", "readOnly", "access", "allowAllArtifactTypesInRegistry", _TYPES)
_TOLD = ("readOnly", "allowAllArtifactTypesInRegistry", "artifactTypes")
SPARE_OF_REGISTRY = frozenset(f"Project.{name}" for name in (*_TOLD, "access"))
"""Details of a registry, without which it is still known that it is there."""
_ALIASES = Field("aliases", select("alias"))

ROLES = ("restricted_viewer", "viewer", "member", "admin")
"""From the one that may do least to the one that may do most (registry-rules 4.1)."""


@record(frozen=True)
class Registry:
    """A registry that is there and visible."""

    name: str
    """Without `wandb-registry-`, as the server spells it."""
    accepted_types: tuple[str, ...] | None
    """`None` if it takes every type, or if the server does not tell (`types_told`)."""
    read_only: bool | None
    """Whether the person may not link; `None` if the server does not tell (R4.13)."""
    types_told: bool = True
    """Whether the server says which types the registry accepts."""
    withheld: bool = False
    """Whether the server knows what was asked and gave null for it; an older one does not know it."""
    role: str | None = None
    """The highest role that the members' list shows for the person or a team of theirs; `None` if it shows none."""
    administers_organization: bool | None = None
    """Whether the organization lists the person as an administrator; `None` if it does not show its members."""


@record(frozen=True)
class Collection:
    """A collection that is there."""

    name: str
    type: str | None


@record(frozen=True)
class Version:
    """A version in a collection."""

    name: str | None
    """`v0`, `v1`, …"""
    aliases: tuple[str, ...]
    type: str | None = None
    state: str | None = None
    source_name: str | None = None
    """`v0`, `v1`, … where it was logged; `None` if the server does not say."""


@record(frozen=True)
class Listing(Generic[_T_co]):
    """The beginning of a list; `complete` if nothing follows."""

    rows: tuple[_T_co, ...] = ()
    complete: bool = True
    cursor: str | None = None
    """Where the server goes on."""


class ListQuestion(Question[Listing[_T_co]]):
    """The beginning of a list of something with these names: as many pages as it takes to fill one.

    A server that takes out what the person may not see does so page by page, so that a page may even be empty.
    """

    def __init__(self, *names: str, after: str | None = None) -> None:
        super().__init__(*names, *(() if after is None else (after,)))
        self._of = names
        self._paging = [Arg("first", PAGE_SIZE), *([] if after is None else [Arg("after", after, "String")])]

    def next_page(self, answer: object) -> Question[object] | None:
        """Go on while there is more and one page is not full."""
        assert isinstance(answer, Listing)
        if answer.complete or answer.cursor is None or len(answer.rows) >= PAGE_SIZE:
            return None
        return type(self)(*self._of, after=answer.cursor)

    def joined(self, answer: object, page: object) -> object:
        """The rows of both."""
        assert isinstance(answer, Listing) and isinstance(page, Listing)
        if page.cursor is not None and page.cursor == answer.cursor:  # the server does not go on from there
            return Listing(answer.rows, complete=False)
        return Listing((*answer.rows, *page.rows), page.complete, page.cursor)


def listing_in(value: JsonValue, *connection: str, read: Callable[[JsonValue], _T | None]) -> Listing[_T]:
    """The rows of the connection below these keys, without those that `read` makes nothing of."""
    rows = (read(node) for node in nodes(value, *connection))
    more = flag(value, *connection, "pageInfo", "hasNextPage")
    cursor = text(value, *connection, "pageInfo", "endCursor")
    return Listing(tuple(row for row in rows if row is not None), not more, cursor if more else None)


@record(frozen=True)
class Members:
    """Who was added to a registry, each with a role: people and teams by their names."""

    people: Mapping[str, str]
    teams: Mapping[str, str]


@record(frozen=True)
class Download:
    """Whether the person may download; `refusal` is the server's reason if not (R4.6)."""

    refusal: str | None


def _in_project(entity: str, project: str, *fields: Field) -> Field:
    """The part that all questions about a registry's project share."""
    args = (Arg("name", project, "String"), Arg("entityName", entity, "String"))
    return Field("project", fields, args)


class AskRegistry(Question["Registry | None"]):
    """A registry by name; `None` if it is not there, or not visible (R4.15)."""

    spare = SPARE_OF_REGISTRY

    def selection(self) -> Field:
        entity, project = self._names
        return _in_project(entity, project, *_REGISTRY)

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Registry | None:
        return _registry(value, failed=bool(errors))


class AskMembers(Question[Members]):
    """The members of a registry; a question of its own, since a server that hides them nulls the project above."""

    asked = (("members",), ("teamMembers",))

    def selection(self) -> Field:
        entity, project = self._names
        role = Field("role", select("name"))
        teams = Field("teamMembers", (Field("team", select("name")), role))
        return _in_project(entity, project, Field("members", select("username", role)), teams)

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Members:
        return Members(_roles(value, "members", "username"), _roles(value, "teamMembers", "team", "name"))


class AskAdministrators(Question[frozenset[str]]):
    """The administrators of an organization by their usernames; they are administrators of its registries (R4.7).

    A question of its own, since a server that hides the members nulls the entity above.
    """

    asked = (("members",),)

    def selection(self) -> Field:
        (entity,) = self._names
        members = Field("members", select("username", "admin", "role"))
        return Field("entity", (members,), (Arg("name", entity, "String"),))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> frozenset[str]:
        if not isinstance(dig(value, "members"), list):
            raise Unavailable("the server does not show the members of the organization")
        return frozenset(
            who
            for each in items(value, "members")
            if (who := text(each, "username")) and (flag(each, "admin") or text(each, "role") == "admin")
        )


def questions_about_roles(entity: str, project: str) -> tuple[AskMembers, AskAdministrators]:
    """What is asked to know the person's role in a registry. Known facts and guesses ask the same."""
    return AskMembers(entity, project), AskAdministrators(entity)


class AskRegistries(ListQuestion[Registry]):
    """The registries of an organization that the person can see."""

    asked = (("orgEntity", "projects"),)
    spare = SPARE_OF_REGISTRY

    def selection(self) -> Field:
        (organization,) = self._of
        projects = nodes_of("projects", *_REGISTRY, args=self._paging, page_info=True)
        name = Arg("name", organization, "String")
        return Field("organization", (Field("orgEntity", (projects,)),), (name,))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Listing[Registry]:
        if value is not None and dig(value, "orgEntity") is None:
            raise Unavailable("the server does not show the organization's own entity", unknown=True)
        failed = bool(errors)
        return listing_in(value, "orgEntity", "projects", read=lambda node: _registry(node, failed=failed))


class AskCollection(Question["Collection | None"]):
    """A collection by name; `None` if it is not there."""

    asked = (("artifactCollection",),)

    def selection(self) -> Field:
        entity, project, collection = self._names
        wanted = select("__typename", "name", Field("defaultArtifactType", select("name")))
        return _in_project(
            entity, project, Field("artifactCollection", wanted, (Arg("name", collection, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Collection | None:
        return _collection(dig(value, "artifactCollection"))


class AskCollections(ListQuestion[Collection]):
    """The first collections of a registry."""

    asked = (("artifactCollections",),)

    def selection(self) -> Field:
        entity, project = self._of
        wanted = ("__typename", "name", Field("defaultArtifactType", select("name")))
        return _in_project(
            entity,
            project,
            nodes_of("artifactCollections", *wanted, args=self._paging, page_info=True),
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Listing[Collection]:
        return listing_in(value, "artifactCollections", read=_collection)


class AskVersion(Question["Version | None"]):
    """A version by the name that a fetch sends, `collection:alias`; `None` if it is not there."""

    asked = (("artifactCollectionMembership",),)

    def selection(self) -> Field:
        entity, project, name = self._names
        artifact = Field("artifact", select("state", "versionIndex", Field("artifactType", select("name"))))
        wanted = select("versionIndex", _ALIASES, artifact)
        return _in_project(
            entity, project, Field("artifactCollectionMembership", wanted, (Arg("name", name, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Version | None:
        return _version(dig(value, "artifactCollectionMembership"))


class AskVersions(ListQuestion[Version]):
    """The versions of a collection with their aliases."""

    asked = (("artifactCollection", "artifactMemberships"),)

    def selection(self) -> Field:
        entity, project, collection = self._of
        versions = nodes_of(
            "artifactMemberships", "versionIndex", _ALIASES, args=self._paging, page_info=True
        )
        return _in_project(
            entity, project, Field("artifactCollection", (versions,), (Arg("name", collection, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Listing[Version]:
        return listing_in(value, "artifactCollection", "artifactMemberships", read=_version)


class AskDownload(Question["Download | None"]):
    """Whether a version's files are refused: the right to download stands in no field (design, RD403).

    The address in the answer is a secret and is dropped here. `None` if there is no such version.
    """

    asked = (("artifactCollection", "artifactMembership", "files"),)

    def selection(self) -> Field:
        entity, project, collection, alias = self._names
        files = nodes_of("files", "name", "directUrl", args=[Arg("first", 1)])
        membership = Field("artifactMembership", (files,), (Arg("aliasName", alias, "String!"),))
        return _in_project(
            entity, project, Field("artifactCollection", (membership,), (Arg("name", collection, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Download | None:
        if errors:
            return Download(errors[0].message)
        found = dig(value, "artifactCollection", "artifactMembership", "files")
        return None if found is None else Download(None)


def _roles(value: JsonValue, members: str, *name: str) -> dict[str, str]:
    return {
        who: role
        for each in items(value, members)
        if (who := text(each, *name)) and (role := text(each, "role", "name"))
    }


def _registry(value: JsonValue, *, failed: bool = False) -> Registry | None:
    """The registry; `failed` if the server failed below one of its details."""
    project = text(value, "name")
    if not isinstance(value, dict) or project is None or not project.startswith(REGISTRY_PREFIX):
        return None
    every = flag(value, "allowAllArtifactTypesInRegistry")
    types = tuple(name for node in nodes(value, "artifactTypes") if (name := text(node, "name")))
    listed = dig(value, "artifactTypes", "edges")
    whole = isinstance(listed, list) and len(listed) == len(types)
    return Registry(
        name=project.removeprefix(REGISTRY_PREFIX),
        accepted_types=types if every is False and whole else None,
        read_only=flag(value, "readOnly"),
        types_told=every is True or (every is False and whole),
        withheld=any(name in value and value[name] is None for name in _TOLD)
        or (listed is not None and not whole)
        or failed,
    )


def _collection(value: JsonValue) -> Collection | None:
    name = text(value, "name")
    return Collection(name, text(value, "defaultArtifactType", "name")) if name is not None else None


def _version(value: JsonValue) -> Version | None:
    if value is None:
        return None
    index, source = number(value, "versionIndex"), number(value, "artifact", "versionIndex")
    aliases = tuple(alias for each in items(value, "aliases") if (alias := text(each, "alias")))
    return Version(
        None if index is None else f"v{index}",
        aliases,
        text(value, "artifact", "artifactType", "name"),
        text(value, "artifact", "state"),
        None if source is None else f"v{source}",
    )
