"""Run one check on given facts: for authors of checks, and for our own tests.

>>> from registry_doctor.facts import CALL, READING, Call
>>> from registry_doctor.readings import read
>>> from registry_doctor.testing import run_check
>>> outcome = run_check(my_check, {CALL: Call("a/b"), READING: read("a/b", "link")})  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping

from registry_doctor.answers import Answers
from registry_doctor.check import Check, Outcome
from registry_doctor.facts import AnyFact, DeclaredFacts, Facts, Unavailable


def facts_with(values: Mapping[AnyFact, object]) -> Facts:
    """Facts that have these values, or are not available where the value is an Unavailable; no server."""
    facts = Facts(Answers("there is no server in this test"))
    for fact, value in values.items():
        if isinstance(value, Unavailable):
            facts.miss(fact, value)
        else:
            facts.put(fact, value)
    return facts


def run_check(check: Check, values: Mapping[AnyFact, object]) -> Outcome:
    """What the check says of these facts.

    Raises Unavailable if a needed fact is neither given nor follows from the given ones, and
    UndeclaredFact if the check reads what it did not declare.
    """
    facts = facts_with(values)
    for fact in check.needs:
        _ = facts[fact]
    return check.judge(DeclaredFacts(facts, check.needs, check.wants))
