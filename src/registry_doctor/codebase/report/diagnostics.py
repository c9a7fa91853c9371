"""The diagnostics of a report, in sentences that every format shares.

The text of a diagnostic is ready to be shown: on one line, without invisible characters, secrets masked. A format
only has to escape its own syntax.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from registry_doctor.checking.check import Applicability, Severity
from registry_doctor.checking.results import Suggestion
from registry_doctor.codebase.inputs.targets import OpenTarget
from registry_doctor.codebase.report.baseline import SILENCED
from registry_doctor.codebase.report.model import (
    Finding,
    PreflightReport,
    TargetResult,
    UnusedIgnore,
    counted,
)
from registry_doctor.codebase.report.wrong_text import wrong_span
from registry_doctor.codebase.source.found import Location, Span, Unreadable
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.support.distributions import check_url
from registry_doctor.support.redaction import Secret
from registry_doctor.support.terminal_text import LIMIT, PATH_LIMIT, visible

FILE_LIMIT = 4096
"""How many characters of the path of a file are shown; a longer path cannot be opened."""

DiagnosticKind: TypeAlias = Literal[
    "finding", "inconclusive", "not judged", "open", "unreadable", "unused ignore"
]
Level: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class FilePosition:
    """A position in a file, as far as it is known; only `file` is not yet ready to be shown."""

    file: str
    cell: int | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Corrected:
    """The corrected path, and how certain it is."""

    path: str
    state: str


@dataclass(frozen=True)
class Diagnostic:
    """One message of the report."""

    kind: DiagnosticKind
    level: Level
    position: FilePosition | None
    """`None` if it applies to the whole run."""
    title: str
    """A short title: `RD302 organization-prefix`."""
    text: str
    subject: str = ""
    """What it is about: `link to vision/wandb-registry-model/detector`."""
    advice: str | None = None
    """What to do, in a sentence."""
    corrected: Corrected | None = None
    code: str | None = None
    name: str | None = None
    silenced: str | None = None
    """Why it does not count."""
    in_baseline: bool = False
    """It is silenced by the baseline, not in the source."""
    call: FilePosition | None = None
    """The call, if the wrong text stands elsewhere: in a constant, a default or another module."""
    span: Span | None = None
    """The literal that is wrong."""

    @property
    def docs(self) -> str | None:
        """The address of the check's page, if it has one."""
        return check_url(self.code) if self.code else None

    @property
    def whole(self) -> str:
        """Everything except title and position, on one line."""
        parts = [f"{self.subject}: {self.text}" if self.subject else self.text]
        if self.call is not None:
            parts.append(f"The call is at {visible(plain_position(self.call))}")
        parts += [self.advice] if self.advice else []
        parts += [f"More: {self.docs}"] if self.docs else []
        if self.corrected is not None:
            parts.append(f"Corrected path ({self.corrected.state}): {self.corrected.path}")
        *sentences, last = parts
        return " ".join([*(each if each.endswith((".", "…")) else f"{each}." for each in sentences), last])


def diagnostics(report: PreflightReport) -> Iterator[Diagnostic]:
    """All diagnostics of the report, silenced findings included; uses without a known name are one of them."""
    formatter = Formatter(report.secrets)
    yield from map(formatter.of_general, report.general)
    for each in report.judged:
        yield from formatter.of_judged(each)
    yield from map(formatter.of_open, report.listed_open)
    yield from formatter.of_other_open(report)
    yield from map(formatter.of_unreadable, report.unreadable)
    yield from map(formatter.of_unused_ignore, report.unused_ignores)


@dataclass(frozen=True)
class Formatter:
    """Makes text that is ready to be shown."""

    secrets: Sequence[Secret]

    def shown(self, text: str, limit: int = LIMIT) -> str:
        """`text` on one line, without anything that controls a terminal or the log of a CI server."""
        return LOG_COMMAND.sub(r"#\\x23", visible(text, self.secrets, limit))

    def path(self, text: str) -> str:
        """A path, of a target or a file."""
        return self.shown(text, PATH_LIMIT) or "''"

    def file(self, position: FilePosition) -> str:
        """The file of a position."""
        return self.shown(position.file, FILE_LIMIT)

    def subject(self, purpose: Purpose, path: str) -> str:
        """The purpose of a target, and its path."""
        return f"{_PURPOSE[purpose]} {self.path(path)}"

    def of_general(self, finding: Finding) -> Diagnostic:
        """A finding without a target."""
        return self._finding(finding, None, "", None)

    def of_judged(self, judged: TargetResult, *, reported_elsewhere: bool = False) -> Iterator[Diagnostic]:
        """The findings, what the server did not answer (unless another target reports it), what the source lacks."""
        position = position_of(judged.location)
        subject = self.subject(judged.target.for_, judged.target.text)
        corrected = self.corrected(judged)
        for finding in judged.findings:
            diagnostic = self._finding(finding, position, subject, corrected)
            yield _at_text(diagnostic, position, wrong_span(judged.target, finding))
        for unknown in judged.unknown if judged.reported_at is None or reported_elsewhere else ():
            yield Diagnostic(
                "inconclusive", "warning", position, "inconclusive", self.shown(unknown), subject
            )
        for note in judged.notes:
            yield Diagnostic("not judged", "note", position, "not judged", self.shown(note), subject)

    def _finding(
        self, finding: Finding, position: FilePosition | None, subject: str, corrected: Corrected | None
    ) -> Diagnostic:
        code, name = self.shown(finding.code), self.shown(finding.name)
        return Diagnostic(
            "finding",
            "error" if finding.severity is Severity.ERROR else "warning",
            position,
            f"{code} {name}".rstrip(),
            self.shown(finding.message),
            subject,
            None if finding.fix is None else f"Fix: {self.shown(finding.fix)}",
            corrected,
            code,
            name,
            None if finding.silenced is None else self.shown(finding.silenced),
            finding.silenced == SILENCED,
        )

    def corrected(self, judged: TargetResult) -> Corrected | None:
        """The corrected path, if it differs from the typed one."""
        suggestion = judged.suggestion
        if suggestion is None or suggestion.target_path == judged.target.text:
            return None
        return Corrected(self.path(suggestion.target_path), _state(suggestion))

    def of_open(self, target: OpenTarget) -> Diagnostic:
        """A path that the source does not contain, and how to supply its values."""
        options = [f"--set {shlex.quote(f'{self.shown(name)}=VALUE')}" for name in target.names]
        return Diagnostic(
            "open",
            "note",
            position_of(target.location),
            "not known from the source",
            self.shown(target.reason),
            self.subject(target.for_, target.template),
            f"Values can be supplied: {', '.join(options)}" if options else None,
        )

    def of_other_open(self, report: PreflightReport) -> Iterator[Diagnostic]:
        """The uses of artifacts whose names are unknown and of which nothing says "registry": all in one."""
        count = len(report.other_open)
        if count:
            uses = (
                "1 use of an artifact whose name" if count == 1 else f"{count} uses of artifacts whose names"
            )
            text = f"{uses} the source does not tell"
            advice = "`wandb-registry preflight --verbose` lists them"
            yield Diagnostic("open", "note", None, "not known from the source", text, advice=advice)

    def of_unreadable(self, unreadable: Unreadable) -> Diagnostic:
        """A file that was not searched."""
        position = FilePosition(unreadable.file, unreadable.cell, unreadable.line, unreadable.column)
        return Diagnostic("unreadable", "warning", position, "not read", self.shown(unreadable.reason))

    def of_unused_ignore(self, unused: UnusedIgnore) -> Diagnostic:
        """An ignore comment that can be removed."""
        codes = ", ".join(map(self.shown, unused.ignore.codes))
        return Diagnostic(
            "unused ignore",
            "note",
            FilePosition(unused.location.file, unused.location.cell, unused.ignore.line, 1),
            "unused ignore comment",
            f"it silences nothing{f': {codes}' if codes else ''}",
            advice="Remove it",
        )


def _at_text(diagnostic: Diagnostic, call: FilePosition, span: Span | None) -> Diagnostic:
    """The diagnostic at the wrong text; the call is named if it is not on the same line."""
    if span is None:
        return diagnostic
    position = FilePosition(span.file, span.cell, span.line, span.column)
    same = (position.file, position.cell, position.line) == (call.file, call.cell, call.line)
    if same:
        return replace(diagnostic, span=span)
    return replace(diagnostic, position=position, call=call, span=span)


def plain_position(position: FilePosition) -> str:
    """A position as editors and terminals recognise it: `train.py:12:5`."""
    parts = [position.file]
    parts += [f"cell {position.cell}"] if position.cell is not None else []
    parts += [str(each) for each in (position.line, position.column) if each is not None]
    return ":".join(parts)


def position_of(location: Location) -> FilePosition:
    """The position of a location."""
    return FilePosition(location.file, location.cell, location.line, location.column)


def summary(report: PreflightReport) -> str:
    """How many targets were found, and with what result, in one line."""
    locations = [*(each.location for each in report.judged), *(each.location for each in report.open)]
    findings = [*report.general, *(finding for each in report.judged for finding in each.findings)]
    counting = len(counted(findings, report.fail_on))
    silenced = sum(finding.silenced is not None for finding in findings)
    warnings = len(findings) - silenced - counting
    said = [
        counted_noun(counting, "finding") if counting else "no findings",
        *([counted_noun(warnings, "warning")] if warnings else []),
        *_amount(silenced, "silenced"),
        *_amount(sum(bool(each.unknown) for each in report.judged), "inconclusive"),
        *_amount(len(report.open), "not known from the source"),
        *_amount(len(report.unreadable), "not read"),
    ]
    if fixable := sum(bool(each.edits) for each in report.judged):
        said.append(f"{fixable} fixable with --fix")
    files = len({each.file for each in locations})
    text = f"{counted_noun(len(locations), 'target')} in {counted_noun(files, 'file')}: {', '.join(said)}"
    if report.ordinary:
        text += f"; {counted_noun(report.ordinary, 'use')} of ordinary artifacts left out"
    return text


def counted_noun(count: int, noun: str) -> str:
    """`1 target`, `2 targets`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def is_loud(note: str) -> bool:
    """Whether a note limits the whole report, such as `OFFLINE: …`."""
    return _LOUD.match(note) is not None


def _amount(count: int, what: str) -> list[str]:
    return [f"{count} {what}"] if count else []


def _state(suggestion: Suggestion) -> str:
    """How certain a corrected path is."""
    if suggestion.verified:
        state = "verified"
    elif suggestion.remaining:
        state = f"not sufficient: {', '.join(suggestion.remaining)} would remain"
    else:
        state = "not verified"
    safe = suggestion.applicability is Applicability.SAFE
    return f"{state}; {'safe' if safe else 'unsafe: the most likely of several'}"


_PURPOSE: dict[Purpose, str] = {"link": "link to", "use": "use", "collection": "look at"}

_LOUD = re.compile(r"[A-Z][A-Z ]+: ")

LOG_COMMAND = re.compile(r"##(?=\w*\[)")
"""The start of a command in a log line of GitHub, Azure (`##vso[`) or TeamCity (`##teamcity[`)."""


def inert_in_logs(json: str) -> str:
    """The same JSON, with an escape where a CI server would find a command in its log."""
    return LOG_COMMAND.sub(r"#\\u0023", json)
