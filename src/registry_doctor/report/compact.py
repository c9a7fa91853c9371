"""The report on one line of JSON, for agents and logs: findings, reason, one fix, the corrected path, the exit status.

Whoever acts on a report never needs more. Keys without a value are left out; long texts are cut.
"""

from __future__ import annotations

from registry_doctor.checking.results import Result, Status
from registry_doctor.report.json import SCHEMA_VERSION, dumped
from registry_doctor.report.model import Report
from registry_doctor.report.snippet import code_to_copy
from registry_doctor.report.summary import best_fix, corrected_path, shown_results
from registry_doctor.support.terminal_text import PATH_LIMIT, visible
from registry_doctor.transport import JsonValue

_REASON = 240
_FIX = 200
_COMMAND = 160
_MOST = 5
"""How many entries a list has; the exit status counts all of them."""


def render(report: Report) -> str:
    """The report on one line."""
    return dumped(document(report), report.secrets)


def document(report: Report) -> dict[str, JsonValue]:
    """The report as JSON values."""
    suggestion, target = report.suggestion, report.target
    path = corrected_path(report)
    explained: list[JsonValue] = [
        {"message": visible(each.message, limit=_REASON), "cause": each.cause, "fix": each.fix}
        for each in (report.explanations or ())[:_MOST]
    ]
    shown: list[JsonValue] = [finding(each) for each in shown_results(report)[:_MOST]]
    places: list[JsonValue] = [each.target_path for each in report.places or ()]
    return {
        "schema_version": SCHEMA_VERSION,
        "exit_code": report.exit_code,
        "for": target.for_,
        **({"target": visible(target.input, limit=PATH_LIMIT)} if target.input is not None else {}),
        **({"not_asked": report.not_asked} if report.not_asked else {}),
        "findings": shown,
        **({"explained": explained} if report.explanations is not None else {}),
        **({"path": path} if path is not None else {}),
        **(
            {"verified": suggestion.verified, "applicability": suggestion.applicability.value}
            if path is not None and suggestion is not None
            else {}
        ),
        **({"places": places} if report.places is not None else {}),
    }


def finding(result: Result, *, reason: int = _REASON) -> dict[str, JsonValue]:
    """One result: its code, what it is, why, and the first fix, with the code or command to copy."""
    level = "unknown"
    if result.status is Status.FAIL and result.severity is not None:
        level = result.severity.value
    found: dict[str, JsonValue] = {
        "code": result.code,
        "level": level,
        "reason": visible(result.message, limit=reason),
    }
    fix = best_fix(result)
    if fix is not None:
        found["fix"] = visible(" ".join([f"{fix.title}.", *fix.steps[:1]]), limit=_FIX)
        if fix.snippet is not None and len(command := code_to_copy(fix.snippet)) <= _COMMAND:
            found["command"] = command
    found["docs"] = result.docs
    return found
