"""The report as JSON: the keys are described in docs/report.md, public and stable."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry_doctor.checking.results import ProposedFix, Result, Suggestion
from registry_doctor.report.model import Confirmation, Ignored, PlaceToLink, Provenance, Report
from registry_doctor.support.distributions import DISTRIBUTION
from registry_doctor.support.redaction import Secret, may_be_redacted, redact
from registry_doctor.support.terminal_text import inert_json
from registry_doctor.support.versions import installed_version
from registry_doctor.transport import JsonValue

if TYPE_CHECKING:
    from registry_doctor.report.explanation import Explanation

SCHEMA_VERSION = 1


def render(report: Report) -> str:
    """The report as a JSON document, without a trailing newline; it can be written in UTF-8."""
    return dumped(document(report), report.secrets, indent=1)


def dumped(value: JsonValue, secrets: Sequence[Secret], *, indent: int | None = None) -> str:
    """The value as JSON that can be written in UTF-8, with every secret in it masked."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if _may_tell_a_secret(text, secrets):
        text = json.dumps(_without_secrets(value, secrets), ensure_ascii=False, indent=indent)
    return inert_json(text)


def _may_tell_a_secret(text: str, secrets: Sequence[Secret]) -> bool:
    """Whether a string in this JSON could hold a secret: one look at the whole instead of hundreds at the parts."""
    forms = (form for each in secrets for form in each.forms)
    return may_be_redacted(text) or any(json.dumps(form, ensure_ascii=False)[1:-1] in text for form in forms)


def _without_secrets(value: JsonValue, secrets: Sequence[Secret]) -> JsonValue:
    """The value with every secret in a string masked; before JSON escapes could hide a part of it."""
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, list):
        return [_without_secrets(each, secrets) for each in value]
    if isinstance(value, dict):
        return {key: _without_secrets(each, secrets) for key, each in value.items()}
    return value


def document(report: Report) -> dict[str, JsonValue]:
    """The report as JSON values."""
    target, resolved, context = report.target, report.resolved, report.context
    found: dict[str, JsonValue] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": DISTRIBUTION, "version": installed_version(DISTRIBUTION)},
        "target": {
            "input": target.input,
            "for": target.for_,
            "artifact": target.artifact,
            "type": target.type,
            "aliases": list(target.aliases),
        },
        "ok": report.ok,
        "exit_code": report.exit_code,
        "suggestion": _suggestion(report.suggestion, target.input),
        "resolved": {
            "organization": resolved.organization,
            "entity": resolved.entity,
            "project": resolved.project,
            "collection": resolved.collection,
            "version": resolved.version,
        },
        "results": [_result(each) for each in report.results],
        "context": {
            "base_url": _provenance(context.base_url),
            "credentials": _provenance(context.credentials),
            "entity": _provenance(context.entity),
            "organization": _provenance(context.organization),
            "project": _provenance(context.project),
            "mode": _provenance(context.mode),
            "viewer": context.viewer,
            "sdk_version": context.sdk_version,
            "server_version": context.server_version,
        },
        "requests": {"count": report.requests.count, "milliseconds": report.requests.milliseconds},
        "notes": list(report.notes),
        "not_asked": report.not_asked,
        "ignored": [_ignored(each) for each in report.ignored],
    }
    if report.places is not None:
        found["places"] = [_place(each) for each in report.places]
    if report.explanations is not None:
        found["explanations"] = [_explanation(each) for each in report.explanations]
    if report.confirmation is not None:
        found["confirmation"] = _confirmation(report.confirmation)
    return found


def _suggestion(suggestion: Suggestion | None, typed: str | None) -> JsonValue:
    if suggestion is None:
        return None
    return {
        "target_path": suggestion.target_path,
        "changed": suggestion.target_path != typed,
        "verified": suggestion.verified,
        "applicability": suggestion.applicability.value,
        "remaining": list(suggestion.remaining),
    }


def _result(result: Result) -> JsonValue:
    return {
        "code": result.code,
        "name": result.name,
        "status": result.status.value,
        "severity": result.severity.value if result.severity else None,
        "message": result.message,
        "blocked_by": result.blocked_by,
        "docs": result.docs,
        "provider": result.provider,
        "duration_ms": result.duration_ms,
        "unknown": result.unknown,
        "fixes": [_fix(each) for each in result.fixes],
    }


def _fix(fix: ProposedFix) -> JsonValue:
    return {
        "title": fix.title,
        "target_path": fix.target_path,
        "applicability": fix.applicability.value,
        "steps": list(fix.steps),
        "snippet": fix.snippet,
    }


def _place(place: PlaceToLink) -> JsonValue:
    return {
        "organization": place.organization,
        "entity": place.entity,
        "registry": place.registry,
        "accepted_types": None if place.accepted_types is None else list(place.accepted_types),
        "can_link": place.can_link,
        "target_path": place.target_path,
    }


def _explanation(explanation: Explanation) -> JsonValue:
    called = explanation.called
    return {
        "id": explanation.id,
        "message": explanation.message,
        "severity": explanation.severity.value,
        "line": explanation.line,
        "count": explanation.count,
        "causes": [
            {"text": each.text, "fix": each.fix, "check": each.check, "ruled_out": each.ruled_out}
            for each in explanation.causes
        ],
        "confirmed_by": explanation.confirmed_by,
        "corrected_path": explanation.corrected_path,
        "found": dict(explanation.found.named()),
        "called": None
        if called is None
        else {
            "method": called.method,
            "for": called.for_,
            "path": called.path,
            "artifact": called.artifact,
            "type": called.type,
        },
        "call": explanation.call,
        "sdk": explanation.sdk,
        "source": explanation.source,
    }


def _confirmation(confirmation: Confirmation) -> JsonValue:
    return {
        "outcome": confirmation.outcome,
        "sdk_version": confirmation.sdk_version,
        "said": confirmation.said,
        "where": confirmation.where,
        "message": confirmation.message,
        "command": confirmation.command,
    }


def _ignored(ignored: Ignored) -> JsonValue:
    return {
        "code": ignored.code,
        "reason": ignored.reason,
        "source": ignored.source,
        "matched": ignored.matched,
    }


def _provenance(provenance: Provenance) -> JsonValue:
    return {"value": provenance.value, "source": provenance.source}
