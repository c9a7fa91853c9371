"""Annotations of GitHub Actions: a workflow command for each remark, on standard output of a step."""

from __future__ import annotations

from registry_doctor.codebase.report.diagnostics import Diagnostic, Formatter, diagnostics, is_loud, summary
from registry_doctor.codebase.report.model import PreflightReport

SHOWN = 10
"""How many annotations of each kind GitHub shows for a step; the others are in the log alone."""

_TITLE = "wandb-registry preflight"


def render(report: PreflightReport) -> str:
    """The commands without a trailing newline: errors, warnings, the summary, and then the other notices.

    Of each kind GitHub shows the first ten. The summary, which says how many there are, is therefore the
    first of the notices.
    """
    sayer = Formatter(report.secrets)
    said = [each for each in diagnostics(report) if each.silenced is None]
    errors, warnings, notes = (
        [each for each in said if each.weight == weight] for weight in ("error", "warning", "note")
    )
    loud = [sayer.shown(each) for each in report.notes if is_loud(each)]
    quiet = [sayer.shown(each) for each in report.notes if not is_loud(each)]
    notices = 1 + len(notes) + len(quiet)
    counts = {"errors": len(errors), "warnings": len(warnings) + len(loud), "notices": notices}
    return "\n".join(
        [
            *(_annotation("error", each, sayer) for each in errors),
            *(_command("warning", {"title": _TITLE}, each) for each in loud),
            *(_annotation("warning", each, sayer) for each in warnings),
            _command("notice", {"title": _TITLE}, summary(report) + _hidden(counts)),
            *(_annotation("notice", each, sayer) for each in notes),
            *(_command("notice", {"title": _TITLE}, each) for each in quiet),
        ]
    )


def _hidden(counts: dict[str, int]) -> str:
    """How many there are of each kind, if GitHub does not show them all."""
    if max(counts.values()) <= SHOWN:
        return ""
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return f". GitHub shows {SHOWN} annotations of a kind; there are {listed}, all of them in the log"


def _annotation(command: str, remark: Diagnostic, sayer: Formatter) -> str:
    place = remark.place
    if place is None:
        return _command(command, {"title": remark.title}, remark.whole)
    properties = {"file": sayer.file(place)}
    within = ""
    if place.cell is not None:
        # GitHub counts the lines of the notebook's JSON, of which a cell's source tells nothing.
        within = ", ".join(
            [f"cell {place.cell}", *([f"line {place.line}"] if place.line is not None else [])]
        )
    elif place.line is not None:
        properties["line"] = str(place.line)
        if place.column is not None:
            properties["col"] = str(place.column)
    properties["title"] = remark.title
    return _command(command, properties, f"{within}: {remark.whole}" if within else remark.whole)


def _command(command: str, properties: dict[str, str], data: str) -> str:
    """One workflow command, escaped as GitHub's own toolkit does it."""
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {listed}::{_data(data)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
