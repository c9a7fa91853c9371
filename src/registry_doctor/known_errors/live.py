"""From what was found in a text to a report: the call that failed, diagnosed again, and the causes it confirms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from registry_doctor.domain.target_path import is_registry_project
from registry_doctor.facts import Call
from registry_doctor.report.explanation import ErrorReading, Explanation, Found
from registry_doctor.report.model import Report
from registry_doctor.settings import Given, NoCredentials, Settings
from registry_doctor.support.versions import can_be_read
from registry_doctor.support.wording import quoted_name

TAKEN = "the error"
"""Where entity and project are said to come from, if they stand in the error."""


@dataclass(frozen=True)
class Question:
    """What is diagnosed live, and what of it was taken out of the error."""

    call: Call
    given: Given
    taken: tuple[str, ...]
    """In words, for a person."""


def question(reading: ErrorReading, call: Call, given: Given, *, purpose_is_given: bool = True) -> Question:
    """The call that failed, as far as the error tells it. What is given explicitly wins."""
    lead = reading.explanations[0] if reading.explanations else None
    if lead is None:
        return Question(call, given, ())
    taken = []
    called = next((each.called for each in reading.explanations if each.called and each.called.path), None)
    target = call.target
    if target is None and (target := _target(reading)) is not None:
        taken.append(f"the path {quoted_name(target)}")
    for_ = call.for_
    if not purpose_is_given:
        kind = called or lead.called
        for_ = kind.for_ if kind else lead.call if lead.call != "both" else for_
    call = replace(call, target=target, for_=for_)
    if for_ == "link" and target is not None and called is not None and called.for_ == "link":
        if call.artifact is None and called.artifact is not None:
            call = replace(call, artifact=called.artifact)
            taken.append(f"the artifact {quoted_name(called.artifact)}")
        call = replace(call, method=call.method or called.method)
    elif for_ == "use" and target is not None and called is not None and called.for_ == "use":
        call = replace(call, method=call.method or called.method, type=call.type or called.type)
    if target is not None and call.type is None and for_ == "link" and lead.found.type:
        call = replace(call, type=lead.found.type)
        taken.append(f"the type {quoted_name(lead.found.type)}")
    if target is None:
        call = replace(call, method=None)
    version = reading.surroundings.sdk_version
    if call.sdk_version is None and version is not None and can_be_read(version):
        call = replace(call, sdk_version=version)
        taken.append(f"wandb {version}")
    if given.entity is None and given.project is None:
        entity = lead.found.entity or reading.surroundings.entity
        project = reading.surroundings.project
        if entity is not None:
            taken.append(f"the entity {quoted_name(entity)}")
            given = replace(given, entity=entity, project=project, place_option=TAKEN, started=True)
    return Question(call, given, tuple(taken))


def _target(reading: ErrorReading) -> str | None:
    """The path that was used: from a line of code, else from a message."""
    for each in reading.explanations:
        if each.called is not None and each.called.path is not None:
            return each.called.path
    return next((path for each in reading.explanations if (path := _path_in(each.found))), None)


def _path_in(found: Found) -> str | None:
    if found.path is not None:
        return found.path
    if found.owner is None or found.project is None or found.collection is None:
        return None
    name = found.collection if found.version is None else f"{found.collection}:{found.version}"
    return f"{found.owner}/{found.project}/{name}" if is_registry_project(found.project) else None


def can_ask(settings: Settings) -> bool:
    """Whether there are credentials, so that a server may be asked."""
    return not isinstance(settings.credentials, NoCredentials)


def with_explanations(
    report: Report, reading: ErrorReading, asked: Question, settings: Settings, *, offline: bool
) -> Report:
    """The report that leads with the explanations, each with the cause that the diagnosis confirms."""
    failing = {each.code for each in report.errors}
    notes = [each for each in report.notes if not each.startswith("offline:")]
    notes += _notes(reading, asked, settings, offline)
    explanations = tuple(_confirmed(each, failing) for each in reading.explanations)
    return replace(report, explanations=explanations, notes=tuple(notes))


def _confirmed(explanation: Explanation, failing: set[str]) -> Explanation:
    for cause in explanation.causes:
        if cause.check in failing:
            others = tuple(each for each in explanation.causes if each is not cause)
            return replace(explanation, causes=(cause, *others), confirmed_by=cause.check)
    return explanation


def _notes(reading: ErrorReading, asked: Question, settings: Settings, offline: bool) -> Iterator[str]:
    if not reading.explanations:
        lines = "1 line" if reading.lines == 1 else f"{reading.lines} lines"
        yield f"no known message of W&B is in {lines}"
        for number, text in reading.unknown:
            yield f"line {number} looks like one, and is not known: {text}"
        yield (
            "what helps: the whole traceback or log, with the lines around `CommError` or `wandb: ERROR`; or the"
            " path that was used, as TARGET_PATH, which is then diagnosed by itself"
        )
    if reading.left_out:
        yield f"{reading.left_out} further messages are not shown"
    if asked.taken:
        yield f"taken from the error: {', '.join(asked.taken)}"
    host = reading.surroundings.host
    if host is not None and urlsplit(host).netloc.lower() != urlsplit(settings.base_url.value).netloc.lower():
        yield f"the log is about {host}, and your settings name another server; --base-url chooses"
    if offline and reading.explanations:
        yield (
            "no server was asked, so that the causes cannot be told apart"
            if can_ask(settings)
            else "no server was asked, since there are no credentials; with them the causes can be told apart"
        )
