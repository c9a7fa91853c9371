"""A missing required key without any target: a finding without a location."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.codebase.report.sarif_locations import SARIF_ROOT
from registry_doctor.report.model import Report
from tests.codebase.report.conftest import RENDERERS, Preflights
from tests.codebase.report.test_json import validator as json_validator
from tests.codebase.report.test_json import written
from tests.codebase.report.test_junit import outcomes, schema
from tests.codebase.report.test_sarif import run
from tests.codebase.report.test_sarif import validator as sarif_validator


@pytest.fixture
def without_key(preflights: Preflights) -> PreflightReport:
    """Nothing but that."""
    return preflights.without_key()


def test_it_counts(without_key: PreflightReport) -> None:
    """As it does at a target."""
    assert (without_key.exit_code, without_key.failing) == (1, ())


@pytest.mark.parametrize(
    ("format_", "lines"),
    [
        (
            "text",
            [
                "✗ RD101 credentials-found: there is no API key",
                "    Fix: log in to this server",
                "",
                "0 targets in 0 files: 1 finding",
            ],
        ),
        (
            "github",
            [
                "::error title=RD101 credentials-found::there is no API key. Fix: log in to this server",
                "::notice title=wandb-registry preflight::0 targets in 0 files: 1 finding",
            ],
        ),
        (
            "markdown",
            [
                "## wandb-registry preflight",
                "",
                "❌ <b>0 targets in 0 files&#58; 1 finding</b>",
                "",
                "| | where | finding | corrected path |",
                "|---|---|---|---|",
                "| ❌ |  | <b>RD101 credentials-found</b>: there is no API key<br>Fix&#58; log in to this server |  |",
            ],
        ),
    ],
)
def test_people_see_it_without_a_location(
    without_key: PreflightReport, format_: str, lines: list[str]
) -> None:
    """In a line of its own."""
    assert RENDERERS[format_](without_key).split("\n") == lines


def test_sarif_has_a_result_at_the_root(without_key: PreflightReport) -> None:
    """GitHub refuses a whole log with a result that has no location."""
    sarif_validator().validate(json.loads(RENDERERS["sarif"](without_key)))
    found = run(without_key)
    (result,) = found["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (result["ruleId"], result["level"], location) == (
        "RD101",
        "error",
        {"uri": ".", "uriBaseId": SARIF_ROOT},
    )
    assert found["invocations"][0]["exitCode"] == 1


def test_gitlab_has_an_issue_at_the_root(without_key: PreflightReport) -> None:
    """It shows none without a path."""
    issues: list[dict[str, Any]] = json.loads(RENDERERS["gitlab"](without_key))
    assert [(each["check_name"], each["severity"], each["location"]) for each in issues] == [
        ("RD101", "major", {"path": ".", "lines": {"begin": 1}})
    ]


def test_junit_has_a_failing_case(without_key: PreflightReport) -> None:
    """Of the whole preflight."""
    schema().validate(RENDERERS["junit"](without_key))
    assert outcomes(without_key) == [
        ("wandb-registry preflight", "RD101 credentials-found", ["failure RD101"])
    ]
    assert ElementTree.fromstring(RENDERERS["junit"](without_key)).get("failures") == "1"


def test_json_has_it_next_to_the_reports(without_key: PreflightReport, report: Report) -> None:
    """And the exit status with it."""
    document = json.loads(written(without_key, report))
    json_validator().validate(document)
    assert (document["exit_code"], document["reports"]) == (1, [])
    assert document["general"] == [
        {
            "code": "RD101",
            "name": "credentials-found",
            "severity": "error",
            "message": "there is no API key",
            "docs": "docs/checks/RD101.md",
            "fix": "log in to this server",
        }
    ]
