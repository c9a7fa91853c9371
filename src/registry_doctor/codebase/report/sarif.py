"""SARIF 2.1.0, as GitHub's code scanning and editors read it.

Sections (§) are those of the standard, https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from registry_doctor.checking.check import Severity
from registry_doctor.checking.check_pages import Described, described, page
from registry_doctor.checking.plugins import Loaded, load_checks
from registry_doctor.codebase.report.diagnostics import (
    Diagnostic,
    Formatter,
    diagnostics,
    inert_in_logs,
)
from registry_doctor.codebase.report.fingerprints import fingerprinted
from registry_doctor.codebase.report.model import Edit, PreflightReport, TargetResult
from registry_doctor.codebase.report.sarif_locations import (
    SARIF_ROOT,
    artifact,
    location,
    message,
    related_locations,
)
from registry_doctor.report.json import dumped
from registry_doctor.support.distributions import DISTRIBUTION, page_uri
from registry_doctor.support.redaction import Secret, redact
from registry_doctor.support.versions import installed_version
from registry_doctor.transport import JsonValue

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_ROOT_DESCRIPTION = "The root of the repository, or the folder of the preflight if it is in no repository."

FINGERPRINT = "wandbRegistryDoctor/v1"

_DESCRIPTION_LIMIT = 1000
"""GitHub accepts 1024 characters in the description of a rule."""


def render(report: PreflightReport, loaded: Loaded | None = None) -> str:
    """The report as JSON without a trailing newline.

    `loaded` are the checks whose pages become rules; by default, the built-in ones. The edits of targets become fixes.
    """
    log = _log(report, loaded or load_checks(others=False))
    return inert_in_logs(dumped(log, report.secrets, indent=1))


def _log(report: PreflightReport, loaded: Loaded) -> JsonValue:
    formatter = Formatter(report.secrets)
    said = list(diagnostics(report))
    findings = [each for each in said if each.kind == "finding"]
    fixes = _fixes(report, formatter)
    assert len(fixes) == len(findings)
    names = {each.code: each.name or each.code for each in findings if each.code is not None}
    codes = sorted(names)
    version = installed_version(DISTRIBUTION)
    pages = {each.code: each for each in described(loaded)}
    index = {code: position for position, code in enumerate(codes)}
    driver: dict[str, JsonValue] = {
        "name": DISTRIBUTION,
        "informationUri": page_uri(None, version),
        "rules": [_rule(code, names[code], pages.get(code), version) for code in codes],
    }
    if version:
        driver["version"] = version
    run: dict[str, JsonValue] = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report, [each for each in said if each.kind != "finding"], formatter)],
        "originalUriBaseIds": {SARIF_ROOT: {"description": message(_ROOT_DESCRIPTION)}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [
            {
                **_result(diagnostic, fingerprint, index, report.secrets, judged),
                **({"fixes": [fix]} if fix else {}),
            }
            for (diagnostic, fingerprint), fix, judged in zip(
                fingerprinted(findings, report.secrets), fixes, _targets(report), strict=True
            )
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _targets(report: PreflightReport) -> list[TargetResult | None]:
    """The target of each finding, in the order of the diagnostics."""
    of_targets = [judged for judged in report.judged for _ in judged.findings]
    return [*[None] * len(report.general), *of_targets]


def _rule(code: str, name: str, about: Described | None, version: str | None) -> JsonValue:
    if about is None:
        return {"id": code, "name": name}
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": about.summary},
        "fullDescription": {"text": _why(about.documentation) or about.summary},
        "help": {"text": about.documentation, "markdown": page(about)},
        **({"helpUri": page_uri(about.page, version)} if about.provider == DISTRIBUTION else {}),
        "properties": {"tags": [about.group]},
    }


def _why(documentation: str) -> str:
    """The section "Why it matters" of the page."""
    found = _WHY.search(documentation)
    text = " ".join(found["text"].split()) if found else ""
    return text if len(text) <= _DESCRIPTION_LIMIT else f"{text[:_DESCRIPTION_LIMIT].rstrip()}…"


_WHY = re.compile(r"^## Why it matters\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def _result(
    diagnostic: Diagnostic,
    fingerprint: str,
    index: dict[str, int],
    secrets: Sequence[Secret],
    judged: TargetResult | None,
) -> dict[str, JsonValue]:
    code = diagnostic.code or ""
    related: list[JsonValue] = [*related_locations(judged, diagnostic, secrets)] if judged is not None else []
    return {
        "ruleId": code,
        "ruleIndex": index[code],
        "level": diagnostic.level,
        "message": message(diagnostic.whole),
        "locations": [location(diagnostic.position, secrets, judged, diagnostic.span)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {FINGERPRINT: fingerprint},
        # Either all results of a run have the list, or none (§3.27.23).
        "suppressions": _suppressions(diagnostic),
    }


def _fixes(report: PreflightReport, formatter: Formatter) -> list[JsonValue]:
    """The fix of each finding, in the order of the diagnostics; `None` for findings without a fix.

    The fix belongs to the errors of a target; if it has none, to its warnings.
    """
    fixes: list[JsonValue] = [None] * len(report.general)
    for judged in report.judged:
        counted = [each for each in judged.findings if each.silenced is None]
        errors = [each for each in counted if each.severity is Severity.ERROR]
        fix = _fix(judged, formatter)
        fixes += [fix if each in (errors or counted) else None for each in judged.findings]
    return fixes


def _fix(judged: TargetResult, formatter: Formatter) -> JsonValue:
    """All edits that correct a path; `None` if there are none, or if an edit contains a secret."""
    if judged.suggestion is None or any(
        redact(text, formatter.secrets) != text for edit in judged.edits for text in (edit.file, edit.text)
    ):
        return None
    by_file: dict[str, list[JsonValue]] = {}
    for edit in judged.edits:
        by_file.setdefault(edit.file, []).append(_replacement(edit))
    if not by_file:
        return None
    old, new = formatter.path(judged.target.text), formatter.path(judged.suggestion.target_path)
    return {
        "description": message(f"Write {new} instead of {old}"),
        "artifactChanges": [
            {"artifactLocation": artifact(file), "replacements": replacements}
            for file, replacements in by_file.items()
        ],
    }


def _replacement(edit: Edit) -> JsonValue:
    return {
        "deletedRegion": {
            "startLine": edit.line,
            "startColumn": edit.column,
            "endLine": edit.end_line,
            "endColumn": edit.end_column,
        },
        "insertedContent": {"text": edit.text},
    }


def _suppressions(diagnostic: Diagnostic) -> list[JsonValue]:
    if diagnostic.silenced is None:
        return []
    kind = "external" if diagnostic.in_baseline else "inSource"
    return [{"kind": kind, "justification": diagnostic.silenced}]


def _invocation(report: PreflightReport, said: Sequence[Diagnostic], formatter: Formatter) -> JsonValue:
    """The outcome of the run, with all diagnostics that are not findings."""
    notifications: list[JsonValue] = [
        {
            "level": each.level,
            "message": message(f"{each.title}: {each.whole}"),
            "locations": [location(each.position, report.secrets)],
        }
        for each in said
    ]
    notes: list[JsonValue] = [
        {"level": "note", "message": message(formatter.shown(each))} for each in report.notes
    ]
    incomplete = any(each.kind in ("inconclusive", "unreadable") for each in said)
    return {
        "executionSuccessful": not incomplete,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": notes + notifications,
    }
