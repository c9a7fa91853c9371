"""Every acceptance case under every shape of a real server: the verdict stays, or is unknown; it is never another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.report.model import Report
from tests.checks.diagnosed import ACCEPTANCE, Played, played
from tests.shapes.other_answers import PLAIN, AnswerShape, failing_resolvers
from tests.shapes.other_answers import QUIRKS as ANY_CALL

QUIRKS = (*ANY_CALL, "no_default_entity")
"""Quirks that change nothing of what a call does; the last only where the call does not use the default entity."""
OLDER = "no_org_entity_field"
"""The call fails on such a server, for a reason of its own."""
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


@pytest.mark.slow
@pytest.mark.parametrize("failing", list(failing_resolvers()), ids=str)
def test_a_resolver_that_fails_makes_no_finding(cases: Iterator[Played], failing: AnswerShape) -> None:
    """Once, and nothing is different; again and again, and what it has to say is unknown."""
    wrong = {}
    for case in cases:
        PLAIN.put_on(case.sandbox)
        plain = diagnosed(case)
        failing.put_on(case.sandbox)
        once = diagnosed(case)
        if once != plain:
            wrong[case.id, "once"] = (plain, once)
        replace(failing, always=True).put_on(case.sandbox)
        always = diagnosed(case)
        if not always.agrees(plain):
            wrong[case.id, "always"] = (plain, always)
    assert wrong == {}
