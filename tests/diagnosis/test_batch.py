"""Many calls at once: the same verdicts as one at a time, for a handful of requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.batch import BATCH_SIZE, Request, examine_many
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import Given, read_settings
from tests.places import ACME_WORLD

KEYS = {
    each["username"]: each["api_keys"][0]
    for each in yaml.safe_load(ACME_WORLD.read_text(encoding="utf-8"))["users"]
    if each.get("api_keys")
}
YOLO = "vision/detectors/yolo:v0"

CALLS = (
    Call("wandb-registry-model/detector", artifact=YOLO),
    Call("model/detector", artifact=YOLO),
    Call("vision/wandb-registry-model/detector", artifact=YOLO),
    Call("wandb-registry-models/detector", artifact=YOLO),
    Call("wandb-registry-modle/detecter:production", "use"),
    Call("wandb-registry-model/detector:prod", "use"),
    Call("a/b/c/d", artifact=YOLO),
    Call("wandb-registry-model/detector", artifact="vision/detectors/yolo:v9"),
    Call("wandb-registry-model/detector", type="dataset"),
)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The world of the contract."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Sandbox.start(ACME_WORLD) as running:
        yield running


def asked(sandbox: Sandbox, home: Path, call: Call, person: str = "bob") -> Request:
    """The call as this person makes it."""
    environ = {"HOME": str(home), "WANDB_BASE_URL": sandbox.base_url, "WANDB_API_KEY": KEYS[person]}
    return Request(call, read_settings(Given(), environ=environ, cwd=home, home=home))


def said(report: Report) -> tuple[object, ...]:
    """All that a report says but for what it cost."""
    results = [
        (each.code, each.status, each.severity, each.message, each.fixes, each.blocked_by)
        for each in report.results
    ]
    return (report.target, results, report.suggestion, report.resolved, report.context)


def test_each_call_gets_the_report_that_it_gets_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    """In the order of the calls, suggestions included."""
    wanted = [asked(sandbox, tmp_path, call) for call in CALLS]
    alone = [examine(one.call, one.settings, load_checks(), Options()) for one in wanted]
    together = list(examine_many(wanted, load_checks()))
    assert [said(report) for report in together] == [said(report) for report in alone]


SPELLINGS = (
    "wandb-registry-model/detector",
    "wandb-registry-model/Detector",
    "wandb-registry-model/detecter",
    "wandb-registry-model/ detector",
    "wandb-registry-model/nothing-like-it",
    "wandb-registry-dataset/detector",
    "wandb-registry-Model/detector",
    "wandb-registry-nowhere/detector",
    "acme-robotics_X7Q2/wandb-registry-model/detector",
    "Acme Robotics/wandb-registry-model/detector",
    "Acme/wandb-registry-model/detector",
    "vision/wandb-registry-model/detector",
    "wandb-registry-model",
    "model/detector",
)
ENDINGS = ("", ":production", ":v0", ":v99", ":prod", ":prod/uction", ":latest")


@pytest.mark.parametrize("person", KEYS)
def test_whoever_asks_gets_what_each_call_gets_alone(sandbox: Sandbox, tmp_path: Path, person: str) -> None:
    """Whether a list answered, or a question by name: right and wrong names, versions, and what may not be seen."""
    calls = [Call(path + ending, "use") for path in SPELLINGS for ending in ENDINGS]
    calls += [Call(path, artifact=YOLO) for path in SPELLINGS]
    wanted = [asked(sandbox, tmp_path, call, person) for call in calls]
    alone = [examine(one.call, one.settings, load_checks(), Options()) for one in wanted]
    together = list(examine_many(wanted, load_checks()))
    assert [said(report) for report in together] == [said(report) for report in alone]


def test_collections_beyond_the_list_are_found_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a registry with more collections than a list has rows."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    world = {
        "users": [{"username": "bob", "api_keys": ["k" * 40], "default_entity": "vision"}],
        "orgs": [{"name": "Acme", "entity": "acme_X", "members": {"bob": "admin"}}],
        "teams": [{"name": "vision", "org": "Acme", "members": {"bob": "admin"}}],
        "registries": [
            {
                "org": "Acme",
                "name": "model",
                "collections": [{"name": f"c{number}", "type": "model"} for number in range(250)],
            }
        ],
    }
    file = tmp_path / "world.yaml"
    file.write_text(yaml.safe_dump(world), encoding="utf-8")
    with Sandbox.start(file) as large:
        environ = {"HOME": str(tmp_path), "WANDB_BASE_URL": large.base_url, "WANDB_API_KEY": "k" * 40}
        settings = read_settings(Given(), environ=environ, cwd=tmp_path, home=tmp_path)
        names = ["c3", "c99", "c240", "C3", "C240", "c250", *(f"c{number}" for number in range(30))]
        wanted = [Request(Call(f"wandb-registry-model/{name}", type="model"), settings) for name in names]
        alone = [examine(one.call, one.settings, load_checks(), Options()) for one in wanted]
        together = list(examine_many(wanted, load_checks()))
    assert [said(report) for report in together] == [said(report) for report in alone]
    found = [next(each for each in report.results if each.code == "RD502").message for report in together]
    there = [
        message.startswith(f"collection '{name}' exists") for name, message in zip(names, found, strict=True)
    ]
    assert there == [True] * 3 + [False] * 3 + [True] * 30


def test_what_calls_share_is_asked_once(sandbox: Sandbox, tmp_path: Path) -> None:
    """A few requests, however many calls there are."""
    many = [
        asked(sandbox, tmp_path, Call(f"wandb-registry-models/new-{n}", artifact=YOLO)) for n in range(200)
    ]
    reports = list(examine_many(many, load_checks()))
    assert {report.exit_code for report in reports} == {1}
    assert all(report.suggestion and report.suggestion.verified for report in reports)
    assert (
        len(sandbox.log) <= 5
    )  # who is asked, what is listed, what no list has, and the same for the suggestions


def test_few_calls_cost_no_more_round_trips_than_one(sandbox: Sandbox, tmp_path: Path) -> None:
    """Also where a collection is not there yet, and no list has it."""
    few = [asked(sandbox, tmp_path, Call(f"wandb-registry-model/new-{n}", artifact=YOLO)) for n in range(3)]
    assert all(report.ok for report in examine_many(few, load_checks()))
    assert len(sandbox.log) == 2


def test_each_person_asks_with_their_own_key(sandbox: Sandbox, tmp_path: Path) -> None:
    """What the server tells one person is not told to another."""
    call = Call("wandb-registry-model/detector:production", "use")
    people = ["bob", "erin", "bob"]
    reports = list(examine_many([asked(sandbox, tmp_path, call, person) for person in people], load_checks()))
    assert [report.context.viewer for report in reports] == people
    assert [[each.code for each in report.errors] for report in reports] == [[], ["RD303"], []]


def test_more_calls_than_are_taken_at_once_all_get_their_report(sandbox: Sandbox, tmp_path: Path) -> None:
    """Nothing is lost between those taken up together and the next."""
    one = asked(sandbox, tmp_path, CALLS[0])
    assert (
        sum(report.ok for report in examine_many([one] * (BATCH_SIZE + 1), load_checks())) == BATCH_SIZE + 1
    )


def test_a_server_that_does_not_answer_is_found_by_each_call(tmp_path: Path) -> None:
    """Nobody waits longer for many calls than for one."""
    environ = {"HOME": str(tmp_path), "WANDB_BASE_URL": "http://127.0.0.1:9", "WANDB_API_KEY": "k" * 40}
    settings = read_settings(Given(), environ=environ, cwd=tmp_path, home=tmp_path)
    reports = list(examine_many([Request(call, settings) for call in CALLS[:3]], load_checks()))
    assert [[each.code for each in report.errors][:1] for report in reports] == [["RD001"]] * 3


def test_why_something_is_not_known_is_kept_without_the_frames_it_went_through(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Else every diagnosis would stay in memory as long as the answers that it shares."""
    from registry_doctor.facts import CALL, SETTINGS, VERSION, VIEWER, Facts
    from registry_doctor.queries.answers import Answers

    facts = Facts(Answers("nobody is asked in this test"))
    facts.set(CALL, CALLS[0])
    facts.set(SETTINGS, asked(sandbox, tmp_path, CALLS[0]).settings)
    facts.collect([VIEWER, VERSION])
    for fact in (VIEWER, VERSION):
        assert facts.get(fact) is None
        reason = facts.why_missing(fact)
        assert reason is not None
        assert reason.__traceback__ is None
        assert reason.__context__ is None
