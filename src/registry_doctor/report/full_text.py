"""The full text report, for `--verbose`: a line for each check under what it is about, and every fix."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from registry_doctor.checking.results import ProposedFix, Result, Status
from registry_doctor.report.explanation_lines import named_only
from registry_doctor.report.heading import heading
from registry_doctor.report.model import Report
from registry_doctor.report.places import place_lines
from registry_doctor.report.style import DIM, HEADING, KINDS, PATH, WARNING, Style, kind_of, with_link
from registry_doctor.report.summary import sentence, verdict
from registry_doctor.report.text import Text, together
from registry_doctor.support.records import record
from registry_doctor.support.terminal_text import PATH_LIMIT, command_lines, wrapped
from registry_doctor.support.wording import quantity

_DETAILS = "     "
"""The indentation of blocked checks and remedies: as far as the code of their check."""


def full(text: Text) -> list[str]:
    """All lines of the report."""
    return _Full(text, text.report).lines()


@record(frozen=True)
class _Full:
    """Builds the full text of one report."""

    text: Text
    report: Report

    def lines(self) -> list[str]:
        """All sections."""
        text, report = self.text, self.report
        explained = text.explained(verbose=True) if report.explanations is not None else []
        sections = [text.contradiction(), *explained]
        if not named_only(report):
            sections += [
                self._head(),
                *self._groups(),
                place_lines(report, text.paint, text.width) if report.places is not None else [],
            ]
        sections += [self._notes(), [*self._verdict(), *text.confirmation()], text.suggestion()]
        return together(sections)

    def _head(self) -> list[str]:
        rows = heading(self.report)
        indent = max(len(label) for label, _ in rows) + 2
        return [
            self.text.paint(line, WARNING.style if label == "lands in" else Style())
            for label, words in rows
            for line in self._labelled(label.ljust(indent), words)
        ]

    def _labelled(self, label: str, words: str) -> list[str]:
        first, *rest = wrapped(words, self.text.width, len(label))
        return [label + first, *(" " * len(label) + line for line in rest)]

    def _groups(self) -> list[list[str]]:
        """The checks of each group under its name."""
        shown = sorted(
            (each for each in self.report.results if self._has_line(each)), key=lambda each: each.code
        )
        rows = zip(shown, self._labels(shown), strict=True)
        return [
            [
                self.text.paint(self.text.shown(group), HEADING),
                *(
                    line
                    for result, label in members
                    for line in (*self._line(label, result), *self._details(result))
                ),
            ]
            for group, members in groupby(rows, key=lambda row: row[0].group)
        ]

    def _has_line(self, result: Result) -> bool:
        # Blocked checks are listed under their cause, if it is in the report.
        causes = {each.code for each in self.report.results}
        return result.status is not Status.BLOCKED or result.blocked_by not in causes

    def _labels(self, results: Sequence[Result]) -> list[str]:
        shown = self.text.shown
        lines = _table([[kind_of(each).glyph, shown(each.code), shown(each.name)] for each in results])
        indent = max(map(len, lines), default=0) + 2
        return [f"  {line.ljust(indent)}" for line in lines]

    def _line(self, label: str, result: Result) -> list[str]:
        """The line of a result, or several if the message is wrapped."""
        lines = self._labelled(label, self.text.shown(result.message))
        painted = [self.text.paint(line, kind_of(result).style) for line in lines]
        return with_link(painted, result.code, self.text.paint)

    def _details(self, result: Result) -> list[str]:
        """The checks that the result blocks, and its fixes."""
        blocked = sorted(each.code for each in self.report.results if each.blocked_by == result.code)
        lines = self._item("blocked:", ", ".join(map(self.text.shown, blocked))) if blocked else []
        lines = [self.text.paint(line, DIM) for line in lines]
        for position, fix in enumerate(result.fixes):
            lines += self._fix(fix, "or:" if position else "fix:")
        return lines

    def _fix(self, fix: ProposedFix, word: str) -> list[str]:
        shown, suggestion = self.text.shown, self.report.suggestion
        words = [sentence(shown(fix.title)), *map(shown, fix.steps)]
        if fix.target_path is not None and (suggestion is None or suggestion.target_path != fix.target_path):
            words[0] = f"{words[0].removesuffix('.')}: '{shown(fix.target_path, PATH_LIMIT)}'."
        lines = self._item(word, " ".join(words))
        code = [shown(line, PATH_LIMIT) for line in (fix.snippet or "").splitlines()]
        indent = f"{_DETAILS}     "
        return [*lines, *(indent + line for line in command_lines(code, self.text.width, len(indent)))]

    def _item(self, word: str, words: str) -> list[str]:
        indent = f"{_DETAILS}     "
        first, *rest = wrapped(f"{word} {words}", self.text.width, len(indent))
        return [_DETAILS + first, *(indent + line for line in rest)]

    def _notes(self) -> list[str]:
        unmatched = [
            f"note: {each.source} ignores {each.code}, which is not needed here"
            for each in self.report.ignored
            if each.matched is False
        ]
        lines = [line for note in unmatched for line in wrapped(self.text.shown(note), self.text.width, 0)]
        return [*self.text.notes(), *lines]

    def _verdict(self) -> list[str]:
        """What was not asked, the counts, and the outcome."""
        report, width = self.report, self.text.width
        words = " ".join(filter(None, [f"{self.text.shown(verdict(report))}.", self.text.about_path()]))
        if report.explanations is not None and not report.findings:
            words = self.text.explained_verdict()
        lines = wrapped(self.text.not_asked() or "", width, 0) if report.not_asked else []
        lines += [self.text.paint(line, DIM) for line in wrapped(self._counts(), width, 0)]
        colours = {0: PATH, 1: Style("red" if report.errors else "yellow", bold=True)}
        style = colours.get(report.exit_code, Style("magenta", bold=True))
        return [*lines, *(self.text.paint(line, style) for line in wrapped(words, width, 0))]

    def _counts(self) -> str:
        kinds, requests = [kind_of(each) for each in self.report.results], self.report.requests
        counts = ", ".join(f"{kinds.count(kind)} {kind.word}" for kind in KINDS if kind in kinds)
        cost = f"{quantity(requests.count, 'request')}, {requests.milliseconds:.0f} ms"
        return " · ".join(filter(None, [f"{quantity(len(kinds), 'check')}: {counts}" if kinds else "", cost]))


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows with their columns aligned."""
    from tabulate import tabulate  # imported here: only a report that is shown needs it

    return tabulate(rows, tablefmt="plain", disable_numparse=True).splitlines()
