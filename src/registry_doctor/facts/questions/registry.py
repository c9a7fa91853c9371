"""Questions about a registry, its collections and their versions, and the answers as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from registry_doctor.domain.target_path import REGISTRY_PREFIX
from registry_doctor.queries.question import (
    PAGE,
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

T_co = TypeVar("T_co", covariant=True)

_TYPES = nodes_of("artifactTypes", "name", args=[Arg("first", PAGE), Arg("includeAll", True)])
_REGISTRY = select("name", "readOnly", "access", "allowAllArtifactTypesInRegistry", _TYPES)
_TOLD = ("readOnly", "allowAllArtifactTypesInRegistry", "artifactTypes")
_ALIASES = Field("aliases", select("alias"))


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
    """Whether the server tells which types it takes."""
    withheld: bool = False
    """Whether the server knows what was asked and gave null for it; an older one does not know it."""


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


@record(frozen=True)
class Listing(Generic[T_co]):
    """The first page of a list; `complete` if there is no other."""

    rows: tuple[T_co, ...] = ()
    complete: bool = True


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

    def selection(self) -> Field:
        entity, project = self._names
        return _in_project(entity, project, *_REGISTRY)

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Registry | None:
        return _registry(value)


class AskMembers(Question[Members]):
    """The members of a registry; a question of its own, since a server that hides them nulls the project above."""

    def selection(self) -> Field:
        entity, project = self._names
        role = Field("role", select("name"))
        teams = Field("teamMembers", (Field("team", select("name")), role))
        return _in_project(entity, project, Field("members", select("username", role)), teams)

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Members:
        return Members(_roles(value, "members", "username"), _roles(value, "teamMembers", "team", "name"))


class AskRegistries(Question["Listing[Registry]"]):
    """The registries of an organization that the person can see."""

    def selection(self) -> Field:
        (organization,) = self._names
        args = [Arg("first", PAGE)]
        projects = nodes_of("projects", *_REGISTRY, args=args, page_info=True)
        name = Arg("name", organization, "String")
        return Field("organization", (Field("orgEntity", (projects,)),), (name,))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Listing[Registry]:
        found = [_registry(node) for node in nodes(value, "orgEntity", "projects")]
        more = flag(value, "orgEntity", "projects", "pageInfo", "hasNextPage")
        return Listing(tuple(each for each in found if each), not more)


class AskCollection(Question["Collection | None"]):
    """A collection by name; `None` if it is not there."""

    def selection(self) -> Field:
        entity, project, collection = self._names
        wanted = select("__typename", "name", Field("defaultArtifactType", select("name")))
        return _in_project(
            entity, project, Field("artifactCollection", wanted, (Arg("name", collection, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Collection | None:
        return _collection(dig(value, "artifactCollection"))


class AskCollections(Question["Listing[Collection]"]):
    """The first collections of a registry."""

    def selection(self) -> Field:
        entity, project = self._names
        wanted = ("__typename", "name", Field("defaultArtifactType", select("name")))
        return _in_project(
            entity,
            project,
            nodes_of("artifactCollections", *wanted, args=[Arg("first", PAGE)], page_info=True),
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Listing[Collection]:
        found = [_collection(node) for node in nodes(value, "artifactCollections")]
        more = flag(value, "artifactCollections", "pageInfo", "hasNextPage")
        return Listing(tuple(each for each in found if each), not more)


class AskVersion(Question["Version | None"]):
    """A version by the name that a fetch sends, `collection:alias`; `None` if it is not there."""

    def selection(self) -> Field:
        entity, project, name = self._names
        artifact = Field("artifact", select("state", Field("artifactType", select("name"))))
        wanted = select("versionIndex", _ALIASES, artifact)
        return _in_project(
            entity, project, Field("artifactCollectionMembership", wanted, (Arg("name", name, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Version | None:
        return _version(dig(value, "artifactCollectionMembership"))


class AskVersions(Question["Listing[Version]"]):
    """The versions of a collection with their aliases."""

    def selection(self) -> Field:
        entity, project, collection = self._names
        versions = nodes_of(
            "artifactMemberships", "versionIndex", _ALIASES, args=[Arg("first", PAGE)], page_info=True
        )
        return _in_project(
            entity, project, Field("artifactCollection", (versions,), (Arg("name", collection, "String!"),))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Listing[Version]:
        found = [_version(node) for node in nodes(value, "artifactCollection", "artifactMemberships")]
        more = flag(value, "artifactCollection", "artifactMemberships", "pageInfo", "hasNextPage")
        return Listing(tuple(each for each in found if each), not more)


class AskDownload(Question["Download | None"]):
    """Whether a version's files are refused: the right to download stands in no field (design, RD403).

    The address in the answer is a secret and is dropped here. `None` if there is no such version.
    """

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


def _registry(value: JsonValue) -> Registry | None:
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
        or (listed is not None and not whole),
    )


def _collection(value: JsonValue) -> Collection | None:
    name = text(value, "name")
    return Collection(name, text(value, "defaultArtifactType", "name")) if name is not None else None


def _version(value: JsonValue) -> Version | None:
    if value is None:
        return None
    index = number(value, "versionIndex")
    aliases = tuple(alias for each in items(value, "aliases") if (alias := text(each, "alias")))
    return Version(
        None if index is None else f"v{index}",
        aliases,
        text(value, "artifact", "artifactType", "name"),
        text(value, "artifact", "state"),
    )
