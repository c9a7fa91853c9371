"""SARIF 2.1.0, as GitHub's code scanning and editors read it.

Sections (§) are those of the standard, https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from registry_doctor.checking.check import Severity
from registry_doctor.checking.check_pages import Described, described, page
from registry_doctor.checking.plugins import Loaded, load_checks
from registry_doctor.codebase.report.diagnostics import (
    Diagnostic,
    Formatter,
    Place,
    diagnostics,
    inert_in_logs,
)
from registry_doctor.codebase.report.fingerprints import fingerprinted
from registry_doctor.codebase.report.model import Edit, PreflightReport, TargetResult
from registry_doctor.report.json import dumped
from registry_doctor.support.distributions import DISTRIBUTION
from registry_doctor.support.redaction import Secret, redact
from registry_doctor.support.versions import installed_version
from registry_doctor.transport import JsonValue

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

ROOT = "%SRCROOT%"
"""What relative files are relative to; GitHub takes it for the root of the repository, whatever is said of it."""

_ROOT = "The root of the repository; the folder that the preflight was run in, if that is in none."

FINGERPRINT = "wandbRegistryDoctor/v1"

_DESCRIPTION_LIMIT = 1000
"""GitHub takes 1024 characters of a rule's description."""


def render(report: PreflightReport, loaded: Loaded | None = None) -> str:
    """The report as JSON without a trailing newline.

    `loaded` are the checks whose pages become rules; without it the built-in ones. The edits of targets become
    fixes.
    """
    log = _log(report, loaded or load_checks(others=False))
    return inert_in_logs(dumped(log, report.secrets, indent=1))


def _log(report: PreflightReport, loaded: Loaded) -> JsonValue:
    sayer = Formatter(report.secrets)
    said = list(diagnostics(report))
    findings = [each for each in said if each.kind == "finding"]
    fixes = _fixes(report, sayer)
    assert len(fixes) == len(findings)
    names = {each.code: each.name or each.code for each in findings if each.code is not None}
    codes = sorted(names)
    pages = {each.code: each for each in described(loaded)}
    index = {code: position for position, code in enumerate(codes)}
    driver: dict[str, JsonValue] = {
        "name": DISTRIBUTION,
        "rules": [_rule(code, names[code], pages.get(code)) for code in codes],
    }
    if version := installed_version(DISTRIBUTION):
        driver["version"] = version
    run: dict[str, JsonValue] = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report, [each for each in said if each.kind != "finding"], sayer)],
        "originalUriBaseIds": {ROOT: {"description": _message(_ROOT)}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [
            {**_result(remark, fingerprint, index, report.secrets), **({"fixes": [fix]} if fix else {})}
            for (remark, fingerprint), fix in zip(fingerprinted(findings, report.secrets), fixes, strict=True)
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, name: str, about: Described | None) -> JsonValue:
    if about is None:
        return {"id": code, "name": name}
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": about.summary},
        "fullDescription": {"text": _why(about.documentation) or about.summary},
        "help": {"text": about.documentation, "markdown": page(about)},
        "properties": {"tags": [about.group]},
    }


def _why(documentation: str) -> str:
    """Why it matters, as the page has it."""
    found = _WHY.search(documentation)
    text = " ".join(found["text"].split()) if found else ""
    return text if len(text) <= _DESCRIPTION_LIMIT else f"{text[:_DESCRIPTION_LIMIT].rstrip()}…"


_WHY = re.compile(r"^## Why it matters\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def _result(
    remark: Diagnostic, fingerprint: str, index: dict[str, int], secrets: Sequence[Secret]
) -> dict[str, JsonValue]:
    code = remark.code or ""
    return {
        "ruleId": code,
        "ruleIndex": index[code],
        "level": remark.weight,
        "message": _message(remark.whole),
        "locations": [_location(remark.place, secrets)],
        "partialFingerprints": {FINGERPRINT: fingerprint},
        # All results of a run have the list, or none (§3.27.23).
        "suppressions": _suppressions(remark),
    }


def _fixes(report: PreflightReport, sayer: Formatter) -> list[JsonValue]:
    """For each finding, in the order of the remarks, what corrects its path; `None` if nothing does.

    A path is corrected for its errors; for its warnings, where it has no others.
    """
    fixes: list[JsonValue] = [None] * len(report.general)
    for judged in report.judged:
        counted = [each for each in judged.findings if each.silenced is None]
        errors = [each for each in counted if each.severity is Severity.ERROR]
        fix = _fix(judged, sayer)
        fixes += [fix if each in (errors or counted) else None for each in judged.findings]
    return fixes


def _fix(judged: TargetResult, sayer: Formatter) -> JsonValue:
    """All edits that correct a path; `None` if there are none, or if one would write the mask of a secret."""
    if judged.suggestion is None or any(
        redact(text, sayer.secrets) != text for edit in judged.edits for text in (edit.file, edit.text)
    ):
        return None
    by_file: dict[str, list[JsonValue]] = {}
    for edit in judged.edits:
        by_file.setdefault(edit.file, []).append(_replacement(edit))
    if not by_file:
        return None
    old, new = sayer.path(judged.target.text), sayer.path(judged.suggestion.target_path)
    return {
        "description": _message(f"Write {new} instead of {old}"),
        "artifactChanges": [
            {"artifactLocation": _artifact(file), "replacements": replacements}
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


def _suppressions(remark: Diagnostic) -> list[JsonValue]:
    if remark.silenced is None:
        return []
    kind = "external" if remark.in_baseline else "inSource"
    return [{"kind": kind, "justification": remark.silenced}]


def _invocation(report: PreflightReport, said: Sequence[Diagnostic], sayer: Formatter) -> JsonValue:
    """How the run went, and all that is no finding."""
    notifications: list[JsonValue] = [
        {
            "level": each.weight,
            "message": _message(f"{each.title}: {each.whole}"),
            "locations": [_location(each.place, report.secrets)],
        }
        for each in said
    ]
    notes: list[JsonValue] = [
        {"level": "note", "message": _message(sayer.shown(each))} for each in report.notes
    ]
    incomplete = any(each.kind in ("inconclusive", "unreadable") for each in said)
    return {
        "executionSuccessful": not incomplete,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": notes + notifications,
    }


def _location(place: Place | None, secrets: Sequence[Secret]) -> dict[str, JsonValue]:
    place = place or Place(".")  # GitHub takes no result without a location
    # A cell's lines are not those of the notebook's file, which is what a region counts.
    known = place.cell is None and place.line is not None
    region: dict[str, JsonValue] = {"startLine": place.line if known else 1}
    if known and place.column is not None:
        region["startColumn"] = place.column
    located: dict[str, JsonValue] = {
        "physicalLocation": {
            "artifactLocation": _artifact(redact(place.file, secrets)),
            "region": region,
        }
    }
    if place.cell is not None:
        named = ", ".join([f"cell {place.cell}", *([f"line {place.line}"] if place.line is not None else [])])
        located["logicalLocations"] = [{"name": named, "kind": "cell"}]
        located["message"] = _message(named)
    return located


def _artifact(file: str) -> JsonValue:
    """A file as a URI: percent-encoded, to the byte."""
    try:
        content = file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        content = file.encode("utf-8", "surrogatepass")
    encoded = quote(content, safe="/")
    if _DRIVE.match(file):
        return {"uri": f"file:///{encoded}"}
    if file.startswith("/"):
        return {"uri": f"file://{encoded}"}
    return {"uri": encoded, "uriBaseId": ROOT}


_DRIVE = re.compile(r"[A-Za-z]:/")


def _message(text: str) -> dict[str, JsonValue]:
    """A message in which nothing is a placeholder (§3.11.5) or a link (§3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "\\](")}
