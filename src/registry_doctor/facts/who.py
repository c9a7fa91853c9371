"""Facts of the first level: who is asking, which entity is in play, and which organization it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from registry_doctor.answers import Connection
from registry_doctor.availability import Unavailable
from registry_doctor.facts.call import CALL, READING, SETTINGS
from registry_doctor.facts.declared import Facts
from registry_doctor.facts.fact import Fact
from registry_doctor.facts.identity_questions import (
    AskArtifact,
    AskEntity,
    AskServer,
    AskSourceCollection,
    AskViewer,
    Server,
    SourceArtifact,
    SourceCollection,
)
from registry_doctor.organizations import (
    Correction,
    Entity,
    Organization,
    Unresolved,
    Viewer,
    correct,
    named_exactly,
    resolve,
)
from registry_doctor.path import DEFAULT_PROJECT, MalformedPath, TargetPath, organization_named
from registry_doctor.queries import Question


@dataclass(frozen=True)
class EntityInPlay:
    """The entity through which wandb finds the organization (R2.2), and where it comes from."""

    name: str | None
    source: str
    entity: Entity | None
    """`None` if it is not there, or not visible."""


@dataclass(frozen=True)
class Resolution:
    """What wandb resolves for the path as it reads it: an organization, or a refusal."""

    named: str | None
    """The organization that the path or the setting names."""
    named_by: Literal["path", "setting"] | None
    outcome: Organization | Unresolved
    correction: Correction | None = None
    """What a refused name meant, if that can be told."""
    elsewhere: Organization | None = None
    """The person's other organization that the name is exactly the name of (R2.4)."""


def _connection(facts: Facts) -> Connection:
    facts.known(VIEWER)
    if facts.answers.connection is None:
        raise Unavailable("nothing was sent")
    return facts.answers.connection


def _viewer(facts: Facts) -> Viewer:
    found = facts.answer(AskViewer())
    if found is None:
        raise Unavailable("the server does not know who this is")
    return found


def _source_path(facts: Facts) -> TargetPath:
    """The artifact's path as `Api.artifact` would complete it (R1.8)."""
    given = facts[CALL].artifact
    if given is None:
        raise Unavailable("no artifact was given: a draft that a new run would log")
    try:
        path = TargetPath.parse(given)
    except MalformedPath as problem:
        raise Unavailable(str(problem)) from None
    settings = facts[SETTINGS]
    path = path.with_default_project(settings.project.value)
    if path.registry is not None:
        named = organization_named(given, "use")
        resolved = resolve(
            _entity_called(facts, settings.entity.value or facts[VIEWER].entity),
            settings.organization.value if named is None else named,
        )
        if isinstance(resolved, Unresolved):
            raise Unavailable(f"wandb finds no organization for {given!r}")
        return path.edit({"organization": resolved.path_prefix})
    if path.prefix:
        return path
    entity = settings.entity.value or facts[VIEWER].entity
    if not entity:
        raise Unavailable("the artifact's path names no entity, and there is no default entity")
    return path.edit({"organization": entity})


def _ask_source(facts: Facts) -> Iterable[Question[object]]:
    path = facts[SOURCE_PATH]
    entity, project = path.prefix or "", path.project or DEFAULT_PROJECT
    yield AskArtifact(entity, project, path.name)
    yield AskSourceCollection(entity, project, path.collection)


def _source(facts: Facts) -> SourceArtifact | None:
    path = facts[SOURCE_PATH]
    return facts.answer(AskArtifact(path.prefix or "", path.project or DEFAULT_PROJECT, path.name))


def _source_collection(facts: Facts) -> SourceCollection | None:
    path = facts[SOURCE_PATH]
    return facts.answer(AskSourceCollection(path.prefix or "", path.project or DEFAULT_PROJECT, path.collection))


def _artifact_type(facts: Facts) -> str:
    source = facts.known(SOURCE)
    found = (source.type if source else None) or facts[CALL].type
    if not found:
        raise Unavailable("neither an artifact nor a type was given")
    return found


def _entity_called(facts: Facts, name: str | None) -> Entity | None:
    """The entity of this name, out of what the viewer's answer already tells where it does."""
    if not name:
        return None
    viewer = facts.known(VIEWER)
    if viewer and name == viewer.entity:
        for team in viewer.teams:
            if team.name == name:
                return Entity(name, "team", team.organization)
        if name == viewer.username:
            return Entity(name, "personal", None, viewer.organizations)
    return facts.answer(AskEntity(name))


def _ask_entity(facts: Facts) -> Iterable[Question[object]]:
    call, settings = facts[CALL], facts[SETTINGS]
    named = settings.entity.value
    if call.for_ == "link" and call.artifact is not None:
        with_prefix = facts.known(SOURCE_PATH)
        if with_prefix and with_prefix.prefix and with_prefix.registry is None:
            yield AskEntity(with_prefix.prefix)
        if with_prefix is None or with_prefix.registry is None:
            return
    if named:
        yield AskEntity(named)
        return
    viewer = facts[VIEWER]
    if viewer.entity and viewer.entity != viewer.username and viewer.entity not in {t.name for t in viewer.teams}:
        yield AskEntity(viewer.entity)


def _in_play(facts: Facts) -> EntityInPlay:
    call, settings = facts[CALL], facts[SETTINGS]
    if call.for_ == "link" and call.artifact is not None:
        path = facts[SOURCE_PATH]
        source = facts[SOURCE]
        if source is not None:
            name = source.entity.name if source.entity else None
            return EntityInPlay(name, f"the artifact {call.artifact} was logged there", source.entity)
        return EntityInPlay(path.prefix, f"the path of the artifact {call.artifact}", _entity_called(facts, path.prefix))
    if settings.entity.value:
        name = settings.entity.value
        return EntityInPlay(name, settings.entity.source or "the settings", _entity_called(facts, name))
    viewer = facts[VIEWER]
    return EntityInPlay(
        viewer.entity, f"default entity of {viewer.username}", _entity_called(facts, viewer.entity)
    )


def _resolution(facts: Facts) -> Resolution:
    call, reading, in_play = facts[CALL], facts[READING], facts[ENTITY]
    typed = reading.typed.with_default_project(facts[SETTINGS].project.value) if reading.typed else None
    from_path: str | None = reading.organizations[0] if reading.organizations else None
    if typed is not None and typed.registry is not None and not reading.problems and not reading.pasted:
        from_path = organization_named(reading.text, call.for_)
    from_setting = facts[SETTINGS].organization.value
    viewer = facts.known(VIEWER)
    if len(reading.organizations) > 1:
        from_path = _known_among(reading.organizations, in_play.entity, viewer)
    named: str | None = from_path if from_path is not None else from_setting
    by: Literal["path", "setting"] | None = None
    if named:
        by = "path" if from_path else "setting"
    if not in_play.name:
        return Resolution(named, by, Unresolved.NO_ENTITY)
    outcome = resolve(in_play.entity, named)
    if isinstance(outcome, Organization) or not named or in_play.entity is None:
        return Resolution(named, by, outcome)
    elsewhere = named_exactly(named, viewer.all_organizations()) if viewer else None
    return Resolution(named, by, outcome, correct(named, in_play.entity, viewer), elsewhere)


def _known_among(names: Sequence[str], entity: Entity | None, viewer: Viewer | None) -> str | None:
    """Of several parts before a registry the one that is an organization; none if there is none."""
    known = (*(entity.reachable if entity else ()), *(viewer.all_organizations() if viewer else ()))
    return next((name for name in names if named_exactly(name, known)), None)


VIEWER: Fact[Viewer] = Fact("viewer", _viewer, lambda _: [AskViewer()], about=frozenset({"server"}))
"""The person. Unavailable if the server does not accept the credentials."""

CONNECTION: Fact[Connection] = Fact("connection", _connection, lambda _: [AskViewer()])
"""Whether the server answered the first request. Unavailable if nothing was sent."""

SERVER: Fact[Server] = Fact(
    "server", lambda facts: facts.answer(AskServer()), lambda _: [AskServer()], about=frozenset({"server"})
)
"""The server's version and features."""

SOURCE_PATH: Fact[TargetPath] = Fact(
    "source path", _source_path, after=(CALL, SETTINGS, VIEWER), about=frozenset({"server", "artifact"})
)
"""The path of the logged artifact, completed as wandb completes it; Unavailable for a draft."""

SOURCE: Fact[SourceArtifact | None] = Fact(
    "source artifact", _source, _ask_source, (SOURCE_PATH,), frozenset({"server", "entity", "artifact"})
)
"""The logged artifact; `None` if it is not there or not visible. Unavailable for a draft."""

SOURCE_COLLECTION: Fact[SourceCollection | None] = Fact(
    "source collection", _source_collection, _ask_source, (SOURCE_PATH,), frozenset({"server", "entity", "artifact"})
)
"""The collection that the artifact's path names, with its versions."""

ARTIFACT_TYPE: Fact[str] = Fact(
    "artifact type", _artifact_type, after=(CALL, SOURCE), about=frozenset({"artifact"})
)
"""The type of the artifact to be linked, or the one that a fetch asks for; Unavailable if neither is given."""

ENTITY: Fact[EntityInPlay] = Fact(
    "entity in play",
    _in_play,
    _ask_entity,
    (CALL, SETTINGS, VIEWER, SOURCE_PATH, SOURCE),
    frozenset({"server", "entity"}),
)
"""The entity in play."""

RESOLUTION: Fact[Resolution] = Fact(
    "organization",
    _resolution,
    after=(CALL, SETTINGS, READING, VIEWER, ENTITY),
    about=frozenset({"server", "entity", "organization"}),
)
"""What wandb makes of the organization, and what was meant."""
