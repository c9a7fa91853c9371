"""The edits that correct each target, for tools that apply them instead of `--fix`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from registry_doctor.codebase.fixes.plan import EditPlan, FileEdit, Fixed
from registry_doctor.codebase.fixes.spelling import Replacement
from registry_doctor.codebase.inputs.configurations.tree import PositionedText
from registry_doctor.codebase.report.model import Edit, PreflightReport, TargetResult


def with_edits(report: PreflightReport, plan: EditPlan) -> PreflightReport:
    """The report, in which each target that `plan` corrects has its edits in all files."""
    edits: dict[Fixed, list[Edit]] = {}
    for file in plan.files:
        for fix, found in _edits(file).items():
            edits.setdefault(fix, []).extend(found)

    def judged(each: TargetResult) -> TargetResult:
        if each.suggestion is None:
            return each
        fixed = Fixed(each.location, each.target.text, each.suggestion.target_path)
        return replace(each, edits=tuple(edits.get(fixed, ())))

    return replace(report, judged=tuple(map(judged, report.judged)))


def with_reasons(report: PreflightReport, plan: EditPlan) -> PreflightReport:
    """The report, in which each target that `plan` leaves as it is says why."""
    reasons = {each.location: each.reason for each in plan.left}

    def judged(each: TargetResult) -> TargetResult:
        reason = reasons.get(each.location)
        return each if reason is None or each.edits else replace(each, not_fixed=reason)

    return replace(report, judged=tuple(map(judged, report.judged)))


def _edits(file: FileEdit) -> dict[Fixed, list[Edit]]:
    name, text = file.file.shown, PositionedText(file.file.shown, file.file.text)
    return {
        fix: [
            Edit(name, *text.line_and_column(each.start), *text.line_and_column(each.end), each.text)
            for each in _merged(found, file.file.text)
        ]
        for fix, found in file.made.items()
    }


def _merged(found: Iterable[Replacement], text: str) -> list[Replacement]:
    """One replacement for each literal, which a person can read; between two literals there is a quote or a line end."""
    merged: list[Replacement] = []
    for each in sorted(found, key=lambda each: (each.start, each.end)):
        between = text[merged[-1].end : each.start] if merged else "\n"
        if _BETWEEN_LITERALS.isdisjoint(between):
            before = merged.pop()
            each = Replacement(before.start, each.end, f"{before.text}{between}{each.text}")
        merged.append(each)
    return merged


_BETWEEN_LITERALS = frozenset("'\"\r\n")
