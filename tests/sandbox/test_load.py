"""Many clients at once, for long: every answer is right, and the memory does not grow with the requests."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sandbox.conftest import Process, Speaker

REQUESTS = int(os.environ.get("REGISTRY_DOCTOR_REQUESTS", "20000"))
CLIENTS = 200
PEOPLE = ("alice", "bob", "erin", "carol")
WHO = "query Who { viewer { username } }"
FIND = """query Find($name: String!) {
  project(entityName: "vision", name: "detectors") {
    artifactCollectionMembership(name: $name) { versionIndex artifact { digest state } }
  }
}"""
HISTORY = """query Run($name: String!) {
  project(entityName: "vision", name: "training") { run(name: $name) { name displayName } }
}"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell the memory"),
]


def megabytes(pid: int) -> float:
    """The memory that a process really has."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Client:
    """One person, with files and a run of their own; each call of `turn` is four requests and their answers."""

    def __init__(self, number: int, speaker: Speaker) -> None:
        self._speaker = speaker
        self._person = PEOPLE[number % len(PEOPLE)]
        self._run = f"r{number}"
        assert speaker.start_run(self._run).status == 200
        self._address = speaker.upload_address(self._run, "state.bin")
        self._content = itertools.cycle(f"{number} {turn} ".encode() * 100 for turn in range(3))

    def turn(self) -> int:
        """How many requests it was. Raises AssertionError for a wrong answer."""
        speaker = self._speaker
        assert speaker.ask(self._person, WHO)["viewer.username"] == self._person
        found = speaker.ask("bob", FIND, name="yolo:v1")
        assert found["project.artifactCollectionMembership.versionIndex"] == 1, found.body
        assert speaker.ask("bob", HISTORY, name=self._run)["project.run.name"] == self._run
        content = next(self._content)
        assert speaker.session.put(self._address, data=content, timeout=60).status_code == 200
        return 4


def work(clients: list[Client], requests: int) -> int:
    """Let all clients make this many requests together; how many it was."""
    made = itertools.count(1)
    turns = requests // 4

    def until_done(client: Client) -> int:
        own = 0
        while next(made) <= turns:
            own += client.turn()
        return own

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(until_done, clients))


def test_two_hundred_clients_get_right_answers_and_take_no_memory(
    tmp_path: Path, speak: Callable[[str], Speaker]
) -> None:
    """Their answers belong to whom they were asked by; after the first fifth the process stays as large as it is."""
    process = Process(tmp_path / "state")
    try:
        clients = [Client(number, speak(process.base_url)) for number in range(CLIENTS)]
        work(clients, REQUESTS // 5)
        before, start = megabytes(process.pid), time.monotonic()
        made = work(clients, REQUESTS - REQUESTS // 5)
        after, took = megabytes(process.pid), time.monotonic() - start
    finally:
        process.kill()
    sys.stderr.write(f"{made} requests in {took:.0f} s; {before:.0f} MB, then {after:.0f} MB\n")
    assert made >= REQUESTS - REQUESTS // 5 - 4
    assert after < before * 1.1 + 5
