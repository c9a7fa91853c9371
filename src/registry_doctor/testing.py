"""Run one check on given facts: for authors of checks, and for our own tests::

from registry_doctor.testing import path_facts, run_check

outcome = run_check(my_check, path_facts("wandb-registry-model/detector"))
"""

from __future__ import annotations

from collections.abc import Mapping

from registry_doctor.checking.check import Check, Outcome
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.organizations import Organization
from registry_doctor.facts import (
    CALL,
    DESTINATION,
    INTERPRETATION,
    AnyFact,
    Call,
    DeclaredFacts,
    Destination,
    Facts,
    Unavailable,
)
from registry_doctor.facts.call import read_target
from registry_doctor.queries.answers import Answers

EXAMPLE_LABS = Organization("Example Labs", "example-labs_K3P8")
"""The organization of the facts that `path_facts` makes up; it is that of the sandbox's small example."""


def path_facts(
    target: str,
    for_: Purpose = "link",
    *,
    artifact: str | None = None,
    type: str | None = None,
    aliases: tuple[str, ...] = (),
    organization: Organization = EXAMPLE_LABS,
) -> dict[AnyFact, object]:
    """CALL, INTERPRETATION and DESTINATION of a path that leads to `organization`.

    DESTINATION is missing if the path names no registry. Add the other facts that the check reads:
    `{**path_facts("wandb-registry-model/detector"), COLLECTION: None}`.
    """
    call = Call(target, for_, artifact, type, aliases)
    interpretation = read_target(call, target)
    values: dict[AnyFact, object] = {CALL: call, INTERPRETATION: interpretation}
    if interpretation.registries:
        version = interpretation.intended.version if interpretation.intended else None
        collection = interpretation.collections[0] if interpretation.collections else None
        values[DESTINATION] = Destination(organization, interpretation.registries[0], collection, version)
    return values


def facts_with(values: Mapping[AnyFact, object]) -> Facts:
    """Facts with these values. An Unavailable as the value makes the fact unavailable. No server is asked."""
    facts = Facts(Answers("there is no server in this test"))
    for fact, value in values.items():
        if isinstance(value, Unavailable):
            facts.mark_unavailable(fact, value)
        else:
            facts.set(fact, value)
    return facts


def run_check(check: Check, values: Mapping[AnyFact, object]) -> Outcome:
    """The outcome of the check with these facts.

    Raises Unavailable if a needed fact is not given and does not follow from the given ones, and
    UndeclaredFact if the check reads a fact that it did not declare.
    """
    facts = facts_with(values)
    for fact in check.needs:
        _ = facts[fact]
    return check.judge(DeclaredFacts(facts, check.needs, check.wants))
