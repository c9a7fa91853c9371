"""The files of a preflight: reports, baseline, manifest, and the job summary of GitHub."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE
from registry_doctor.cli.output import (
    Look,
    OutputFile,
    print_by,
    print_code,
    print_text,
    write_file,
    write_file_by,
    write_files,
    write_or_refuse,
)
from registry_doctor.codebase.report.formats import SHOWN_WITH_REPOSITORY, render

if TYPE_CHECKING:
    from registry_doctor.codebase.job import Job
    from registry_doctor.codebase.report.baseline import Baseline
    from registry_doctor.codebase.report.json import LocatedReports
    from registry_doctor.codebase.report.model import PreflightReport
    from registry_doctor.codebase.report.source_lines import SourceLines
    from registry_doctor.support.redaction import Secret

JOB_SUMMARY = "GITHUB_STEP_SUMMARY"


class NothingKnown(click.ClickException):
    """A baseline cannot be written, because the findings are not known."""

    exit_code = INCONCLUSIVE


@dataclass(frozen=True)
class Reporting:
    """A report, and the other data that its formats need."""

    report: PreflightReport
    job: Job
    located: LocatedReports | None
    """The full reports, if a format asks for them."""

    def text(self, format_: str, look: Look) -> str:
        """Return the report in a format, with file names relative to what the reader of this format expects."""
        if format_ == "sarif":
            return render(self._from_repository(self.report), format_, look, self.job.checks)
        report = self._from_repository(self.report) if format_ in SHOWN_WITH_REPOSITORY else self.report
        return render(report, format_, look, source=self._source if format_ == "text" else None)

    @cached_property
    def _source(self) -> SourceLines:
        from registry_doctor.codebase.report.source_lines import SourceLines

        return SourceLines(self.job.root)

    def _from_repository(self, report: PreflightReport) -> PreflightReport:
        from registry_doctor.codebase.report.repository import named_from_repository, repository_root

        root = self.job.root
        repository = repository_root([root, *(root / path for path in self.job.paths)])
        return report if repository is None else named_from_repository(report, root, repository)


def print_report(reporting: Reporting, format_: str, look: Look) -> None:
    """Write the report to standard output."""
    report, located = reporting.report, reporting.located
    if format_ == "json" and located is not None:
        print_by(lambda stream: located.write(report, stream))
    elif format_ in ("compact", "gitlab", "sarif", "junit"):
        if format_ == "gitlab":  # the format has no field for notes
            print_notes(report.notes, report.secrets)
        print_code(reporting.text(format_, look))
    else:
        print_text(reporting.text(format_, look), color=look.color)


def write_reports(reporting: Reporting, outputs: tuple[OutputFile, ...], look: Look) -> None:
    """Write the report to each file. Raises UnwritableReport, after all that can be written are."""
    plain = Look(verbose=look.verbose)
    report, located = reporting.report, reporting.located

    def write(output: OutputFile) -> None:
        if output.format == "json" and located is not None:
            write_file_by(output.path, lambda stream: located.write(report, stream))
        else:
            write_file(output.path, reporting.text(output.format, plain))

    write_files(outputs, write)


def write_job_summary(reporting: Reporting) -> None:
    """Add the report in Markdown to GitHub's job summary, if GitHub runs the job."""
    file = os.environ.get(JOB_SUMMARY)
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(reporting.text("markdown", Look()) + "\n")
    except OSError as problem:
        click.echo(f"note: the job summary cannot be written: {problem.strerror}", err=True)


def baseline_at(named: str | None, default: str) -> Baseline | None:
    """Return the named baseline, or the default one if it exists. Raises BadParameter if the file is not usable."""
    path = Path(named or default)
    if named is None and not path.is_file():
        return None
    from registry_doctor.codebase.report.baseline import LARGEST_BASELINE, Baseline
    from registry_doctor.support.regular_files import read_regular

    try:
        return Baseline.parse(read_regular(path, LARGEST_BASELINE).decode())
    except (OSError, ValueError) as problem:  # malformed, not UTF-8, or a zero byte in the name
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise click.BadParameter(
            f"{str(path)!r} cannot be used: {reason}", param_hint="'--baseline'"
        ) from problem


def write_baseline_file(path: Path, report: PreflightReport) -> None:
    """Write all findings to the baseline, and print their number.

    Raises NothingKnown if the server could not be reached: that problem is not a finding about the code.
    """
    from registry_doctor.checking.check import Severity
    from registry_doctor.codebase.report.baseline import Baseline
    from registry_doctor.codebase.report.diagnostics import counted_noun
    from registry_doctor.support.terminal_text import visible

    for finding in [*report.general, *(finding for each in report.judged for finding in each.findings)]:
        if finding.of_environment and finding.severity is Severity.ERROR:
            message = visible(finding.message, report.secrets)
            raise NothingKnown(f"no baseline was written: {finding.code} {message}")
    for each in report.judged:
        if each.unknown:
            raise NothingKnown(f"no baseline was written: {visible(each.unknown[0], report.secrets)}")
    baseline = Baseline.of(report.judged)
    write_or_refuse(path, baseline.dump())
    print_notes(report.notes, report.secrets)
    click.echo(f"{counted_noun(sum(baseline.counts.values()), 'finding')} written to {visible(str(path))}")


def write_manifest_file(path: Path, job: Job) -> None:
    """Write a manifest of the targets found in the code; an existing file is not overwritten."""
    from registry_doctor.codebase.inputs.manifest import write_manifest
    from registry_doctor.codebase.inputs.supplied import UnusedName
    from registry_doctor.codebase.inputs.targets import OpenTarget, Target
    from registry_doctor.codebase.report.diagnostics import counted_noun
    from registry_doctor.settings import ApiKey, read_settings
    from registry_doctor.support.redaction import redact

    if path.exists():
        raise click.UsageError(
            f"{str(path)!r} already exists and is not overwritten; move or delete it first"
        )
    found = job.search()
    targets = [each for each in found if isinstance(each, Target)]
    credentials = read_settings(job.given).credentials
    secrets = [credentials.secret] if isinstance(credentials, ApiKey) else []
    write_or_refuse(path, redact(write_manifest(targets).rstrip("\n"), secrets))
    print_notes([str(each) for each in found if isinstance(each, UnusedName)], secrets)
    unknown = sum(isinstance(each, OpenTarget) for each in found)
    click.echo(f"{counted_noun(len(targets), 'target')} written to {path}")
    if unknown:
        note = f"{counted_noun(unknown, 'target')} left out, because the source does not contain the path; give values with --set"
        click.echo(note, err=True)


def print_notes(notes: Iterable[str], secrets: Sequence[Secret]) -> None:
    """Print notes on standard error."""
    from registry_doctor.support.terminal_text import visible

    for note in notes:
        click.echo(visible(note, secrets), err=True)
