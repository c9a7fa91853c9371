"""The report of a preflight for notebooks, as HTML: the verdict, then each target that needs attention."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from registry_doctor.codebase.report.diagnostics import Diagnostic, Formatter, diagnostics, summary
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.report.html_parts import block, line, link, muted, path_to_copy, strong
from registry_doctor.support.redaction import redact

_MOST = 50
"""How many diagnostics are shown; the verdict counts all of them."""


def render(report: PreflightReport) -> str:
    """The report as an HTML fragment; all text in it is escaped."""
    return redact(block("".join(_parts(report))), report.secrets)


def _parts(report: PreflightReport) -> Iterator[str]:
    formatter = Formatter(report.secrets)
    word, kind = {0: ("✓", "pass"), 1: ("✗", "error"), 3: ("?", "unknown")}[report.exit_code]
    yield line(strong(f"{word} {escape(summary(report))}", kind))
    shown = [each for each in diagnostics(report) if each.silenced is None]
    for each in shown[:_MOST]:
        yield _diagnostic(each, formatter)
        if each.corrected is not None:
            yield path_to_copy(escape(each.corrected.path))
    if len(shown) > _MOST:
        yield muted(f"{len(shown) - _MOST} more not shown")
    yield from (line(f"note: {escape(formatter.shown(note))}") for note in report.notes)


def _diagnostic(diagnostic: Diagnostic, formatter: Formatter) -> str:
    where = ""
    if (position := diagnostic.position) is not None:
        cell = f"cell {position.cell}" if position.cell is not None else None
        places = (formatter.file(position), cell, position.line)
        where = f" <code>{escape(':'.join(str(each) for each in places if each is not None))}</code>"
    kind = {"error": "error", "warning": "warning", "note": "unknown"}[diagnostic.level]
    said = f"{diagnostic.subject}: {diagnostic.text}" if diagnostic.subject else diagnostic.text
    end = ". Corrected path:" if diagnostic.corrected is not None else ""
    advice = f"<br>{escape(diagnostic.advice)}" if diagnostic.advice else ""
    return line(
        f"{link(strong(escape(diagnostic.title), kind), diagnostic.docs)}{where}<br>{escape(said)}{end}{advice}"
    )
