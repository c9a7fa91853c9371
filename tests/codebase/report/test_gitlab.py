"""GitLab's code quality report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from registry_doctor.codebase.report.gitlab import render
from registry_doctor.codebase.report.model import PreflightReport

if TYPE_CHECKING:
    from tests.codebase.report.conftest import Preflights


def issues(report: PreflightReport) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render(report))
    return found


def test_each_diagnostic_is_an_issue_with_what_gitlab_requires(preflights: Preflights) -> None:
    """Description, check, fingerprint, severity, path and line; what is silenced is not said."""
    found = issues(preflights.full())
    assert [
        (each["check_name"], each["severity"], each["location"]["path"], each["location"]["lines"]["begin"])
        for each in found
    ] == [
        ("RD302", "major", "nb/link it.ipynb", 1),
        ("RD302", "major", "src/train.py", 12),
        ("RD205", "minor", "src/train.py", 20),
        ("inconclusive", "minor", "src/train.py", 22),
        ("not judged", "info", "src/train.py", 22),
        ("open", "info", "src/use.py", 7),
        ("unreadable", "minor", "src/broken.py", 3),
        ("unused ignore", "info", "src/use.py", 1),
    ]
    assert found[0]["description"].startswith("RD302 organization-prefix: cell 3, line 2: link to vision/")
    assert {tuple(each) for each in found} == {
        ("description", "check_name", "fingerprint", "severity", "location")
    }


def test_fingerprints_are_unique_and_stay_when_lines_move(preflights: Preflights) -> None:
    """GitLab shows one issue of a fingerprint, and a moved one is no new one."""
    before = tuple(preflights.failing(preflights.target(line=line)) for line in (3, 8, 9))
    after = tuple(preflights.failing(preflights.target(line=line)) for line in (5, 10, 40))
    old, new = (
        [each["fingerprint"] for each in issues(PreflightReport(judged=judged))] for judged in (before, after)
    )
    assert old == new
    assert len(set(old)) == 3


def test_fingerprints_differ_for_files_codes_and_paths(preflights: Preflights) -> None:
    """What differs in one of them is another issue."""
    plain = preflights.failing()
    others = (
        preflights.failing(preflights.target("src/other.py")),
        preflights.failing(preflights.target(path="vision/wandb-registry-model/other")),
    )
    found = issues(PreflightReport(judged=(plain, *others)))
    assert len({each["fingerprint"] for each in found}) == 3


def test_nothing_to_say_is_an_empty_list() -> None:
    """Which GitLab reads as: all is well now."""
    assert issues(PreflightReport()) == []
