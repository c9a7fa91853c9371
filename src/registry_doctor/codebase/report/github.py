"""Annotations of GitHub Actions: a workflow command for each diagnostic, on the standard output of a step."""

from __future__ import annotations

from registry_doctor.codebase.report.diagnostics import Diagnostic, Formatter, diagnostics, is_loud, summary
from registry_doctor.codebase.report.model import PreflightReport

SHOWN_PER_LEVEL = 10
"""How many annotations of each kind GitHub shows for a step; the others are only in the log."""

_TITLE = "wandb-registry preflight"


def render(report: PreflightReport) -> str:
    """The commands without a trailing newline: errors, warnings, the summary, and then the other notices.

    GitHub shows the first ten of each kind. The summary, which has the counts, is therefore the first notice.
    """
    formatter = Formatter(report.secrets)
    said = [each for each in diagnostics(report) if each.silenced is None]
    errors, warnings, notes = (
        [each for each in said if each.level == level] for level in ("error", "warning", "note")
    )
    loud = [formatter.shown(each) for each in report.notes if is_loud(each)]
    quiet = [formatter.shown(each) for each in report.notes if not is_loud(each)]
    notices = 1 + len(notes) + len(quiet)
    counts = {"errors": len(errors), "warnings": len(warnings) + len(loud), "notices": notices}
    return "\n".join(
        [
            *(_annotation("error", each, formatter) for each in errors),
            *(_command("warning", {"title": _TITLE}, each) for each in loud),
            *(_annotation("warning", each, formatter) for each in warnings),
            _command("notice", {"title": _TITLE}, summary(report) + _hidden(counts)),
            *(_annotation("notice", each, formatter) for each in notes),
            *(_command("notice", {"title": _TITLE}, each) for each in quiet),
        ]
    )


def _hidden(counts: dict[str, int]) -> str:
    """The number of annotations of each kind, if GitHub does not show all of them."""
    if max(counts.values()) <= SHOWN_PER_LEVEL:
        return ""
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return f". GitHub shows {SHOWN_PER_LEVEL} annotations of each kind; there are {listed}, all in the log"


def _annotation(command: str, diagnostic: Diagnostic, formatter: Formatter) -> str:
    position = diagnostic.position
    if position is None:
        return _command(command, {"title": diagnostic.title}, diagnostic.whole)
    properties = {"file": formatter.file(position)}
    within = ""
    if position.cell is not None:
        # GitHub counts the lines of the notebook's JSON, which are unknown for the source of a cell.
        within = ", ".join(
            [f"cell {position.cell}", *([f"line {position.line}"] if position.line is not None else [])]
        )
    elif position.line is not None:
        properties["line"] = str(position.line)
        if position.column is not None:
            properties["col"] = str(position.column)
    properties["title"] = diagnostic.title
    return _command(command, properties, f"{within}: {diagnostic.whole}" if within else diagnostic.whole)


def _command(command: str, properties: dict[str, str], data: str) -> str:
    """One workflow command, escaped as GitHub's own toolkit does it."""
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {listed}::{_data(data)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
