"""What wandb did against what the doctor said: confirmed, not decided, or contradicted.

The doctor says two things: whether the call works, and where it leads. wandb shows where the call leads, and refuses
some calls by itself. What only the server refuses cannot be compared, because the call is stopped before that.
"""

from __future__ import annotations

from collections.abc import Iterable

from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import Result, Status
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.target_path import MalformedPath, TargetPath, is_registry_project
from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.reader import lines_in_text
from registry_doctor.report.model import Confirmation, ConfirmationOutcome, EffectivePath, Report
from registry_doctor.support.records import record

ALWAYS_REFUSED = frozenset({"RD102", "RD205", "RD601"})
"""Wandb itself refuses a link with one of these errors, wherever it leads."""

REFUSED_IN_A_REGISTRY: dict[Purpose, frozenset[str]] = {
    "link": frozenset({"RD301", "RD302", "RD303", "RD305", "RD306"}),
    "use": frozenset({"RD301", "RD302", "RD303", "RD306", "RD401", "RD501", "RD502", "RD503"}),
    "collection": frozenset({"RD203", "RD301", "RD302", "RD303", "RD401", "RD501", "RD502"}),
}
"""Wandb itself refuses a call with one of these errors if it leads into a registry."""

SHOWN_BY_THE_PLACE: dict[Purpose, frozenset[str]] = {
    "link": frozenset({"RD201", "RD202", "RD204", "RD207"}),
    "use": frozenset({"RD202", "RD204"}),
    "collection": frozenset({"RD202", "RD204"}),
}
"""These errors say that a call leads elsewhere than it was meant to, so the place shows them."""

MISREAD = frozenset({"RD201", "RD202", "RD203", "RD204", "RD206", "RD207"})
READ_FROM_THE_PATH = ("RD2", "RD3", "RD4", "RD5", "RD6")
"""With one of those errors wandb reads other names than were meant, and may complain about any of these."""

OF_THE_SOURCE = "RD6"
"""How the codes of checks begin that look at the artifact that is to be linked."""


@record(frozen=True)
class LinkedPlace:
    """Where a call of wandb leads."""

    entity: str
    project: str
    collection: str
    version: str | None = None

    def __str__(self) -> str:
        path = f"{self.entity}/{self.project}/{self.collection}"
        return path if self.version is None else f"{path}:{self.version}"


@record(frozen=True)
class Refusal:
    """wandb refused the call by itself, or because of an answer of the server."""

    said: str
    of_source: bool = False
    """It refused to fetch the artifact that was to be linked."""

    @property
    def codes(self) -> frozenset[str]:
        """The checks that look for what wandb complains about; empty if its words are not known."""
        reading = find(lines_in_text(f"wandb.errors.{self.said}"))
        return frozenset(code for each in reading.explanations for code in each.checks)


@record(frozen=True)
class NoAnswer:
    """Wandb could not be asked, or could not finish; says why."""

    why: str


WhatWandbDid = LinkedPlace | Refusal | NoAnswer


def compared(report: Report, did: WhatWandbDid, sdk_version: str | None) -> Confirmation:
    """What wandb's own attempt says about this report."""
    match did:
        case NoAnswer(why):
            return Confirmation("not_decided", sdk_version, None, None, why)
        case Refusal(said=said):
            outcome, message = _of_refusal(report, did)
            return Confirmation(outcome, sdk_version, said, None, message)
        case LinkedPlace():
            outcome, message = _of_place(report, did)
            return Confirmation(outcome, sdk_version, None, str(did), message)


def _of_refusal(report: Report, refusal: Refusal) -> tuple[ConfirmationOutcome, str]:
    codes, covered = refusal.codes, _covered(report)
    errors = {each.code for each in _errors(report)}
    same_group = _groups(report, codes) & _groups(report, errors)
    misread = errors & MISREAD and any(each.startswith(READ_FROM_THE_PATH) for each in codes)
    no_source = refusal.of_source and any(each.startswith(OF_THE_SOURCE) for each in errors)
    if codes & covered or same_group or misread or no_source:
        return "confirmed", "wandb refuses it, too"
    if open_questions := _open_questions(report):
        return "not_decided", f"wandb refuses it, and the doctor does not know {open_questions}"
    if codes and (codes & _left_out(report, codes) or not codes & _judged(report)):
        return "not_decided", f"wandb refuses it, and {_listed(codes)} was not judged"
    if covered and not codes:
        return "not_decided", "wandb refuses it, too, in words that the doctor does not know"
    return "contradicted", "wandb refuses it for another reason" if covered else "wandb refuses it"


def _of_place(report: Report, place: LinkedPlace) -> tuple[ConfirmationOutcome, str]:
    for_ = report.target.for_
    leads = f"it would send this link to {place}" if for_ == "link" else f"it finds {place}"
    if _differs(report.resolved, place):
        return "contradicted", leads
    in_registry = is_registry_project(place.project)
    errors = {each.code for each in _errors(report)}
    refused = ALWAYS_REFUSED | (REFUSED_IN_A_REGISTRY[for_] if in_registry else frozenset())
    if wrong := errors & refused:
        return "contradicted", f"{leads} in spite of {_listed(wrong)}"
    elsewhere = f"{leads}, which is not in a registry"
    if not in_registry and SHOWN_BY_THE_PLACE[for_] & _failed(report):
        return "confirmed", elsewhere
    if not errors:
        if open_questions := _open_questions(report):
            return "not_decided", f"{leads}; the doctor does not know {open_questions}"
        if in_registry or for_ != "link":
            return "confirmed", leads
        left_out = _left_out(report, SHOWN_BY_THE_PLACE[for_])
        return "not_decided" if left_out else "contradicted", elsewhere
    if errors & SHOWN_BY_THE_PLACE[for_]:
        match _is_suggested(report, place):
            case True:
                return "contradicted", f"{leads}, as it would the corrected path"
            case False:
                return "confirmed", f"{leads}, not where the corrected path leads"
    when = "the server receives the link" if for_ == "link" else "the artifact is downloaded"
    return "not_decided", f"{leads}; {_listed(errors)} only shows when {when}"


def _is_suggested(report: Report, place: LinkedPlace) -> bool | None:
    """Whether the corrected path leads to the same registry and collection; `None` without such a path."""
    if report.suggestion is None:
        return None
    try:
        suggested = TargetPath.parse(report.suggestion.target_path)
    except MalformedPath:
        return None
    if suggested.project is None:
        return None
    same_project = suggested.project.casefold() == place.project.casefold()
    return same_project and place.collection in (suggested.name, suggested.collection)


def _differs(resolved: EffectivePath, place: LinkedPlace) -> bool:
    """Whether the two name different places, as far as the doctor knows its own.

    The server finds entity and project in any case of letters; only of a registry the doctor knows the spelling.
    """
    said = (resolved.entity, resolved.project, resolved.collection, resolved.version)
    found = (place.entity, place.project, place.collection, place.version)
    exact = (is_registry_project(place.project), False, True, True)
    return any(
        ours is not None and theirs is not None and (ours != theirs if same_case else _folded(ours, theirs))
        for ours, theirs, same_case in zip(said, found, exact, strict=True)
    )


def _folded(ours: str, theirs: str) -> bool:
    return ours.casefold() != theirs.casefold()


def _errors(report: Report) -> list[Result]:
    """The failures that are errors by themselves, whatever the configuration makes of them."""
    return [
        each
        for each in report.results
        if each.status is Status.FAIL and Severity.ERROR in (each.severity, each.own_severity)
    ]


def _covered(report: Report) -> frozenset[str]:
    """The errors, and what they leave unjudged: one root cause may stand for several complaints of wandb."""
    found = {each.code for each in _errors(report)}
    while more := {each.code for each in report.results if each.blocked_by in found} - found:
        found |= more
    return frozenset(found)


def _failed(report: Report) -> set[str]:
    """Errors and warnings: in code, a link to an ordinary project is only a warning."""
    return {each.code for each in report.results if each.status is Status.FAIL}


def _judged(report: Report) -> set[str]:
    """What has a verdict, or does not apply; not what another failure blocks."""
    return {each.code for each in report.results if each.status is not Status.BLOCKED}


def _left_out(report: Report, codes: Iterable[str]) -> set[str]:
    """Those that were not to be judged: left out by an option, or ignored by the configuration."""
    planned = {each.code for each in report.results}
    ignored = tuple(each.code for each in report.ignored)
    return {each for each in codes if each not in planned or (ignored and each.startswith(ignored))}


def _open_questions(report: Report) -> str:
    """What the doctor itself could not find out."""
    return _listed(each.code for each in report.results if each.unknown or each.status is Status.ERROR)


def _groups(report: Report, codes: Iterable[str]) -> set[str]:
    return {each.group for each in report.results if each.code in codes}


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))
