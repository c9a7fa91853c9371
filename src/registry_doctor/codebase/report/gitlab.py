"""GitLab's code quality report, for the artifact `reports:codequality`."""

from __future__ import annotations

from registry_doctor.codebase.report.diagnostics import Diagnostic, FilePosition, Formatter, diagnostics
from registry_doctor.codebase.report.fingerprints import fingerprinted
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.report.json import dumped
from registry_doctor.transport import JsonValue

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: PreflightReport) -> str:
    """The report as a JSON list, without a trailing newline and without silenced findings."""
    formatter = Formatter(report.secrets)
    return dumped(
        [
            _issue(diagnostic, fingerprint, formatter)
            for diagnostic, fingerprint in fingerprinted(diagnostics(report), report.secrets)
            if diagnostic.silenced is None
        ],
        report.secrets,
        indent=1,
    )


def _issue(diagnostic: Diagnostic, fingerprint: str, formatter: Formatter) -> JsonValue:
    position = diagnostic.position or FilePosition(".")  # it shows no issue without a path
    within = ""
    if position.cell is not None:
        within = f"cell {position.cell}, line {position.line}: "
    # The lines of a notebook file are not the lines of its cells.
    line = 1 if position.cell is not None or position.line is None else position.line
    return {
        "description": f"{diagnostic.title}: {within}{diagnostic.whole}",
        "check_name": diagnostic.code or diagnostic.kind,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.level],
        "location": {"path": formatter.file(position), "lines": {"begin": line}},
    }
