"""From a text to a report: diagnose the call that failed, and confirm one of the causes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from registry_doctor.checking.results import Status
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.registry_bound import bound_of
from registry_doctor.facts import Call
from registry_doctor.known_errors.logged_calls import call_of
from registry_doctor.report.explanation import ErrorReading, Explanation, LoggedCall
from registry_doctor.report.model import Report
from registry_doctor.settings import Given, NoCredentials, Settings
from registry_doctor.support.versions import can_be_read
from registry_doctor.support.wording import quantity, quoted_name

ERROR_SOURCE = "the error"
"""What a report gives as the source of entity and project that stand in the error."""


@dataclass(frozen=True)
class DiagnosedCall:
    """The call that is diagnosed because of an error, and which parts of it come from the error."""

    call: Call
    given: Given
    taken: tuple[str, ...]
    """What was taken out of the error, in words for a person."""
    others: tuple[LoggedCall, ...] = ()
    """The other target paths in the text, which are not diagnosed."""


def diagnosed_call(
    reading: ErrorReading, call: Call, given: Given, *, purpose_is_given: bool = True
) -> DiagnosedCall:
    """The call that failed, as far as the error names it. What the caller gives explicitly wins."""
    lead = reading.explanations[0] if reading.explanations else None
    failed = _failed(reading, call.target, call.for_ if purpose_is_given else None)
    taken: list[str] = []
    for_ = call.for_
    if not purpose_is_given:
        called = next(
            (each.called for each in reading.explanations if each.called and each.called.path),
            lead.called if lead else None,
        )
        if called is not None:
            for_ = called.for_
        elif lead is not None and lead.call != "both":
            for_ = lead.call
        elif call.target is None and failed is not None:
            for_ = failed.for_
    call = replace(call, for_=for_)
    if call.target is None and failed is not None:
        call = replace(call, target=failed.path)
        taken.append(f"the path {quoted_name(failed.path)}")
    if call.target is None:
        call = replace(call, method=None)
    elif failed is not None and failed.for_ == for_:
        if for_ == "link" and call.artifact is None and failed.artifact is not None:
            call = replace(call, artifact=failed.artifact)
            taken.append(f"the artifact {quoted_name(failed.artifact)}")
        type_ = failed.type if for_ == "use" else None
        call = replace(call, method=call.method or failed.method, type=call.type or type_)
    if call.target is not None and call.type is None and for_ == "link" and lead and lead.found.type:
        call = replace(call, type=lead.found.type)
        taken.append(f"the type {quoted_name(lead.found.type)}")
    if lead is None and failed is None:
        return DiagnosedCall(call, given, ())
    version = reading.run.sdk_version
    if call.sdk_version is None and version is not None and can_be_read(version):
        call = replace(call, sdk_version=version)
        taken.append(f"wandb {version}")
    entity = (lead.found.entity if lead else None) or reading.run.entity
    if given.entity is None and given.project is None and entity is not None:
        taken.append(f"the entity {quoted_name(entity)}")
        given = replace(
            given, entity=entity, project=reading.run.project, place_option=ERROR_SOURCE, started=True
        )
    others = tuple(
        each
        for each in reading.calls
        if each.path != call.target and bound_of([(each.path, True)]) == "registry"
    )
    return DiagnosedCall(call, given, tuple(taken), others)


def _failed(reading: ErrorReading, target: str | None, for_: Purpose | None) -> LoggedCall | None:
    """The call that failed.

    It is the one in the traceback of a message, or the one that a message names, or else the last path before the
    message that fits what the caller gives: `target`, and `for_` as its purpose.
    """
    calls = [each for each in map(call_of, reading.explanations) if each is not None]
    named = next((each for each in calls if each.method is not None), next(iter(calls), None))
    if named is not None:
        key = named.path, named.for_
        return next((each for each in reading.calls if (each.path, each.for_) == key), named)
    failed = reading.failed
    if not reading.explanations and failed is not None and failed.path is not None:
        return LoggedCall(
            failed.path, failed.for_, reading.lines, failed.method, failed.type, failed.artifact
        )
    lead = reading.explanations[0] if reading.explanations else None
    wanted = for_ or (lead.call if lead is not None and lead.call != "both" else None)
    printed = [each for each in reading.calls if wanted in (None, each.for_) and target in (None, each.path)]
    before = [each for each in printed if lead is None or each.line <= lead.line]
    return before[-1] if before else next(iter(printed), None)


def can_ask(settings: Settings) -> bool:
    """Whether there are credentials, so that a server may be asked."""
    return not isinstance(settings.credentials, NoCredentials)


def with_explanations(
    report: Report, reading: ErrorReading, diagnosed: DiagnosedCall, settings: Settings, *, offline: bool
) -> Report:
    """The report that begins with the explanations, each with the cause that the diagnosis confirms."""
    failing = {each.code for each in report.errors}
    passing = {each.code for each in report.results if each.status is Status.PASS}
    notes = [each for each in report.notes if not each.startswith("offline:")]
    notes += _notes(reading, diagnosed, settings, offline)
    explanations = tuple(
        _confirmed(each, failing, set() if offline else passing) for each in reading.explanations
    )
    without_key = report.not_asked is not None and not can_ask(settings)
    not_asked = "no key" if without_key else report.not_asked
    return replace(report, explanations=explanations, notes=tuple(notes), not_asked=not_asked)


def _confirmed(explanation: Explanation, failing: set[str], passing: set[str]) -> Explanation:
    """The explanation with the confirmed cause first, and the causes last whose checks pass now.

    What passes now may have failed then, so not every cause is ever ruled out.
    """
    for cause in explanation.causes:
        if cause.check in failing:
            others = tuple(each for each in explanation.causes if each is not cause)
            return replace(explanation, causes=(cause, *others), confirmed_by=cause.check)
    left = [each for each in explanation.causes if each.check not in passing]
    if not left:
        return explanation
    ruled_out = (replace(each, ruled_out=True) for each in explanation.causes if each.check in passing)
    return replace(explanation, causes=(*left, *ruled_out))


def _notes(
    reading: ErrorReading, diagnosed: DiagnosedCall, settings: Settings, offline: bool
) -> Iterator[str]:
    if not reading.explanations:
        yield f"{quantity(reading.lines, 'line')} read; no known message of W&B found"
        for number, text in reading.unknown:
            yield f"line {number} looks like an error of wandb, but the message is not known: {text}"
        if diagnosed.call.target is None:
            yield (
                "to get a diagnosis, give the whole traceback or log, with the lines around `CommError` or"
                " `wandb: ERROR`, or give the path that was used as TARGET_PATH"
            )
    if reading.left_out:
        yield f"{quantity(reading.left_out, 'further message')} not shown"
    if diagnosed.taken:
        yield f"taken from the error: {', '.join(diagnosed.taken)}"
    if diagnosed.others:
        yield (
            f"{quantity(len(diagnosed.others), 'other target path')} in the text not diagnosed;"
            " `wandb-registry preflight --from-log FILE` checks all paths of a log"
        )
    host = reading.run.host
    if host is not None and urlsplit(host).netloc.lower() != urlsplit(settings.base_url.value).netloc.lower():
        yield (
            f"the log is about {host}, but your settings name {settings.base_url.value};"
            " --base-url chooses the server"
        )
    if offline and reading.explanations:
        yield (
            "no server was asked; a live diagnosis would show which cause applies"
            if can_ask(settings)
            else "no server was asked because there are no credentials; with credentials, a live diagnosis"
            " shows which cause applies"
        )
