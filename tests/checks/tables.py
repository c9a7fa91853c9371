"""The rows of all tables in the tests of single checks: facts, and what the check says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path

from registry_doctor.checking.check import Check, Outcome
from registry_doctor.checking.plugins import load_checks
from registry_doctor.facts import AnyFact, DeclaredFacts
from registry_doctor.testing import facts_with
from tests.checks.conftest import Values, Verdict


@dataclass(frozen=True)
class Row:
    """One row of a check's table."""

    check: Check
    name: str
    values: Values

    def __str__(self) -> str:
        return f"{self.check.code} {self.name}"

    @cached_property
    def _judged(self) -> tuple[Outcome, set[AnyFact]]:
        facts = DeclaredFacts(facts_with(self.values), self.check.needs, self.check.wants)
        return self.check.judge(facts), facts.read

    @property
    def outcome(self) -> Outcome:
        """What the check says."""
        return self._judged[0]

    @property
    def read(self) -> set[AnyFact]:
        """The facts that it reads for it."""
        return self._judged[1]


def _rows() -> Iterator[Row]:
    for provided in load_checks(others=False).checks:
        check = provided.check
        name = f"test_{check.name.replace('-', '_')}"
        if not Path(__file__).with_name(f"{name}.py").is_file():
            continue  # another test notices
        for table in vars(import_module(f"tests.checks.{name}")).values():
            if isinstance(table, dict) and all(_is_row(each) for each in table.values()):
                yield from (Row(check, name, values) for name, (values, _) in table.items())


def _is_row(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], Verdict)


ROWS = tuple(_rows())
