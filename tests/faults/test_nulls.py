"""Null wherever the schema allows it, in every answer to every query that a diagnosis sends.

Nothing crashes, and nothing is claimed that the null does not say: a call that fails is never called right, and one
that works is called wrong only where null means that something is not there, or not for this person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    is_list_type,
    is_non_null_type,
    parse,
    visit,
)

from registry_doctor.checking.plugins import load_checks
from registry_doctor.checking.results import Status
from registry_doctor.diagnosis.engine import diagnose_with
from registry_doctor.diagnosis.options import Options, plan_of
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.facts import Call
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox, load_world
from registry_doctor.settings import Given, Settings, read_settings
from registry_doctor.transport import Answer, HttpTransport, JsonValue
from tests.faults.commands import TARGET, YOLO
from tests.places import ACME_WORLD, SCHEMA_TEXT

SCHEMA = build_schema(SCHEMA_TEXT)
KEYS = {user.username: user.api_keys[0] for user in load_world(ACME_WORLD).users}
LOADED = load_checks(others=False)

ENTRIES = "entries"
"""Stands for what is in a list."""

Place = tuple[str, ...]
"""Where a null can be: the types and fields on the way, `Query.viewer`, `User.teams` and so on."""


@dataclass(frozen=True)
class Scenario:
    """A call, who makes it, and the exit status that it has."""

    name: str
    call: Call
    exit_code: int
    who: str = "bob"


SCENARIOS = (
    Scenario("link", Call(TARGET, artifact=YOLO), 0),
    Scenario("draft", Call(TARGET, type="model"), 0),
    Scenario("new collection", Call("wandb-registry-model/segmenter", artifact=YOLO), 0),
    Scenario("full path", Call(f"acme-robotics_X7Q2/{TARGET}", artifact=YOLO, aliases=("best",)), 0),
    Scenario("use", Call(f"{TARGET}:production", "use"), 0),
    Scenario("environment", Call(None), 0),
    Scenario("team instead of organization", Call(f"vision/{TARGET}", artifact=YOLO), 1),
    Scenario("misspelt", Call("wandb-registry-modle/detecter:production", "use"), 1),
    Scenario("no such version", Call(f"{TARGET}:v9", "use"), 1),
    Scenario("no such artifact", Call(TARGET, artifact="vision/detectors/yolo:v9"), 1),
    Scenario("legacy", Call("vision/model-registry/detector", artifact=YOLO), 1),
    Scenario("personal entity", Call(TARGET, type="model"), 1, "carol"),
    Scenario("no right to link", Call(TARGET, artifact="speech/asr/whisper:v0"), 1, "gina"),
    Scenario("no right to download", Call(f"{TARGET}:production", "use"), 1, "gina"),
    Scenario("type that is not accepted", Call("wandb-registry-dataset/detector", artifact=YOLO), 1),
    Scenario(
        "collection of another type", Call("wandb-registry-Golden Datasets/raw_images", artifact=YOLO), 1
    ),
    Scenario("other organization", Call("rival-corp/wandb-registry-model/spy", artifact=YOLO), 1),
    Scenario("team without organization", Call(TARGET, artifact="orphans/lost/lost:v0"), 1, "frank"),
)


@dataclass
class Nulling:
    """A way to the server that makes something null in what comes back: at a place, or at every one."""

    way: HttpTransport
    place: Place | None = None
    everywhere: bool = False
    met: set[Place] = field(default_factory=set)
    """All places that were nullable and not null."""

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """Ask, and change the answer."""
        answer = self.way.query(document, variables)
        data = deepcopy(answer.data)
        for keys, place in nullable(document):
            for holder in holders(data, keys[:-1]):
                if made_null(holder, keys[-1], really=self.everywhere or place == self.place):
                    self.met.add(place)
        return replace(answer, data=data)


def nullable(document: str) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Every field of the answer that may be null: the keys that lead to it, and its place."""
    info = TypeInfo(SCHEMA)
    found: list[tuple[tuple[str, ...], Place]] = []
    keys: list[str] = []
    place: list[str] = []

    class Fields(Visitor):
        """Notes the way to each field."""

        def enter_field(self, node: FieldNode, *_: object) -> None:
            keys.append(node.alias.value if node.alias else node.name.value)
            place.append(f"{info.get_parent_type()}.{node.name.value}")
            kind = info.get_type()
            if not is_non_null_type(kind):
                found.append((tuple(keys), tuple(place)))
            else:
                kind = kind.of_type
            if is_list_type(kind) and not is_non_null_type(kind.of_type):
                found.append(((*keys, ENTRIES), (*place, ENTRIES)))

        def leave_field(self, *_: object) -> None:
            keys.pop()
            place.pop()

    visit(parse(document), TypeInfoVisitor(info, Fields()))
    yield from found


def holders(value: JsonValue, keys: tuple[str, ...]) -> Iterator[JsonValue]:
    """What stands below `value` at the end of these keys, in every entry of the lists on the way."""
    if not keys:
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from holders(each, keys)
    elif isinstance(value, dict) and keys[0] in value:
        yield from holders(value[keys[0]], keys[1:])


def made_null(holder: JsonValue, key: str, *, really: bool) -> bool:
    """Whether this key of an object, or of each object of a list, or a list's entries are there; null if `really`."""
    if isinstance(holder, list) and key == ENTRIES:
        there = any(each is not None for each in holder)
        if really:
            holder[:] = [None] * len(holder)
        return there
    if isinstance(holder, list):
        made = [made_null(each, key, really=really) for each in holder]
        return any(made)
    if not isinstance(holder, dict) or holder.get(key) is None:
        return False
    if really:
        holder[key] = None
    return True


def settings_of(scenario: Scenario, sandbox: Sandbox, home: Path) -> Settings:
    """What wandb would take for that person."""
    environ = {"HOME": str(home), "WANDB_BASE_URL": sandbox.base_url, "WANDB_API_KEY": KEYS[scenario.who]}
    return read_settings(Given(), environ=environ, cwd=home, home=home)


def diagnosed(scenario: Scenario, settings: Settings, nulling: Nulling) -> Report:
    """The report with what `nulling` leaves."""
    options = Options()
    return diagnose_with(Answers(nulling), scenario.call, settings, plan_of(LOADED, options), LOADED, options)


NOT_THERE = frozenset(
    {
        "Query.viewer",  # a key that nobody has
        "Query.entity",
        "Query.project",
        "User.entity",  # no default entity
        "Entity.organization",  # a team in none
        "Organization.orgEntity",
        "Project.artifactCollection",
        "Project.artifactCollectionMembership",
        "ArtifactCollectionMembership.artifact",
        "ArtifactSequence.project",  # a source that is hidden
    }
)
"""Where null is an answer: that something is not there, or not visible."""


def expect_no_claim(report: Report, scenario: Scenario, place: Place) -> None:
    """No crash; and another verdict only if nothing is known, or null itself says so."""
    crashed = [each.message for each in report.results if each.status is Status.ERROR]
    assert not crashed, place
    if place[-1] not in NOT_THERE:
        assert report.exit_code in (scenario.exit_code, 3), place


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_null_in_any_field_is_no_crash_and_no_false_verdict(
    scenario: Scenario, sandbox: Sandbox, tmp_path: Path
) -> None:
    """In each field in turn, wherever it stands in the answers."""
    settings = settings_of(scenario, sandbox, tmp_path)
    way = transport_for(settings, Options())
    assert isinstance(way, HttpTransport)
    with way:
        plain = Nulling(way)
        assert diagnosed(scenario, settings, plain).exit_code == scenario.exit_code
        assert len(plain.met) > 15
        for place in sorted(plain.met):
            expect_no_claim(diagnosed(scenario, settings, Nulling(way, place)), scenario, place)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_null_in_all_fields_at_once_is_a_key_that_nobody_has(
    scenario: Scenario, sandbox: Sandbox, tmp_path: Path
) -> None:
    """For `viewer` is null, too; nothing beyond that is claimed."""
    settings = settings_of(scenario, sandbox, tmp_path)
    way = transport_for(settings, Options())
    assert isinstance(way, HttpTransport)
    with way:
        report = diagnosed(scenario, settings, Nulling(way, everywhere=True))
    beside_grammar = [each.code for each in report.errors if not each.code.startswith("RD2")]
    assert beside_grammar == ["RD102"]
    assert not [each for each in report.results if each.status is Status.ERROR]
