"""`preflight --fix` and `--diff`: corrections written into the source, or shown as a patch."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from registry_doctor.cli.output import is_terminal, print_text
from registry_doctor.cli.preflight_files import print_notes

if TYPE_CHECKING:
    from registry_doctor.codebase.fixes import EditPlan
    from registry_doctor.codebase.job import Job
    from registry_doctor.codebase.report.model import PreflightReport


def planned(report: PreflightReport, job: Job, *, unsafe: bool, asked: bool) -> EditPlan | None:
    """Plan the corrections; `None` if there are none, unless `--fix` or `--diff` was asked for."""
    correctable = (each.suggestion is not None and each.suggestion.verified for each in report.judged)
    if not asked and not any(correctable):
        return None
    from registry_doctor.codebase.fixes import plan_edits

    return plan_edits(report.judged, root=job.root, unsafe=unsafe, calls=job.calls(), searched=job.paths)


def with_plan(report: PreflightReport, plan: EditPlan, *, reasons: bool) -> PreflightReport:
    """Return the report with the corrections of its targets; with `reasons`, also why others are left."""
    from registry_doctor.codebase.fixes import with_edits, with_reasons

    report = with_edits(report, plan)
    return with_reasons(report, plan) if reasons else report


def apply_fixes(plan: EditPlan) -> bool:
    """Write the corrections into the source, report each one, and return whether there were any."""
    applied = plan.apply()
    for done in applied.done:
        click.echo(f"fixed: {done}", err=True)
    for left in applied.left:
        if left not in plan.left:  # it could not be written
            click.echo(f"not changed: {left}", err=True)
    return bool(applied.done)


def print_left(plan: EditPlan) -> None:
    """Say what is left as it is, for a format that does not."""
    for left in plan.left:
        click.echo(f"not changed: {left}", err=True)


def show_patch(report: PreflightReport, plan: EditPlan | None) -> None:
    """Print the corrections as a patch, and on standard error what is not in it."""
    from registry_doctor.codebase.fixes import for_terminal
    from registry_doctor.support.redaction import redact
    from registry_doctor.support.terminal_text import visible

    if plan is not None and plan.files:
        patch = plan.diff().removesuffix("\n")
        on_terminal = is_terminal(sys.stdout)
        print_text(for_terminal(patch, report.secrets) if on_terminal else redact(patch, report.secrets))
    for finding in report.general:
        click.echo(visible(f"{finding.code} {finding.name}: {finding.message}", report.secrets), err=True)
    print_notes(report.notes, report.secrets)
    if plan is not None:
        print_left(plan)
