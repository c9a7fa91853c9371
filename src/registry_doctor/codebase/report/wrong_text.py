"""Where the text stands that a finding is about: the literal in the call, a default, a constant or another module."""

from __future__ import annotations

from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.report.model import Finding, TargetResult
from registry_doctor.codebase.source.found import LiteralPart, Span
from registry_doctor.domain.subjects import Subject
from registry_doctor.domain.target_path import MalformedPath, TargetPath

_OF_THE_PATH: frozenset[Subject] = frozenset({"organization", "registry", "collection", "version"})


def wrong_span(target: Target, finding: Finding) -> Span | None:
    """The literal that holds the wrong part of the path; `None` if the finding is not about the text of the path."""
    subjects = finding.subjects & _OF_THE_PATH
    if not subjects:
        return None
    start, end = _extent(target.text, subjects)
    touched = [part for part, begin in _placed(target) if begin < end and start < begin + len(part.text)]
    literals = [part for part in touched if part.span is not None]
    return max(literals, key=lambda part: len(part.text)).span if literals else None


def span_of(judged: TargetResult) -> Span | None:
    """The literal that the first finding with one is about."""
    spans = (wrong_span(judged.target, each) for each in judged.findings if each.silenced is None)
    return next((span for span in spans if span is not None), None)


def _placed(target: Target) -> list[tuple[LiteralPart, int]]:
    """Each part of the path with its start."""
    placed, begin = [], 0
    for part in target.parts:
        placed.append((part, begin))
        begin += len(part.text)
    return placed


def _extent(text: str, subjects: frozenset[Subject]) -> tuple[int, int]:
    """Start and end of the parts of the path that these subjects are."""
    whole = (0, len(text))
    try:
        path = TargetPath.parse(text)
    except MalformedPath:
        return whole
    if len(subjects) > 1 or path.project is None:
        return whole
    left = text.partition(":")[0]
    collection = left.rfind("/") + 1
    project = left.rfind("/", 0, collection - 1) + 1
    extents = {
        "version": (len(left), len(text)),
        "collection": (collection, len(left)),
        "registry": (project, collection),
        "organization": (0, project),
    }
    (subject,) = subjects
    start, end = extents[subject]
    return (start, end) if start < end else whole
