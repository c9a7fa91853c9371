"""Paths judged wrong by a table of corrections, so that rewriting is tried without a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from registry_doctor.checking.check import Applicability, Severity
from registry_doctor.checking.results import Suggestion
from registry_doctor.codebase.fixes import EditPlan, plan_edits
from registry_doctor.codebase.inputs.sources import collect
from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.report.model import Finding, TargetResult

FINDING = Finding("RD201", "registry-prefix", Severity.ERROR, "it is wrong", "docs/checks/RD201.md")

Judge: TypeAlias = Callable[..., list[TargetResult]]
Planner: TypeAlias = Callable[[Mapping[str, str]], EditPlan]


def judge(
    root: Path,
    corrections: Mapping[str, str],
    *,
    verified: bool = True,
    applicability: Applicability = Applicability.SAFE,
) -> list[TargetResult]:
    """All targets below a folder; the ones in the table are wrong, and all others are fine."""
    found = [each for each in collect([root], root=root) if isinstance(each, Target)]
    return [
        TargetResult(
            target,
            (FINDING,),
            suggestion=Suggestion(corrections[target.text], verified, applicability, ()),
        )
        if target.text in corrections
        else TargetResult(target, ())
        for target in found
    ]


@pytest.fixture
def judging() -> Judge:
    return judge


@pytest.fixture
def plan(tmp_path: Path) -> Planner:
    """The edits for what is wrong below the test's own folder."""
    return lambda corrections: plan_edits(judge(tmp_path, corrections), root=tmp_path)
