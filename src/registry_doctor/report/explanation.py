"""The explanation of an error message, as plain data."""

from __future__ import annotations

from dataclasses import field, fields
from typing import TYPE_CHECKING, Literal, TypeAlias

from registry_doctor.checking.check import Severity
from registry_doctor.support.distributions import page_address
from registry_doctor.support.records import record

if TYPE_CHECKING:
    from registry_doctor.domain.interpretation import Purpose
    from registry_doctor.facts.call import Method

CallKind: TypeAlias = Literal["link", "use", "both"]


@record(frozen=True)
class NamesFound:
    """The names and values that a message contains."""

    entity: str | None = None
    """The entity that made the call."""
    owner: str | None = None
    """The entity in which wandb looked for something."""
    organization: str | None = None
    """The correct organization."""
    given: str | None = None
    """The wrong value that was given as the organization."""
    project: str | None = None
    registry: str | None = None
    """Without `wandb-registry-`."""
    collection: str | None = None
    version: str | None = None
    """A version or an alias."""
    path: str | None = None
    artifact: str | None = None
    type: str | None = None
    """The requested type, or the type of the artifact."""
    actual_type: str | None = None
    """The type that the server has."""
    corrected: str | None = None
    """The path that the message says to use."""
    host: str | None = None
    length: str | None = None

    def named(self) -> dict[str, str]:
        """The values that are known, by their names."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, str)}


@record(frozen=True)
class Called:
    """The call of wandb that failed, from a traceback's line of code or from the exception itself."""

    method: Method | None
    for_: Purpose
    path: str | None = None
    """The path, if the code contains it literally."""
    type: str | None = None
    """The `type=` of a fetch, if the code contains it literally."""
    artifact: str | None = None
    """The path of the logged artifact to link, if the code contains it literally."""


@record(frozen=True)
class LoggedCall:
    """A target path that a text names, with what the text says about the call that used it."""

    path: str
    for_: Purpose
    line: int
    """The line where it stands first, counted from 1."""
    method: Method | None = None
    """The method, if the path stands in a line of code."""
    type: str | None = None
    artifact: str | None = None
    """The path of the logged artifact that was to be linked."""
    entity: str | None = None
    """The entity that a message about this call names."""


@record(frozen=True)
class Cause:
    """Why it happened, and what to do."""

    text: str
    fix: str
    check: str | None = None
    """The code of the check that tests this cause on the server."""
    ruled_out: bool = False
    """This check passes now for the call that failed, so this cause does not apply."""


@record(frozen=True)
class Explanation:
    """One message of W&B, found in a text."""

    id: str
    """The entry of the catalogue."""
    message: str
    """The message as in the text, on one line, without the text around it."""
    line: int
    """The line of its first occurrence, counted from 1."""
    causes: tuple[Cause, ...]
    """The most likely first; a cause that a live diagnosis confirmed is always the first, what it ruled out the last."""
    source: str
    """The evidence for the text and its causes."""
    severity: Severity = Severity.ERROR
    call: CallKind = "both"
    """Which calls cause this message: a link, a use, or both."""
    sdk: str | None = None
    """The SDK versions that print it, if known."""
    found: NamesFound = field(default_factory=NamesFound)
    called: Called | None = None
    count: int = 1
    """How often the message occurs with the same names."""
    corrected_path: str | None = None
    """The corrected path according to the message; no server was asked."""
    confirmed_by: str | None = None
    """The code of the check that failed in the live diagnosis and so confirms the cause."""
    certain: bool = False
    """The message is enough to decide the cause; a live diagnosis would add nothing."""

    @property
    def cause(self) -> str:
        """The confirmed cause, or else the most likely one."""
        return self.causes[0].text

    @property
    def fix(self) -> str:
        """What to do about it."""
        return self.causes[0].fix

    @property
    def docs(self) -> str:
        """The section about this message in the documentation, which links to the evidence."""
        return page_address(f"docs/known-errors.md#{self.id}")

    @property
    def checks(self) -> tuple[str, ...]:
        """The codes of the checks that test the causes on the server."""
        return tuple(dict.fromkeys(each.check for each in self.causes if each.check is not None))


@record(frozen=True)
class LoggedRun:
    """What wandb printed about the run."""

    sdk_version: str | None = None
    user: str | None = None
    entity: str | None = None
    project: str | None = None
    host: str | None = None


@record(frozen=True)
class ErrorReading:
    """Everything that was found in a text."""

    explanations: tuple[Explanation, ...]
    """Errors first, then by line."""
    calls: tuple[LoggedCall, ...] = ()
    """The target paths in the text, by line; each once for linking and once for using."""
    run: LoggedRun = LoggedRun()
    lines: int = 0
    """How many lines were read."""
    unknown: tuple[tuple[int, str], ...] = ()
    """The first lines, with their numbers, that look like errors of W&B but match no known message."""
    left_out: int = 0
    """How many further messages were found but are not reported."""
    calls_left_out: bool = False
    """Whether there were more target paths."""
    failed: Called | None = None
    """The last call in a traceback whose message is not known."""
