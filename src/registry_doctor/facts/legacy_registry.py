"""Facts about a path of the legacy Model Registry: where its collection is now (registry-rules 8)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from registry_doctor.domain.interpretation import LEGACY_PROJECT
from registry_doctor.domain.organizations import Organization
from registry_doctor.domain.target_path import is_registry_project
from registry_doctor.facts.base import Fact, Facts
from registry_doctor.facts.call import CALL, INTERPRETATION
from registry_doctor.facts.identity import ARTIFACT_TYPE, ENTITY, VIEWER
from registry_doctor.facts.questions.registry import Listing, ListQuestion, listing_in
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Arg, Field, Question, dig, nodes_of, select, text
from registry_doctor.support.records import record
from registry_doctor.transport import GraphQLError, JsonValue

_PROJECT = Field("project", select("name", Field("entity", select("name"))))


@record(frozen=True)
class Successor:
    """A registry collection that a legacy path may mean."""

    entity: str
    project: str
    collection: str
    type: str | None


@record(frozen=True)
class Legacy:
    """What the server says about a legacy path: `redirect` is where it leads, `namesakes` are collections of that name."""

    redirect: Successor | None
    namesakes: tuple[Successor, ...]


class AskRedirect(Question["Successor | None"]):
    """Where a fetch of the legacy path would be led (R8.3, R8.4)."""

    asked = (("artifactCollectionMembership", "artifactCollection"),)

    def selection(self) -> Field:
        entity, name = self._names
        collection = Field(
            "artifactCollection", select("name", Field("defaultArtifactType", select("name")), _PROJECT)
        )
        args = (Arg("name", LEGACY_PROJECT, "String"), Arg("entityName", entity, "String"))
        membership = Field("artifactCollectionMembership", (collection,), (Arg("name", name, "String!"),))
        return Field("project", (membership,), args)

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Successor | None:
        found = _successor(dig(value, "artifactCollectionMembership", "artifactCollection"))
        return found if found and is_registry_project(found.project) else None


class AskNamesakes(ListQuestion[Successor]):
    """The collections of this name in all visible registries of an organization."""

    asked = (("orgEntity", "artifactCollections"),)

    def selection(self) -> Field:
        organization, collection = self._of
        args = [Arg("filters", json.dumps({"name": collection}), "JSONString"), *self._paging]
        found = nodes_of(
            "artifactCollections",
            "__typename",
            "name",
            Field("defaultArtifactType", select("name")),
            _PROJECT,
            args=args,
            page_info=True,
        )
        return Field("organization", (Field("orgEntity", (found,)),), (Arg("name", organization, "String"),))

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> Listing[Successor]:
        collection = self._of[1]

        def namesake(node: JsonValue) -> Successor | None:
            found = _successor(node)
            same = found is not None and found.collection == collection and is_registry_project(found.project)
            return found if same else None

        return listing_in(value, "orgEntity", "artifactCollections", read=namesake)


def _successor(value: JsonValue) -> Successor | None:
    name, project = text(value, "name"), text(value, "project", "name")
    if name is None or project is None:
        return None
    return Successor(
        text(value, "project", "entity", "name") or "",
        project,
        name,
        text(value, "defaultArtifactType", "name"),
    )


def _legacy_name(facts: Facts) -> tuple[str, str]:
    """Owner of the legacy project, and the name that a fetch would send."""
    reading, in_play = facts[INTERPRETATION], facts[ENTITY]
    if not reading.legacy or reading.intended is None:
        raise Unavailable("the path does not name the legacy Model Registry")
    owner = reading.intended.prefix or in_play.name or ""
    version = reading.intended.version if facts[CALL].for_ == "use" else None
    return owner, f"{reading.intended.collection}:{version or 'latest'}"


def _reachable(facts: Facts) -> tuple[Organization, ...]:
    entity = facts[ENTITY].entity
    return entity.reachable if entity else ()


def _ask(facts: Facts) -> Iterable[Question[object]]:
    owner, name = _legacy_name(facts)
    yield AskRedirect(owner, name)
    for organization in _reachable(facts):
        yield AskNamesakes(organization.name, name.partition(":")[0])


def _legacy(facts: Facts) -> Legacy:
    owner, name = _legacy_name(facts)
    wanted = facts.get(ARTIFACT_TYPE)
    namesakes = [
        each
        for organization in _reachable(facts)
        for each in facts.answer(AskNamesakes(organization.name, name.partition(":")[0])).rows
        if wanted is None or each.type in (None, wanted)
    ]
    return Legacy(facts.answer(AskRedirect(owner, name)), tuple(namesakes))


def _namesake_name(facts: Facts) -> str:
    """The collection of a path that begins with a team or the calling entity, and names no registry."""
    reading, caller, viewer = facts[INTERPRETATION], facts[ENTITY], facts.get(VIEWER)
    typed = reading.as_typed
    if typed is None or reading.legacy or reading.pasted or reading.prefix_fault != "missing":
        raise Unavailable("the path does not begin with an entity")
    teams = [team.name for team in viewer.teams] if viewer else []
    if (typed.prefix or typed.project) not in (caller.name, *teams) or not typed.collection:
        raise Unavailable("the path does not begin with an entity")
    return typed.collection


def _ask_namesakes(facts: Facts) -> Iterable[Question[object]]:
    collection = _namesake_name(facts)
    for organization in _reachable(facts):
        yield AskNamesakes(organization.name, collection)


def _namesakes(facts: Facts) -> tuple[Successor, ...]:
    collection, wanted = _namesake_name(facts), facts.get(ARTIFACT_TYPE)
    return tuple(
        each
        for organization in _reachable(facts)
        for each in facts.answer(AskNamesakes(organization.name, collection)).rows
        if wanted is None or each.type in (None, wanted)
    )


NAMESAKES: Fact[tuple[Successor, ...]] = Fact(
    "namesakes",
    _namesakes,
    _ask_namesakes,
    (CALL, INTERPRETATION, VIEWER, ENTITY, ARTIFACT_TYPE),
    frozenset({"server", "entity"}),
)
"""The collections of this name in all visible registries, for a path that begins with a team or the calling entity."""

LEGACY: Fact[Legacy] = Fact(
    "legacy path",
    _legacy,
    _ask,
    (CALL, INTERPRETATION, ENTITY, ARTIFACT_TYPE),
    frozenset({"server", "entity"}),
)
"""Where the collection of a legacy path is now; Unavailable for any other path."""
