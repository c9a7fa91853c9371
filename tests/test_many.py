"""Many calls at once: the same verdicts as one at a time, for a handful of requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from registry_doctor.diagnosis import Options, examine
from registry_doctor.facts import Call
from registry_doctor.many import AT_ONCE, Asked, examine_many
from registry_doctor.plugins import load_checks
from registry_doctor.report import Report
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import Given, read_settings

WORLD = Path(__file__).parent / "contract" / "worlds" / "acme.yaml"
KEYS = {
    each["username"]: each["api_keys"][0]
    for each in yaml.safe_load(WORLD.read_text(encoding="utf-8"))["users"]
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
    with Sandbox.start(WORLD) as running:
        yield running


def asked(sandbox: Sandbox, home: Path, call: Call, person: str = "bob") -> Asked:
    """The call as this person makes it."""
    environ = {"HOME": str(home), "WANDB_BASE_URL": sandbox.base_url, "WANDB_API_KEY": KEYS[person]}
    return Asked(call, read_settings(Given(), environ=environ, cwd=home, home=home))


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
    assert sum(report.ok for report in examine_many([one] * (AT_ONCE + 1), load_checks())) == AT_ONCE + 1


def test_a_server_that_does_not_answer_is_found_by_each_call(tmp_path: Path) -> None:
    """Nobody waits longer for many calls than for one."""
    environ = {"HOME": str(tmp_path), "WANDB_BASE_URL": "http://127.0.0.1:9", "WANDB_API_KEY": "k" * 40}
    settings = read_settings(Given(), environ=environ, cwd=tmp_path, home=tmp_path)
    reports = list(examine_many([Asked(call, settings) for call in CALLS[:3]], load_checks()))
    assert [[each.code for each in report.errors][:1] for report in reports] == [["RD001"]] * 3


def test_why_something_is_not_known_is_kept_without_the_frames_it_went_through(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Else every diagnosis would stay in memory as long as the answers that it shares."""
    from registry_doctor.answers import Answers
    from registry_doctor.facts import CALL, SETTINGS, VERSION, VIEWER, Facts

    facts = Facts(Answers("nobody is asked in this test"))
    facts.put(CALL, CALLS[0])
    facts.put(SETTINGS, asked(sandbox, tmp_path, CALLS[0]).settings)
    facts.collect([VIEWER, VERSION])
    for fact in (VIEWER, VERSION):
        assert facts.known(fact) is None
        reason = facts.reason(fact)
        assert reason is not None
        assert reason.__traceback__ is None
        assert reason.__context__ is None
