"""What every acceptance case shows of the checks: facts declared are facts read, few requests, and nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from registry_doctor.check import Check, Outcome
from registry_doctor.diagnosis import Options, examine
from registry_doctor.facts import AnyFact, Call, DeclaredFacts
from registry_doctor.plugins import Loaded, Provided, load_checks
from registry_doctor.readings import Purpose
from registry_doctor.report import Report, Status
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import Given, read_settings

CONTRACT = Path(__file__).parents[1] / "contract"
MORE = (
    {"id": "a new collection with a space", "target": "wandb-registry-model/ detector"},
    {"id": "a registry with a sign that none can have", "target": "wandb-registry-model?/detector"},
    {
        "id": "one of several organizations misnamed",
        "as": "erin",
        "for": "use",
        "args": [],
        "target": "globex/wandb-registry-model/detector:v0",
    },
    {
        "id": "two names misspelt",
        "for": "use",
        "args": [],
        "target": "wandb-registry-modle/detecter:production",
    },
)
"""What no case of the contract has, in its notation: otherwise some facts would never be read."""

TWO_NAMES_MISSPELT = frozenset({"two names misspelt"})
"""Cases that take one request more to verify."""


@dataclass(frozen=True)
class Diagnosed:
    """What came of one case."""

    report: Report
    operations: tuple[str, ...]
    """The operations that the server served."""


class Reads:
    """The built-in checks, and which facts each of them has really read."""

    def __init__(self) -> None:
        self.facts: dict[str, set[AnyFact]] = {}
        self.loaded = Loaded(tuple(self._watched(each) for each in load_checks(others=False).checks))

    def _watched(self, provided: Provided) -> Provided:
        check = provided.check
        read = self.facts.setdefault(check.code, set())

        def judge(facts: DeclaredFacts) -> Outcome:
            try:
                return check.judge(facts)
            finally:
                read.update(facts.read)

        return replace(provided, check=replace(check, judge=judge))

    def never(self, check: Check) -> set[str]:
        """The facts that a check has declared and never read."""
        return {fact.name for fact in {*check.needs, *check.wants} - self.facts[check.code]}


READS = Reads()


def call_of(case: Mapping[str, str], words: list[str]) -> tuple[Call, Given]:
    """The call and the options of a case's command line."""
    pairs = dict(zip(words[::2], words[1::2], strict=True))
    given = Given(entity=pairs.pop("--entity", None), organization=pairs.pop("--organization", None))
    purpose: Purpose = "use" if case.get("for") == "use" else "link"
    call = Call(case["target"], purpose, pairs.pop("--artifact", None), pairs.pop("--type", None))
    assert not pairs, pairs
    return call, given


@pytest.fixture(scope="module")
def diagnosed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Diagnosed]:
    """Every case of the contract's file and those above, diagnosed in this process on one sandbox."""
    suite = yaml.safe_load((CONTRACT / "cases" / "acme.yaml").read_text(encoding="utf-8"))
    world = CONTRACT / "worlds" / suite["world"]
    people = yaml.safe_load(world.read_text(encoding="utf-8"))["users"]
    keys = {each["username"]: each["api_keys"][0] for each in people}
    home = tmp_path_factory.mktemp("home")
    found: dict[str, Diagnosed] = {}
    with Sandbox.start(world) as sandbox, pytest.MonkeyPatch.context() as process:
        process.setenv("NO_PROXY", "127.0.0.1")
        for entry in (*suite["cases"], *MORE):
            case = {**suite["defaults"], **entry}
            key = case.get("key") or keys.get(case["as"])
            environ = {"HOME": str(home), "WANDB_BASE_URL": sandbox.base_url}
            environ |= {"WANDB_API_KEY": key} if key else {}
            environ |= case.get("env", {})
            call, given = call_of(case, [str(word) for word in case["args"]])
            served = len(sandbox.log)
            report = examine(
                call,
                read_settings(given, environ=environ, cwd=home, home=home),
                READS.loaded,
                Options(timeout=10),
            )
            operations = tuple(each.operation for each in sandbox.log[served:])
            found[case["id"]] = Diagnosed(report, operations)
    return found


@pytest.mark.parametrize(
    "check", [each.check for each in READS.loaded.checks], ids=lambda check: str(check.code)
)
def test_every_declared_fact_is_read_in_some_case(check: Check, diagnosed: Mapping[str, Diagnosed]) -> None:
    """What is asked of the server for a check is needed by it."""
    assert diagnosed
    assert READS.never(check) == set()


def test_no_check_crashes(diagnosed: Mapping[str, Diagnosed]) -> None:
    """Reading an undeclared fact is such a crash."""
    crashed = {
        (case, each.code): each.message
        for case, one in diagnosed.items()
        for each in one.report.results
        if each.status is Status.ERROR
    }
    assert crashed == {}


def test_a_diagnosis_takes_two_requests_and_its_verification_one_more(
    diagnosed: Mapping[str, Diagnosed],
) -> None:
    """A path that is not edited needs no verification."""
    too_many = {}
    for case, one in diagnosed.items():
        suggestion, typed = one.report.suggestion, one.report.target.input
        edited = suggestion is not None and suggestion.target_path != typed
        allowed = 2 + edited + (case in TWO_NAMES_MISSPELT)
        if one.report.requests.count > allowed:
            too_many[case] = one.report.requests.count
    assert too_many == {}


def test_every_request_is_the_one_query_and_nothing_is_written(diagnosed: Mapping[str, Diagnosed]) -> None:
    """The server has served queries of ours alone, as many as the report says."""
    for case, one in diagnosed.items():
        reachable = {each.code for each in one.report.errors}.isdisjoint({"RD001"})
        assert set(one.operations) <= {"RegistryDoctor"}, case
        assert len(one.operations) == (one.report.requests.count if reachable else 0), case
