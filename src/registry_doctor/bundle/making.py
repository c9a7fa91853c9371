"""Make a bundle: diagnose, keep the server's answers, and replace secrets with tokens."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timezone

from registry_doctor.bundle.missing_facts import facts_document
from registry_doctor.bundle.model import BUNDLE_VERSION, KIND
from registry_doctor.bundle.reading import read_bundle
from registry_doctor.bundle.replaying import Replayed, replay
from registry_doctor.bundle.tokens import Tokens, tokens_for
from registry_doctor.bundle.writing import (
    call_document,
    options_document,
    requests_document,
    settings_document,
)
from registry_doctor.checking.plugins import Loaded
from registry_doctor.diagnosis.diagnosis import Diagnosis
from registry_doctor.diagnosis.engine import finish
from registry_doctor.diagnosis.options import Options, plan_of
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.facts import Call
from registry_doctor.queries.answers import Answers
from registry_doctor.report.json import document, dumped
from registry_doctor.report.model import Report
from registry_doctor.settings import Settings
from registry_doctor.support.distributions import DISTRIBUTION
from registry_doctor.support.versions import installed_version
from registry_doctor.transport import JsonValue

LIBRARIES = ("certifi", "click", "packaging", "rapidfuzz", "requests", "tabulate", "urllib3")
"""Distributions whose versions are in a bundle: they send the queries or print the report."""

CONNECTION_VARIABLES = frozenset(
    {"ALL_PROXY", "CURL_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY", "NETRC", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"}
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A bundle, ready to be written."""

    text: str
    report: Report
    secrets: int
    emails: int
    replayed: Replayed
    """The result of a replay, which is done here at once."""
    questions: int
    """How many questions the server was asked."""


def make_bundle(
    call: Call,
    settings: Settings,
    loaded: Loaded,
    options: Options = Options(),  # noqa: B008 - frozen
    *,
    environ: Mapping[str, str] = os.environ,
) -> Made:
    """Diagnose the call and put everything into a bundle, without secrets.

    The values of secrets in `environ` are replaced, too. Findings are in the report. Raises UnknownCode as
    `plan_of` does.
    """
    planned = plan_of(loaded, options)
    way = transport_for(settings, options)
    answers = Answers(way, keep=True)
    with nullcontext() if isinstance(way, str) else way:
        diagnosis = Diagnosis(answers, call, settings, planned, loaded, options)
        report = finish(diagnosis)
    tokens = tokens_for(settings, environ)
    exchanges = answers.exchanges or []
    bundle: dict[str, JsonValue] = {
        "kind": KIND,
        "schema_version": BUNDLE_VERSION,
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "tool": {"name": DISTRIBUTION, "version": installed_version(DISTRIBUTION)},
        "versions": _versions(loaded),
        "variables": tokens.value(_variables(environ)),
        "call": tokens.value(call_document(call)),
        "options": tokens.value(options_document(options)),
        "settings": tokens.value(settings_document(settings, tokens)),
        "server": {
            "not_asked": tokens.text(way) if isinstance(way, str) else None,
            "requests": requests_document(exchanges, tokens),
        },
        # These come last, because they quote texts whose secrets are known by now.
        "report": _report(report, tokens),
        "facts": tokens.report(facts_document(diagnosis.typed_facts, planned)),
    }
    replayed = replay(read_bundle(bundle), loaded)
    secrets, emails = tokens.counts
    bundle["redacted"] = {"secrets": secrets, "emails": emails}
    bundle["replay"] = {"same": not replayed.verdicts, "differing": [each.what for each in replayed.verdicts]}
    questions = sum(len(each.questions) for each in exchanges)
    return Made(dumped(bundle, (), indent=1), report, secrets, emails, replayed, questions)


def _report(report: Report, tokens: Tokens) -> JsonValue:
    """The report, with a token instead of the masked key."""
    found = document(report)
    context = found["context"]
    if report.secrets and isinstance(context, dict):
        (secret,) = report.secrets
        source = report.context.credentials.source
        context["credentials"] = {"value": tokens.of(secret.reveal()), "source": source}
    return tokens.report(found)


def _versions(loaded: Loaded) -> dict[str, JsonValue]:
    providers = sorted({each.provider for each in loaded.checks})
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "wandb": installed_version("wandb"),
        "libraries": {name: installed_version(name) for name in LIBRARIES},
        "checks": {name: installed_version(name) for name in providers},
    }


def _variables(environ: Mapping[str, str]) -> list[JsonValue]:
    """The names, without values, of the variables that are set and that wandb or the connection uses."""
    return [
        name
        for name in sorted(environ)
        if name.upper().startswith("WANDB_") or name.upper() in CONNECTION_VARIABLES
    ]
