"""GitLab's code quality report: what the artifact `reports:codequality` takes."""

from __future__ import annotations

from registry_doctor.codebase.report.diagnostics import Diagnostic, Formatter, Place, diagnostics
from registry_doctor.codebase.report.fingerprints import fingerprinted
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.report.json import dumped
from registry_doctor.transport import JsonValue

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: PreflightReport) -> str:
    """The report as a JSON list, without a trailing newline; what is silenced is left out."""
    sayer = Formatter(report.secrets)
    return dumped(
        [
            _issue(remark, fingerprint, sayer)
            for remark, fingerprint in fingerprinted(diagnostics(report), report.secrets)
            if remark.silenced is None
        ],
        report.secrets,
        indent=1,
    )


def _issue(remark: Diagnostic, fingerprint: str, sayer: Formatter) -> JsonValue:
    place = remark.place or Place(".")  # it shows none without a path
    within = ""
    if place.cell is not None:
        within = f"cell {place.cell}, line {place.line}: "
    # The lines of a notebook's file are not those of its cells.
    line = 1 if place.cell is not None or place.line is None else place.line
    return {
        "description": f"{remark.title}: {within}{remark.whole}",
        "check_name": remark.code or remark.kind,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[remark.weight],
        "location": {"path": sayer.file(place), "lines": {"begin": line}},
    }
