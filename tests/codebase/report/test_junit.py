"""JUnit's XML, against the schema of Jenkins."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import xmlschema

from registry_doctor.codebase.report.junit import render
from registry_doctor.codebase.report.model import PreflightReport

if TYPE_CHECKING:
    from tests.codebase.report.conftest import Preflights


@cache
def schema() -> xmlschema.XMLSchema:
    """Published by the xUnit plugin of Jenkins."""
    return xmlschema.XMLSchema(Path(__file__).with_name("junit-10.xsd"))


def outcomes(report: PreflightReport) -> list[tuple[str | None, str | None, list[str]]]:
    """Class, name and outcome of each test case."""
    return [
        (
            case.get("classname"),
            case.get("name"),
            [f"{each.tag} {each.get('type') or ''}".strip() for each in case],
        )
        for case in ElementTree.fromstring(render(report)).iter("testcase")
    ]


def test_the_document_fits_the_schema(preflights: Preflights) -> None:
    """With everything in it, and with nothing."""
    for report in (preflights.full(), preflights.one("]]>\0"), PreflightReport()):
        schema().validate(render(report))


def test_each_target_is_a_test_case(preflights: Preflights) -> None:
    """Findings fail, silenced ones and warnings do not, and what is not known is skipped."""
    assert outcomes(preflights.full()) == [
        ("nb/link it.ipynb", f"{preflights.typed} (cell 3, line 2)", ["failure RD302"]),
        ("src/train.py", f"{preflights.typed} (line 12)", ["failure RD302"]),
        ("src/train.py", "wandb-registry-model/other (line 20)", ["system-out"]),
        ("src/train.py", "wandb-registry-model/old (line 21)", ["system-out"]),
        ("src/train.py", "wandb-registry-model/who (line 22)", ["error inconclusive", "system-out"]),
        ("src/use.py", "wandb-registry-model/good (line 1)", []),
        (
            "src/use.py",
            "use wandb-registry-{REGISTRY}/detector:v0 (line 7)",
            ["skipped not known from the source"],
        ),
        ("src/broken.py", "can be read (line 3)", ["error not read"]),
    ]


def test_warnings_fail_where_they_count(preflights: Preflights) -> None:
    """As they do for the exit status."""
    report = replace(preflights.full(), fail_on="warning")
    assert outcomes(report)[2][2] == ["failure RD205", "system-out"]


def test_the_counts_are_those_of_the_cases(preflights: Preflights) -> None:
    """Readers show them without counting."""
    root = ElementTree.fromstring(render(preflights.full()))
    suite = root[0]
    for element in (root, suite):
        assert (element.get("tests"), element.get("failures"), element.get("errors")) == ("8", "2", "2")
    assert suite.get("skipped") == "1"


def test_a_failure_says_all_that_is_known(preflights: Preflights) -> None:
    """The message what is wrong, the text what to do."""
    failure = ElementTree.fromstring(render(preflights.full())).find(".//failure")
    assert failure is not None
    assert failure.get("message") == "RD302 organization-prefix: 'vision' is a team, not the organization"
    assert failure.text is not None
    assert failure.text.endswith(f"Corrected path (verified; safe): {preflights.corrected}")


@pytest.mark.parametrize("lines", [(3, 3, 3), (3, 4, 5)])
def test_no_two_cases_have_one_name(preflights: Preflights, lines: tuple[int, ...]) -> None:
    """Readers would take the later for another run of the earlier."""
    judged = tuple(preflights.failing(preflights.target(line=line)) for line in lines)
    assert len({(class_, name) for class_, name, _ in outcomes(PreflightReport(judged=judged))}) == 3
