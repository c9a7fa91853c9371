"""One call and one path is one finding, however many artifacts, runs or entities the call may get."""

from __future__ import annotations

from dataclasses import replace

from registry_doctor.checking.check import Applicability, Severity
from registry_doctor.checking.results import Suggestion
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.merging import merged_open, merged_results
from registry_doctor.codebase.report.model import Finding, TargetResult
from registry_doctor.codebase.source.found import Location
from registry_doctor.facts import Call

HERE = Location("train.py", None, 12, 5)
SHAPE = Finding("RD201", "path-shape", Severity.ERROR, "it has no name", "docs/checks/RD201.md")
TYPE = Finding("RD404", "registry-accepts-type", Severity.ERROR, "not this type", "docs/checks/RD404.md")
GOOD = Suggestion("wandb-registry-model/det", True, Applicability.SAFE, ())


def result(*findings: Finding, type: str | None = None, suggestion: Suggestion | None = None) -> TargetResult:
    """A link of an artifact of this type."""
    target = Target(HERE, Call("wandb-registry-/det", type=type))
    return TargetResult(target, findings, suggestion=suggestion)


def test_equal_findings_for_several_artifacts_are_one() -> None:
    """The artifact that is not there yet, and the one that was made last."""
    assert merged_results([result(SHAPE), result(SHAPE, type="model")]) == [result(SHAPE)]


def test_what_fails_for_one_artifact_stays_and_what_passes_for_another_adds_nothing() -> None:
    """In any order."""
    wrong, right = result(TYPE, type="dataset"), result(type="model")
    assert merged_results([right, wrong]) == [wrong]
    assert merged_results([wrong, right]) == [wrong]


def test_no_code_is_said_twice() -> None:
    """Where two artifacts fail for different reasons, each reason stands once."""
    merged = merged_results(
        [result(SHAPE, TYPE, type="a"), result(SHAPE, replace(TYPE, code="RD501"), type="b")]
    )
    assert sorted(each.code for one in merged for each in one.findings) == ["RD201", "RD404", "RD501"]


def test_a_correction_has_to_be_right_for_all() -> None:
    """What corrects the path for one entity may break it for another."""
    fails, passes = result(SHAPE, suggestion=GOOD), result(type="model")
    assert [each.suggestion for each in merged_results([fails, passes])] == [None]
    other = result(SHAPE, type="b", suggestion=replace(GOOD, target_path="wandb-registry-dataset/det"))
    assert [each.suggestion for each in merged_results([fails, other])] == [None]
    assert [each.suggestion for each in merged_results([fails, fails])] == [GOOD]


def test_other_calls_and_other_paths_stay() -> None:
    """Only the same path at the same place is one."""
    there = replace(result(SHAPE).target, location=replace(HERE, line=13))
    other = replace(result(SHAPE).target, call=Call("wandb-registry-/other"))
    seen = [result(SHAPE), TargetResult(there, (SHAPE,)), TargetResult(other, (SHAPE,))]
    assert merged_results(seen) == seen


def test_an_open_target_is_listed_once_with_all_reasons_and_names() -> None:
    """A template that is unknown for two reasons is one call."""
    first = OpenTarget(HERE, "link", "wandb-registry-{R}/det", "`R` is a parameter", ("R",))
    second = replace(first, reason="the option '--r' has no default", names=("r",))
    (merged,) = merged_open([first, second, first])
    assert merged.names == ("R", "r")
    assert merged.reason == "`R` is a parameter; the option '--r' has no default"
