"""The report on one line of JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Suggestion
from registry_doctor.report import compact

if TYPE_CHECKING:
    from tests.report.conftest import Reports


def test_a_failure_is_all_that_is_needed_to_act(reports: Reports) -> None:
    """The code, the reason, one fix, the corrected path and the exit status; on one line, below 1 kB."""
    text = compact.render(reports.example())
    assert json.loads(text) == {
        "schema_version": 1,
        "exit_code": 1,
        "for": "link",
        "target": reports.typed,
        "findings": [
            {
                "code": "RD302",
                "level": "error",
                "reason": "'vision' is a team, not the organization",
                "fix": "name the organization 'Acme Robotics'.",
                "docs": reports.failing().docs,
            }
        ],
        "path": reports.corrected,
        "verified": True,
        "applicability": "safe",
    }
    assert "\n" not in text
    assert len(text.encode()) < 1000


def test_long_texts_are_cut_and_paths_are_not(reports: Reports) -> None:
    """One failing path stays below 1 kB."""
    fix = ProposedFix("word " * 100, None, Applicability.DISPLAY, ("step " * 100,), "x = 1\n" * 100)
    failing = replace(reports.failing(), message="word " * 200, fixes=(fix,))
    text = compact.render(reports.report(failing, suggestion=reports.suggestion()))
    assert len(text.encode()) < 1000
    assert json.loads(text)["path"] == reports.corrected


def test_a_path_that_is_no_correction_is_not_in_it(reports: Reports) -> None:
    """The typed path stands only where it was asked about."""
    same = Suggestion(reports.typed, False, Applicability.SAFE, ("RD302",))
    assert "path" not in json.loads(compact.render(reports.report(reports.failing(), suggestion=same)))


def test_a_command_to_copy_is_given_as_it_is_typed(reports: Reports) -> None:
    """Of code before and after a change only that after it."""
    fix = ProposedFix("log in", None, Applicability.DISPLAY, (), "# before\na()\n# after\nb()")
    found = json.loads(compact.render(reports.report(replace(reports.failing(), fixes=(fix,)))))["findings"]
    assert found[0]["command"] == "b()"


def test_what_was_not_asked_and_what_is_unknown_is_said(reports: Reports) -> None:
    """An agent takes neither for a pass."""
    offline = json.loads(compact.render(reports.report(reports.passing(), not_asked="offline")))
    assert (offline["not_asked"], offline["findings"]) == ("offline", [])
    unknown = json.loads(compact.render(reports.report(reports.unknown())))
    assert [each["level"] for each in unknown["findings"]] == ["unknown"]


def test_without_a_path_it_lists_where_the_person_can_link(reports: Reports) -> None:
    """The ready-made paths."""
    places = json.loads(compact.render(reports.environment()))["places"]
    assert places == [each.target_path for each in reports.environment().places or ()]
