"""Facts about the run that makes the call: where it would be started, and whether it may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from registry_doctor.facts.base import Fact, Facts
from registry_doctor.facts.call import CALL, SETTINGS
from registry_doctor.facts.identity import ENTITY, VIEWER, CallingEntity, ask_entity_of_run, entity_of_run
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Arg, Field, Question, flag, select, text
from registry_doctor.support.records import record
from registry_doctor.transport import GraphQLError, JsonValue


@record(frozen=True)
class RunProject:
    """The project of the run, if it exists and is visible."""

    name: str
    read_only: bool | None
    """Whether the person may not write in it; `None` if the server does not say (R4.13)."""


class AskRunProject(Question["RunProject | None"]):
    """Ask for a project by name; the answer is `None` if it does not exist or is not visible."""

    def selection(self) -> Field:
        entity, project = self._names
        args = (Arg("name", project, "String"), Arg("entityName", entity, "String"))
        return Field("project", select("name", "readOnly"), args)

    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> RunProject | None:
        name = text(value, "name")
        return None if name is None else RunProject(name, flag(value, "readOnly"))


def _run_entity(facts: Facts) -> CallingEntity:
    call = facts[CALL]
    if not call.by_run:
        raise Unavailable("no run would be started")
    # The entity in play is the run's, unless what is linked was logged before.
    return facts[ENTITY] if call.artifact is None or call.for_ != "link" else entity_of_run(facts)


def _ask_run_entity(facts: Facts) -> Iterable[Question[object]]:
    if facts[CALL].by_run:
        yield from ask_entity_of_run(facts)


def _question(facts: Facts) -> AskRunProject:
    project, entity = facts[SETTINGS].run_project.value, facts[RUN_ENTITY].name
    if not project or not entity:
        raise Unavailable("the project of the run is not known before it starts")
    return AskRunProject(entity, project)


def _ask_run_project(facts: Facts) -> Iterable[Question[object]]:
    yield _question(facts)


RUN_ENTITY: Fact[CallingEntity] = Fact(
    "entity of the run",
    _run_entity,
    _ask_run_entity,
    (CALL, SETTINGS, VIEWER, ENTITY),
    frozenset({"server", "entity"}),
)
"""The entity in which a run is started for the call; Unavailable if no run is started."""

RUN_PROJECT: Fact[RunProject | None] = Fact(
    "project of the run",
    lambda facts: facts.answer(_question(facts)),
    _ask_run_project,
    (SETTINGS, RUN_ENTITY),
    frozenset({"server", "entity"}),
)
"""The project of the run; `None` if it does not exist or is not visible. Unavailable if no project is set."""
