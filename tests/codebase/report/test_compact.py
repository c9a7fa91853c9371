"""The short JSON of a preflight: a line for each target, at most 300 bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from registry_doctor.codebase.report import compact
from registry_doctor.codebase.report.model import PreflightReport, TargetResult
from tests.codebase.report.conftest import NEW, PREFIX

if TYPE_CHECKING:
    from tests.codebase.report.conftest import Preflights


def test_a_target_is_its_place_its_code_the_reason_and_the_path(preflights: Preflights) -> None:
    """One line holds all that is needed to act, and nothing else."""
    report = PreflightReport(judged=(preflights.failing(),))
    lines = compact.render(report).splitlines()
    assert json.loads(lines[2]) == {
        "at": "src/train.py:12:5",
        "code": "RD302",
        "level": "error",
        "path": preflights.corrected,
        "reason": "'vision' is a team, not the organization",
    }
    whole = json.loads("\n".join(lines))
    assert whole["exit_code"] == 1
    assert whole["docs"] == {"RD302": PREFIX.docs}


def test_without_a_corrected_path_there_is_the_fix(preflights: Preflights) -> None:
    """Several codes of one target stand together; the reason is that of the error."""
    judged = TargetResult(preflights.target(), (PREFIX, NEW))
    (entry,) = json.loads(compact.render(PreflightReport(judged=(judged,))))["findings"]
    assert (entry["code"], entry["fix"]) == ("RD302,RD502", PREFIX.fix)


def test_a_line_has_at_most_300_bytes(preflights: Preflights) -> None:
    """The reason is cut, also in an alphabet of several bytes for each letter; the path stays whole."""
    for text in ("word " * 200, "模型" * 300):
        judged = replace(preflights.failing(), findings=(replace(PREFIX, message=text),))
        report = PreflightReport(judged=(judged, TargetResult(preflights.target(line=9), (), (text,))))
        found = json.loads(compact.render(report))["findings"]
        assert all(len(json.dumps(each, ensure_ascii=False).encode()) <= 300 for each in found)
        assert found[0]["path"] == preflights.corrected
        assert found[0]["reason"].endswith("…")


def test_every_note_is_said(preflights: Preflights) -> None:
    """Nobody takes a check of the form for a check of rights."""
    notes = ("OFFLINE: no server was asked", "a small note")
    assert json.loads(compact.render(PreflightReport(notes=notes)))["notes"] == list(notes)


def test_passing_and_silenced_targets_are_only_counted(preflights: Preflights) -> None:
    """The summary has their number."""
    silenced = TargetResult(preflights.target(), (replace(PREFIX, silenced="on purpose"),))
    report = PreflightReport(judged=(TargetResult(preflights.target(line=3), ()), silenced))
    whole = json.loads(compact.render(report))
    assert whole["findings"] == []
    assert whole["summary"].startswith("2 targets in 1 file: no findings")
