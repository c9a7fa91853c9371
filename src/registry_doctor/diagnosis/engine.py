"""Diagnose one call: connect, collect facts, judge, correct the path, report."""

from __future__ import annotations

from registry_doctor.checking.plugins import Loaded
from registry_doctor.diagnosis.diagnosis import Diagnosis
from registry_doctor.diagnosis.options import Options, plan_of
from registry_doctor.diagnosis.runner import Plan
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.facts import Call
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Report
from registry_doctor.settings import Settings


def examine(
    call: Call,
    settings: Settings,
    loaded: Loaded,
    options: Options = Options(),  # noqa: B008 - frozen
) -> Report:
    """Diagnose one call. Findings are results, never exceptions.

    Raises UnknownCode if `options` names a code that no check has.
    """
    planned = plan_of(loaded, options)
    transport = transport_for(settings, options)
    if isinstance(transport, str):
        return diagnose_with(Answers(transport), call, settings, planned, loaded, options)
    with transport:
        return diagnose_with(Answers(transport), call, settings, planned, loaded, options)


def diagnose_with(
    answers: Answers, call: Call, settings: Settings, planned: Plan, loaded: Loaded, options: Options
) -> Report:
    """Diagnose with answers that may be shared with other diagnoses of the same person and server."""
    return finish(Diagnosis(answers, call, settings, planned, loaded, options))


def finish(diagnosis: Diagnosis) -> Report:
    """Run the diagnosis to its end and return the report."""
    while diagnosis.report is None:
        diagnosis.facts.collect(diagnosis.needs)
        diagnosis.advance()
    return diagnosis.report
