"""One preflight: from the found targets to the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from registry_doctor.checking.check import Severity
from registry_doctor.checking.plugins import Loaded
from registry_doctor.codebase.inputs.supplied import UnusedName
from registry_doctor.codebase.inputs.targets import InSources, OpenTarget, OrdinaryUse, Target
from registry_doctor.codebase.judging import Circumstances, diagnose_targets, judged, needed_ignores
from registry_doctor.codebase.merging import merged_open, merged_results
from registry_doctor.codebase.report.baseline import Baseline
from registry_doctor.codebase.report.model import PreflightReport, TargetResult, UnusedIgnore
from registry_doctor.codebase.source.found import FoundComment, Ignore, Location, Unreadable
from registry_doctor.diagnosis.assembly import OFFLINE_NOTE
from registry_doctor.diagnosis.options import Options
from registry_doctor.report.model import Report, Requests
from registry_doctor.support.redaction import Secret

Found: TypeAlias = "InSources | UnusedName"
"""What the sources contain, and the supplied names that they do not use."""


@dataclass
class _Sorted:
    """What was found, by its kind."""

    targets: list[Target] = field(default_factory=list)
    open: list[OpenTarget] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    unused_names: list[UnusedName] = field(default_factory=list)
    comments: dict[FoundComment, None] = field(default_factory=dict)
    ordinary: int = 0


def run_preflight(
    found: Iterable[Found],
    circumstances: Circumstances,
    loaded: Loaded,
    options: Options,
    *,
    baseline: Baseline | None = None,
    on_report: Callable[[Target, Report], None] | None = None,
) -> PreflightReport:
    """Diagnose all targets and report the findings.

    `on_report` gets each full report as soon as it is ready; only the findings are kept. Raises UnknownCode if
    `options` names a code that no check has.
    """
    by_kind = _sorted(found)
    seen: list[TargetResult] = []
    needed: set[FoundComment] = set()
    notes = dict.fromkeys(map(str, by_kind.unused_names))
    secrets: dict[Secret, None] = {}
    requests = Requests(0, 0.0)
    for target, report in diagnose_targets(by_kind.targets, circumstances, loaded, options):
        if on_report is not None:
            on_report(target, report)
        outcome = judged(target, report)
        needed |= {_comment(target, each) for each in needed_ignores(target, report, outcome)}
        if target.open is not None and not outcome.findings and not outcome.unknown:
            by_kind.open.append(target.open)  # what is known of it is right
        else:
            seen.append(outcome)
        notes.update(dict.fromkeys(note for note in report.notes if note != OFFLINE_NOTE))
        secrets.update(dict.fromkeys(report.secrets))
        requests = report.requests
    seen.sort(key=lambda each: each.location)
    ordered = tuple(_reported_once(merged_results(seen)))
    unused = [each for each in by_kind.comments if each not in needed]
    if baseline is not None:
        ordered, gone = baseline.silence(ordered)
        if gone:
            notes[_no_longer_match(gone)] = None
    return PreflightReport(
        judged=ordered,
        open=tuple(sorted(merged_open(by_kind.open), key=lambda each: each.location)),
        unreadable=tuple(by_kind.unreadable),
        unused_ignores=tuple(sorted(map(_unused, unused), key=lambda each: each.location)),
        ordinary=by_kind.ordinary,
        notes=tuple(notes),
        fail_on=options.fail_on,
        requests=requests,
        secrets=tuple(secrets),
    )


def _reported_once(seen: Iterable[TargetResult]) -> Iterator[TargetResult]:
    """Report what concerns server, settings and credentials once, at the first target; the others refer to it.

    So it is with the entity that a file names for several calls.
    """
    first: dict[object, Location] = {}
    for each in seen:
        shared = tuple(one for one in each.findings if one.of_environment or one.subjects == {"entity"})
        if not shared and not each.unknown:
            yield each
            continue
        said = tuple((one.code, one.message, one.silenced) for one in shared)
        file = None if all(one.of_environment for one in shared) else each.location.file
        key = (each.target.key_variable, file, said, each.unknown)
        first_location = first.setdefault(key, each.location)
        if first_location is each.location:
            yield each
            continue
        errors = [one.code for one in shared if one.severity is Severity.ERROR and one.silenced is None]
        reference = (
            f"{' and '.join(errors) or each.unknown[0].partition(' ')[0]}, see {first_location}"
            if (errors or each.unknown)
            else None
        )
        others = tuple(one for one in each.findings if one not in shared)
        yield replace(
            each,
            findings=others,
            unknown=(reference,) if reference else (),
            suggestion=each.suggestion if others else None,
            reported_at=first_location if reference else None,
        )


def _comment(target: Target, ignore: Ignore) -> FoundComment:
    return FoundComment(target.location.file, target.location.cell, ignore)


def _unused(comment: FoundComment) -> UnusedIgnore:
    return UnusedIgnore(Location(comment.file, comment.cell, comment.ignore.line, 1), comment.ignore)


def with_notes(report: PreflightReport, *notes: str) -> PreflightReport:
    """The report with these notes before its own."""
    return replace(report, notes=(*notes, *report.notes))


def _no_longer_match(count: int) -> str:
    entries = (
        "1 baseline entry no longer matches" if count == 1 else f"{count} baseline entries no longer match"
    )
    return f"{entries}; run --write-baseline"


def _sorted(found: Iterable[Found]) -> _Sorted:
    by_kind = _Sorted()
    for each in found:
        match each:
            case Target():
                by_kind.targets.append(each)
            case OpenTarget():
                by_kind.open.append(each)
            case Unreadable():
                by_kind.unreadable.append(each)
            case UnusedName():
                by_kind.unused_names.append(each)
            case OrdinaryUse():
                by_kind.ordinary += 1
            case FoundComment():
                by_kind.comments[each] = None
    return by_kind
