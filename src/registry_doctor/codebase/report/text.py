"""The text format: the problems at each location, then what is unknown, then a summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from registry_doctor.codebase.report.diagnostics import (
    Diagnostic,
    FilePosition,
    Formatter,
    counted_noun,
    is_loud,
    plain_position,
    position_of,
    summary,
)
from registry_doctor.codebase.report.model import PreflightReport, TargetResult
from registry_doctor.codebase.report.source_lines import SourceLines, marked_line
from registry_doctor.report.style import Style, painter, with_link
from registry_doctor.support.redaction import redact
from registry_doctor.support.terminal_text import wrapped


def render(
    report: PreflightReport,
    *,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    width: int | None = None,
    source: SourceLines | None = None,
) -> str:
    """The report as text without a trailing newline; the last line is the summary.

    `verbose` adds targets without problems and silenced findings; `quiet` leaves only findings, unread files and
    the summary. Lines longer than `width` are wrapped. `source` gives the lines in which the wrong text is marked.
    """
    text = _Text(report, Formatter(report.secrets), painter(color), verbose, quiet, width, source)
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
    source: SourceLines | None

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
            sections.append(self._open())
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
        """For each root cause a line with the place and the path, and one with the cause; then the line and the fix."""
        said = [each for each in self.formatter.of_judged(judged) if self._wanted(each)]
        if not said:
            if not self.verbose or judged.findings or judged.unknown:
                return []
            good = f"{self._position(position_of(judged.location))}: ✓ {self._subject(judged)}"
            return [self.paint(good, _DIM)]
        lines: list[str] = []
        shown: set[FilePosition | None] = set()
        beside = [each for each in said if each.kind == "not judged"] if len(said) > 1 else []
        for each in said:
            if each in beside:
                continue
            lines += self._finding(each, self._subject(judged))
            if each.kind == "finding" and each.silenced is None and each.position not in shown:
                shown.add(each.position)
                lines += self._source_line(each)
        counting = [each for each in said if each.kind == "finding" and each.silenced is None]
        for call in dict.fromkeys(each.call for each in counting if each.call is not None):
            lines += self._detail(f"The call is at {self._position(call)}")
        for fix in dict.fromkeys(each.advice for each in counting if each.advice is not None):
            lines += self._detail(fix)
        for each in beside:
            lines += self._detail(f"Not judged: {each.text}")
        corrected = self.formatter.corrected(judged)
        if corrected is not None and counting:
            lines.append(f"{_DETAILS}Corrected path ({corrected.state}):")
            lines.append(f"{_DETAILS}  {self.paint(corrected.path, _GOOD)}")
        if judged.not_fixed is not None and counting:
            lines += self._detail(f"Not fixed: {self.formatter.shown(judged.not_fixed)}")
        return lines

    def _source_line(self, diagnostic: Diagnostic) -> list[str]:
        """The line of the source, with the literal marked; nothing if it cannot be read."""
        if diagnostic.position is None or self.source is None:
            return []
        line = self.source.line(diagnostic.position)
        if line is None:
            return []
        return [
            f"{_DETAILS}{each}"
            for each in marked_line(line, diagnostic.position, diagnostic.span, self.formatter, self.width)
        ]

    def _wanted(self, diagnostic: Diagnostic) -> bool:
        if diagnostic.kind == "not judged":
            return not self.quiet
        return diagnostic.silenced is None or self.verbose

    def _finding(self, diagnostic: Diagnostic, subject: str) -> list[str]:
        """Place, code and path first; the cause below."""
        sign, style = ("?", _UNKNOWN) if diagnostic.kind == "inconclusive" else _SIGNS[diagnostic.level]
        silenced = ""
        if diagnostic.silenced is not None:
            sign, style, silenced = "-", _DIM, f" (silenced: {diagnostic.silenced})"
        title = f"{sign} {diagnostic.code or diagnostic.title}"
        head = self._wrapped(f"{self._at(diagnostic)}{title} {subject}", style)
        if diagnostic.code is not None:
            head = with_link(head, diagnostic.code, self.paint)
        return head + self._detail(f"{diagnostic.text}{silenced}")

    def _line(self, diagnostic: Diagnostic) -> list[str]:
        sign, style = _SIGNS[diagnostic.level]
        lines = self._wrapped(f"{self._at(diagnostic)}{sign} {diagnostic.title}: {diagnostic.text}", style)
        return lines if diagnostic.code is None else with_link(lines, diagnostic.code, self.paint)

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

    def _open(self) -> list[str]:
        """The open targets that may be in a registry; the others are one line, unless all is asked for."""
        report = self.report
        shown = report.open if self.verbose else report.listed_open
        lines = self._section("Not known from the source", map(self.formatter.of_open, shown))
        if not self.verbose:
            for each in self.formatter.of_other_open(report):
                lines += self._wrapped(f"{each.text} (--verbose lists them)", Style())
        return lines

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
        return plain_position(replace(position, file=self.formatter.file(position)))
