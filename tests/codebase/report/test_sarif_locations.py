"""What an editor marks, and where SARIF says that a rule is explained."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from registry_doctor.codebase.report.model import Edit, PreflightReport
from registry_doctor.codebase.report.sarif import render
from registry_doctor.codebase.source.found import LiteralPart, Span
from registry_doctor.facts.call import Call
from registry_doctor.support import distributions
from registry_doctor.support.toml import load_toml
from tests.codebase.report.test_sarif import run, validator
from tests.places import ROOT

if TYPE_CHECKING:
    from registry_doctor.codebase.report.model import TargetResult
    from tests.codebase.report.conftest import Preflights

HERE = LiteralPart("vision/", Span("src/train.py", None, 13, 9, 13, 18))
BELOW = LiteralPart("wandb-registry-model/detector", Span("src/train.py", None, 14, 9, 14, 40))
ABOVE = LiteralPart("vision/", Span("src/train.py", None, 2, 8, 2, 17))
ELSEWHERE = LiteralPart("vision/", Span("src/names.py", None, 1, 5, 1, 14))
COMPUTED = LiteralPart("vision/")


def of(judged: TargetResult) -> dict[str, Any]:
    """The only result."""
    report = PreflightReport(judged=(judged,))
    found: dict[str, Any] = run(report)["results"][0]
    return found


def region(start: tuple[int, int], end: tuple[int, int]) -> dict[str, int]:
    """As SARIF writes it."""
    return {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]}


@pytest.mark.parametrize(
    ("parts", "expected", "related"),
    [
        ((HERE, BELOW), region((13, 9), (14, 40)), []),
        ((ABOVE, BELOW), region((14, 9), (14, 40)), [("src/train.py", region((2, 8), (2, 17)))]),
        ((ELSEWHERE, BELOW), region((14, 9), (14, 40)), [("src/names.py", region((1, 5), (1, 14)))]),
        ((ELSEWHERE, COMPUTED), region((12, 5), (12, 18)), [("src/names.py", region((1, 5), (1, 14)))]),
    ],
)
def test_the_region_covers_the_literals_of_the_call(
    preflights: Preflights, parts: tuple[LiteralPart, ...], expected: object, related: list[object]
) -> None:
    """Those elsewhere are related; if all are, the name of the method is marked."""
    call = Call(preflights.typed, "link", method="run.link_artifact")
    found = of(preflights.failing(preflights.target(parts=parts, call=call)))
    assert found["locations"][0]["physicalLocation"]["region"] == expected
    assert [
        (each["physicalLocation"]["artifactLocation"]["uri"], each["physicalLocation"]["region"])
        for each in found.get("relatedLocations", ())
    ] == related


def test_in_a_notebook_the_region_is_what_the_fix_changes(preflights: Preflights) -> None:
    """Only it is known in the lines of the file; a literal of a cell is no place in the file."""
    part = LiteralPart("x", Span("nb/link it.ipynb", 3, 2, 4, 2, 9))
    target = replace(preflights.in_cell(), parts=(part,))
    edit = Edit("nb/link it.ipynb", 40, 12, 40, 18, "new")
    found = of(replace(preflights.failing(target), edits=(edit,)))
    assert found["locations"][0]["physicalLocation"]["region"] == region((40, 12), (40, 18))
    assert "relatedLocations" not in found


def test_each_rule_and_the_tool_have_an_address(
    preflights: Preflights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the package while the project has none; then the one that the constant names."""
    report = PreflightReport(judged=(preflights.failing(),))
    driver = run(report)["tool"]["driver"]
    assert driver["informationUri"].startswith("pkg:pypi/wandb-registry-doctor")
    assert driver["rules"][0]["helpUri"].endswith("#registry_doctor/docs/checks/RD302.md")
    monkeypatch.setattr(distributions, "DOCUMENTATION", "https://doctor.example/site")
    driver = run(report)["tool"]["driver"]
    assert driver["informationUri"] == "https://doctor.example/site"
    assert driver["rules"][0]["helpUri"] == "https://doctor.example/site/checks/RD302/"
    assert distributions.page_address("docs/checks/RD302.md") == driver["rules"][0]["helpUri"]


def test_the_log_with_all_of_it_fits_the_schema(preflights: Preflights) -> None:
    """Regions, related places and addresses."""
    judged = preflights.failing(preflights.target(parts=(ELSEWHERE, BELOW)))
    validator().validate(json.loads(render(PreflightReport(judged=(judged,)))))


def test_the_address_of_the_project_is_written_once() -> None:
    """The metadata and the reports name the same, or both none."""
    project: Any = load_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["urls"].get("Documentation") == distributions.DOCUMENTATION


def test_the_pages_are_in_the_wheel_where_the_reports_say() -> None:
    """`docs/checks/RD302.md` is installed as `registry_doctor/docs/checks/RD302.md`."""
    tool: Any = load_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    included = tool["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for page in ("docs/checks", "docs/known-errors.md"):
        assert (ROOT / page).exists()
        assert included[page] == distributions.page_address(page)
