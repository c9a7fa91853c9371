"""A bundle is judged again as it was judged, with nothing but what is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry_doctor.bundle.making import Made, make_bundle
from registry_doctor.bundle.model import Bundle
from registry_doctor.bundle.reading import load_bundle
from registry_doctor.bundle.replaying import NOT_SAVED, Difference, replay
from registry_doctor.checking.plugins import Loaded, load_checks
from registry_doctor.checking.results import Status
from registry_doctor.diagnosis.runner import UnknownCode
from registry_doctor.facts import Call
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Report
from registry_doctor.settings import read_settings
from registry_doctor.transport import Answer, FailureKind, GraphQLError, JsonValue, TransportFailure

if TYPE_CHECKING:
    from tests.bundle.conftest import Case

OURS = load_checks(others=False)


def loaded(text: str) -> Bundle:
    return load_bundle(BytesIO(text.encode()))


def edited(case: Case, *edits: tuple[str, JsonValue]) -> Bundle:
    """The case's bundle with other values at these places, as in `report.exit_code`."""
    document = json.loads(case.made.text)
    for place, value in edits:
        *way, last = place.split(".")
        below = document
        for key in way:
            below = below[int(key) if key.isdecimal() else key]
        below[int(last) if last.isdecimal() else last] = value
    return loaded(json.dumps(document))


def judged(report: Report) -> list[object]:
    """All that a report says of the checks and of the path, but for what is different in each process."""
    return [
        [
            (each.code, each.status, each.severity, each.blocked_by, each.unknown, each.message, each.fixes)
            for each in report.results
        ],
        report.suggestion,
        report.exit_code,
        report.resolved,
        report.notes,
    ]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection, or reads this machine's settings, fails."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("this machine takes no part in a replay")

    monkeypatch.setattr("socket.socket.connect", refused)
    monkeypatch.setattr("registry_doctor.diagnosis.server_transport.HttpTransport", refused)
    monkeypatch.setattr("registry_doctor.settings.surroundings.read_text", refused)
    monkeypatch.setenv("WANDB_ENTITY", "somebody-else")
    monkeypatch.setenv("WANDB_MODE", "disabled")


def test_every_case_is_judged_as_it_was(cases: Mapping[str, Case], no_network: None) -> None:
    """Results with their words and remedies, the suggestion, the exit status, and where the path lands."""
    assert len(cases) > 50
    for name, case in cases.items():
        replayed = replay(loaded(case.made.text), OURS)
        assert (replayed.verdicts, replayed.words) == ((), ()), name
        original = case.made.report
        # Where a message names the server or the person the words are the same, too: no secret is in them.
        assert judged(replayed.report) == judged(original), name


def test_suggestions_of_several_rounds_are_verified_again(cases: Mapping[str, Case]) -> None:
    """The answers to the corrected path are in the bundle, too."""
    verified = [
        name
        for name, case in cases.items()
        if (found := replay(loaded(case.made.text), OURS).report.suggestion) and found.verified
    ]
    assert "registry-misspelt" in verified


def test_a_question_without_an_answer_leaves_its_checks_unknown(cases: Mapping[str, Case]) -> None:
    """Nobody guesses, and nothing crashes."""
    bundle = edited(cases["link-short"], ("server.requests.0.answers", []))
    report = replay(bundle, OURS).report
    signed_in = next(each for each in report.results if each.code == "RD102")
    assert (signed_in.status, signed_in.unknown, signed_in.message) == (Status.SKIP, True, NOT_SAVED)
    assert Status.ERROR not in {each.status for each in report.results}
    assert report.exit_code == 3


def test_both_verdicts_are_told_where_they_differ(cases: Mapping[str, Case]) -> None:
    """As if another version of the doctor had written the bundle."""
    bundle = edited(
        cases["registry-misspelt"],
        ("report.results.0.status", "fail"),
        ("report.results.0.severity", "error"),
        ("report.results.1.message", "in other words"),
        ("report.suggestion", None),
        ("report.exit_code", 0),
    )
    replayed = replay(bundle, OURS)
    first, second = (each for each in replayed.report.results[:2])
    path = "wandb-registry-model/detector"
    assert replayed.verdicts == (
        Difference(first.code, f"fail (error): {first.message}", f"pass: {first.message}"),
        Difference("suggestion", "none", f"{path} (verified, safe)"),
        Difference("exit status", "0", "1"),
    )
    assert replayed.words == (second.code,)


def test_a_check_that_is_not_here_is_told(cases: Mapping[str, Case]) -> None:
    """It was judged in the bundle and is not judged now; without checks to select from there is no replay."""
    without = Loaded(tuple(each for each in OURS.checks if each.check.code != "RD006"))
    told = replay(loaded(cases["link-short"].made.text), without).verdicts
    assert [(each.what, each.now) for each in told] == [("RD006", "not judged")]
    with pytest.raises(UnknownCode):
        replay(edited(cases["link-short"], ("options.select", ["XY001"])), OURS)


def test_an_unreachable_server_fails_again(cases: Mapping[str, Case], no_network: None) -> None:
    """What went wrong is kept as it was."""
    bundle = loaded(cases["host-unreachable"].made.text)
    assert bundle.requests[0].failure is not None
    assert [each.code for each in replay(bundle, OURS).report.errors] == ["RD001"]


def test_the_sdk_of_the_bundle_is_judged(cases: Mapping[str, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """And not the one that is installed here."""
    monkeypatch.setattr("registry_doctor.facts.call.installed_version", lambda _: "0.1")
    case = cases["link-short"]
    replayed = replay(loaded(case.made.text), OURS)
    assert replayed.report.context.sdk_version == case.made.report.context.sdk_version != "0.1"
    assert replayed.verdicts == ()


class Older:
    """A server that does not know the fields `features` and `readOnly`, and is in trouble with the second question."""

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """The viewer, or the fields that it refuses."""
        types = {"features": "ServerInfo", "readOnly": "Project"}
        unknown = [name for name in types if name in document]
        if unknown:
            errors = tuple(
                GraphQLError(f'Cannot query field "{name}" on type "{types[name]}".', (), None)
                for name in unknown
            )
            raise TransportFailure(FailureKind.REFUSED_QUERY, "refused", status=400, errors=errors)
        acme: JsonValue = {"name": "Acme", "orgEntity": {"name": "acme"}}
        team: JsonValue = {"node": {"name": "vision", "organization": acme}}
        viewer: JsonValue = {"id": "x", "username": "bob", "entity": "vision", "teams": {"edges": [team]}}
        return Answer({"q0": viewer}, (GraphQLError("internal error", ("q1",), None),), 200, 1.0)


def made_by(server: Older, home: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The bundle of a link that this server is asked about."""
    monkeypatch.setattr("registry_doctor.bundle.making.transport_for", lambda *_: nullcontext(server))
    monkeypatch.setattr("registry_doctor.bundle.making.Answers", lambda way, keep: Answers(server, keep=keep))
    settings = read_settings(environ={"WANDB_API_KEY": "1" * 40, "HOME": str(home)}, cwd=home, home=home)
    return make_bundle(Call("wandb-registry-model/detector", type="model"), settings, OURS, environ={})


def test_what_an_older_server_does_not_know_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Round by round, with the errors of an answer in part: the verdicts and notes about them are the same."""
    made = made_by(Older(), tmp_path, monkeypatch)
    left_out = [each["left_out"] for each in json.loads(made.text)["server"]["requests"]]
    assert left_out[0] == ["ServerInfo.features"]
    assert left_out[-1] == ["Project.readOnly", "ServerInfo.features"]
    assert any("readOnly" in note for note in made.report.notes)
    assert any("internal error" in each.message for each in made.report.results)
    assert judged(replay(loaded(made.text), OURS).report) == judged(made.report)


class FailingLater(Older):
    """A server that answers once."""

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """The viewer, and then nothing more."""
        if "viewer" in document:
            return super().query(document.replace("features", ""), variables)
        raise TransportFailure(FailureKind.RESET, "The connection was closed.", advice="Try again.")


def test_a_failure_in_a_later_round_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked then is as unknown as it was."""
    made = made_by(FailingLater(), tmp_path, monkeypatch)
    unknown = [each for each in made.report.results if each.unknown and "was closed" in each.message]
    assert unknown
    assert judged(replay(loaded(made.text), OURS).report) == judged(made.report)
