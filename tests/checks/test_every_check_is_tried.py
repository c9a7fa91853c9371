"""Each built-in check passes, fails and is blocked in some case, and reads the facts that it declares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pytest

from registry_doctor.checking.check import Check, Fail, Pass
from registry_doctor.checking.plugins import CODE, load_checks
from registry_doctor.checking.results import Status
from tests.checks.diagnosed import READS, Diagnosed
from tests.checks.tables import ROWS

BUILT_IN = [each.check for each in load_checks(others=False).checks]

NOTHING_BEFORE = "nothing is judged before it"
THE_TEXT_ALONE = "it judges the text alone, of which no failure leaves anything unknown"
NEVER_BLOCKED = {
    "RD002": NOTHING_BEFORE,
    "RD004": NOTHING_BEFORE,
    "RD005": NOTHING_BEFORE,
    "RD006": NOTHING_BEFORE,
    "RD201": THE_TEXT_ALONE,
    "RD204": THE_TEXT_ALONE,
    "RD205": NOTHING_BEFORE,
    "RD207": NOTHING_BEFORE,
    "RD603": NOTHING_BEFORE,
}
"""Checks that no finding can block, and why not."""

NEVER_FAILS = {"RD405": "no server tells which aliases are protected"}
"""Checks that pass or are skipped, and why."""

each_check = pytest.mark.parametrize("check", BUILT_IN, ids=lambda check: str(check.code))


def statuses(diagnosed: Mapping[str, Diagnosed]) -> Mapping[str, set[Status]]:
    """What came of each check, in the cases and in the tables of its own test."""
    found: defaultdict[str, set[Status]] = defaultdict(set)
    for one in diagnosed.values():
        for result in one.report.results:
            found[result.code].add(result.status)
    for row in ROWS:
        if isinstance(row.outcome, Pass | Fail):
            found[row.check.code].add(Status.PASS if isinstance(row.outcome, Pass) else Status.FAIL)
    return found


@each_check
def test_every_check_passes_in_some_case(check: Check, diagnosed: Mapping[str, Diagnosed]) -> None:
    """A check that never passes says nothing when it fails."""
    assert Status.PASS in statuses(diagnosed)[check.code]


@each_check
def test_every_check_fails_in_some_case(check: Check, diagnosed: Mapping[str, Diagnosed]) -> None:
    """What it is for is seen at work; those that cannot are listed with the reason."""
    assert (Status.FAIL in statuses(diagnosed)[check.code]) is (check.code not in NEVER_FAILS)


@each_check
def test_every_check_is_blocked_in_some_case(check: Check, diagnosed: Mapping[str, Diagnosed]) -> None:
    """By one that it requires; those that cannot be are listed with the reason."""
    blocked = Status.BLOCKED in statuses(diagnosed)[check.code]
    assert blocked is (check.code not in NEVER_BLOCKED)


@each_check
def test_the_reason_for_never_being_blocked_is_true(check: Check) -> None:
    """And whoever has such a reason is listed."""
    reason = None if check.requires and check.about else THE_TEXT_ALONE if check.requires else NOTHING_BEFORE
    assert NEVER_BLOCKED.get(check.code) == reason


@each_check
def test_every_declared_fact_is_read_in_some_case(check: Check, diagnosed: Mapping[str, Diagnosed]) -> None:
    """What is asked of the server for a check is needed by it; reading another fact is a crash in each case."""
    assert diagnosed
    read = set(READS.facts[check.code]).union(*(row.read for row in ROWS if row.check is check))
    assert {fact.name for fact in {*check.needs, *check.wants} - read} == set()


def test_every_result_is_of_a_check_that_is_known(diagnosed: Mapping[str, Diagnosed]) -> None:
    """Each case has one result of each check, and of RD901, which is noticed while loading."""
    codes = sorted([check.code for check in BUILT_IN] + [CODE])
    for case, one in diagnosed.items():
        assert sorted(each.code for each in one.report.results) == codes, case
