"""Judging the found targets: equal calls once, unknown values not judged, ignore comments applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from registry_doctor.checking.plugins import load_checks
from registry_doctor.codebase.inputs.targets import OpenTarget, OrdinaryUse, Target, target_of
from registry_doctor.codebase.judging import Circumstances
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.codebase.run import Found, run_preflight
from registry_doctor.codebase.source.found import (
    FoundCall,
    FoundComment,
    FoundText,
    Ignore,
    KnownText,
    LiteralPart,
    Location,
    PartialText,
    UnknownPart,
    Unreadable,
)
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import Given, Settings, read_settings
from tests.places import ACME_WORLD

PEOPLE = yaml.safe_load(ACME_WORLD.read_text(encoding="utf-8"))["users"]
KEYS = {each["username"]: each["api_keys"][0] for each in PEOPLE if each.get("api_keys")}
YOLO = "vision/detectors/yolo:v0"


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The world of the contract."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Sandbox.start(ACME_WORLD) as running:
        yield running


def preflight(
    sandbox: Sandbox,
    home: Path,
    *found: Found,
    person: str = "bob",
    options: Options = Options(),  # noqa: B008
) -> PreflightReport:
    """The report on these targets, as this person; `key_variable` names another."""

    def read(given: Given, key_variable: str | None) -> Settings:
        environ = {
            "HOME": str(home),
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": KEYS[key_variable or person],
        }
        return read_settings(given, environ=environ, cwd=home, home=home)

    return run_preflight(found, Circumstances(Given(), read), load_checks(), options)


def at(line: int, path: str, **more: object) -> Target:
    """A link of a logged artifact at this line."""
    target = Target(Location("train.py", None, line, 1), Call(path, artifact=YOLO))
    return replace(target, **more)  # type: ignore[arg-type]  # fields of a target


def codes(report: PreflightReport) -> list[list[str]]:
    """Codes that count, target by target."""
    return [[finding.code for finding in each.counted("error")] for each in report.judged]


def test_equal_calls_are_diagnosed_once_and_reported_at_each_location(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """In the order of the locations."""
    wrong, right = "model/detector", "wandb-registry-model/detector"
    report = preflight(sandbox, tmp_path, at(9, wrong), at(3, right), at(1, wrong))
    assert [each.location.line for each in report.judged] == [1, 3, 9]
    assert codes(report) == [["RD202"], [], ["RD202"]]
    assert report.exit_code == 1
    assert len(sandbox.log) <= 3


def test_a_target_is_judged_with_the_key_that_it_names(sandbox: Sandbox, tmp_path: Path) -> None:
    """Each person sees what that person sees."""
    use = Call("wandb-registry-model/detector:production", "use")
    as_bob = at(1, "", call=use)
    as_erin = at(2, "", call=use, key_variable="erin")
    assert codes(preflight(sandbox, tmp_path, as_bob, as_erin)) == [[], ["RD303"]]


def test_checks_of_an_unknown_entity_are_not_judged(sandbox: Sandbox, tmp_path: Path) -> None:
    """The default entity is assumed, and a note says that the check was not judged."""
    draft = Call("wandb-registry-model/mine", type="model")
    known, unknown = at(1, "", call=draft), at(2, "", call=draft, unknown_entity="TEAM comes from outside")
    report = preflight(sandbox, tmp_path, known, unknown, person="alice")
    assert codes(report) == [["RD304"], []]
    assert report.judged[1].suggestion is None
    assert any("TEAM comes from outside" in note for note in report.judged[1].notes)


def test_a_comment_silences_only_its_codes_and_an_unused_one_is_reported(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """With the reason in the comment."""
    heeded = Ignore(("RD202",), "old name, on purpose", 1)
    idle = Ignore(("RD401",), "", 2)
    report = preflight(
        sandbox,
        tmp_path,
        at(1, "model/detector", ignores=(heeded,)),
        at(2, "model/detector", ignores=(idle,)),
        FoundComment("train.py", None, heeded),
        FoundComment("train.py", None, idle),
    )
    assert codes(report) == [[], ["RD202"]]
    assert report.judged[0].findings[0].silenced == "old name, on purpose"
    assert [each.ignore for each in report.unused_ignores] == [idle]


def test_what_cannot_be_read_makes_a_clean_preflight_inconclusive(sandbox: Sandbox, tmp_path: Path) -> None:
    """A target that is open to the outside does not."""
    broken = Unreadable("broken.py", "it cannot be parsed", 3)
    unknown = OpenTarget(Location("a.py", None, 1, 1), "link", "{PATH}", "it comes from outside", ("PATH",))
    right = at(1, "wandb-registry-model/detector")
    assert preflight(sandbox, tmp_path, right, unknown).exit_code == 0
    assert preflight(sandbox, tmp_path, right, broken).exit_code == 3
    assert preflight(sandbox, tmp_path, at(2, "model/detector"), broken).exit_code == 1


def test_uses_of_ordinary_artifacts_are_counted_and_not_diagnosed(sandbox: Sandbox, tmp_path: Path) -> None:
    """No server is asked about them."""
    report = preflight(sandbox, tmp_path, OrdinaryUse(Location("a.py", None, 1, 1)))
    assert (report.ordinary, report.judged, len(sandbox.log)) == (1, (), 0)


def known(text: str) -> FoundText:
    """A known text."""
    return KnownText((LiteralPart(text),))


OUTSIDE = PartialText((LiteralPart("wandb-registry-"), UnknownPart("R", "R comes from outside", ("R",))))
CALL = FoundCall(
    Location("a.py", None, 1, 1),
    "run.link_artifact",
    "link",
    known("wandb-registry-model/c"),
    entity=known("vision"),
    type=known("model"),
    aliases=(known("best"), OUTSIDE),
)


def test_a_call_in_code_becomes_the_call_that_is_diagnosed() -> None:
    """An unknown type and unknown aliases are left out; an unknown entity is reported."""
    found = target_of(CALL)
    assert isinstance(found, Target)
    assert found.call == Call(
        "wandb-registry-model/c", "link", None, "model", ("best",), method="run.link_artifact", in_code=True
    )
    assert (found.given.entity, found.unknown_entity) == ("vision", None)
    open_entity = target_of(replace(CALL, entity=OUTSIDE))
    assert isinstance(open_entity, Target)
    assert (open_entity.given.entity, open_entity.unknown_entity) == (None, "R comes from outside")


def test_a_path_from_outside_is_open_with_what_can_supply_it() -> None:
    """The use of an artifact of an ordinary project does not concern the registry."""
    found = target_of(replace(CALL, target=OUTSIDE))
    assert isinstance(found, OpenTarget)
    assert (found.template, found.reason, found.names) == (
        "wandb-registry-{R}",
        "R comes from outside",
        ("R",),
    )
    ordinary = replace(CALL, purpose="use", method="api.artifact", target=known("team/project/data:v0"))
    assert target_of(ordinary) == OrdinaryUse(CALL.location)


def test_a_problem_of_the_server_is_reported_once(tmp_path: Path) -> None:
    """At the first target; the others are not judged, and name its location."""

    def read(given: Given, _: str | None) -> Settings:
        environ = {"HOME": str(tmp_path), "WANDB_BASE_URL": "http://127.0.0.1:9", "WANDB_API_KEY": "k" * 40}
        return read_settings(given, environ=environ, cwd=tmp_path, home=tmp_path)

    found = [at(line, f"wandb-registry-model/c{line}") for line in (1, 2, 3)]
    wrong = at(4, "wandb-registry-model/c:v0")
    report = run_preflight([*found, wrong], Circumstances(Given(), read), load_checks(), Options())
    assert codes(report) == [["RD001"], [], [], ["RD203"]]
    assert [each.reported_at for each in report.judged] == [None, *[found[0].location] * 3]
    assert all("RD001, see train.py:1:1" in each.unknown for each in report.judged[1:])
    assert report.exit_code == 1
    text = str(report)
    assert text.count("✗ RD001") == 1
    assert "3 more targets not judged: RD001, see train.py:1:1" in text


def test_an_entity_that_a_file_names_for_several_calls_is_one_finding(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """At the first call; another file names it once more."""
    draft, given = Call("wandb-registry-model/mine", type="model"), Given(entity="your-entity")
    found = [
        at(line, "", call=draft, given=given, location=Location(file, None, line, 1))
        for line, file in ((1, "a.py"), (2, "a.py"), (3, "b.py"))
    ]
    report = preflight(sandbox, tmp_path, *found)
    assert codes(report) == [["RD207"], [], ["RD207"]]
    assert "1 more target not judged: RD207, see a.py:1:1" in str(report)
