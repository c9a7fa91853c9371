"""The reports on all targets as one JSON document: see `docs/report.md`, "Many targets"."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, TYPE_CHECKING, TextIO, final

from registry_doctor.checking.results import Status
from registry_doctor.codebase.report.diagnostics import inert_in_logs
from registry_doctor.codebase.report.wrong_text import span_of
from registry_doctor.codebase.source.found import Location
from registry_doctor.report.json import SCHEMA_VERSION, document, dumped

if TYPE_CHECKING:
    from registry_doctor.codebase.inputs.targets import Target
    from registry_doctor.codebase.report.model import PreflightReport, TargetResult
    from registry_doctor.report.model import Report
    from registry_doctor.transport import JsonValue

_SETTLED_LATER = ("schema_version", "ok", "exit_code", "suggestion", "notes")
"""What depends on the location of a report; it is kept apart, so that the rest is written once."""


@final
class LocatedReports:
    """The full reports, kept in a temporary file until all are known and can be written in order.

    A context manager: the file is removed when the context is left. Secrets in the file are masked. Memory holds
    the position of each report in the file, and only the last report.
    """

    def __init__(self) -> None:
        """The file is created when the context is entered."""
        self._spool: IO[bytes] | None = None
        self._places: dict[Target, tuple[int, int, int]] = {}
        """The start of each report, and the lengths of its two parts."""
        self._last: tuple[Report, tuple[int, int, int]] | None = None

    def __enter__(self) -> LocatedReports:
        self._spool = tempfile.TemporaryFile(prefix="wandb-registry-")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._spool is not None:
            self._spool.close()
        self._spool = None

    def add(self, target: Target, report: Report) -> None:
        """Keep the report on a target. Consecutive targets with the same report share one copy.

        Raises OSError if it cannot be kept, for example on a full disk.
        """
        if self._last is None or self._last[0] is not report:
            spool = self._opened()
            whole = document(report)
            head = {key: whole.pop(key) for key in _SETTLED_LATER}
            head["failed"] = [each.code for each in report.results if each.status is Status.FAIL]
            first, rest = (dumped(part, report.secrets).encode("utf-8") for part in (head, whole))
            begin = spool.seek(0, 2)
            spool.write(first + rest)
            self._last = (report, (begin, len(first), len(rest)))
        self._places[target] = self._last[1]

    def write(self, report: PreflightReport, stream: TextIO) -> None:
        """Write the document part by part, the reports in the order of their locations. Raises OSError."""
        stream.writelines(self._pieces(report))

    def _pieces(self, report: PreflightReport) -> Iterator[str]:
        about = dumped(_about(report), report.secrets, indent=1)
        yield inert_in_logs(about).removesuffix("\n}") + ',\n "reports": ['
        separator = "\n"
        for judged in report.judged:
            head, rest = self._kept(judged.target)
            located = dumped(_located(head, judged, report), report.secrets)
            yield separator + inert_in_logs(f"{located.removesuffix('}')}, {rest.removeprefix('{')}")
            separator = ",\n"
        yield "\n ]\n}\n" if report.judged else "]\n}\n"

    def _kept(self, target: Target) -> tuple[dict[str, JsonValue], str]:
        """What depends on the location, and the JSON of the rest."""
        spool = self._opened()
        begin, length, length_of_rest = self._places[target]
        spool.seek(begin)
        head: dict[str, JsonValue] = json.loads(spool.read(length))
        return head, spool.read(length_of_rest).decode("utf-8")

    def _opened(self) -> IO[bytes]:
        if self._spool is None:
            raise ValueError("the reports are available only inside the context")
        return self._spool


def _located(
    kept: dict[str, JsonValue], judged: TargetResult, report: PreflightReport
) -> dict[str, JsonValue]:
    """What depends on the location: the location itself, and the verdict there."""
    contradicted = judged.location in report.contradicted
    exit_code = 3 if contradicted else 1 if judged.counted(report.fail_on) else 3 if judged.unknown else 0
    notes = kept["notes"]
    assert isinstance(notes, list)
    return {
        "schema_version": kept["schema_version"],
        "ok": exit_code == 0,
        "exit_code": exit_code,
        "suggestion": kept["suggestion"] if judged.suggestion is not None else None,
        "notes": [*notes, *judged.notes],
        "location": _location(judged.location),
        "text_location": _text_location(judged),
        "fixable": bool(judged.edits),
        "silenced": [
            {"code": each.code, "reason": each.silenced}
            for each in judged.findings
            if each.silenced is not None
        ],
        "not_judged": _not_judged(kept, judged),
    }


def _text_location(judged: TargetResult) -> JsonValue:
    """Where the wrong text stands; `None` if no finding is about the text of the path."""
    span = span_of(judged)
    if span is None:
        return None
    return {"file": span.file, "line": span.line, "column": span.column, "cell": span.cell}


def _not_judged(kept: dict[str, JsonValue], judged: TargetResult) -> list[JsonValue]:
    """The codes of failures that do not apply here, because they depend on what the source does not contain."""
    failed = kept["failed"]
    assert isinstance(failed, list)
    reported = {each.code for each in judged.findings}
    return [code for code in failed if code not in reported]


def _about(report: PreflightReport) -> dict[str, JsonValue]:
    """Everything except the reports."""
    return {
        "schema_version": SCHEMA_VERSION,
        "exit_code": report.exit_code,
        "general": [
            {
                "code": each.code,
                "name": each.name,
                "severity": each.severity.value,
                "message": each.message,
                "docs": each.docs,
                "fix": each.fix,
            }
            for each in report.general
        ],
        "open": [
            {
                "location": _location(each.location),
                "for": each.for_,
                "template": each.template,
                "reason": each.reason,
                "names": list(each.names),
                "method": each.method,
            }
            for each in report.open
        ],
        "unreadable": [
            {
                "file": each.file,
                "line": each.line,
                "column": each.column,
                "cell": each.cell,
                "kind": each.kind,
                "reason": each.reason,
            }
            for each in report.unreadable
        ],
        "unused_ignores": [
            {
                "location": _location(each.location),
                "line": each.ignore.line,
                "codes": list(each.ignore.codes),
                "reason": each.ignore.reason,
            }
            for each in report.unused_ignores
        ],
        "ordinary": report.ordinary,
        "notes": list(report.notes),
        "requests": {"count": report.requests.count, "milliseconds": report.requests.milliseconds},
    }


def _location(location: Location) -> JsonValue:
    return {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "cell": location.cell,
    }
