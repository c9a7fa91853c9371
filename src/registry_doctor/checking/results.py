"""What became of each planned check, and the path to use. Plain data."""

from __future__ import annotations

import enum
from typing import Literal, TypeAlias

from registry_doctor.checking.check import ENVIRONMENT_GROUPS, Applicability, Severity
from registry_doctor.domain.subjects import Subject
from registry_doctor.support.records import record

FailOn: TypeAlias = Literal["error", "warning"]


class Status(enum.Enum):
    """What became of a planned check."""

    PASS = "pass"
    FAIL = "fail"
    SKIP = "skip"
    BLOCKED = "blocked"
    ERROR = "error"


@record(frozen=True)
class ProposedFix:
    """A fix, with the path that it alone makes of the typed one."""

    title: str
    target_path: str | None
    applicability: Applicability
    steps: tuple[str, ...] = ()
    snippet: str | None = None


@record(frozen=True)
class Result:
    """One check's verdict."""

    code: str
    name: str
    group: str
    status: Status
    severity: Severity | None
    """Of a failure; `None` otherwise."""
    message: str
    docs: str
    provider: str
    """The distribution that the check comes from."""
    blocked_by: str | None = None
    fixes: tuple[ProposedFix, ...] = ()
    unknown: bool = False
    """An answer that the verdict needs did not come."""
    duration_ms: float = 0.0
    own_severity: Severity | None = None
    """The check's own, if the configuration has set `severity`."""
    subjects: frozenset[Subject] = frozenset()
    """What the result is about."""
    hidden: bool = False
    """The server does not show to this person what the verdict needs."""
    notable: bool = False
    """All is well, and the message says what the call will do."""

    @property
    def is_error(self) -> bool:
        """Whether this is a failing error: wandb would refuse, or act outside a registry."""
        return self.status is Status.FAIL and self.severity is Severity.ERROR

    @property
    def of_environment(self) -> bool:
        """Whether this is about server, settings or credentials, and so the same for every path."""
        return self.group in ENVIRONMENT_GROUPS

    @property
    def is_warning(self) -> bool:
        """Whether this is a warning."""
        return self.status is Status.FAIL and self.severity is Severity.WARNING


@record(frozen=True)
class Suggestion:
    """The path to use."""

    target_path: str
    verified: bool
    """It passes as it stands."""
    applicability: Applicability
    """The weakest of the edits in it."""
    remaining: tuple[str, ...]
    """Codes of the errors that are left with it, in code order."""
