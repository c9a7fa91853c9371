"""Places in SARIF: the file, the region that an editor marks, and where else a path's text stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from registry_doctor.codebase.report.diagnostics import Diagnostic, FilePosition
from registry_doctor.codebase.report.model import TargetResult
from registry_doctor.codebase.source.found import Span
from registry_doctor.support.redaction import Secret, redact
from registry_doctor.transport import JsonValue

SARIF_ROOT = "%SRCROOT%"
"""The base of relative file names; GitHub always takes the root of the repository for it."""

_LINES_OF_A_CALL = 20
"""How far below the name of its method the literal of a call may stand."""


def location(
    position: FilePosition | None,
    secrets: Sequence[Secret],
    judged: TargetResult | None = None,
    wrong: Span | None = None,
) -> dict[str, JsonValue]:
    """A position; the region is that of the wrong literal, or else of all literals in the call of a target."""
    position = position or FilePosition(".")  # GitHub rejects results without a location
    if wrong is not None and wrong.cell is None:
        region = _region(wrong.line, wrong.column, wrong.end_line, wrong.end_column)
    else:
        region = (_region_of(judged) if judged is not None else None) or _region_at(position)
    located: dict[str, JsonValue] = {
        "physicalLocation": {
            "artifactLocation": artifact(redact(position.file, secrets)),
            "region": region,
        }
    }
    if position.cell is not None:
        named = ", ".join(
            [f"cell {position.cell}", *([f"line {position.line}"] if position.line is not None else [])]
        )
        located["logicalLocations"] = [{"name": named, "kind": "cell"}]
        located["message"] = message(named)
    return located


def related_locations(
    judged: TargetResult, diagnostic: Diagnostic, secrets: Sequence[Secret]
) -> Iterator[JsonValue]:
    """The call, if the finding stands elsewhere, and the other literals of the path outside the call."""
    if diagnostic.call is not None:
        located = location(diagnostic.call, secrets)
        yield {**located, "message": located.get("message", message("The call"))}
    for span in _spans(judged):
        # A region counts the lines of the notebook file, not of a cell.
        if span != diagnostic.span and not _in_call(span, judged) and span.cell is None:
            yield {
                "physicalLocation": {
                    "artifactLocation": artifact(redact(span.file, secrets)),
                    "region": _region(span.line, span.column, span.end_line, span.end_column),
                },
                "message": message("A part of the path"),
            }


def _spans(judged: TargetResult) -> list[Span]:
    return list(dict.fromkeys(part.span for part in judged.target.parts if part.span is not None))


def _in_call(span: Span, judged: TargetResult) -> bool:
    at = judged.location
    same_file = (span.file, span.cell) == (at.file, at.cell)
    return same_file and at.line <= span.line <= at.line + _LINES_OF_A_CALL


def _region_of(judged: TargetResult) -> JsonValue:
    """What covers the literals of the call; in a notebook, what a fix changes. `None` if neither is known."""
    at, method = judged.location, judged.target.call.method
    if at.cell is not None:
        edits = [each for each in judged.edits if each.file == at.file]
        starts = [(each.line, each.column) for each in edits]
        ends = [(each.end_line, each.end_column) for each in edits]
    else:
        spans = [each for each in _spans(judged) if _in_call(each, judged)]
        starts = [(each.line, each.column) for each in spans]
        ends = [(each.end_line, each.end_column) for each in spans]
    if starts:
        return _region(*min(starts), *max(ends))
    if at.cell is None and method is not None and judged.target.parts:
        return _region(at.line, at.column, at.line, at.column + len(method.rpartition(".")[2]))
    return None


def _region_at(position: FilePosition) -> JsonValue:
    # A region counts the lines of the notebook file, not of a cell.
    known = position.cell is None and position.line is not None
    region: dict[str, JsonValue] = {"startLine": position.line if known else 1}
    if known and position.column is not None:
        region["startColumn"] = position.column
    return region


def _region(line: int, column: int, end_line: int, end_column: int) -> JsonValue:
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def artifact(file: str) -> JsonValue:
    """A file as a URI, percent-encoded byte by byte."""
    try:
        content = file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        content = file.encode("utf-8", "surrogatepass")
    encoded = quote(content, safe="/")
    if _DRIVE.match(file):
        return {"uri": f"file:///{encoded}"}
    if file.startswith("/"):
        return {"uri": f"file://{encoded}"}
    return {"uri": encoded, "uriBaseId": SARIF_ROOT}


_DRIVE = re.compile(r"[A-Za-z]:/")


def message(text: str) -> dict[str, JsonValue]:
    """A message without placeholders (§3.11.5) and links (§3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "\\](")}
