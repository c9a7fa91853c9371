"""Diagnose many calls together: shared questions are sent once, the others in the same requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

from registry_doctor.checking.plugins import Loaded
from registry_doctor.diagnosis.diagnosis import Diagnosis
from registry_doctor.diagnosis.options import Options, plan_of
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.facts import Call
from registry_doctor.facts.base import collect_together
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Report
from registry_doctor.settings import Settings

BATCH_SIZE = 2000
"""How many diagnoses run together; more would save few requests and cost memory."""

SMALL_BATCH = 20
"""Up to this number of diagnoses, saving a round trip is worth a few unnecessary questions."""


@dataclass(frozen=True)
class Request:
    """A call, and the settings that apply to it."""

    call: Call
    settings: Settings


def examine_many(
    requests: Iterable[Request],
    loaded: Loaded,
    options: Options = Options(),  # noqa: B008 - frozen
) -> Iterator[Report]:
    """Diagnose all requests; yield one report for each, in order, as soon as its batch is done.

    `options.timeout` is for all of them together. Raises UnknownCode as `examine` does; failures of the
    server are in the reports.
    """
    planned = plan_of(loaded, options)
    with ExitStack() as stack:
        shared: dict[object, Answers] = {}

        def answers_for(settings: Settings, for_many: bool) -> Answers:
            person = (settings.base_url.value, settings.credentials)
            if person not in shared:
                transport = transport_for(settings, options)
                opened = transport if isinstance(transport, str) else stack.enter_context(transport)
                shared[person] = Answers(opened, for_many=for_many)
            return shared[person]

        waiting = iter(requests)
        while taken := list(islice(waiting, BATCH_SIZE)):
            many = len(taken) > SMALL_BATCH
            yield from _run_together(
                Diagnosis(
                    answers_for(each.settings, many), each.call, each.settings, planned, loaded, options
                )
                for each in taken
            )


def _run_together(diagnoses: Iterable[Diagnosis]) -> Iterator[Report]:
    """Advance all diagnoses step by step; between the steps, each server gets all their questions together."""
    unfinished = dict(enumerate(diagnoses))
    reports: dict[int, Report] = {}
    while unfinished:
        by_server: dict[int, list[Diagnosis]] = {}
        for each in unfinished.values():
            by_server.setdefault(id(each.answers), []).append(each)
        for together in by_server.values():
            collect_together(together[0].answers, [(each.facts, each.needs) for each in together])
        for number, each in list(unfinished.items()):
            each.advance()
            if each.report is not None:
                reports[number] = each.report
                del unfinished[number]  # its facts are no longer needed
    for number in sorted(reports):
        yield reports[number]
