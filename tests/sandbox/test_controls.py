"""The sandbox's own controls: more world, faults to order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

VIEWER = "query Viewer { viewer { username } }"


def test_a_world_is_added_to_the_one_that_is_served(client: Client) -> None:
    """Known things get what the document adds, unknown ones are made."""
    document = {
        "users": [{"username": "zoe", "api_keys": ["z" * 40]}],
        "teams": [{"name": "vision", "org": "Acme Robotics", "members": {"zoe": "member"}}],
        "registries": [
            {
                "org": "Acme Robotics",
                "name": "model",
                "members": {"zoe": "member"},
                "collections": [
                    {
                        "name": "detector",
                        "type": "model",
                        "versions": [{"source": "vision/detectors/yolo:v1", "aliases": ["zoe"]}],
                    }
                ],
            },
        ],
    }
    assert client.control("world", document).json() == {"ok": True}
    reply = client.ask(
        "z" * 40,
        """{ project(entityName: "acme-robotics_X7Q2", name: "wandb-registry-model") {
        readOnly artifactCollectionMembership(name: "detector:zoe") { versionIndex } } }""",
    )
    assert reply["project"] == {"readOnly": False, "artifactCollectionMembership": {"versionIndex": 1}}


def test_a_malformed_world_is_refused_with_its_place(client: Client) -> None:
    """The running sandbox goes on."""
    answer = client.control("world", {"users": [{"name": "x"}]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "users[0].username: is missing or empty"
    assert client.ask("bob", VIEWER).status == 200


@pytest.mark.parametrize("op", ["Viewer", "/graphql", "*"])
def test_a_fault_strikes_the_next_matching_answers(client: Client, op: str) -> None:
    """By operation, by path, or all; as often as ordered, and it is in the log."""
    client.control("faults", [{"op": op, "status": 503, "times": 2, "body": "down"}])
    answers = [
        client.session.post(
            f"{client.base_url}/graphql", json={"query": VIEWER}, auth=("api", client.keys["bob"]), timeout=20
        )
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].text == "down"
    assert [entry.status for entry in client.sandbox.log] == [503, 503, 200]


def test_a_fault_leaves_other_operations_alone(client: Client) -> None:
    """Only what was named fails."""
    client.sandbox.set_faults([{"op": "LinkArtifact", "status": 500}])
    assert client.ask("bob", VIEWER).status == 200


def test_a_fault_without_status_is_only_late(client: Client) -> None:
    """The right answer comes after the delay."""
    client.sandbox.set_faults([{"op": "*", "delay": 0.3}])
    started = time.monotonic()
    assert client.ask("bob", VIEWER)["viewer.username"] == "bob"
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<html>proxy</html>", "text/html; charset=utf-8"),
        ('{"data": null}', "application/json"),
        ({"data": None}, "application/json"),
        (None, "application/json"),
    ],
)
def test_the_body_of_a_fault_has_its_content_type(client: Client, body: object, content_type: str) -> None:
    """A page in place of JSON is what proxies send."""
    client.sandbox.set_faults([{"op": "*", "status": 200, "body": body}])
    answer = client.session.post(f"{client.base_url}/graphql", json={"query": VIEWER}, timeout=20)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"op": 1},
        {"op": "*", "status": 9},
        {"op": "*", "times": -1},
        {"op": "*", "delay": "long"},
        {"op": "*", "when": 1},
        "*",
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(client: Client, fault: object) -> None:
    """The message says what is expected."""
    answer = client.control("faults", [fault])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]
