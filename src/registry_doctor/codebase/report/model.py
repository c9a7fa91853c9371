"""The report of a preflight: each target with its findings, what is unknown, and the exit status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import FailOn, Suggestion
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.source.found import Ignore, Location, Unreadable
from registry_doctor.domain.subjects import Subject
from registry_doctor.report.model import Requests
from registry_doctor.support.redaction import Secret


@dataclass(frozen=True)
class Finding:
    """One problem of a target."""

    code: str
    name: str
    severity: Severity
    message: str
    docs: str
    """The path of the documentation page."""
    fix: str | None = None
    """What to do, in a few words."""
    silenced: str | None = None
    """Why it does not count: the reason in the comment at the call, or that it is in the baseline."""
    of_environment: bool = False
    """It is about server, settings or credentials, and so the same for every target."""
    subjects: frozenset[Subject] = frozenset()
    """The parts of the path, or of what stands around it, that it is about."""


@dataclass(frozen=True)
class Edit:
    """A new text for a range of a file; lines and columns are counted as in `found.Location`.

    In a notebook they are those of the file, not of a cell. The end is exclusive.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class TargetResult:
    """A target with the result of its diagnosis."""

    target: Target
    findings: tuple[Finding, ...]
    """In the order of their codes, only root causes; silenced ones are included."""
    unknown: tuple[str, ...] = ()
    """What a verdict needs but the server did not answer, a sentence each."""
    suggestion: Suggestion | None = None
    notes: tuple[str, ...] = ()
    """What cannot be judged because the source does not contain it, a sentence each."""
    reported_at: Location | None = None
    """The target that reports why this one, among others, cannot be judged; `None` if this one reports it."""
    edits: tuple[Edit, ...] = ()
    """What `--fix` would change; empty until `fixes.with_edits` adds it."""
    not_fixed: str | None = None
    """Why `--fix` leaves the path as it is, as a clause; `None` if it was not asked."""

    @property
    def location(self) -> Location:
        """The location of the target."""
        return self.target.location

    def counted(self, fail_on: FailOn) -> tuple[Finding, ...]:
        """The findings at or above the threshold that are not silenced."""
        return counted(self.findings, fail_on)


def counted(findings: Iterable[Finding], fail_on: FailOn) -> tuple[Finding, ...]:
    """The findings at or above the threshold that are not silenced."""
    return tuple(
        each
        for each in findings
        if each.silenced is None and (each.severity is Severity.ERROR or fail_on == "warning")
    )


@dataclass(frozen=True)
class UnusedIgnore:
    """A comment that silences nothing."""

    location: Location
    """Where it stands."""
    ignore: Ignore


@dataclass(frozen=True)
class PreflightReport:
    """The result of a preflight; each part is in the order of the locations."""

    judged: tuple[TargetResult, ...] = ()
    general: tuple[Finding, ...] = ()
    """Findings without a target: a required key is missing, and there is no target to report it at."""
    open: tuple[OpenTarget, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    unused_ignores: tuple[UnusedIgnore, ...] = ()
    ordinary: int = 0
    """How many uses of ordinary artifacts were found; they are not in a registry and are not diagnosed."""
    notes: tuple[str, ...] = ()
    fail_on: FailOn = "error"
    requests: Requests = Requests(0, 0.0)  # noqa: RUF009 - frozen
    secrets: Sequence[Secret] = ()
    """What no format may show."""
    contradicted: frozenset[Location] = frozenset()
    """Where the installed wandb does otherwise than its report says; empty if it was not asked."""

    @cached_property
    def listed_open(self) -> tuple[OpenTarget, ...]:
        """The open targets of which something says that they may be in a registry; each is listed."""
        return tuple(each for each in self.open if each.may_be_in_a_registry)

    @cached_property
    def other_open(self) -> tuple[OpenTarget, ...]:
        """The other open targets: uses of artifacts of which nothing says "registry"; only counted."""
        return tuple(each for each in self.open if not each.may_be_in_a_registry)

    @cached_property
    def failing(self) -> tuple[TargetResult, ...]:
        """Targets with findings that count."""
        return tuple(each for each in self.judged if each.counted(self.fail_on))

    @property
    def exit_code(self) -> int:
        """0 fine, 1 findings, 3 inconclusive or contradicted by wandb; as for a single report."""
        if self.contradicted:
            return 3
        if self.failing or counted(self.general, self.fail_on):
            return 1
        # A cell that is not Python cannot run, so nothing is linked or used in it.
        not_read = any(each.cell is None for each in self.unreadable)
        inconclusive = any(each.unknown for each in self.judged) or not_read
        return 3 if inconclusive else 0

    def __repr__(self) -> str:
        from registry_doctor.codebase.report.diagnostics import summary

        return f"<PreflightReport on {summary(self)}>"

    def _repr_html_(self) -> str:
        from registry_doctor.codebase.report.html import render

        return render(self)

    def __str__(self) -> str:
        from registry_doctor.codebase.report.text import render

        return render(self)
