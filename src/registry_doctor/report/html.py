"""The report for notebooks, as HTML: the call, what is wrong, and the path to use."""

from __future__ import annotations

from html import escape

from registry_doctor.checking.results import Result, Status, Suggestion
from registry_doctor.report.confirmation_lines import confirmation_line, contradiction_rows, wandb_of
from registry_doctor.report.explanation_lines import explanation_items, without_path
from registry_doctor.report.heading import heading
from registry_doctor.report.model import Report
from registry_doctor.support.redaction import redact
from registry_doctor.support.terminal_text import LIMIT, PATH_LIMIT, visible

_COLOURS = {"error": "#b3261e", "warning": "#8a6100", "unknown": "#6b3fa0", "crashed": "#6b3fa0"}


def render(report: Report) -> str:
    """The report as an HTML fragment; all text in it is escaped."""
    return redact(_Html(report).text(), report.secrets)


class _Html:
    """Builds the HTML of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def text(self) -> str:
        """The whole fragment."""
        report = self._report
        head = "".join(
            f"<tr><th>{escape(label)}</th><td>{escape(text)}</td></tr>" for label, text in heading(report)
        )
        rows = "".join(self._row(each) for each in report.results if _word(each))
        findings = (
            f"<table><tr><th>check</th><th></th><th>what it found</th></tr>{rows}</table>" if rows else ""
        )
        passed = sum(each.status is Status.PASS for each in report.results)
        verdict = {0: "All good", 1: "Findings", 3: "Inconclusive"}[report.exit_code]
        notes = "".join(f"<p>note: {self._shown(note)}</p>" for note in report.notes)
        return (
            f'<div class="registry-doctor"><p><b>{verdict}</b>: {passed} of {len(report.results)} checks passed</p>'
            f"{self._confirmation()}{self._explained()}<table>{head}</table>{findings}{self._places()}{notes}"
            f"{self._suggestion(report.suggestion)}</div>"
        )

    def _confirmation(self) -> str:
        """What wandb itself did with the call, and both sides of a contradiction."""
        confirmation = self._report.confirmation
        if confirmation is None:
            return ""
        if confirmation.outcome != "contradicted":
            return f"<p>{self._shown(confirmation_line(confirmation), PATH_LIMIT)}</p>"
        rows = contradiction_rows(self._report, confirmation)
        cells = "".join(
            f"<tr><th>{each}</th><td>{self._shown(text, PATH_LIMIT)}</td></tr>" for each, text in rows
        )
        return f"<p><b>Contradicted by {self._shown(wandb_of(confirmation))}</b></p><table>{cells}</table>"

    def _explained(self) -> str:
        """The messages of wandb with their causes and fixes."""
        return "".join(
            "<table>"
            + "".join(
                f"<tr><th>{each.label}</th><td>{self._shown(each.text, PATH_LIMIT)}</td></tr>"
                for each in parts
            )
            + "</table>"
            for parts in explanation_items(self._report, verbose=False)
        )

    def _row(self, result: Result) -> str:
        word = _word(result)
        fixes = "".join(
            f"<li>{' '.join(self._shown(part) for part in (fix.title, *fix.steps))}"
            + (f"<pre>{escape(self._lines(fix.snippet))}</pre>" if fix.snippet else "")
            + "</li>"
            for fix in result.fixes
        )
        blocked = ", ".join(
            self._shown(each.code) for each in self._report.results if each.blocked_by == result.code
        )
        return (
            f"<tr><td>{self._shown(result.code)} {self._shown(result.name)}</td>"
            f'<td style="color:{_COLOURS[word]}">{word}</td>'
            f"<td>{self._shown(result.message)}"
            + (f"<br><small>blocked: {blocked}</small>" if blocked else "")
            + (f"<ul>{fixes}</ul>" if fixes else "")
            + "</td></tr>"
        )

    def _places(self) -> str:
        places = self._report.places
        if not places:
            return ""
        rows = "".join(
            f"<tr><td>{self._shown(place.organization)}</td><td>{self._shown(place.registry)}</td>"
            f"<td>{self._types(place.accepted_types)}</td>"
            f"<td>{ {True: 'yes', False: 'no', None: 'unknown'}[place.can_link] }</td>"
            f"<td><code>{self._shown(place.target_path, PATH_LIMIT)}</code></td></tr>"
            for place in places
        )
        headers = ("organization", "registry", "accepted types", "may link", "target path")
        return f"<table><tr>{''.join(f'<th>{header}</th>' for header in headers)}</tr>{rows}</table>"

    def _types(self, types: tuple[str, ...] | None) -> str:
        return "any" if types is None else self._shown(", ".join(types) or "none")

    def _suggestion(self, suggestion: Suggestion | None) -> str:
        if suggestion is None:
            path = without_path(self._report)
            return (
                f"<p>from the error message only, not verified: <code>{self._shown(path, PATH_LIMIT)}</code></p>"
                if path
                else ""
            )
        state = "verified" if suggestion.verified else "not enough yet"
        return f"<p>{state}: <code>{self._shown(suggestion.target_path, PATH_LIMIT)}</code></p>"

    def _lines(self, text: str) -> str:
        return "\n".join(visible(line, self._report.secrets, PATH_LIMIT) for line in text.splitlines())

    def _shown(self, text: str, limit: int = LIMIT) -> str:
        return escape(visible(text, self._report.secrets, limit))


def _word(result: Result) -> str:
    """The word for a result that gets a row; empty for the others."""
    if result.status is Status.ERROR:
        return "crashed"
    if result.is_error or result.is_warning:
        return "error" if result.is_error else "warning"
    return "unknown" if result.unknown else ""
