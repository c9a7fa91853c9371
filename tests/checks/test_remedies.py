"""Every failure offers a remedy that a person can act on at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import registry_doctor_checks

from docs.citations import cited
from registry_doctor.checking.check import Check, Fail, Fix, Skip
from registry_doctor.checking.plugins import PAGE, load_checks
from registry_doctor.checking.results import Status
from tests.checks.diagnosed import LIKE_THE_SDK, Diagnosed, diagnose
from tests.checks.remedies import PASSING_ON, confirm_remedies, confirm_snippet
from tests.checks.tables import ROWS, Row

CHECKS = Path(registry_doctor_checks.__file__).parent
BUILT_IN = [each.check for each in load_checks(others=False).checks]


def confirm_reports(diagnosed: Mapping[str, Diagnosed]) -> None:
    """The fixes of every failure in these reports."""
    failures = [
        each for one in diagnosed.values() for each in one.report.results if each.status is Status.FAIL
    ]
    assert failures
    for each in failures:
        confirm_remedies(each.fixes)


def test_every_failure_of_a_case_can_be_acted_on(diagnosed: Mapping[str, Diagnosed]) -> None:
    """An edit, a step or a snippet; nobody is sent away, and who is to be asked is named."""
    confirm_reports(diagnosed)


@pytest.mark.slow
@pytest.mark.parametrize("file", LIKE_THE_SDK, ids=lambda file: str(file.stem))
def test_every_failure_in_other_worlds_can_be_acted_on(file: Path, tmp_path: Path) -> None:
    """With odd names and odd memberships too."""
    confirm_reports(diagnose(file, tmp_path))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_failure_of_a_table_can_be_acted_on(row: Row) -> None:
    """What the tests of single checks find, and no sandbox shows."""
    outcome = row.outcome
    if isinstance(outcome, Fail):
        confirm_remedies(outcome.fixes)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_no_text_shows_the_number_of_a_rule(row: Row) -> None:
    """A user is shown sentences and commands; where a rule comes from stands on the page in the documentation."""
    outcome = row.outcome
    shown = [outcome.reason if isinstance(outcome, Skip) else outcome.message]
    if isinstance(outcome, Fail):
        shown += [text for fix in outcome.fixes for text in (fix.title, *fix.steps)]
    assert [text for text in shown if cited(text)] == []


@pytest.mark.parametrize("file", sorted(CHECKS.glob("*.py")), ids=lambda file: str(file.stem))
def test_no_failure_is_written_without_a_remedy(file: Path) -> None:
    """Not even one that no case shows: each `Fail(…)` has fixes."""
    calls = [
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    failures = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == "Fail"]
    bare = [
        each.lineno
        for each in failures
        if len(each.args) < 2 and "fixes" not in {keyword.arg for keyword in each.keywords}
    ]
    assert bare == []


@pytest.mark.parametrize("page", [*(each.documentation for each in BUILT_IN), PAGE])
def test_no_page_sends_people_away(page: str) -> None:
    """And what to do is not left empty."""
    assert PASSING_ON.search(page) is None
    assert "## What to do\n\n\n" not in page


COMMAND = re.compile(r"`((?:export|unset|pip|wandb|wandb-registry|curl) [^`]*)`", re.DOTALL)


@pytest.mark.parametrize("check", BUILT_IN, ids=lambda check: str(check.code))
def test_the_commands_of_a_page_are_read_by_a_shell(check: Check) -> None:
    """Those in its own words, where a line may be broken."""
    for command in COMMAND.findall(check.documentation):
        confirm_snippet(" ".join(command.split()))


@pytest.mark.parametrize(
    "fix",
    [
        Fix("contact support", steps=("Contact your support team.",)),
        Fix("get access", steps=("Ask to be added.",)),
        Fix("do something"),
        Fix("set it", snippet="export A=1\nexport B=2"),
        Fix("set it", snippet="export A='1"),
        Fix("change the code", snippet="wandb.init(entity="),
    ],
    ids=["sends away", "names nobody", "says nothing", "two lines", "an open quote", "no Python"],
)
def test_what_nobody_can_act_on_is_noticed(fix: Fix) -> None:
    """The tests above would fail for each of these."""
    with pytest.raises((AssertionError, SyntaxError, ValueError)):
        confirm_remedies([fix])
