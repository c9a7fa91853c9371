"""Plan the checks and run them: each planned check gets exactly one result."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from graphlib import TopologicalSorter
from time import perf_counter

from registry_doctor.checking.check import Check, Fail, Fix, Outcome, Pass, Severity, Skip
from registry_doctor.checking.plugins import CODE, Provided
from registry_doctor.checking.results import ProposedFix, Result, Status
from registry_doctor.domain.subjects import Subject
from registry_doctor.domain.target_path import TargetPath
from registry_doctor.facts import AnyFact, DeclaredFacts, Facts, Unavailable
from registry_doctor.support.interrupts import is_interrupt
from registry_doctor.support.records import record
from registry_doctor.support.wording import exception_in_words

NOT_ASKED = "the server is not asked (--offline)"
"""The reason for skipping a check that needs the server."""


class UnknownCode(ValueError):
    """A code was selected or ignored that no check has."""


@record(frozen=True)
class Plan:
    """Checks in an order in which each follows what it requires."""

    checks: tuple[Provided, ...]
    ancestors: Mapping[str, frozenset[str]]
    """For each code all the codes it requires, directly or through others."""
    ignored: Mapping[str, str] = field(default_factory=dict[str, str])
    """The reason for each check that runs although its failure is ignored."""

    @cached_property
    def facts(self) -> tuple[AnyFact, ...]:
        """All facts that the planned checks may read."""
        return tuple(fact for each in self.checks for fact in (*each.check.needs, *each.check.wants))


@record(frozen=True)
class CheckOutcome:
    """A result, with the outcome that the check returned; `None` if it did not run or crashed."""

    result: Result
    outcome: Outcome | None
    ignored: bool = False
    """It failed, crashed or is unknown, and the configuration ignores that."""


def plan(checks: Iterable[Provided], select: Collection[str] = (), ignore: Collection[str] = ()) -> Plan:
    """Choose and order the checks.

    `select` chooses these codes (or beginnings of codes) and all that they require; empty means every
    check. `ignore` leaves checks out; checks that require them run without them. Raises UnknownCode for a
    code that matches no check. `plugins` has already rejected checks that require each other.
    """
    by_code = {each.check.code: each for each in checks}
    chosen = _matching(select, by_code) if select else set(by_code)
    required = list(chosen)
    while required:
        code = required.pop()
        for wanted in by_code[code].check.requires:
            if wanted in by_code and wanted not in chosen:
                chosen.add(wanted)
                required.append(wanted)
    chosen -= _matching(ignore, by_code)
    sorter = TopologicalSorter({code: _required(by_code[code].check, by_code) for code in by_code})
    ancestors: dict[str, frozenset[str]] = {}
    ordered: list[Provided] = []
    sorter.prepare()
    while sorter.is_active():
        for code in sorted(sorter.get_ready()):
            direct = _required(by_code[code].check, by_code)
            ancestors[code] = frozenset(direct).union(*(ancestors[each] for each in direct))
            if code in chosen:
                ordered.append(by_code[code])
            sorter.done(code)
    return Plan(tuple(ordered), ancestors)


def run_checks(planned: Plan, facts: Facts, *, offline: bool = False) -> Iterator[CheckOutcome]:
    """Run the checks on collected facts; yield one outcome at a time, in the order of the plan. Raises nothing.

    `offline` skips every check that needs the server.
    """
    failures: dict[str, frozenset[Subject] | None] = {}
    for provided in planned.checks:
        started = perf_counter()
        code = provided.check.code
        about = provided.check.about
        if offline and "server" in about:
            yield CheckOutcome(_result(provided, Status.SKIP, NOT_ASKED, started), None)
            continue
        root = next(
            (each for each in failures if each in planned.ancestors[code] and _blocks(failures[each], about)),
            None,
        )
        if root is not None:
            yield _blocked(provided, root)
            continue
        judged = ignoring(_judge(provided, facts, started), planned.ignored.get(code))
        if judged.result.is_error:
            failures[code] = judged.outcome.leaves_unknown if isinstance(judged.outcome, Fail) else None
        elif isinstance(judged.outcome, (Fail, Skip)) and judged.outcome.leaves_unknown:
            failures[code] = judged.outcome.leaves_unknown
        elif judged.result.status is Status.ERROR or judged.result.unknown:
            failures[code] = None
        yield judged


def ignoring(judged: CheckOutcome, reason: str | None) -> CheckOutcome:
    """Turn a failed, crashed or unknown outcome into a skip if there is a `reason` to ignore it."""
    result = judged.result
    if reason is None or not (result.status in (Status.FAIL, Status.ERROR) or result.unknown):
        return judged
    message = f"ignored: {reason}"
    skipped = replace(result, status=Status.SKIP, severity=None, message=message, fixes=(), unknown=False)
    return CheckOutcome(skipped, None, ignored=True)


def _judge(provided: Provided, facts: Facts, started: float) -> CheckOutcome:
    check = provided.check
    try:
        for fact in check.needs:
            _ = facts[fact]
    except Unavailable as missing:
        return CheckOutcome(
            _result(provided, Status.SKIP, missing.reason, started, unknown=missing.unknown), None
        )
    except Exception as problem:
        return CheckOutcome(_crashed(provided, problem, started), None)
    try:
        outcome = check.judge(DeclaredFacts(facts, *check.declared))
    except BaseException as problem:  # also SystemExit: a check must not end the program
        if is_interrupt(problem):
            raise KeyboardInterrupt from problem
        return CheckOutcome(_crashed(provided, problem, started), None)
    match outcome:
        case Pass(message, notable):
            result = replace(_result(provided, Status.PASS, message, started), notable=notable)
        case Skip(reason, unknown, hidden):
            result = _result(provided, Status.SKIP, reason, started, unknown=unknown, hidden=hidden)
        case Fail(message, fixes, severity, leaves_unknown):
            result = _result(provided, Status.FAIL, message, started, severity, fixes=fixes)
            # Of a check about several subjects, those that this failure is about.
            if leaves_unknown and (about := leaves_unknown & check.subjects):
                result = replace(result, subjects=about)
        case _:
            wrong = TypeError(f"it returned {type(outcome).__name__} instead of Pass, Fail or Skip")
            return CheckOutcome(_crashed(provided, wrong, started), None)
    return CheckOutcome(result, outcome)


def with_paths(judged: CheckOutcome, base: TargetPath | None) -> Result:
    """Return the result in which each fix has its corrected path, made from the typed one."""
    if base is None or not isinstance(judged.outcome, Fail):
        return judged.result
    fixes = tuple(_proposed(fix, base) for fix in judged.outcome.fixes)
    return replace(judged.result, fixes=fixes)


def _proposed(fix: Fix, base: TargetPath | None) -> ProposedFix:
    path = str(base.edit(fix.changes)) if base is not None and fix.changes else None
    return ProposedFix(fix.title, path, fix.applicability, fix.steps, fix.snippet)


def _result(
    provided: Provided,
    status: Status,
    message: str,
    started: float,
    severity: Severity | None = None,
    *,
    fixes: tuple[Fix, ...] = (),
    blocked_by: str | None = None,
    unknown: bool = False,
    hidden: bool = False,
) -> Result:
    check = provided.check
    took = (perf_counter() - started) * 1000
    return Result(
        check.code, check.name, check.group, status, severity, message, check.docs, provided.provider,
        blocked_by, tuple(_proposed(fix, None) for fix in fixes), unknown, round(took, 3), None, check.subjects, hidden,
    )  # fmt: skip


def _blocked(provided: Provided, root: str) -> CheckOutcome:
    message = f"cannot be judged before {root} is settled"
    return CheckOutcome(_result(provided, Status.BLOCKED, message, perf_counter(), blocked_by=root), None)


def _crashed(provided: Provided, problem: BaseException, started: float) -> Result:
    message = f"the check crashed: {exception_in_words(problem)}"
    return _result(provided, Status.ERROR, message, started)


def _blocks(leaves: frozenset[Subject] | None, about: frozenset[Subject]) -> bool:
    return leaves is None or not leaves.isdisjoint(about)


def _required(check: Check, by_code: Mapping[str, Provided]) -> list[str]:
    return [code for code in check.requires if code in by_code]


def _matching(wanted: Iterable[str], by_code: Mapping[str, Provided]) -> set[str]:
    found: set[str] = set()
    for text in wanted:
        matching = {code for code in by_code if code.startswith(text.upper())}
        # RD901 is found while the checks are loaded, so no planned check has this code.
        if not text or not (matching or CODE.startswith(text.upper())):
            raise UnknownCode(f"no check has the code {text!r}")
        found |= matching
    return found
