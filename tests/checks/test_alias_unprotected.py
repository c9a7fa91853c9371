"""RD405: you may set the aliases of the link, as far as the doctor can know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from registry_doctor_checks.alias_unprotected import alias_unprotected

from registry_doctor.facts import ADMINISTRATOR, CALL, DESTINATION, VIEWER, Call, Facts, Unavailable
from registry_doctor.facts.questions.registry import AskMembers, AskRegistry
from registry_doctor.queries.answers import Answers
from registry_doctor.transport import Answer, GraphQLError, JsonValue
from tests.checks.conftest import (
    BOB,
    Table,
    Values,
    Verdict,
    at,
    confirm,
    each_of,
    link,
    passes,
    skips,
    use,
)

TARGET = "wandb-registry-model/detector"


def with_alias(values: Values) -> Values:
    """The link asks for an alias."""
    call = values[CALL]
    assert isinstance(call, Call)
    return {**values, CALL: replace(call, aliases=("production",))}


CASES: Table = {
    "without an alias nothing can be protected": (link(TARGET, {ADMINISTRATOR: True}), skips("no alias")),
    "a fetch sets none": (use(f"{TARGET}:v0"), skips("a fetch")),
    "an administrator may set all": (with_alias(link(TARGET, {ADMINISTRATOR: True})), passes("administrator")),
    "of others nobody knows": (
        with_alias(link(TARGET, {ADMINISTRATOR: False})), skips("unknown", "Only an administrator"),
    ),
    "a hidden list of members leaves it unknown, and no more": (
        with_alias(link(TARGET, {ADMINISTRATOR: Unavailable("the server could not say", unknown=True)})), skips("unknown"),
    ),
}  # fmt: skip


@each_of(CASES)
def test_alias_unprotected(values: Values, verdict: Verdict) -> None:
    """It never fails, and an answer that does not come is no reason for an inconclusive diagnosis."""
    confirm(alias_unprotected, values, verdict)


class Canned:
    """A server with one answer for everything."""

    def __init__(self, members: JsonValue, errors: tuple[GraphQLError, ...] = ()) -> None:
        self._answer = Answer({"q0": {"name": "wandb-registry-model"}, "q1": members}, errors, 200, 1.0)

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """Give it."""
        return self._answer


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"members": [{"username": "bob", "role": {"name": "admin"}}], "teamMembers": []}, True),
        ({"members": [{"username": "bob", "role": {"name": "member"}}], "teamMembers": []}, False),
        ({"members": [{"username": "alice", "role": {"name": "admin"}}], "teamMembers": []}, False),
        (
            {"members": [], "teamMembers": [{"team": {"name": "vision"}, "role": {"name": "admin"}}]},
            True,
        ),
        (
            {"members": [], "teamMembers": [{"team": {"name": "speech"}, "role": {"name": "admin"}}]},
            False,
        ),
        (None, False),
    ],
)
def test_an_administrator_is_listed_in_person_or_by_a_team(members: JsonValue, expected: bool) -> None:
    """A list that is hidden proves nothing, and hides neither the registry nor anything else."""
    hidden = (GraphQLError("permission denied", ("q1", "members"), "PERMISSION_ERROR"),)
    answers = Answers(Canned(members, () if members else hidden))
    facts = Facts(answers)
    for fact, value in {CALL: Call(TARGET, aliases=("a",)), VIEWER: BOB, **at()}.items():
        facts.set(fact, value)
    destination = facts[DESTINATION]
    answers.fetch(
        [
            AskRegistry(destination.entity, destination.project),
            AskMembers(destination.entity, destination.project),
        ]
    )
    assert facts[ADMINISTRATOR] is expected
    assert answers.get(AskRegistry(destination.entity, destination.project)) is not None
