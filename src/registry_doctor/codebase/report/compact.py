"""The report as short JSON, for agents and logs: a line for each target that needs attention.

A line has at most `ENTRY_LIMIT` bytes: where it is, the codes, why, and the corrected path or else the fix. Its reason is
cut to that; a path never is. Targets without problems are only counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from registry_doctor.codebase.report.diagnostics import (
    Formatter,
    inert_in_logs,
    position_of,
    summary,
)
from registry_doctor.codebase.report.model import Finding, PreflightReport, TargetResult
from registry_doctor.report.json import SCHEMA_VERSION, dumped
from registry_doctor.transport import JsonValue

ENTRY_LIMIT = 300

_SHORTEST = 40
"""How many characters of a reason are always shown."""


def render(report: PreflightReport) -> str:
    """The report as a JSON document, with each entry of a list on a line."""
    formatter = Formatter(report.secrets)
    head: dict[str, JsonValue] = {
        "schema_version": SCHEMA_VERSION,
        "exit_code": report.exit_code,
        "summary": summary(report),
        "notes": [formatter.shown(each, ENTRY_LIMIT) for each in report.notes],
        "docs": _docs(report),
    }
    text = dumped(head, report.secrets).removesuffix("}")
    for name, entries in (("findings", list(_findings(report))), ("open", list(_open(report)))):
        lines = ",\n  ".join(_within_limit(each, report) for each in entries)
        text += f',\n "{name}": [' + (f"\n  {lines}\n ]" if entries else "]")
    return inert_in_logs(text + "\n}")


def _docs(report: PreflightReport) -> dict[str, JsonValue]:
    """The page of each code."""
    findings = [*report.general, *(finding for each in report.judged for finding in each.findings)]
    return {each.code: each.docs for each in findings if each.silenced is None}


def _findings(report: PreflightReport) -> Iterator[dict[str, JsonValue]]:
    formatter = Formatter(report.secrets)
    for finding in report.general:
        yield _entry(formatter, [finding], None)
    for judged in report.judged:
        shown = [each for each in judged.findings if each.silenced is None]
        if shown or judged.unknown:
            yield _entry(formatter, shown, judged)


def _entry(
    formatter: Formatter, findings: list[Finding], judged: TargetResult | None
) -> dict[str, JsonValue]:
    worst = min(findings, key=lambda each: each.severity.value, default=None)  # "error" is before "warning"
    entry: dict[str, JsonValue] = {}
    if judged is not None:
        position = position_of(judged.location)
        places = (position.cell and f"cell {position.cell}", position.line, position.column)
        entry["at"] = ":".join([formatter.file(position), *(str(each) for each in places if each)])
    if worst is None:
        unknown = judged.unknown if judged is not None else ()
        return {**entry, "level": "unknown", "reason": formatter.shown("; ".join(unknown))}
    entry |= {
        "code": ",".join(dict.fromkeys(formatter.shown(each.code) for each in findings)),
        "level": worst.severity.value,
    }
    corrected = formatter.corrected(judged) if judged is not None else None
    if corrected is not None:
        entry["path"] = corrected.path
    elif worst.fix is not None:
        entry["fix"] = formatter.shown(worst.fix, 80)
    return {**entry, "reason": formatter.shown(worst.message)}


def _open(report: PreflightReport) -> Iterator[dict[str, JsonValue]]:
    """The paths that the source does not contain."""
    formatter = Formatter(report.secrets)
    for each in report.open:
        position = position_of(each.location)
        yield {
            "at": f"{formatter.file(position)}:{position.line}",
            "set": [formatter.shown(name, 40) for name in each.names[:3]],
            "reason": formatter.shown(each.reason),
        }
    for unread in report.unreadable:
        yield {"at": formatter.shown(unread.file), "reason": formatter.shown(unread.reason)}


def _within_limit(entry: dict[str, JsonValue], report: PreflightReport) -> str:
    """The entry as JSON, with a reason that is cut to the limit."""
    text = dumped(entry, report.secrets)
    reason = str(entry["reason"])
    while len(text.encode()) > ENTRY_LIMIT and len(reason) > _SHORTEST:
        over = len(text.encode()) - ENTRY_LIMIT
        reason = reason[: max(_SHORTEST, len(reason) - max(over // 2, 1)) - 1].rstrip(" …") + "…"
        text = dumped({**entry, "reason": reason}, report.secrets)
    return text
