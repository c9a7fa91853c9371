"""One survey for all tests of this folder: worlds and calls, each tried by the doctor and by the SDK."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.differential.calls import calls
from tests.differential.comparison import Bench, Disagreement
from tests.differential.found import save
from tests.differential.minimal import minimal
from tests.differential.worlds import Document, worlds
from tests.sdk.conftest import Case

CALLS = int(os.environ.get("REGISTRY_DOCTOR_CALLS", "2000"))
SEED = int(os.environ.get("REGISTRY_DOCTOR_SEED", "1"))
CALLS_IN_A_WORLD = 20
WORLDS_TO_A_DRAFT = 4
"""A draft takes as long as twenty other calls."""
WORLDS_OF_A_SEED = 10
"""From then on hypothesis varies worlds that it has drawn, and half of the calls would be drawn twice."""
KEPT = 3
"""How many disagreements of one kind are made small and kept."""


@dataclass(repr=False)
class Survey:
    """All that a survey found."""

    bench: Bench
    disagreements: list[Disagreement] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)

    def expect_no(self, *kinds: str) -> None:
        """Fail if any of these kinds was found, with what was found and where examples are kept."""
        if found := [each for each in self.disagreements if each.kind in kinds]:
            shown = [
                *map(str, found[:20]),
                f"{len(found)} in all; seed {SEED}; kept as",
                *map(str, self.kept),
            ]
            pytest.fail("\n".join(shown), pytrace=False)

    def keep_examples(self) -> None:
        """Make the first of each kind small, and keep them."""
        kinds: Counter[str] = Counter()
        for each in self.disagreements:
            kinds[each.kind] += 1
            if kinds[each.kind] <= KEPT:
                self.kept.append(save(minimal(each, self.bench.compare)))


TRIED = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says what was tried, and with which seed, whether or not something was found."""
    if tried := config.stash.get(TRIED, None):
        terminalreporter.write_line(tried)


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """A sandbox with its SDKs."""
    with pytest.MonkeyPatch.context() as patch, Bench.open() as bench:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setattr("registry_doctor.transport.retries._FIRST_WAIT", 0.0)
        yield bench


@pytest.fixture(scope="session")
def survey(bench: Bench, pytestconfig: pytest.Config) -> Survey:
    """Tries as many calls as were asked for, no two alike, in one world after the other."""
    survey, tally = Survey(bench), bench.tally
    tried: set[str] = set()
    for world, cases in chain.from_iterable(map(drawn, count(SEED * 1_000_000))):
        if tally.calls >= CALLS:
            break
        tally.worlds += 1
        for case in cases if tally.worlds % WORLDS_TO_A_DRAFT == 0 else cases[:-1]:
            if (name := repr((world, case))) not in tried:
                tried.add(name)
                survey.disagreements += bench.compare(world, case)
    pytestconfig.stash[TRIED] = f"seed {SEED}: {len(survey.disagreements)} disagreements in {tally}"
    survey.keep_examples()
    return survey


def drawn(number: int) -> list[tuple[Document, list[Case]]]:
    """Some worlds, each with calls, of which the last is for a draft; the same for the same number."""
    found: list[tuple[Document, list[Case]]] = []

    @seed(number)
    @settings(
        max_examples=WORLDS_OF_A_SEED,
        phases=[Phase.generate],  # drawn and no more: they are tried, and made small, without hypothesis
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        world = data.draw(worlds())
        cases = [data.draw(calls(world)) for _ in range(CALLS_IN_A_WORLD)]
        found.append((world, [*cases, data.draw(calls(world, draft=True))]))

    draw()
    return found
