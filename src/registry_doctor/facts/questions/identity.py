"""Questions about the person, an entity, and the artifact to be linked, and the answers as data."""

from __future__ import annotations

from collections.abc import Sequence

from registry_doctor.domain.organizations import Entity, Organization, Team, Viewer
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.forms import Form, has_form
from registry_doctor.queries.question import (
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

_ORGANIZATION = Field("organization", select("name", Field("orgEntity", select("name"))))
_ORGANIZATIONS = Field("organizations", select("name", Field("orgEntity", select("name"))))
_ENTITY = select(
    "name", "isTeam", "entityType", _ORGANIZATION, Field("user", select("username", _ORGANIZATIONS))
)


@record(frozen=True)
class Server:
    """What the server says about itself; `version` is `None` if it does not say."""

    version: str | None
    features: frozenset[str] | None
    """Those that are on; `None` if the server gives no list."""


@record(frozen=True)
class SourceArtifact:
    """The logged artifact that is to be linked."""

    version: str | None
    type: str | None
    state: str | None
    entity: Entity | None
    """The entity it was logged in; `None` if the person cannot see its project (R4.4)."""
    entity_told: bool = True
    """Whether the server knows of an artifact's project at all; an older one does not."""


@record(frozen=True)
class SourceCollection:
    """What the artifact's own collection offers, to name versions that are there."""

    type: str | None
    versions: tuple[str, ...]
    cursor: str | None = None
    """Where the server goes on with the versions."""


_OWNER: Form = {"name": str, "orgEntity": {"name": str}}
_VIEWER: Form = {
    "id": str,
    "username": str,
    "entity": str,
    "teams": {"edges": [{"node": {"name": str, "organization": _OWNER}}]},
    "organizations": [_OWNER],
}


class AskViewer(Question["Viewer | None"]):
    """Who the credentials belong to; `None` if the server does not accept them."""

    def selection(self) -> Field:
        teams = nodes_of("teams", "name", _ORGANIZATION)
        return Field("viewer", select("id", "username", "entity", "admin", teams, _ORGANIZATIONS))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Viewer | None:
        told = not isinstance(value, dict) or "username" in value or "id" in value
        if not told or not has_form(value, _VIEWER):
            raise Unavailable(
                "the server's answer about the user does not have the form of W&B's", unknown=True
            )
        username = text(value, "username")
        if username is None and text(value, "id") is None:
            return None
        listed = [
            Team(name, _organization(dig(node, "organization")))
            for node in nodes(value, "teams")
            if (name := text(node, "name"))
        ]
        # The list of teams may hold the personal entity, which only its name shows; it is in no organization itself.
        teams = tuple(team for team in listed if team.name != username or team.organization is not None)
        default = text(value, "entity") or None
        is_team = any(team.name == username for team in teams)
        shown = len(teams) < len(listed) or (default == username and not is_team)
        personal = username if shown else None
        return Viewer(username or "", default, teams, _organizations(value), personal)


class AskServer(Question[Server]):
    """Version and features."""

    def selection(self) -> Field:
        version = Field("latestLocalVersionInfo", select("versionOnThisInstanceString"))
        return Field("serverInfo", select(Field("features", select("name", "isEnabled")), version))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Server:
        listed = items(value, "features")
        on = frozenset(name for each in listed if flag(each, "isEnabled") and (name := text(each, "name")))
        version = text(value, "latestLocalVersionInfo", "versionOnThisInstanceString")
        return Server(version, on if listed else None)


class AskEntity(Question["Entity | None"]):
    """An entity by name; `None` if it is not there, or not visible."""

    def selection(self) -> Field:
        (name,) = self._names
        return Field("entity", _ENTITY, (Arg("name", name, "String"),))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Entity | None:
        return _entity(value)


class AskArtifact(Question["SourceArtifact | None"]):
    """A version in a project, by the name and version that wandb would fetch it with."""

    asked = (("artifactCollectionMembership", "artifact", "artifactSequence", "project", "entity"),)

    def selection(self) -> Field:
        entity, project, name = self._names
        source = Field("project", select("name", Field("entity", _ENTITY)))
        sequence = Field("artifactSequence", select("name", source))
        artifact = Field("artifact", select("id", "state", Field("artifactType", select("name")), sequence))
        membership = Field(
            "artifactCollectionMembership", select("versionIndex", artifact), (Arg("name", name, "String!"),)
        )
        args = (Arg("name", project, "String"), Arg("entityName", entity, "String"))
        return Field("project", (membership,), args)

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> SourceArtifact | None:
        membership = dig(value, "artifactCollectionMembership")
        artifact = dig(membership, "artifact")
        if artifact is None:
            return None
        index = number(membership, "versionIndex")
        sequence = dig(artifact, "artifactSequence")
        return SourceArtifact(
            version=None if index is None else f"v{index}",
            type=text(artifact, "artifactType", "name"),
            state=text(artifact, "state"),
            entity=_entity(dig(sequence, "project", "entity"), certain=True),
            entity_told=isinstance(sequence, dict) and "project" in sequence,
        )


class AskSourceCollection(Question["SourceCollection | None"]):
    """The collection that an artifact's path names, to say which versions it has."""

    asked = (("artifactCollection", "artifactMemberships"),)

    def __init__(self, entity: str, project: str, collection: str, after: str | None = None) -> None:
        super().__init__(entity, project, collection, *(() if after is None else (after,)))
        self._paging = [Arg("first", 20), *([] if after is None else [Arg("after", after, "String")])]

    def selection(self) -> Field:
        entity, project, collection = self._names[:3]
        aliases = Field("aliases", select("alias"))
        versions = nodes_of("artifactMemberships", "versionIndex", aliases, args=self._paging, page_info=True)
        kind = Field("defaultArtifactType", select("name"))
        found = Field(
            "artifactCollection", select("name", kind, versions), (Arg("name", collection, "String!"),)
        )
        return Field(
            "project", (found,), (Arg("name", project, "String"), Arg("entityName", entity, "String"))
        )

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> SourceCollection | None:
        found = dig(value, "artifactCollection")
        if found is None:
            return None
        versions = [number(node, "versionIndex") for node in nodes(found, "artifactMemberships")]
        names = tuple(f"v{index}" for index in sorted(each for each in versions if each is not None))
        more = flag(found, "artifactMemberships", "pageInfo", "hasNextPage")
        cursor = text(found, "artifactMemberships", "pageInfo", "endCursor") if more else None
        return SourceCollection(text(found, "defaultArtifactType", "name"), names, cursor)

    def next_page(self, answer: object) -> Question[object] | None:
        """Go on only while there is no version to name."""
        if not isinstance(answer, SourceCollection) or answer.versions or answer.cursor is None:
            return None
        entity, project, collection = self._names[:3]
        return AskSourceCollection(entity, project, collection, answer.cursor)

    def joined(self, answer: object, page: object) -> object:
        """The page, since nothing was before it."""
        assert isinstance(answer, SourceCollection)
        stuck = isinstance(page, SourceCollection) and page.cursor == answer.cursor
        return answer if page is None or stuck else page


def _organization(value: JsonValue) -> Organization | None:
    name = text(value, "name")
    return Organization(name, text(value, "orgEntity", "name")) if name is not None else None


def _organizations(value: JsonValue) -> tuple[Organization, ...]:
    found = (_organization(each) for each in items(value, "organizations"))
    return tuple(each for each in found if each)


def _entity(value: JsonValue, *, certain: bool = False) -> Entity | None:
    """The entity; `None` for an object that says nothing of it, which some servers send for one that is not there.

    `certain`: something belongs to it, so that it is there.
    """
    name = text(value, "name")
    if name is None:
        return None
    organization = _organization(dig(value, "organization"))
    user = dig(value, "user")
    is_team = flag(value, "isTeam")
    if organization is None and user is None and is_team is False and not certain:
        return None
    own = organization is not None and organization.entity == name
    if text(value, "entityType") == "organization" or own:
        return Entity(name, "organization", organization, _organizations(user))
    if is_team or (user is None and is_team is None):
        return Entity(name, "team", organization, _organizations(user))
    return Entity(name, "personal", organization, _organizations(user))
