"""What a diagnosis says: results, the suggestion, and the exit status. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import FailOn, Result, Status, Suggestion
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret, redact_all

if TYPE_CHECKING:
    from registry_doctor.report.explanation import Explanation


@record(frozen=True)
class RequestedTarget:
    """What was asked about."""

    input: str | None
    for_: Purpose
    artifact: str | None
    type: str | None
    aliases: tuple[str, ...] = ()


@record(frozen=True)
class EffectivePath:
    """Where the path as typed would land, as far as that is known."""

    organization: str | None = None
    entity: str | None = None
    project: str | None = None
    collection: str | None = None
    version: str | None = None
    exists: bool | None = None
    """Whether the collection exists; `None` if unknown."""


NotAsked: TypeAlias = Literal["offline", "no key"]
"""Why the server was not asked."""


@record(frozen=True)
class Provenance:
    """A value, and where it came from."""

    value: str | None
    source: str | None


@record(frozen=True)
class Context:
    """The circumstances of the call."""

    base_url: Provenance
    credentials: Provenance
    entity: Provenance
    organization: Provenance
    project: Provenance
    mode: Provenance
    viewer: str | None
    sdk_version: str | None
    server_version: str | None


@record(frozen=True)
class PlaceToLink:
    """A registry that the person sees, ready to be linked to."""

    organization: str
    entity: str
    registry: str
    accepted_types: tuple[str, ...] | None
    """`None` if every type is accepted."""
    can_link: bool | None
    """`None` where the server does not tell."""
    target_path: str


@record(frozen=True)
class Requests:
    """What the diagnosis cost."""

    count: int
    milliseconds: float


@record(frozen=True)
class Ignored:
    """An ignore of the configuration, and whether it was good for something."""

    code: str
    """A code or the beginning of several, upper-case."""
    reason: str
    source: str
    """The file it stands in."""
    matched: bool | None
    """Whether it silenced something; `None` if nobody can tell, since its checks were not all judged."""


ConfirmationOutcome: TypeAlias = Literal["confirmed", "not_decided", "contradicted"]


@record(frozen=True)
class Confirmation:
    """What the installed wandb did when it made the call itself, up to the point where it would write.

    Confirmed means that wandb would send this. It never means that the server accepts it.
    """

    outcome: ConfirmationOutcome
    sdk_version: str | None
    said: str | None
    """wandb's own words, if it refused the call."""
    where: str | None
    """Where wandb would link to, or what it found: `entity/project/collection`, of a use with the version."""
    message: str
    """What that means, in one sentence."""
    command: str | None = None
    """How to write down a contradiction for a report to the developers."""


@record(frozen=True)
class Report:
    """All that is known after a diagnosis."""

    target: RequestedTarget
    results: tuple[Result, ...]
    suggestion: Suggestion | None
    resolved: EffectivePath
    context: Context
    requests: Requests
    fail_on: FailOn = "error"
    places: tuple[PlaceToLink, ...] | None = None
    """Where the person can link; given when no path was."""
    notes: tuple[str, ...] = ()
    """What the reader should also know: pages that were not searched, an old server, offline."""
    ignored: tuple[Ignored, ...] = ()
    """What the configuration ignores."""
    teams: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    """The person's teams and their organizations; given when no path was."""
    secrets: tuple[Secret, ...] = ()
    """What no rendering may show."""
    explanations: tuple[Explanation, ...] | None = None
    """Of an error that happened, errors first; `None` if none was asked about, empty if none is known."""
    confirmation: Confirmation | None = None
    """What the installed wandb says about this report; `None` if it was not asked."""
    not_asked: NotAsked | None = None
    """Why the server was not asked; `None` if it was."""

    @cached_property
    def findings(self) -> tuple[Result, ...]:
        """Failures at or above the threshold."""
        return tuple(
            each for each in self.results if each.is_error or (each.is_warning and self.fail_on == "warning")
        )

    @cached_property
    def errors(self) -> tuple[Result, ...]:
        """Failing errors, one per root cause."""
        return tuple(each for each in self.results if each.is_error)

    @property
    def ok(self) -> bool:
        """Nothing fails, and nothing that a verdict needs is unknown."""
        return self.exit_code == 0

    @cached_property
    def exit_code(self) -> int:
        """0 fine, 1 findings, 3 inconclusive or contradicted by wandb; the same in every format."""
        if self.confirmation is not None and self.confirmation.outcome == "contradicted":
            return 3
        if self.findings or self._explained_finding:
            return 1
        inconclusive = self.explanations == () or any(
            each.status is Status.ERROR or each.unknown for each in self.results
        )
        return 3 if inconclusive else 0

    @property
    def _explained_finding(self) -> bool:
        """Whether a message of W&B was recognised that counts as a failure does."""
        told = self.explanations or ()
        return any(each.severity is Severity.ERROR or self.fail_on == "warning" for each in told)

    def to_json(self) -> str:
        """The report as the JSON of `docs/report.md`."""
        from registry_doctor.report.json import render

        return render(self)

    def __repr__(self) -> str:
        from registry_doctor.report.summary import corrected_path, verdict
        from registry_doctor.support.terminal_text import PATH_LIMIT, visible

        asked = (
            f"{self.target.for_} {self.target.input!r}" if self.target.input is not None else "environment"
        )
        path = corrected_path(self)
        use = f"; use {path!r}" if path is not None else ""
        return f"<Report on {visible(f'{asked}: {verdict(self)}{use}', self.secrets, PATH_LIMIT)}>"

    def __reduce__(self) -> tuple[object, ...]:
        """How a report is pickled: as plain data without any secret, since nobody knows who reads it."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)} | {"secrets": ()}
        shown = {name: redact_all(part, self.secrets) for name, part in parts.items()}
        return _unpickled, (shown,)

    def __copy__(self) -> Report:
        """The same report, because it cannot change."""
        return self

    def __deepcopy__(self, _memo: object) -> Report:
        """The same report, because it cannot change."""
        return self

    def __str__(self) -> str:
        from registry_doctor.report.text import render

        return render(self)

    def _repr_html_(self) -> str:
        from registry_doctor.report.html import render

        return render(self)


def _unpickled(parts: dict[str, Any]) -> Report:
    return Report(**parts)
