"""Many calls at once: what they share is asked once, and the rest in the same requests."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

from registry_doctor.checking.plugins import Loaded
from registry_doctor.diagnosis.engine import Options, Wanted, diagnosing, plan_of, way_to_server
from registry_doctor.facts import Call, Facts
from registry_doctor.facts.base import AnyFact, collect_together
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Report
from registry_doctor.settings import Settings

BATCH_SIZE = 2000
"""How many diagnoses are under way together; more would save few requests and cost memory."""

SMALL_BATCH = 20
"""Up to so many diagnoses a round trip saved is worth more than the questions that it costs."""


@dataclass(frozen=True)
class Request:
    """A call, and what wandb would take for everything else."""

    call: Call
    settings: Settings


@dataclass
class _Running:
    """A diagnosis under way: its steps, and what it waits for; a report once it has ended."""

    answers: Answers
    steps: Generator[Wanted, None, Report]
    wanted: Wanted | None = None
    report: Report | None = None

    def go_on(self) -> None:
        try:
            self.wanted = next(self.steps)
        except StopIteration as end:
            self.wanted, self.report = None, end.value


def examine_many(
    asked: Iterable[Request],
    loaded: Loaded,
    options: Options = Options(),  # noqa: B008 - frozen
) -> Iterator[Report]:
    """Diagnose all of them; a report each, in their order, as soon as those taken up with it are done.

    `options.timeout` is for all of them together. Raises UnknownCode as `examine` does, and nothing for
    what the server does.
    """
    planned = plan_of(loaded, options)
    with ExitStack() as stack:
        ways: dict[object, Answers] = {}

        def answers_for(settings: Settings, for_many: bool) -> Answers:
            key = (settings.base_url.value, settings.credentials)
            if key not in ways:
                way = way_to_server(settings, options)
                transport = way if isinstance(way, str) else stack.enter_context(way)
                ways[key] = Answers(transport, for_many=for_many)
            return ways[key]

        waiting = iter(asked)
        while some := list(islice(waiting, BATCH_SIZE)):
            running = []
            for one in some:
                answers = answers_for(one.settings, len(some) > SMALL_BATCH)
                steps = diagnosing(answers, one.call, one.settings, planned, loaded, options)
                running.append(_Running(answers, steps))
            yield from _to_the_end(running)


def _to_the_end(running: list[_Running]) -> Iterator[Report]:
    """Take all of them on, step by step; between the steps the server is asked for all that is wanted."""
    for one in running:
        one.go_on()
    while unfinished := [one for one in running if one.wanted is not None]:
        by_way: dict[int, list[tuple[Facts, Iterable[AnyFact]]]] = {}
        ways = {id(one.answers): one.answers for one in unfinished}
        for one in unfinished:
            if one.wanted is not None:
                by_way.setdefault(id(one.answers), []).append((one.wanted.facts, one.wanted.which))
        for way, answers in ways.items():
            collect_together(answers, by_way[way])
        for one in unfinished:
            one.go_on()
    for one in running:
        if one.report is not None:
            yield one.report
