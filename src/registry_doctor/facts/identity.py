"""Facts of the first level: the person, the calling entity, and the organization that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Literal

from registry_doctor.domain.interpretation import LEGACY_PROJECT
from registry_doctor.domain.organizations import (
    Correction,
    Entity,
    Organization,
    Unresolved,
    Viewer,
    correct,
    named_exactly,
    resolve,
)
from registry_doctor.domain.target_path import DEFAULT_PROJECT, MalformedPath, TargetPath, organization_named
from registry_doctor.facts.base import Fact, Facts
from registry_doctor.facts.call import CALL, INTERPRETATION, SETTINGS
from registry_doctor.facts.questions.identity import (
    AskArtifact,
    AskEntity,
    AskServer,
    AskSourceCollection,
    AskViewer,
    Server,
    SourceArtifact,
    SourceCollection,
)
from registry_doctor.queries.answers import Connection
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Question
from registry_doctor.support.records import record

_PATH_ALONE = ("api.artifacts", "api.artifact_collection", "api.artifact_collection_exists")
"""The methods that ignore the organization setting if the path names no organization."""


@record(frozen=True)
class CallingEntity:
    """The entity through which wandb finds the organization (R2.2), and where it comes from."""

    name: str | None
    source: str
    entity: Entity | None
    """`None` if it does not exist, or is not visible."""
    ignored: str | None = None
    """A value that was given but has no effect, in words: `--entity is ignored in a sweep`."""

    @property
    def provenance(self) -> str:
        """Where it comes from, and which given value has no effect."""
        return f"{self.source}; {self.ignored}" if self.ignored else self.source


@record(frozen=True)
class Resolution:
    """What wandb resolves for the path as it reads it: an organization, or a refusal."""

    named: str | None
    """The organization that the path or the setting names."""
    named_by: Literal["path", "setting"] | None
    outcome: Organization | Unresolved
    correction: Correction | None = None
    """What a refused name meant, if that is known."""
    elsewhere: Organization | None = None
    """Another organization of the person that has exactly this name (R2.4)."""
    entity_prefix: bool = False
    """The path is one of an ordinary project; its first part is the calling entity or a team of the same organization."""


def _connection(facts: Facts) -> Connection:
    facts.get(VIEWER)
    if facts.answers.connection is None:
        raise Unavailable("nothing was sent")
    return facts.answers.connection


def _viewer(facts: Facts) -> Viewer:
    found = facts.answer(AskViewer())
    if found is None:
        raise Unavailable("the server does not know who this is")
    return found


def _fetched_as(facts: Facts) -> TargetPath | str:
    """The artifact's path as `Api.artifact` would complete it (R1.8), or why wandb refuses to."""
    given = facts[CALL].artifact
    if given is None:
        raise Unavailable("no artifact was given: a draft that a new run would log")
    try:
        path = TargetPath.parse(given)
    except MalformedPath as problem:
        return str(problem)
    settings = facts[SETTINGS]
    path = path.with_default_project(settings.project.value)
    if path.registry is not None:
        named = organization_named(given, "use")
        resolved = resolve(
            _entity_called(facts, settings.entity.value or facts[VIEWER].entity),
            settings.organization.value if named is None else named,
        )
        if isinstance(resolved, Unresolved):
            return "its project looks like a registry, and wandb finds no organization for it"
        return path.edit({"organization": resolved.path_prefix})
    if path.prefix:
        return path
    entity = settings.entity.value or facts[VIEWER].entity
    if not entity:
        return "it names no entity, and there is no default entity"
    return path.edit({"organization": entity})


def _source_path(facts: Facts) -> TargetPath:
    path = _fetched_as(facts)
    if isinstance(path, str):
        raise Unavailable(f"the artifact's path cannot be used: {path}")
    return path


def _source_refusal(facts: Facts) -> str | None:
    path = _fetched_as(facts)
    return path if isinstance(path, str) else None


def _ask_source_path(facts: Facts) -> Iterable[Question[object]]:
    """A registry path is resolved through the entity of a fetch."""
    given = facts[CALL].artifact
    if given is None or facts[CALL].for_ != "link":
        return
    with suppress(MalformedPath):
        if TargetPath.parse(given).with_default_project(facts[SETTINGS].project.value).registry is not None:
            yield from _ask_named(facts, facts[SETTINGS].entity.value or facts[VIEWER].entity)


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
    return facts.answer(
        AskSourceCollection(path.prefix or "", path.project or DEFAULT_PROJECT, path.collection)
    )


def _artifact_type(facts: Facts) -> str:
    source = facts.get(SOURCE)
    found = (source.type if source else None) or facts[CALL].kind_of_artifact
    if not found:
        raise Unavailable("neither an artifact nor a type was given")
    return found


def _entity_called(facts: Facts, name: str | None) -> Entity | None:
    """The entity of this name: from its own answer, or from the answer about the viewer."""
    if not name:
        return None
    if facts.answers.asked(AskEntity(name)):
        return facts.answer(AskEntity(name))
    return _seen_by(facts.get(VIEWER), name) or facts.answer(AskEntity(name))


def _seen_by(viewer: Viewer | None, name: str) -> Entity | None:
    """A team of the person, or the person's own entity, without asking for it."""
    if viewer is None:
        return None
    for team in viewer.teams:
        if team.name == name:
            return Entity(name, "team", team.organization)
    return Entity(name, "personal", None, viewer.organizations) if name == viewer.personal_entity else None


def _ask_named(facts: Facts, name: str | None) -> Iterable[Question[object]]:
    """Ask for an entity by name, unless the answer about the viewer already has it."""
    viewer = facts.get(VIEWER) if facts.answers.asked(AskViewer()) else None
    if name and _seen_by(viewer, name) is None:
        yield AskEntity(name)


def _elsewhere(path: TargetPath) -> bool:
    """Whether what this path names may have been logged in another entity than the path's own."""
    return path.registry is not None or path.project == LEGACY_PROJECT


def _ask_entity(facts: Facts) -> Iterable[Question[object]]:
    call, settings = facts[CALL], facts[SETTINGS]
    if call.for_ == "link" and call.artifact is not None:
        path = facts[SOURCE_PATH]
        name = None if _elsewhere(path) else path.prefix
    else:
        entity = settings.run_entity if call.by_run else settings.entity
        name = entity.value or facts[VIEWER].entity
    yield from _ask_named(facts, name)


def _in_play(facts: Facts) -> CallingEntity:
    call, settings = facts[CALL], facts[SETTINGS]
    if call.for_ == "link" and call.artifact is not None:
        path, origin = facts[SOURCE_PATH], "where the artifact was logged"
        source = facts[SOURCE] if _elsewhere(path) else None
        if source is not None and source.entity is None and not source.entity_told:
            raise Unavailable("the server does not say where the artifact was logged", unknown=True)
        if source is not None:
            return CallingEntity(source.entity.name if source.entity else None, origin, source.entity)
        return CallingEntity(path.prefix, origin, _entity_called(facts, path.prefix))
    if call.by_run:
        return entity_of_run(facts)
    if settings.entity.value:
        name = settings.entity.value
        return CallingEntity(name, settings.entity.source or "the settings", _entity_called(facts, name))
    viewer = facts[VIEWER]
    return CallingEntity(viewer.entity, viewer.default_entity_source, _entity_called(facts, viewer.entity))


def entity_of_run(facts: Facts) -> CallingEntity:
    """The entity in which a run is started; in a sweep it is not the given one (R2.11)."""
    entity, pinned = facts[SETTINGS].run_entity, facts[SETTINGS].pinned_run
    name, source = entity.value, entity.source or "the settings"
    if not name:
        viewer = facts[VIEWER]
        name, source = viewer.entity, viewer.default_entity_source
    ignored = pinned.ignores("entity") if pinned else None
    return CallingEntity(name, source, _entity_called(facts, name), ignored)


def ask_entity_of_run(facts: Facts) -> Iterable[Question[object]]:
    """What `entity_of_run` needs."""
    yield from _ask_named(facts, facts[SETTINGS].run_entity.value or facts[VIEWER].entity)


def _resolution(facts: Facts) -> Resolution:
    call, reading, in_play = facts[CALL], facts[INTERPRETATION], facts[ENTITY]
    typed = reading.with_default_project
    from_path: str | None = reading.organizations[0] if reading.organizations else None
    if typed is not None and typed.registry is not None and not reading.problems and not reading.pasted:
        from_path = organization_named(
            str(reading.as_typed) if reading.trailing_slash else reading.text, call.for_
        )
        if "/" in (typed.version or ""):
            from_path = typed.prefix or None
    # Some methods look at the path alone (R2.6).
    from_setting = None if call.method in _PATH_ALONE else facts[SETTINGS].organization.value
    viewer = facts.get(VIEWER)
    if len(reading.organizations) > 1:
        from_path = _known_among(reading.organizations, in_play.entity, viewer)
    ordinary = typed is not None and typed.registry is None and not reading.problems and not reading.legacy
    reachable = in_play.entity.reachable if in_play.entity else ()
    entity_prefix = ordinary and from_path in _beside(in_play, viewer)
    if from_path and named_exactly(from_path, reachable):
        entity_prefix = False
    if entity_prefix:
        from_path = None
    named: str | None = from_path if from_path is not None else from_setting
    by: Literal["path", "setting"] | None = None
    if named:
        by = "path" if from_path else "setting"
    if not in_play.name:
        return Resolution(named, by, Unresolved.NO_ENTITY, entity_prefix=entity_prefix)
    outcome = resolve(in_play.entity, named)
    if isinstance(outcome, Organization) or not named or in_play.entity is None:
        return Resolution(named, by, outcome, entity_prefix=entity_prefix)
    elsewhere = named_exactly(named, viewer.all_organizations) if viewer else None
    correction = correct(named, in_play.entity, viewer)
    return Resolution(named, by, outcome, correction, elsewhere, entity_prefix)


def _beside(in_play: CallingEntity, viewer: Viewer | None) -> tuple[str | None, ...]:
    """The calling entity, and the person's teams in the same organization."""
    entity = in_play.entity
    if entity is None:
        return ()
    teams = viewer.teams_of(entity.organization) if viewer and entity.organization else ()
    return (in_play.name, *teams)


def _known_among(names: Sequence[str], entity: Entity | None, viewer: Viewer | None) -> str | None:
    """Of several parts before a registry, the one that is an organization; empty if none is."""
    known = (*(entity.reachable if entity else ()), *(viewer.all_organizations if viewer else ()))
    return next((name for name in names if named_exactly(name, known)), None)


VIEWER: Fact[Viewer] = Fact("viewer", _viewer, lambda _: [AskViewer()], about=frozenset({"server"}))
"""The person. Unavailable if the server does not accept the credentials."""

CONNECTION: Fact[Connection] = Fact("connection", _connection, lambda _: [AskViewer()])
"""Whether the server answered the first request. Unavailable if nothing was sent."""

SERVER: Fact[Server] = Fact(
    "server", lambda facts: facts.answer(AskServer()), lambda _: [AskServer()], about=frozenset({"server"})
)
"""The server's version and features."""

REFUSED_FIELDS: Fact[frozenset[str]] = Fact("refused fields", lambda facts: facts.answers.unknown_fields)
"""Fields and arguments of the doctor's own questions that this server does not have."""

SOURCE_PATH: Fact[TargetPath] = Fact(
    "source path",
    _source_path,
    _ask_source_path,
    after=(CALL, SETTINGS, VIEWER),
    about=frozenset({"server", "artifact"}),
)
"""The path of the logged artifact, completed as wandb completes it; Unavailable for a draft."""

SOURCE_REFUSAL: Fact[str | None] = Fact(
    "source refusal",
    _source_refusal,
    _ask_source_path,
    (CALL, SETTINGS, VIEWER),
    frozenset({"server", "artifact"}),
)
"""Why wandb refuses the artifact's path before it asks the server; `None` if it does not refuse. Unavailable for a draft."""

SOURCE: Fact[SourceArtifact | None] = Fact(
    "source artifact", _source, _ask_source, (SOURCE_PATH,), frozenset({"server", "entity", "artifact"})
)
"""The logged artifact; `None` if it does not exist or is not visible. Unavailable for a draft."""

SOURCE_COLLECTION: Fact[SourceCollection | None] = Fact(
    "source collection",
    _source_collection,
    _ask_source,
    (SOURCE_PATH,),
    frozenset({"server", "entity", "artifact"}),
)
"""The collection that the artifact's path names, with its versions."""

ARTIFACT_TYPE: Fact[str] = Fact(
    "artifact type", _artifact_type, after=(CALL, SOURCE), about=frozenset({"artifact"})
)
"""The type of the artifact to be linked, or the one that a fetch asks for; Unavailable if neither is given."""

ENTITY: Fact[CallingEntity] = Fact(
    "calling entity",
    _in_play,
    _ask_entity,
    (CALL, SETTINGS, VIEWER, SOURCE_PATH, SOURCE),
    frozenset({"server", "entity"}),
)
"""The calling entity: the one through which wandb finds the organization."""

RESOLUTION: Fact[Resolution] = Fact(
    "organization",
    _resolution,
    after=(CALL, SETTINGS, INTERPRETATION, VIEWER, ENTITY),
    about=frozenset({"server", "entity", "organization"}),
)
"""The organization that wandb resolves, and the one that was meant."""
