"""The text format: the problems at each location, then what is unknown, then a summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from registry_doctor.codebase.report.diagnostics import (
    Diagnostic,
    FilePosition,
    Formatter,
    counted_noun,
    is_loud,
    position_of,
    summary,
)
from registry_doctor.codebase.report.model import PreflightReport, TargetResult
from registry_doctor.report.style import Style, painter
from registry_doctor.support.redaction import redact
from registry_doctor.support.terminal_text import wrapped


def render(
    report: PreflightReport,
    *,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    width: int | None = None,
) -> str:
    """The report as text without a trailing newline; the last line is the summary.

    `verbose` adds targets without problems and silenced findings; `quiet` leaves only findings, unread files and
    the summary. Lines longer than `width` are wrapped.
    """
    text = _Text(report, Formatter(report.secrets), painter(color), verbose, quiet, width)
    lines = redact("\n".join(text.lines()), report.secrets)
    return _COMMAND.sub(r"\1\\x3a:", lines)


_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)
"""What GitHub would take for a command at the start of a line."""

_ERROR = Style("red")
_WARNING = Style("yellow")
_UNKNOWN = Style("magenta")
_LOUD = Style("yellow", bold=True)
_GOOD = Style("green", bold=True)
_DIM = Style(dim=True)
_HEADING = Style(bold=True)

_SIGNS = {"error": ("✗", _ERROR), "warning": ("!", _WARNING), "note": ("-", _DIM)}

_DETAILS = "    "


@dataclass(frozen=True)
class _Text:
    """One report as text."""

    report: PreflightReport
    formatter: Formatter
    paint: Callable[[str, Style], str]
    verbose: bool
    quiet: bool
    width: int | None

    def lines(self) -> list[str]:
        """All lines."""
        report = self.report
        sections = [self._loud(), self._general()]
        sections += [
            [line for each in judged for line in self._judged(each)]
            for _, judged in groupby(report.judged, key=lambda each: each.location.file)
        ]
        sections.append(self._reported_elsewhere())
        sections.append(self._section("Not read", map(self.formatter.of_unreadable, report.unreadable)))
        if not self.quiet:
            unused = map(self.formatter.of_unused_ignore, report.unused_ignores)
            sections.append(
                self._section("Not known from the source", map(self.formatter.of_open, report.open))
            )
            sections.append(self._section("Comments that silence nothing", unused))
            sections.append(self._notes())
        sections.append([self._summary()])
        return [line for section in sections if section for line in ("", *section)][1:]

    def _loud(self) -> list[str]:
        return [
            self.paint(line, _LOUD)
            for note in self.report.notes
            if is_loud(note)
            for line in wrapped(self.formatter.shown(note), self.width, 0)
        ]

    def _general(self) -> list[str]:
        """The findings without a target, and what to do."""
        lines = []
        for each in map(self.formatter.of_general, self.report.general):
            lines += [*self._line(each), *(self._detail(each.advice) if each.advice is not None else [])]
        return lines

    def _judged(self, judged: TargetResult) -> list[str]:
        """One line for each root cause; then the path, and the corrected path."""
        said = [each for each in self.formatter.of_judged(judged) if self._wanted(each)]
        lines = [line for each in said for line in self._line(each)]
        if not lines:
            if not self.verbose or judged.findings or judged.unknown:
                return []
            good = f"{self._position(position_of(judged.location))}: ✓ {self._subject(judged)}"
            return [self.paint(good, _DIM)]
        lines.append(f"{_DETAILS}{self._subject(judged)}")
        fixes = dict.fromkeys(each.advice for each in said if each.advice is not None and not each.silenced)
        lines += [line for fix in fixes for line in self._detail(fix)]
        corrected = self.formatter.corrected(judged)
        if corrected is not None and any(each.kind == "finding" and not each.silenced for each in said):
            lines.append(f"{_DETAILS}Corrected path ({corrected.state}):")
            lines.append(f"{_DETAILS}  {self.paint(corrected.path, _GOOD)}")
        return lines

    def _wanted(self, diagnostic: Diagnostic) -> bool:
        if diagnostic.kind == "not judged":
            return not self.quiet
        return diagnostic.silenced is None or self.verbose

    def _line(self, diagnostic: Diagnostic) -> list[str]:
        sign, style = ("?", _UNKNOWN) if diagnostic.kind == "inconclusive" else _SIGNS[diagnostic.level]
        silenced = ""
        if diagnostic.silenced is not None:
            sign, style, silenced = "-", _DIM, f" (silenced: {diagnostic.silenced})"
        head = f"{self._at(diagnostic)}{sign} {diagnostic.title}: "
        return self._wrapped(f"{head}{diagnostic.text}{silenced}", style)

    def _reported_elsewhere(self) -> list[str]:
        """How many targets cannot be judged for a cause that is reported once."""
        causes = Counter(each.unknown for each in self.report.judged if each.reported_at is not None)
        return [
            line
            for unknown, count in causes.items()
            for line in self._wrapped(
                f"? {counted_noun(count, 'more target')} not judged: {self.formatter.shown('; '.join(unknown))}",
                _UNKNOWN,
            )
        ]

    def _section(self, heading: str, diagnostics: Iterable[Diagnostic]) -> list[str]:
        each = list(diagnostics)
        if not each:
            return []
        return [
            self.paint(f"{heading} ({len(each)})", _HEADING),
            *(line for diagnostic in each for line in self._in_section(diagnostic)),
        ]

    def _in_section(self, diagnostic: Diagnostic) -> list[str]:
        """The lines of a diagnostic in a section, below the heading."""
        style = _UNKNOWN if diagnostic.level == "warning" else Style()
        subject = f"{diagnostic.subject}: " if diagnostic.subject else ""
        lines = self._wrapped(f"{self._at(diagnostic)}{subject}{diagnostic.text}", style)
        return lines + (self._detail(diagnostic.advice) if diagnostic.advice is not None else [])

    def _wrapped(self, text: str, style: Style) -> list[str]:
        first, *rest = wrapped(text, self.width, len(_DETAILS))
        return [self.paint(line, style) for line in (first, *(_DETAILS + line for line in rest))]

    def _detail(self, text: str) -> list[str]:
        return [_DETAILS + line for line in wrapped(text, self.width, len(_DETAILS))]

    def _notes(self) -> list[str]:
        return [
            line
            for note in self.report.notes
            if not is_loud(note)
            for line in wrapped(f"note: {self.formatter.shown(note)}", self.width, 0)
        ]

    def _summary(self) -> str:
        style = {0: _GOOD, 1: Style("red", bold=True), 3: Style("magenta", bold=True)}
        loud = [note.partition(":")[0] for note in self.report.notes if is_loud(note)]
        said = f"{summary(self.report)}{''.join(f' ({each})' for each in loud)}"
        if self.verbose and self.report.requests.count:
            said += f" · {counted_noun(self.report.requests.count, 'request')}"
        return self.paint(said, style[self.report.exit_code])

    def _subject(self, judged: TargetResult) -> str:
        return self.formatter.subject(judged.target.for_, judged.target.text)

    def _at(self, diagnostic: Diagnostic) -> str:
        return f"{self._position(diagnostic.position)}: " if diagnostic.position is not None else ""

    def _position(self, position: FilePosition) -> str:
        """The position as editors and terminals recognise it, so that it can be clicked."""
        parts = [self.formatter.file(position)]
        parts += [f"cell {position.cell}"] if position.cell is not None else []
        parts += [str(each) for each in (position.line, position.column) if each is not None]
        return ":".join(parts)
