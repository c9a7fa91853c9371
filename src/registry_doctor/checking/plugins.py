"""Checks come in through one entry-point group, ours and strangers' alike.

An entry point names a function without arguments that returns checks. What goes wrong with one
plugin becomes a problem (RD901) and never stops the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint

from registry_doctor.checking.check import ENVIRONMENT_GROUPS, Check
from registry_doctor.domain.subjects import SUBJECTS, Subject
from registry_doctor.facts.base import Fact
from registry_doctor.support.distributions import DISTRIBUTION, name_of
from registry_doctor.support.entry_points import entry_points_of
from registry_doctor.support.interrupts import is_interrupt
from registry_doctor.support.records import record
from registry_doctor.support.wording import exception_in_words

ENTRY_POINT_GROUP = "registry_doctor.checks"

CODE = "RD901"
NAME = "plugin-loaded"
PAGE = f"""Every plugin loads, and no two checks share a code.

## What to do

Update or remove the distribution that the message names: `pip install --upgrade my-checks` or `pip uninstall
my-checks`. Or run without the plugins of others: `--no-plugins`.

## Before / After

Before: `my-checks 1.0 did not load: ModuleNotFoundError: No module named 'my_checks'`.
After: `pip install --upgrade my-checks`, or `wandb-registry doctor --no-plugins …`.

## Why it matters

A check that did not load has found nothing. The other checks still run, but a report without problems then
says less than it seems to. So the exit status is 3 instead of 0.

## What it looks at

The entry points of the group `{ENTRY_POINT_GROUP}`, and the codes of the checks that they return.

## What wandb says

- Nothing, in every version: wandb does not know these checks.

## How sure this is

Proven: the doctor loads the plugins itself.
"""


@record(frozen=True)
class Provided:
    """A check and the distribution that it comes from."""

    check: Check
    provider: str


@record(frozen=True)
class Loaded:
    """All checks, in code order, and what went wrong on the way, a sentence each."""

    checks: tuple[Provided, ...]
    problems: tuple[str, ...] = ()

    def codes_about(self, *subjects: Subject, environment: bool = False) -> tuple[str, ...]:
        """The codes of the checks that judge one of these subjects, and those of the environment if asked for."""
        return tuple(
            each.check.code
            for each in self.checks
            if not each.check.subjects.isdisjoint(subjects)
            or (environment and each.check.group in ENVIRONMENT_GROUPS)
        )


@cache
def load_checks(others: bool = True) -> Loaded:
    """The checks of all installed plugins; only our own without `others`. Raises nothing."""
    points = sorted(
        entry_points_of(ENTRY_POINT_GROUP),
        key=lambda point: (_provider(point) != DISTRIBUTION, point.name),
    )
    if not others:
        points = [point for point in points if _provider(point) == DISTRIBUTION]
    loaded = gather(points)
    if any(each.provider == DISTRIBUTION for each in loaded.checks):
        return loaded
    return Loaded(
        loaded.checks,
        (*loaded.problems, f"{DISTRIBUTION} is not installed properly: its own checks are missing"),
    )


def gather(points: Iterable[EntryPoint]) -> Loaded:
    """Load these entry points in order. The first check of a code wins."""
    found: dict[str, Provided] = {}
    problems: list[str] = []
    for point in points:
        provider = _provider(point)
        try:
            checks = list(point.load()())
        except BaseException as problem:  # such as SystemExit, of a module that is a program
            if is_interrupt(problem):
                raise KeyboardInterrupt from problem
            problems.append(f"{provider} did not load: {exception_in_words(problem)}")
            continue
        for each in checks:
            if not isinstance(each, Check):
                problems.append(f"{provider} offers {_shown(each)}, which is not a check")
            elif (fault := _fault(each)) is not None:
                problems.append(f"{provider} offers a check that cannot be used: {fault}")
            elif each.code in found or each.code == CODE:
                owner = found[each.code].provider if each.code in found else DISTRIBUTION
                problems.append(f"{provider} reuses the code {each.code} of {owner}; its check is left out")
            else:
                found[each.code] = Provided(each, provider)
    while circle := _circle(found.values()):
        strangers = [code for code in circle if found[code].provider != DISTRIBUTION] or circle
        for code in strangers:
            problems.append(
                f"{found[code].provider}: {' and '.join(circle)} require each other; {code} is left out"
            )
            del found[code]
    return Loaded(tuple(found[code] for code in sorted(found)), tuple(problems))


def _shown(thing: object) -> str:
    try:
        return repr(thing)
    except Exception:
        return f"a thing of the type {type(thing).__name__}"


def _fault(check: Check) -> str | None:
    """Why a check that was made by hand cannot be planned; `@check` makes none such."""
    texts: tuple[object, ...] = (check.code, check.name, check.documentation)
    if not all(isinstance(each, str) and each for each in texts):
        return "its code, name and documentation must be non-empty texts"
    if not isinstance(check.requires, tuple) or not all(isinstance(each, str) for each in check.requires):
        return f"what {check.code} requires must be a tuple of codes"
    facts: tuple[object, ...] = (check.needs, check.wants)
    for each in facts:
        if not isinstance(each, tuple) or not all(isinstance(fact, Fact) for fact in each):
            return f"what {check.code} reads must be a tuple of facts"
    named: tuple[object, ...] = (check.own_subjects, check.judges)
    for each in named:
        if not isinstance(each, frozenset) or not each <= set(SUBJECTS):
            return f"what {check.code} is about must be a set of subjects: {', '.join(SUBJECTS)}"
    if not isinstance(check.own_group, str | None):
        return f"the group of {check.code} must be a text"
    return None if callable(check.judge) else f"{check.code} has no function"


def _circle(checks: Iterable[Provided]) -> list[str]:
    """Codes of checks that require each other, if there are any."""
    graph = {each.check.code: each.check.requires for each in checks}
    try:
        TopologicalSorter(
            {code: [each for each in after if each in graph] for code, after in graph.items()}
        ).prepare()
    except CycleError as found:
        return list(dict.fromkeys(found.args[1]))
    return []


def _provider(point: EntryPoint) -> str:
    return name_of(point.dist) if point.dist is not None else point.value
