"""Rows of history by their steps, whatever the order they came in; and the log of requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry_doctor.sandbox import Sandbox, World
from registry_doctor.sandbox.errors import Refusal
from registry_doctor.sandbox.history_rows import HistoryRows, sampled
from registry_doctor.sandbox.requestlog import MOST_ENTRIES, LogEntry, RequestLog

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Reply, Speaker

SAMPLED = """query S($specs: [JSONString!]!) { project(entityName: "vision", name: "training") {
  run(name: "r1") { sampledHistory(specs: $specs) } } }"""


def stream(client: Speaker, lines: list[str], offset: int = 0) -> int:
    """Let bob's run r1 send lines of history; the status of the answer."""
    address = f"{client.base_url}/files/vision/training/r1/file_stream"
    message = {"files": {"wandb-history.jsonl": {"offset": offset, "content": lines}}}
    return client.session.post(
        address, json=message, auth=("api", client.keys["bob"]), timeout=20
    ).status_code


def sample(client: Speaker, **spec: object) -> Reply:
    """What one specification gives."""
    return client.ask("bob", SAMPLED, specs=[json.dumps(spec)])


def rows(*steps: int) -> HistoryRows:
    """A history with these steps, as they were sent."""
    history = HistoryRows()
    history.write(0, [json.dumps({"_step": step, "x": step}) for step in steps])
    return history


def steps(lines: list[str]) -> list[int]:
    """The steps of some lines."""
    return [json.loads(line)["_step"] for line in lines]


@pytest.mark.parametrize(
    ("first", "end", "expected"),
    [(None, None, [1, 5, 9]), (5, None, [5, 9]), (None, 5, [1]), (2, 9, [5]), (6, 9, []), (9, 1, [])],
)
def test_a_range_is_one_of_steps(first: int | None, end: int | None, expected: list[int]) -> None:
    """The first step is included, the last one is not; lines come by step."""
    assert steps(rows(9, 1, 5).between(first, end)) == expected


def test_a_line_that_is_sent_again_is_there_once() -> None:
    """Clients repeat what was not acknowledged."""
    history = rows(0, 1)
    for _ in range(2):
        history.write(2, ['{"_step": 2}'])
    assert (steps(history.between()), len(history), history.last_step) == ([0, 1, 2], 3, 2)


def test_writing_from_an_earlier_line_replaces_what_followed() -> None:
    """As when a run is begun again from its beginning."""
    history = rows(0, 1, 2)
    history.write(1, ['{"_step": 7}'])
    assert steps(history.between()) == [0, 7]


def test_keys_follow_what_is_written() -> None:
    """They are counted once, and again after a change."""
    history = rows(0)
    assert history.keys()["lastStep"] == 0
    history.write(None, ['{"_step": 3, "y": {"z": true}}'])
    assert history.keys()["lastStep"] == 3
    keys = history.keys()["keys"]
    assert isinstance(keys, dict)
    assert keys["y.z"] == {"typeCounts": [{"type": "boolean", "count": 1}], "previousValue": True}


@pytest.mark.parametrize("line", ["", "[]", "{", '{"_step": "one"}', '{"_step": NaN}'])
def test_a_line_that_is_not_a_row_is_refused(line: str) -> None:
    """And nothing of its message is taken."""
    history = rows(0)
    with pytest.raises(Refusal, match="line 2 of the history"):
        history.write(1, ['{"_step": 1}', line])
    assert len(history) == 1


@pytest.mark.parametrize(
    ("length", "samples", "expected"),
    [
        (10, None, list(range(10))),
        (10, 10, list(range(10))),
        (10, 99, list(range(10))),
        (11, 3, [0, 5, 10]),
        (10, 2, [0, 9]),
        (10, 1, [0]),
        (10, 0, []),
        (0, 5, []),
    ],
)
def test_samples_are_spread_evenly(length: int, samples: int | None, expected: list[int]) -> None:
    """From the first to the last."""
    assert sampled(range(length), samples) == expected


def test_a_negative_number_of_samples_is_refused() -> None:
    """Instead of an end that is cut off."""
    with pytest.raises(Refusal, match="must not be negative"):
        sampled(range(9), -1)


def test_the_log_of_requests_keeps_the_newest() -> None:
    """A sandbox that lives long takes no more memory."""
    log = RequestLog()
    for number in range(MOST_ENTRIES + 5):
        log.add(LogEntry(str(number), "query", "/graphql", 200, None, 0.1))
    assert [log.entries()[index].operation for index in (0, -1)] == ["5", str(MOST_ENTRIES + 4)]
    assert len(log.entries()) == MOST_ENTRIES


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("more", [0, 1], ids=["SDK 0.31", "SDK 0.22"])
def test_pages_of_every_sdk_have_each_row_once(client: Client, size: int, more: int) -> None:
    """Older ones ask for a step more than rows."""
    client.start_run("r1")
    assert stream(client, [json.dumps({"_step": step, "x": step}) for step in range(20)]) == 200
    found: list[object] = []
    for first in range(0, 20, size):
        last = min(first + size, 20) - 1 + more
        reply = sample(client, keys=["x"], minStep=first, maxStep=last, samples=size)
        found += reply.items("project.run.sampledHistory.0", "x")
    assert found == list(range(20))


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "keys must be a list of names"),
        ({"keys": "x"}, "keys must be a list of names"),
        ({"keys": [1]}, "keys must be a list of names"),
        ({"keys": ["x"], "minStep": "one"}, "minStep must be a number"),
        ({"keys": ["x"], "samples": -1}, "samples: must not be negative"),
    ],
)
def test_a_specification_that_cannot_be_right_is_refused(
    client: Client, spec: dict[str, object], said: str
) -> None:
    """Instead of an empty answer."""
    client.start_run("r1")
    stream(client, ['{"x": 1}', '{"x": 2}'])
    reply = sample(client, **spec)
    assert reply.status == 400
    assert said in str(reply.messages[0])


def test_a_message_with_a_broken_line_is_refused(client: Client) -> None:
    """And the rows that are there stay."""
    client.start_run("r1")
    assert stream(client, ['{"x": 1}']) == 200
    assert stream(client, ['{"x": 2}', "{"], offset=1) == 400
    assert sample(client, keys=["x"]).items("project.run.sampledHistory.0", "x") == [1]


def test_history_is_there_after_a_restart(
    tmp_path: Path, acme: World, speak: Callable[[str], Speaker]
) -> None:
    """By the same steps, and a deleted run stays deleted."""
    with Sandbox.start(acme, state=tmp_path) as sandbox:
        client = speak(sandbox.base_url)
        client.start_run("r1")
        assert stream(client, ['{"_step": 5, "x": 1}', '{"_step": 9, "x": 2}']) == 200
        run_id = client.start_run("gone")["upsertBucket.bucket.id"]
        client.ask("bob", "mutation D($id: ID!) { deleteRun(input: {id: $id}) { success } }", id=run_id)
    with Sandbox.start(acme, state=tmp_path) as sandbox:
        client = speak(sandbox.base_url)
        assert sample(client, keys=["x"], minStep=6).items("project.run.sampledHistory.0", "x") == [2]
        assert client.start_run("gone").status == 410
        assert client.runs() == ["r1"]


@pytest.mark.parametrize("summary", ["{", "[]", "1", ""])
def test_a_summary_that_is_not_an_object_is_refused(client: Client, summary: str) -> None:
    """Lists of runs would fail for it later."""
    client.start_run("r1")
    address = f"{client.base_url}/files/vision/training/r1/file_stream"
    message = {"files": {"wandb-summary.json": {"offset": 0, "content": [summary]}}}
    answer = client.session.post(address, json=message, auth=("api", client.keys["bob"]), timeout=20)
    assert answer.status_code == 400
    assert "wandb-summary.json" in answer.text
