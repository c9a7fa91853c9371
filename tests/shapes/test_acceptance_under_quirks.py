"""Every acceptance case under every shape of a real server: the verdict stays, or is unknown; it is never another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.report.model import Report
from registry_doctor.transport import JsonValue
from tests.checks.diagnosed import ACCEPTANCE, Played, played

QUIRKS = ("teams_without_personal_entity", "empty_first_page", "entity_stub", "no_default_entity")
"""Quirks that change nothing of what a call does; the last only where the call does not use the default entity."""
OLDER = "no_org_entity_field"
"""The call fails on such a server, for a reason of its own."""
ROOTS = ("viewer", "entity", "project", "organization", "serverInfo")
WORDS = (
    "An internal error occurred. Please contact support.",
    "driver: bad connection",
    "Error 1213: Deadlock found when trying to get lock; try restarting transaction",
    "graphql: panic occurred: runtime error: invalid memory address or nil pointer dereference",
    "context deadline exceeded",
)
BELOW: Mapping[str, tuple[str, ...]] = {
    "viewer": ("organizations", "teams"),
    "project": ("artifactTypes", "artifactCollection"),
    "entity": ("organization", "user"),
    "organization": ("orgEntity",),
}
LOADED = load_checks(others=False)


@dataclass(frozen=True)
class Told:
    """What a report says, as far as it counts."""

    exit_code: int
    errors: frozenset[str]

    @classmethod
    def by(cls, report: Report) -> Told:
        """The verdict of a report."""
        return cls(report.exit_code, frozenset(each.code for each in report.errors))

    def agrees(self, plain: Told) -> bool:
        """The same, or fewer findings with the rest unknown."""
        return self.exit_code in (3, plain.exit_code) and self.errors <= plain.errors


def diagnosed(case: Played) -> Told:
    """The verdict of a case as the sandbox now answers."""
    return Told.by(examine(case.call, case.settings, LOADED, Options(timeout=20)))


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Iterator[Played]]:
    """All acceptance cases on one sandbox, and a client that does not wait before it asks again."""
    monkeypatch.setattr("registry_doctor.transport.retries._FIRST_WAIT", 0.0)
    yield played(ACCEPTANCE, tmp_path)


def by_default_entity(case: Played) -> bool:
    """Whether the call goes through the default entity of the account."""
    return case.call.artifact is None and not case.settings.run_entity.value


@pytest.mark.slow
def test_a_quirk_changes_no_verdict(cases: Iterator[Played]) -> None:
    """Of all cases and quirks; what changes is at most that something is unknown."""
    tried, wrong = 0, {}
    for case in cases:
        case.sandbox.set_quirks([])
        plain = diagnosed(case)
        for quirk in QUIRKS:
            if quirk == "no_default_entity" and by_default_entity(case):
                continue
            case.sandbox.set_quirks([quirk])
            told = diagnosed(case)
            tried += 1
            if told != plain:
                wrong[case.id, quirk] = (plain, told)
        case.sandbox.set_quirks([OLDER])
        told = diagnosed(case)
        tried += 1
        if not Told(told.exit_code, told.errors - {"RD003"}).agrees(plain) and told.errors != {"RD003"}:
            wrong[case.id, OLDER] = (plain, told)
    assert wrong == {}
    assert tried > 150


def field_faults() -> Iterator[dict[str, JsonValue]]:
    """Each root field, and what is below it, that fails."""
    for number, root in enumerate(ROOTS):
        for below in ((), *((name,) for name in BELOW.get(root, ()))):
            yield {
                "fields": [root],
                "below": list(below),
                "status": 500,
                "message": WORDS[number % len(WORDS)],
            }


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", list(field_faults()), ids=lambda fault: ".".join([*fault["fields"], *fault["below"]])
)
def test_a_resolver_that_fails_makes_no_finding(cases: Iterator[Played], fault: dict[str, JsonValue]) -> None:
    """Once, and nothing is different; again and again, and what it has to say is unknown."""
    wrong = {}
    for case in cases:
        case.sandbox.set_faults([])
        plain = diagnosed(case)
        case.sandbox.set_faults([{**fault, "times": 1}])
        once = diagnosed(case)
        if once != plain:
            wrong[case.id, "once"] = (plain, once)
        case.sandbox.set_faults([{**fault, "times": None}])
        always = diagnosed(case)
        if not always.agrees(plain):
            wrong[case.id, "always"] = (plain, always)
    assert wrong == {}
