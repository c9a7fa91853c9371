"""The report for people: one line per check, one red line per cause, the corrected path last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Result, Status, Suggestion
from registry_doctor.report.confirmation_lines import confirmation_line, contradiction_rows, wandb_of
from registry_doctor.report.explanation_lines import (
    Item,
    explanation_items,
    named_only,
    past_verdict,
    without_path,
)
from registry_doctor.report.heading import heading
from registry_doctor.report.model import PlaceToLink, Report
from registry_doctor.support.records import record
from registry_doctor.support.redaction import redact
from registry_doctor.support.terminal_text import LIMIT, PATH_LIMIT, visible, wrapped

if TYPE_CHECKING:
    pass


def render(
    report: Report,
    *,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    width: int | None = None,
) -> str:
    """The report as text without a trailing newline; the last line is the path to use or the verdict.

    `verbose` adds the checks that were skipped and all remedies; `quiet` keeps only the verdict and
    the path. With a `width`, longer lines are wrapped.
    """
    text = _Text(report, painter(color), verbose, width)
    return redact("\n".join(text.brief() if quiet else text.full()), report.secrets)


@record(frozen=True)
class Style:
    """How a line looks in colour."""

    colour: str | None = None
    bold: bool = False
    dim: bool = False


@record(frozen=True)
class _Kind:
    """How results of one kind are marked and counted."""

    glyph: str
    word: str
    style: Style


_HEADING = Style(bold=True)
_DIM = Style(dim=True)
_PATH = Style("green", bold=True)

_ERROR = _Kind("✗", "failed", Style("red"))
_WARNING = _Kind("!", "with a warning", Style("yellow"))
_CRASHED = _Kind("‽", "crashed", Style("magenta"))
_UNKNOWN = _Kind("?", "unknown", Style("magenta"))
_PASSED = _Kind("✓", "passed", _DIM)
_BLOCKED = _Kind("-", "blocked", _DIM)
_SKIPPED = _Kind("-", "skipped", _DIM)

_UNKNOWN_VERDICT = Style("magenta", bold=True)

_KINDS = (_ERROR, _WARNING, _CRASHED, _UNKNOWN, _PASSED, _BLOCKED, _SKIPPED)

_DETAILS = "     "
"""The indentation of blocked checks and remedies: as far as the code of their check."""


@record(frozen=True)
class _Text:
    """Builds the text of one report."""

    report: Report
    paint: Callable[[str, Style], str]
    verbose: bool
    width: int | None

    def brief(self) -> list[str]:
        """The verdict (or the cause of an error if nothing fails now), and the path to use if there is one."""
        explanations = self.report.explanations
        if explanations and not self.report.findings:
            return [
                self.paint(self._shown(explanations[0].cause, PATH_LIMIT), _UNKNOWN_VERDICT),
                *self._path(),
            ]
        return [*self._contradiction(), self._verdict(), *self._confirmation(), *self._path()]

    def full(self) -> list[str]:
        """All lines of the report."""
        verdict = [self.paint(self._counts(), _DIM), self._verdict(), *self._confirmation()]
        sections = [
            self._head(),
            *self._groups(),
            self._places(),
            self._notes(),
            verdict,
            self._suggestion(),
        ]
        if self.report.explanations is not None:
            explained = [
                self._explained(each) for each in explanation_items(self.report, verbose=self.verbose)
            ]
            if self.report.target.input is None and not self.verbose:
                # Where one can link is not the question; of the environment only what fails is.
                sections = [*self._groups(failing=True), self._notes(), verdict]
            rest = (
                [self._notes(), [self._verdict()], self._suggestion()]
                if named_only(self.report)
                else sections
            )
            sections = [*explained, *rest]
        sections = [self._contradiction(), *sections]
        return [line for section in sections if section for line in ("", *section)][1:]

    def _contradiction(self) -> list[str]:
        """What the doctor and wandb each found, where they contradict each other."""
        confirmation = self.report.confirmation
        if confirmation is None or confirmation.outcome != "contradicted":
            return []
        rows = contradiction_rows(self.report, confirmation)
        title = f"CONTRADICTED by {wandb_of(confirmation)}: do not rely on this report"
        style = Style("magenta", bold=True)
        indent = max(len(label) for label, _ in rows) + 2
        lines = [
            line
            for label, text in rows
            for line in self._labelled(f"  {label.ljust(indent)}", self._shown(text, PATH_LIMIT))
        ]
        return [self.paint(line, style) for line in (title, *lines)]

    def _confirmation(self) -> list[str]:
        """What wandb says about this report, in one line; a contradiction stands above everything."""
        confirmation = self.report.confirmation
        if confirmation is None or confirmation.outcome == "contradicted":
            return []
        text = self._shown(confirmation_line(confirmation), PATH_LIMIT)
        style = _PATH if confirmation.outcome == "confirmed" else _DIM
        return [self.paint(line, style) for line in wrapped(text, self.width, 0)]

    def _explained(self, parts: Sequence[Item]) -> list[str]:
        """The message of wandb, its cause, and what to do."""
        styles = {"error": _ERROR.style, "warning": _WARNING.style, "heading": _HEADING, "plain": Style()}
        indent = max(len(each.label) for each in parts) + 2
        return [
            self.paint(line, styles[each.weight])
            for each in parts
            for line in self._labelled(each.label.ljust(indent), self._shown(each.text, PATH_LIMIT))
        ]

    def _labelled(self, label: str, text: str) -> list[str]:
        first, *rest = wrapped(text, self.width, len(label))
        return [label + first, *(" " * len(label) + line for line in rest)]

    def _head(self) -> list[str]:
        table = _table([[label, text] for label, text in heading(self.report)])
        return [self.paint(line, _WARNING.style) if line.startswith("lands in ") else line for line in table]

    def _groups(self, *, failing: bool = False) -> list[list[str]]:
        """The checks of each group under its name, or only those that did not pass."""
        lines = (each for each in self.report.results if self._has_line(each))
        shown = sorted(
            (each for each in lines if not (failing and each.status is Status.PASS)),
            key=lambda each: each.code,
        )
        rows = zip(shown, self._labels(shown), strict=True)
        return [
            [
                self.paint(self._shown(group), _HEADING),
                *(
                    line
                    for result, label in members
                    for line in (*self._line(label, result), *self._details(result))
                ),
            ]
            for group, members in groupby(rows, key=lambda row: row[0].group)
        ]

    def _has_line(self, result: Result) -> bool:
        if result.status is Status.SKIP:
            return result.unknown or self.verbose
        # Blocked checks are listed under their cause, if it is in the report.
        causes = {each.code for each in self.report.results}
        return result.status is not Status.BLOCKED or result.blocked_by not in causes

    def _labels(self, results: Sequence[Result]) -> list[str]:
        lines = _table(
            [[_kind(each).glyph, self._shown(each.code), self._shown(each.name)] for each in results]
        )
        indent = max(map(len, lines), default=0) + 2
        return [f"  {line.ljust(indent)}" for line in lines]

    def _line(self, label: str, result: Result) -> list[str]:
        """The line of a result, or several if the message is wrapped."""
        kind = _kind(result)
        first, *rest = wrapped(self._shown(result.message), self.width, len(label))
        if rest and kind is _PASSED and not self.verbose:
            first, rest = f"{first.rstrip(' ,;:')} …", []
        lines = [label + first, *(" " * len(label) + line for line in rest)]
        return [self.paint(line, kind.style) for line in lines]

    def _details(self, result: Result) -> list[str]:
        """The checks that the result blocks, and its fixes."""
        blocked = sorted(each.code for each in self.report.results if each.blocked_by == result.code)
        lines = self._item("blocked:", ", ".join(map(self._shown, blocked))) if blocked else []
        lines = [self.paint(line, _DIM) for line in lines]
        for position, fix in enumerate(result.fixes):
            lines += self._fix(fix, "or:" if position else "fix:", whole=self.verbose or not position)
        return lines

    def _fix(self, fix: ProposedFix, word: str, *, whole: bool) -> list[str]:
        title = self._shown(fix.title)
        sentences = [title if title.endswith((".", "…")) else f"{title}."]
        if whole:
            sentences += map(self._shown, fix.steps if self.verbose else fix.steps[:2])
        lines = self._item(word, " ".join(sentences))
        further = (
            [fix.target_path] if fix.target_path is not None and self._shows_path(fix.target_path) else []
        )
        if whole and fix.snippet is not None:
            further += fix.snippet.splitlines()
        return [*lines, *(f"{_DETAILS}     {self._shown(line, PATH_LIMIT)}" for line in further)]

    def _shows_path(self, path: str) -> bool:
        """Whether a fix's own path gets a line: only if the suggestion is not enough."""
        suggestion = self.report.suggestion
        if suggestion is None:
            return True
        return path != suggestion.target_path and (self.verbose or not suggestion.verified)

    def _item(self, word: str, text: str) -> list[str]:
        indent = _DETAILS + "     "
        first, *rest = wrapped(f"{word} {text}", self.width, len(indent))
        return [_DETAILS + first, *(indent + line for line in rest)]

    def _places(self) -> list[str]:
        places = self.report.places
        if places is None:
            return []
        if not places:
            asked = self.report.context.viewer is not None
            return ["No registry is visible to you." if asked else "Where you can link is not known yet."]
        headers = ["organization", "registry", "accepted types", "may link", "target path"]
        head, *rows = _table([headers, *map(self._place, places)])
        title = self.paint("Where you can link", _HEADING)
        return [title, self.paint(f"  {head}", _DIM), *(f"  {row}" for row in rows)]

    def _place(self, place: PlaceToLink) -> list[str]:
        types = "any" if place.accepted_types is None else ", ".join(place.accepted_types) or "none"
        may_link = {True: "yes", False: "no", None: "unknown"}[place.can_link]
        names = map(self._shown, (place.organization, place.registry, types))
        return [*names, may_link, self._shown(place.target_path, PATH_LIMIT)]

    def _notes(self) -> list[str]:
        unmatched = [
            f"{each.source} ignores {each.code}, which is not needed here"
            for each in self.report.ignored
            if each.matched is False and self.verbose
        ]
        return [
            line
            for note in (*self.report.notes, *unmatched)
            for line in wrapped(f"note: {self._shown(note)}", self.width, 0)
        ]

    def _counts(self) -> str:
        kinds, requests = [_kind(each) for each in self.report.results], self.report.requests
        counts = ", ".join(f"{kinds.count(kind)} {kind.word}" for kind in _KINDS if kind in kinds)
        cost = f"{_number(range(requests.count), 'request')}, {requests.milliseconds:.0f} ms"
        return " · ".join(filter(None, [f"{_number(kinds, 'check')}: {counts}" if kinds else "", cost]))

    def _verdict(self) -> str:
        report = self.report
        warnings = [each for each in report.results if each.is_warning]
        faults = [self._named(report.errors, "error"), self._named(warnings, "warning")]
        faults_named = "; ".join(filter(None, faults))
        if report.findings:
            if report.suggestion is None and self._is_lost():
                faults_named += "; no corrected path is known"
            return self.paint(faults_named, Style("red" if report.errors else "yellow", bold=True))
        if report.explanations is not None:
            return self.paint(self._explained_verdict(faults_named), _UNKNOWN_VERDICT)
        if report.exit_code == 3:
            open_questions = [each for each in report.results if each.unknown or each.status is Status.ERROR]
            because = self._listed(open_questions)
            return self.paint(
                "; ".join(filter(None, [f"inconclusive because of {because}", faults_named])),
                _UNKNOWN_VERDICT,
            )
        passed = [each for each in report.results if each.status is Status.PASS]
        good = f"all good: {_number(passed, 'check')} passed"
        return self.paint(f"{good}, with {faults_named}" if faults_named else good, _PATH)

    def _explained_verdict(self, warnings: str) -> str:
        """The verdict about a past error, if no check fails now."""
        verdict = self._shown(past_verdict(self.report), PATH_LIMIT)
        return f"{verdict}; {warnings}" if warnings else verdict

    def _is_lost(self) -> bool:
        """Whether a path was given and has an error that an edit could have corrected."""
        own_errors = [each for each in self.report.errors if each.own_severity is None]
        return bool(own_errors) and self.report.target.input is not None

    def _named(self, results: Sequence[Result], noun: str) -> str:
        return f"{_number(results, noun)}: {self._listed(results)}" if results else ""

    def _listed(self, results: Iterable[Result]) -> str:
        return ", ".join(f"{self._shown(each.code)} {self._shown(each.name)}" for each in results)

    def _suggestion(self) -> list[str]:
        suggestion = self.report.suggestion
        if suggestion is None:
            found = without_path(self.report)
            return (
                ["Corrected path (from the error message only; not verified):", *self._path()]
                if found
                else []
            )
        words = _introduction(suggestion, self.report.target.input)
        return [*wrapped(words, self.width, 0), *self._path()]

    def _path(self) -> list[str]:
        suggestion = self.report.suggestion
        path = suggestion.target_path if suggestion else without_path(self.report)
        return [self.paint(self._shown(path, PATH_LIMIT), _PATH)] if path else []

    def _shown(self, text: str, limit: int = LIMIT) -> str:
        return visible(text, self.report.secrets, limit)


def _kind(result: Result) -> _Kind:
    match result.status:
        case Status.FAIL:
            return _ERROR if result.is_error else _WARNING
        case Status.ERROR:
            return _CRASHED
        case Status.SKIP:
            return _UNKNOWN if result.unknown else _SKIPPED
        case Status.BLOCKED:
            return _BLOCKED
        case Status.PASS:
            return _PASSED


def _introduction(suggestion: Suggestion, typed: str | None) -> str:
    """The line before the path: whether the path is enough, and how safe it is."""
    if suggestion.verified:
        state = "verified: it passes every check"
    elif suggestion.remaining:
        remain = "remains" if len(suggestion.remaining) == 1 else "remain"
        state = f"not enough yet: {', '.join(suggestion.remaining)} {remain}"
    else:
        state = "not verified: not every check could judge it"
    if suggestion.target_path == typed and suggestion.verified:
        return f"The path as typed, once it is given to the method that the fix names ({state}):"
    if suggestion.target_path == typed:
        return f"The path as typed; changing it does not solve this ({state}):"
    if suggestion.applicability is Applicability.SAFE:
        return f"Corrected path ({state}; safe: provably what was meant):"
    return f"Corrected path ({state}; unsafe: the most likely of several, so check it first):"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows with their columns aligned."""
    from tabulate import tabulate  # imported here: only a report that is shown needs it

    return tabulate(rows, tablefmt="plain", disable_numparse=True).splitlines()


def _number(counted: Sequence[object], noun: str) -> str:
    return f"{len(counted)} {noun}" if len(counted) == 1 else f"{len(counted)} {noun}s"


def painter(color: bool) -> Callable[[str, Style], str]:
    """Return a function that applies a style to text; without `color` it returns the text unchanged."""
    if not color:
        return lambda text, _style: text
    from click import style as ansi  # imported here: text without colours needs no click

    return lambda text, style: ansi(text, fg=style.colour, bold=style.bold or None, dim=style.dim or None)
