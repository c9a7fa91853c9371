"""What every acceptance case shows of the checks: they do not crash, ask little, and write nothing."""

from __future__ import annotations

from collections.abc import Mapping

from registry_doctor.checking.results import Status
from tests.checks.diagnosed import Diagnosed

TWO_NAMES_MISSPELT = frozenset({"two names misspelt"})
"""Cases that take one request more to verify."""


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
