"""Planning and running: order, selection, what blocks what, and that nothing stops the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from registry_doctor.checking.check import (
    Applicability,
    Check,
    Fail,
    Fix,
    Judge,
    Outcome,
    Pass,
    Severity,
    Skip,
    check,
)
from registry_doctor.checking.plugins import Provided
from registry_doctor.checking.results import Status
from registry_doctor.diagnosis.runner import CheckOutcome, UnknownCode, plan, run_checks, with_paths
from registry_doctor.domain.subjects import Subject
from registry_doctor.domain.target_path import TargetPath
from registry_doctor.facts import DeclaredFacts, Fact, Facts, Unavailable
from registry_doctor.testing import facts_with

REGISTRY_NAME: Fact[str] = Fact("registry name", lambda _: "model", about=frozenset({"registry"}))
ENTITY_NAME: Fact[str] = Fact("entity name", lambda _: "vision", about=frozenset({"entity"}))
MISSING: Fact[str] = Fact("missing", lambda _: _unavailable(unknown=False))
LOST: Fact[str] = Fact("lost", lambda _: _unavailable(unknown=True))


def _unavailable(*, unknown: bool) -> str:
    raise Unavailable("no answer came", unknown=unknown)


def make(
    code: str, outcome: Outcome | Exception, requires: Sequence[str] = (), needs: Sequence[Fact[object]] = ()
) -> Provided:
    """A check with this verdict."""

    def judge(facts: DeclaredFacts) -> Outcome:
        """It says what the test wants."""
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    typed: Judge = judge
    return Provided(check(code, requires=requires, needs=needs)(typed), "tests")


def results(*checks: Provided, facts: Facts | None = None) -> dict[str, CheckOutcome]:
    """All verdicts by code, in the order in which they came."""
    return {each.result.code: each for each in run_checks(plan(checks), facts or facts_with({}))}


def test_every_check_follows_what_it_requires_and_equals_go_by_code() -> None:
    """The order is the same on every run."""
    checks = [
        make("RD300", Pass("")),
        make("RD200", Pass(""), ["RD900"]),
        make("RD900", Pass("")),
    ]
    assert list(results(*checks)) == ["RD300", "RD900", "RD200"]


def test_selecting_a_check_brings_what_it_requires() -> None:
    """The closure over `requires` is run, and nothing else."""
    checks = [make("RD100", Pass("")), make("RD200", Pass(""), ["RD100"]), make("RD300", Pass(""))]
    assert [each.check.code for each in plan(checks, select=["RD200"]).checks] == ["RD100", "RD200"]


def test_a_beginning_of_a_code_selects_a_family() -> None:
    """`RD2` stands for all checks of the path."""
    checks = [make("RD201", Pass("")), make("RD202", Pass("")), make("RD301", Pass(""))]
    assert [each.check.code for each in plan(checks, select=["rd2"]).checks] == ["RD201", "RD202"]


def test_an_ignored_check_is_left_out_and_blocks_nothing() -> None:
    """What requires it is judged without it."""
    checks = [make("RD100", Fail("bad")), make("RD200", Pass(""), ["RD100"])]
    assert [each.check.code for each in plan(checks, ignore=["RD100"]).checks] == ["RD200"]


@pytest.mark.parametrize(
    ("outcome", "ignored"),
    [
        (Fail("bad"), True),
        (Fail("odd", severity=Severity.WARNING), True),
        (ZeroDivisionError("oops"), True),
        (Skip("no answer came", unknown=True), True),
        (Skip("does not apply"), False),
        (Pass("fine"), False),
    ],
)
def test_a_check_ignored_with_a_reason_is_judged_and_blocks_nothing(
    outcome: Outcome | Exception, ignored: bool
) -> None:
    """What is wrong with it is skipped for that reason, without a fix; what is not is as it was."""
    checks = [make("RD100", outcome), make("RD200", Pass(""), ["RD100"])]
    planned = replace(plan(checks), ignored={"RD100": "why"})
    first, second = run_checks(planned, facts_with({}))
    assert first.ignored is ignored
    assert (first.result.message == "ignored: why") is ignored
    assert (first.result.status is Status.PASS) is isinstance(outcome, Pass)
    assert (first.result.severity, first.result.fixes, first.result.unknown) == (None, (), False)
    assert second.result.status is Status.PASS


def test_what_is_blocked_is_blocked_though_it_be_ignored() -> None:
    """Nobody can tell whether it would have failed."""
    checks = [make("RD100", Fail("bad")), make("RD200", Fail("bad"), ["RD100"])]
    planned = replace(plan(checks), ignored={"RD200": "why"})
    _, second = run_checks(planned, facts_with({}))
    assert (second.result.status, second.ignored) == (Status.BLOCKED, False)


def test_the_code_of_the_loading_itself_can_be_selected_and_ignored() -> None:
    """RD901 is no planned check, and no unknown code either."""
    checks = [make("RD100", Pass(""))]
    assert plan(checks, select=["RD901"]).checks == ()
    assert [each.check.code for each in plan(checks, ignore=["RD901"]).checks] == ["RD100"]


@pytest.mark.parametrize("arguments", [{"select": ["RD999"]}, {"ignore": ["nonsense"]}, {"select": [""]}])
def test_a_code_that_no_check_has_is_refused(arguments: dict[str, list[str]]) -> None:
    """A typing error in a selection must not pass as a clean report."""
    with pytest.raises(UnknownCode):
        plan([make("RD100", Pass(""))], **arguments)


def test_a_failure_blocks_what_requires_it_through_others_too() -> None:
    """One root cause is one failure; the rest names it."""
    found = results(
        make("RD100", Fail("bad")), make("RD200", Pass(""), ["RD100"]), make("RD300", Pass(""), ["RD200"])
    )
    assert [each.result.status for each in found.values()] == [Status.FAIL, Status.BLOCKED, Status.BLOCKED]
    assert found["RD300"].result.blocked_by == "RD100"


@pytest.mark.parametrize(
    ("leaves", "status"),
    [
        (frozenset({"registry"}), Status.BLOCKED),
        (frozenset({"entity"}), Status.PASS),
        (frozenset(), Status.PASS),
    ],
)
def test_a_failure_that_says_what_it_leaves_unknown_blocks_only_what_is_about_that(
    leaves: frozenset[Subject], status: Status
) -> None:
    """A check about other names is judged all the same."""
    found = results(
        make("RD100", Fail("bad", leaves_unknown=leaves)), make("RD200", Pass(""), ["RD100"], [REGISTRY_NAME])
    )
    assert found["RD200"].result.status is status


def test_a_warning_blocks_nothing() -> None:
    """Only errors do."""
    found = results(make("RD100", Fail("odd", severity=Severity.WARNING)), make("RD200", Pass(""), ["RD100"]))
    assert found["RD200"].result.status is Status.PASS


def test_a_crashing_check_becomes_an_error_blocks_its_own_and_stops_nothing_else() -> None:
    """The others are judged."""
    found = results(
        make("RD100", ZeroDivisionError("oops")), make("RD200", Pass(""), ["RD100"]), make("RD300", Pass(""))
    )
    assert found["RD100"].result.status is Status.ERROR
    assert "ZeroDivisionError: oops" in found["RD100"].result.message
    assert found["RD200"].result.blocked_by == "RD100"
    assert found["RD300"].result.status is Status.PASS


def test_a_check_that_returns_something_else_has_crashed() -> None:
    """A forgotten return is not a pass."""
    found = results(make("RD100", None))  # type: ignore[arg-type]  # what a forgotten return gives
    assert found["RD100"].result.status is Status.ERROR


@pytest.mark.parametrize(("fact", "unknown"), [(MISSING, False), (LOST, True)])
def test_a_check_whose_fact_is_not_available_is_skipped_with_the_reason(
    fact: Fact[str], unknown: bool
) -> None:
    """It tells whether an answer that the verdict needs did not come."""
    found = results(make("RD100", Pass(""), needs=[fact]))["RD100"].result
    assert (found.status, found.message, found.unknown) == (Status.SKIP, "no answer came", unknown)


def test_a_skip_blocks_nothing() -> None:
    """What does not apply stands in nobody's way."""
    found = results(make("RD100", Skip("no")), make("RD200", Pass(""), ["RD100"]))
    assert found["RD200"].result.status is Status.PASS


def test_reading_an_undeclared_fact_is_a_crash() -> None:
    """Facts are declared, or they are not read."""

    def judge(facts: DeclaredFacts) -> Outcome:
        """It reads what it did not declare."""
        return Pass(facts[REGISTRY_NAME])

    found = results(Provided(check("RD100", needs=[ENTITY_NAME])(judge), "tests"))
    assert "UndeclaredFact" in found["RD100"].result.message


def test_each_fix_shows_the_path_that_it_alone_makes() -> None:
    """A fix for display shows none."""
    edit = Fix("name it", {"registry": "model"}, Applicability.SAFE)
    judged = results(make("RD100", Fail("bad", (edit, Fix("ask somebody")))))["RD100"]
    fixes = with_paths(judged, TargetPath.parse("modle/c:v0")).fixes
    assert [fix.target_path for fix in fixes] == ["wandb-registry-model/c:v0", None]


@pytest.mark.parametrize("arguments", [({}, Applicability.SAFE), ({"registry": "x"}, Applicability.DISPLAY)])
def test_only_a_fix_with_edits_can_be_safe_or_unsafe(arguments: tuple[dict[str, str], Applicability]) -> None:
    """Edits and applicability go together."""
    changes, applicability = arguments
    with pytest.raises(ValueError, match="fix"):
        Fix("x", changes, applicability)  # type: ignore[arg-type]  # parametrize widens the keys


@pytest.mark.parametrize("code", ["", "RD", "302", "rd302", "RD30"])
def test_a_malformed_code_is_refused_when_the_check_is_made(code: str) -> None:
    """Codes are letters and a number."""
    with pytest.raises(ValueError, match="not a check code"):
        check(code)


def test_a_check_without_a_docstring_is_refused() -> None:
    """The docstring is the page."""
    with pytest.raises(ValueError, match="no docstring"):
        check("RD100")(lambda facts: Pass(""))


def test_the_decorator_names_the_check_after_its_function() -> None:
    """The name is the function's, in kebab case; the summary its first line."""

    @check("XY100")
    def always_fine(facts: DeclaredFacts) -> Outcome:
        """Nothing can be wrong here.

        More words.
        """
        return Pass("")

    assert isinstance(always_fine, Check)
    assert (always_fine.name, always_fine.summary) == ("always-fine", "Nothing can be wrong here.")
