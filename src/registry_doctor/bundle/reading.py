"""Read a bundle from a file that may be broken, hostile, or something else."""

from __future__ import annotations

import json
from typing import BinaryIO, Literal

from registry_doctor.bundle.model import (
    BUNDLE_VERSION,
    KIND,
    Bundle,
    MalformedBundle,
    SavedAnswer,
    SavedRequest,
    SavedResult,
    Verdicts,
)
from registry_doctor.bundle.tokens import SecretToken
from registry_doctor.bundle.values import Table
from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import FailOn
from registry_doctor.diagnosis.configuration import Configuration
from registry_doctor.diagnosis.options import Options
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts import METHODS, Call, agreed_purpose
from registry_doctor.settings import (
    ApiKey,
    Credentials,
    FileProblem,
    IdentityToken,
    InvalidCredentials,
    NoCredentials,
    PinnedRun,
    Settings,
    Sourced,
    VariableProblem,
)
from registry_doctor.transport import FailureKind, GraphQLError, JsonValue, TransportFailure

LARGEST_BUNDLE = 64 << 20
"""The largest file that is read, in bytes: an answer of the server has at most 32 MiB, and usually a few KiB."""

_PURPOSES: tuple[Purpose, ...] = ("link", "use", "collection")
_LEVELS: tuple[FailOn, ...] = ("error", "warning")
_PINNED: tuple[Literal["sweep", "launch"], ...] = ("sweep", "launch")
_KINDS = tuple(each.value for each in FailureKind)
_REFUSAL = 404
"""The status of an answer in a bundle of an older version, which has none: all its errors counted as refusals."""


def load_bundle(stream: BinaryIO) -> Bundle:
    """The bundle in a file. Raises MalformedBundle if it is not a valid bundle, and OSError."""
    content = stream.read(LARGEST_BUNDLE + 1)
    if len(content) > LARGEST_BUNDLE:
        raise MalformedBundle(f"it is larger than {LARGEST_BUNDLE >> 20} MiB, so it cannot be a bundle")
    if not content.strip():
        raise MalformedBundle("it is empty")
    try:
        document: JsonValue = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise MalformedBundle(f"it is not UTF-8 text: {problem.reason} at byte {problem.start}") from None
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise MalformedBundle(f"it is not valid JSON, or it is cut off: {problem.msg} at {where}") from None
    except (ValueError, RecursionError):
        raise MalformedBundle("its JSON has a number that is too long, or is nested too deeply") from None
    return read_bundle(document)


def read_bundle(document: JsonValue) -> Bundle:
    """The bundle in a JSON value. Raises MalformedBundle."""
    table = Table.of(document, "")
    if table.entries.get("kind") != KIND:
        raise MalformedBundle(_foreign(table))
    tool = table.table("tool")
    if table.value("schema_version") != BUNDLE_VERSION:
        raise MalformedBundle(
            f"its schema_version is not {BUNDLE_VERSION}, because registry doctor {tool.text_or_none('version')} wrote it;"
            " update registry doctor with `pip install --upgrade wandb-registry-doctor`"
        )
    server = table.table("server")
    requests = tuple(_request(each) for each in server.tables("requests"))
    return Bundle(
        version=tool.text_or_none("version"),
        created=table.text("created"),
        sdk_version=table.table("versions").text_or_none("wandb"),
        call=_call(table.table("call")),
        options=_options(table.table("options")),
        settings=_settings(table.table("settings")),
        not_asked=server.text_or_none("not_asked"),
        requests=requests,
        verdicts=read_verdicts(table.table("report")),
    )


def _foreign(table: Table) -> str:
    if "results" in table.entries and "target" in table.entries:
        return "it is a report, not a bundle; `wandb-registry bundle` writes bundles"
    return "it is not a bundle of registry doctor; `wandb-registry bundle` writes bundles"


def read_verdicts(report: Table) -> Verdicts:
    """The verdicts in a report's JSON. Raises MalformedBundle."""
    suggestion = report.table_or_none("suggestion")
    exit_code = report.number("exit_code")
    return Verdicts(
        {each.text("code"): _result(each) for each in report.tables("results")},
        None if suggestion is None else _suggestion(suggestion),
        int(exit_code),
    )


def _result(result: Table) -> SavedResult:
    verdict, severity = result.text("status"), result.text_or_none("severity")
    if severity is not None:
        verdict += f" ({severity})"
    if (root := result.text_or_none("blocked_by")) is not None:
        verdict += f" by {root}"
    if result.flag("unknown"):
        verdict += " (unknown)"
    fixes = json.dumps(result.entries_of("fixes"), sort_keys=True)
    return SavedResult(verdict, result.text("message"), fixes)


def _suggestion(suggestion: Table) -> str:
    words = [
        "verified" if suggestion.flag("verified") else "not verified",
        suggestion.text("applicability"),
        *(f"leaves {code}" for code in suggestion.texts("remaining")),
    ]
    return f"{suggestion.text('target_path')} ({', '.join(words)})"


_ADDED: dict[str, JsonValue] = {"downloads": True, "unknown_parts": [], "in_code": False}
"""Keys of a call that older bundles lack, with what they mean there."""


def _call(document: Table) -> Call:
    call = Table({**_ADDED, **document.entries}, document.place)
    purpose, method = call.choice("for", _PURPOSES), call.choice_or_none("method", METHODS)
    if method is not None:
        agreed = agreed_purpose(purpose, method)
        if agreed is None:
            raise call.wrong("method", f"is not for {purpose}")
        purpose = agreed
    return Call(
        call.text_or_none("target"),
        purpose,
        call.text_or_none("artifact"),
        call.text_or_none("type"),
        call.texts("aliases"),
        method,
        call.text_or_none("sdk_version"),
        call.flag("downloads"),
        call.texts("unknown_parts"),
        call.flag("in_code"),
    )


def _options(options: Table) -> Options:
    configuration = options.table("configuration")
    severities = configuration.table("severity")
    return Options(
        select=options.texts("select"),
        ignore=options.texts("ignore"),
        fail_on=options.choice("fail_on", _LEVELS),
        timeout=options.number("timeout"),
        offline=options.flag("offline"),
        configuration=Configuration(
            configuration.text("source"),
            configuration.texts("select"),
            configuration.texts_by_key("ignore"),
            {code: Severity(severities.choice(code, _LEVELS)) for code in severities.entries},
        ),
    )


def _settings(settings: Table) -> Settings:
    pinned = settings.table_or_none("pinned_run")
    timeout = settings.table("timeout")
    return Settings(
        base_url=_sourced(settings.table("base_url")),
        base_url_problem=settings.text_or_none("base_url_problem"),
        app_url=settings.text("app_url"),
        credentials=_credentials(settings.table("credentials")),
        entity=_sourced_or_none(settings.table("entity")),
        organization=_sourced_or_none(settings.table("organization")),
        project=_sourced_or_none(settings.table("project")),
        mode=_sourced(settings.table("mode")),
        timeout=Sourced(timeout.number("value"), timeout.text_or_none("source"), timeout.flag("given")),
        file_problems=tuple(
            FileProblem(each.text("path"), each.text("problem"), each.flag("crashes"))
            for each in settings.tables("file_problems")
        ),
        variable_problems=tuple(
            VariableProblem(each.text("variable"), each.text("problem"))
            for each in settings.tables("variable_problems")
        ),
        timeout_problem=settings.text_or_none("timeout_problem"),
        found_project=_sourced_or_none(settings.table("found_project")),
        entity_for_run=_for_run(settings, "entity_for_run"),
        project_for_run=_for_run(settings, "project_for_run"),
        pinned_run=None
        if pinned is None
        else PinnedRun(
            pinned.choice("kind", _PINNED),
            pinned.text("source"),
            pinned.text_or_none("ignored_entity"),
            pinned.text_or_none("ignored_project"),
        ),
    )


def _sourced(setting: Table) -> Sourced[str]:
    return Sourced(setting.text("value"), setting.text_or_none("source"), setting.flag("given"))


def _sourced_or_none(setting: Table) -> Sourced[str | None]:
    return Sourced(setting.text_or_none("value"), setting.text_or_none("source"), setting.flag("given"))


def _for_run(settings: Table, key: str) -> Sourced[str | None] | None:
    setting = settings.table_or_none(key)
    return None if setting is None else _sourced_or_none(setting)


def _credentials(credentials: Table) -> Credentials:
    kind = credentials.choice("kind", ("api-key", "identity-token", "invalid", "none"))
    if kind == "api-key":
        machine, shadows = credentials.text_or_none("machine"), credentials.text_or_none("shadows")
        return ApiKey(SecretToken(credentials.text("secret")), credentials.text("source"), machine, shadows)
    if kind == "identity-token":
        return IdentityToken(credentials.text("path"), credentials.text("source"))
    if kind == "invalid":
        token = credentials.text_or_none("secret")
        secret = None if token is None else SecretToken(token)
        return InvalidCredentials(credentials.text("problem"), credentials.text("source"), secret)
    return NoCredentials(credentials.texts("looked_in"), credentials.texts("other_machines"))


def _request(request: Table) -> SavedRequest:
    failure = request.table_or_none("failure")
    return SavedRequest(
        None if failure is None else _failure(failure),
        _status(request) or _REFUSAL,
        request.text("said") if "said" in request.entries else "",
        frozenset(request.texts("left_out")),
        tuple(_answer(each) for each in request.tables("answers")),
    )


def _status(request: Table) -> int | None:
    status = request.value("status") if "status" in request.entries else None
    if status is not None and (isinstance(status, bool) or not isinstance(status, int)):
        raise request.wrong("status", "must be an HTTP status")
    return status


def _failure(failure: Table) -> TransportFailure:
    return TransportFailure(
        FailureKind(failure.choice("kind", _KINDS)),
        failure.text("message"),
        status=_status(failure),
        advice=failure.text_or_none("advice"),
        errors=tuple(_error(each) for each in failure.tables("errors")),
    )


def _answer(answer: Table) -> SavedAnswer:
    return SavedAnswer(
        answer.text("question"),
        answer.texts("names"),
        answer.text_or_none("query"),
        answer.table("variables").entries,
        answer.value("value"),
        tuple(_error(each) for each in answer.tables("errors")),
        "missing" in answer.entries and answer.flag("missing"),
    )


def _error(error: Table) -> GraphQLError:
    path = error.entries_of("path")
    parts = tuple(part for part in path if isinstance(part, (str, int)))
    return GraphQLError(error.text("message"), parts, error.text_or_none("code"))
