"""What a preflight says: each target with its findings, what could not be known, and the exit status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import FailOn, Suggestion
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.source.found import Ignore, Location, Unreadable
from registry_doctor.report.model import Requests
from registry_doctor.support.redaction import Secret


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a target."""

    code: str
    name: str
    severity: Severity
    message: str
    docs: str
    """The page's path."""
    fix: str | None = None
    """What to do, in a few words."""
    silenced: str | None = None
    """Why it does not count: the reason given beside the call, or that it is in the baseline."""
    of_environment: bool = False
    """It is about server, settings or credentials, and so the same for every target."""


@dataclass(frozen=True)
class Edit:
    """Another text for a stretch of a file, whose lines and columns are those of `found.Location`.

    Of a notebook they are those of the file, not of a cell. The end is exclusive.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class TargetResult:
    """A target that was diagnosed."""

    target: Target
    findings: tuple[Finding, ...]
    """In code order, root causes alone; silenced ones, too."""
    unknown: tuple[str, ...] = ()
    """What a verdict needs and nobody could tell, a sentence each."""
    suggestion: Suggestion | None = None
    notes: tuple[str, ...] = ()
    """What could not be judged because the source does not tell it, a sentence each."""

    told_at: Location | None = None
    """Where the cause is told that keeps this target, among others, from being judged; `None` if it is told here."""
    edits: tuple[Edit, ...] = ()
    """What `--fix` would change; empty unless somebody has worked it out (`rewriting.with_edits`)."""

    @property
    def location(self) -> Location:
        """Where it stands."""
        return self.target.location

    def counted(self, fail_on: FailOn) -> tuple[Finding, ...]:
        """Findings at or above the threshold that nobody has silenced."""
        return counted(self.findings, fail_on)


def counted(findings: Iterable[Finding], fail_on: FailOn) -> tuple[Finding, ...]:
    """Those at or above the threshold that nobody has silenced."""
    return tuple(
        each
        for each in findings
        if each.silenced is None and (each.severity is Severity.ERROR or fail_on == "warning")
    )


@dataclass(frozen=True)
class UnusedIgnore:
    """A comment that silences nothing."""

    location: Location
    ignore: Ignore


@dataclass(frozen=True)
class PreflightReport:
    """All of a preflight, each part in the order of its places."""

    judged: tuple[TargetResult, ...] = ()
    general: tuple[Finding, ...] = ()
    """Findings of no target: a key that has to be there is missing, and there is no target that it is told of."""
    open: tuple[OpenTarget, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    unused_ignores: tuple[UnusedIgnore, ...] = ()
    ordinary: int = 0
    """Uses of ordinary artifacts, which are not the registry's and were not diagnosed."""
    notes: tuple[str, ...] = ()
    fail_on: FailOn = "error"
    requests: Requests = Requests(0, 0.0)  # noqa: RUF009 - frozen
    secrets: Sequence[Secret] = ()
    """What no rendering may show."""
    contradicted: frozenset[Location] = frozenset()
    """Where the installed wandb does otherwise than its report says; empty if it was not asked."""

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
        inconclusive = any(each.unknown for each in self.judged) or bool(self.unreadable)
        return 3 if inconclusive else 0

    def __str__(self) -> str:
        from registry_doctor.codebase.report.text import render

        return render(self)
