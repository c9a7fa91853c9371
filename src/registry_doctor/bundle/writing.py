"""Write the call, the options, the settings and the answers as JSON, which `reading` reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from registry_doctor.bundle.tokens import Tokens
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.queries.answer_state import QuestionReply
from registry_doctor.queries.answers import Exchange, replies_in
from registry_doctor.queries.question import Question, compose
from registry_doctor.settings import (
    ApiKey,
    Credentials,
    IdentityToken,
    InvalidCredentials,
    NoCredentials,
    Settings,
    Sourced,
)
from registry_doctor.transport import GraphQLError, JsonValue, TransportFailure


def call_document(call: Call) -> dict[str, JsonValue]:
    """The call."""
    return {
        "target": call.target,
        "for": call.for_,
        "artifact": call.artifact,
        "type": call.type,
        "aliases": list(call.aliases),
        "method": call.method,
        "sdk_version": call.sdk_version,
        "downloads": call.downloads,
        "unknown_parts": list(call.unknown_parts),
        "in_code": call.in_code,
    }


def options_document(options: Options) -> dict[str, JsonValue]:
    """How it was judged."""
    configuration = options.configuration
    return {
        "select": list(options.select),
        "ignore": list(options.ignore),
        "fail_on": options.fail_on,
        "timeout": options.timeout,
        "offline": options.offline,
        "configuration": {
            "source": configuration.source,
            "select": list(configuration.select),
            "ignore": dict(configuration.ignore),
            "severity": {code: severity.value for code, severity in configuration.severity.items()},
        },
    }


def settings_document(settings: Settings, tokens: Tokens) -> dict[str, JsonValue]:
    """The settings, each with its source, and a token instead of the key."""
    pinned = settings.pinned_run
    return {
        "base_url": _sourced(replace(settings.base_url, value=tokens.address(settings.base_url.value))),
        "base_url_problem": settings.base_url_problem,
        "app_url": tokens.address(settings.app_url),
        "credentials": _credentials(settings.credentials, tokens),
        "entity": _sourced(settings.entity),
        "organization": _sourced(settings.organization),
        "project": _sourced(settings.project),
        "mode": _sourced(settings.mode),
        "timeout": _sourced(settings.timeout),
        "timeout_problem": settings.timeout_problem,
        "file_problems": [
            {"path": each.path, "problem": each.problem, "crashes": each.crashes}
            for each in settings.file_problems
        ],
        "variable_problems": [
            {"variable": each.variable, "problem": each.problem} for each in settings.variable_problems
        ],
        "found_project": _sourced(settings.found_project),
        "entity_for_run": _sourced_or_null(settings.entity_for_run),
        "project_for_run": _sourced_or_null(settings.project_for_run),
        "pinned_run": None
        if pinned is None
        else {
            "kind": pinned.kind,
            "source": pinned.source,
            "ignored_entity": pinned.ignored_entity,
            "ignored_project": pinned.ignored_project,
        },
    }


def requests_document(exchanges: Iterable[Exchange], tokens: Tokens) -> list[JsonValue]:
    """The questions and answers of each request, without secrets."""
    return [_request(each, tokens) for each in exchanges]


def _request(exchange: Exchange, tokens: Tokens) -> JsonValue:
    outcome = exchange.outcome
    failure = outcome if isinstance(outcome, TransportFailure) else None
    document = compose(exchange.questions, exchange.left_out)
    came = {} if isinstance(outcome, TransportFailure) else dict(replies_in(document, outcome))
    status = outcome.status
    nothing = QuestionReply(0, None)
    said = next((each.said for each in came.values()), "")
    answers = [
        _answer(each, exchange.left_out, came.get(each, nothing), tokens) for each in exchange.questions
    ]
    return {
        "failure": None
        if failure is None
        else {
            "kind": failure.kind.value,
            "message": tokens.text(failure.message),
            "status": failure.status,
            "advice": None if failure.advice is None else tokens.text(failure.advice),
            "errors": [_error(each, tokens) for each in failure.errors],
        },
        "status": status,
        "said": tokens.text(said),
        "left_out": [*sorted(exchange.left_out)],
        "answers": list(answers),
    }


def _answer(
    question: Question[object],
    left_out: frozenset[str],
    came: QuestionReply,
    tokens: Tokens,
) -> JsonValue:
    alone = compose([question], left_out)
    return {
        "question": type(question).__name__,
        "names": [tokens.text(name) for name in question.names],
        "query": alone.text if alone.questions else None,
        "variables": tokens.value(dict(alone.variables)),
        "value": tokens.answer(came.value),
        "errors": [_error(each, tokens) for each in came.errors],
        "missing": came.missing,
    }


def _error(error: GraphQLError, tokens: Tokens) -> JsonValue:
    return {
        "message": tokens.text(error.message),
        "path": [tokens.text(part) if isinstance(part, str) else part for part in error.path],
        "code": None if error.code is None else tokens.text(error.code),
    }


def _sourced(setting: Sourced[str] | Sourced[str | None] | Sourced[float]) -> JsonValue:
    return {"value": setting.value, "source": setting.source, "given": setting.given}


def _sourced_or_null(setting: Sourced[str | None] | None) -> JsonValue:
    return None if setting is None else _sourced(setting)


def _credentials(credentials: Credentials, tokens: Tokens) -> JsonValue:
    match credentials:
        case ApiKey(secret, source, machine, shadows):
            return {
                "kind": "api-key",
                "secret": tokens.of(secret.reveal()),
                "source": source,
                "machine": machine,
                "shadows": shadows,
            }
        case IdentityToken(path, source):
            return {"kind": "identity-token", "path": path, "source": source}
        case InvalidCredentials(problem, source, invalid):
            token = None if invalid is None else tokens.of(invalid.reveal())
            return {"kind": "invalid", "secret": token, "problem": problem, "source": source}
        case NoCredentials(looked_in, other_machines):
            return {"kind": "none", "looked_in": list(looked_in), "other_machines": list(other_machines)}
