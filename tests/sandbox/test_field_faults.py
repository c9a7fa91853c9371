"""Faults of single root fields, and answers that break off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

INTERNAL_ERROR = "An internal error occurred. Please contact support."
BOTH = "query Both { me: viewer { username } serverInfo { features { name } } }"
FAULT = {"fields": ["viewer", "project"], "below": ["organizations"]}


def test_the_named_field_fails_and_the_others_are_answered(client: Client) -> None:
    """Null and an error with the key of the answer, the status of the fault, no code; then it is over."""
    client.control("faults", [FAULT])
    reply = client.ask("bob", BOTH)
    assert (reply.status, reply["me"]) == (500, None)
    assert reply["serverInfo.features.0.name"]
    assert isinstance(reply.body, dict)
    assert reply.body["errors"] == [{"message": INTERNAL_ERROR, "path": ["me", "organizations"]}]
    assert client.ask("bob", BOTH)["me.username"] == "bob"


def test_status_words_and_code_are_those_of_the_fault(client: Client) -> None:
    """A refusal can be played in the same way."""
    client.sandbox.set_faults(
        [{"fields": ["viewer"], "status": 403, "message": "permission denied", "code": "PERMISSION_ERROR"}]
    )
    reply = client.ask("bob", "{ viewer { username } }")
    error = {
        "message": "permission denied",
        "path": ["viewer"],
        "extensions": {"code": "PERMISSION_ERROR"},
    }
    assert (reply.status, reply.body) == (403, {"data": {"viewer": None}, "errors": [error]})


def test_a_fault_of_a_field_leaves_other_operations_alone(client: Client) -> None:
    """It waits for an operation that asks for the field, also inside a fragment."""
    client.sandbox.set_faults([{"fields": ["viewer"]}])
    assert client.ask("bob", "{ serverInfo { features { name } } }").status == 200
    assert client.ask("bob", "query A { ...F } fragment F on Query { viewer { username } }").status == 500


def test_a_mutation_that_fails_changes_nothing(client: Client) -> None:
    """The resolver never ran."""
    client.start_run("first")
    client.sandbox.set_faults([{"fields": ["upsertBucket"]}])
    reply = client.start_run("lost")
    assert (reply.status, reply["upsertBucket"], reply.messages) == (500, None, [INTERNAL_ERROR])
    assert client.runs() == ["first"]


@pytest.mark.parametrize("cut", [0, 10])
def test_an_answer_breaks_off(client: Client, cut: int) -> None:
    """The connection ends in the middle of the body; the next answer is whole."""
    client.sandbox.set_faults([{"op": "Both", "cut": cut}])
    with pytest.raises(requests.exceptions.RequestException):
        client.ask("bob", BOTH)
    assert client.ask("bob", BOTH).status == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"fields": []},
        {"fields": "viewer"},
        {"fields": ["viewer"], "op": "*"},
        {"fields": ["viewer"], "body": "x"},
        {"fields": ["viewer"], "below": [1]},
        {"fields": ["viewer"], "message": 1},
        {"op": "*", "below": ["x"]},
        {"op": "*", "cut": -1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(client: Client, fault: object) -> None:
    """The message names the key."""
    answer = client.control("faults", [fault])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]
