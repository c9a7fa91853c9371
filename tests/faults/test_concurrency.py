"""Many at a time: diagnoses in threads, under asyncio, in forked processes, within a run; clients of one sandbox."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
import requests

from registry_doctor import diagnose
from registry_doctor.sandbox import Sandbox
from tests.faults.commands import KEY, TARGET, YOLO, expect_clean

CALLS = (
    (TARGET, 0, None),
    (f"vision/{TARGET}", 1, f"acme-robotics_X7Q2/{TARGET}"),
    ("wandb-registry-modle/detector", 1, "wandb-registry-model/detector"),
    ("a/b/c/d", 1, None),
)
"""Target, exit status, suggestion."""

Verdict = tuple[int, str | None]


def verdict(number: int) -> Verdict:
    """What the doctor says of one of the calls."""
    report = diagnose(CALLS[number % len(CALLS)][0], artifact=YOLO, timeout=60)
    return report.exit_code, report.suggestion.target_path if report.suggestion else None


def expected(number: int) -> Verdict:
    """What is right."""
    _target, exit_code, suggestion = CALLS[number % len(CALLS)]
    return exit_code, suggestion


def test_diagnoses_in_32_threads_are_those_of_one(sandbox: Sandbox) -> None:
    """Each gets the answers to its own questions."""
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(verdict, range(128))) == [expected(number) for number in range(128)]


def test_diagnoses_under_asyncio_leave_the_loop_free(sandbox: Sandbox) -> None:
    """In its pool of threads; the loop goes on turning meanwhile."""
    sandbox.set_faults([{"op": "*", "delay": 0.3, "times": 16}])

    async def all_of_them() -> tuple[list[Verdict], int]:
        diagnoses = asyncio.gather(*(asyncio.to_thread(verdict, number) for number in range(16)))
        turns = count()
        while not diagnoses.done():
            next(turns)
            await asyncio.sleep(0.01)
        return await diagnoses, next(turns)

    verdicts, turns = asyncio.run(all_of_them())
    assert verdicts == [expected(number) for number in range(16)]
    assert turns > 10


def test_a_diagnosis_within_a_coroutine_works(sandbox: Sandbox) -> None:
    """It blocks the loop, and neither needs nor harms it."""

    async def one() -> Verdict:
        return verdict(1)

    assert asyncio.run(one()) == expected(1)


AFTER_FORK = """
import os, sys, threading
from registry_doctor import diagnose
target, artifact = sys.argv[1:]
first = diagnose(target, artifact=artifact)
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        os._exit(diagnose(target, artifact=artifact).exit_code)
    children.append(child)
again = diagnose(target, artifact=artifact)
ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
print(first.exit_code, again.exit_code, *ended)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_diagnoses_as_its_parent_does(sandbox: Sandbox) -> None:
    """After the parent did, and while it does."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", AFTER_FORK, f"vision/{TARGET}", YOLO],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (["1"] * 6, "")


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_pool_of_processes_diagnoses(sandbox: Sandbox, method: str) -> None:
    """As `multiprocessing` starts them."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system does not know {method}")
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(verdict, range(4)) == [expected(number) for number in range(4)]


IN_A_RUN = """
import sys, wandb
from concurrent.futures import ThreadPoolExecutor
from registry_doctor import diagnose
target, artifact = sys.argv[1:]
with wandb.init(entity="vision", project="training") as run:
    run.log({"loss": 1.0})
    before = diagnose(target, run=run, type="model")
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: diagnose(target, artifact=artifact, run=run), range(8)))
    run.log({"loss": 0.5})
print(before.exit_code, *(report.exit_code for report in reports), run.id)
"""


def test_a_diagnosis_within_a_run_disturbs_neither(sandbox: Sandbox) -> None:
    """Also from several threads; the run ends well."""
    done = subprocess.run(
        [sys.executable, "-c", IN_A_RUN, TARGET, YOLO],
        env={**os.environ, "WANDB_SILENT": "true", "WANDB_ERROR_REPORTING": "false"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    expect_clean(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:-1] == ["0"] * 9


@pytest.mark.slow
def test_64_clients_get_their_own_answers_for_a_minute(sandbox: Sandbox) -> None:
    """None is lost, and none is another one's."""
    end = time.monotonic() + 60

    def ask(client: int) -> int:
        with requests.Session() as session:
            session.trust_env = False
            session.auth = ("api", KEY)
            for turn in numbered_until(end):
                alias = f"a{client}_{turn}"
                name = ("vision", "bob", f"nobody-{client}-{turn}")[turn % 3]
                answer = session.post(
                    f"{sandbox.base_url}/graphql",
                    json={
                        "query": f"query Q($n: String) {{ {alias}: viewer {{ username }} e: entity(name: $n) {{ name }} }}",
                        "variables": {"n": name},
                    },
                    timeout=60,
                )
                entity = None if name.startswith("nobody") else {"name": name}
                assert answer.json() == {"data": {alias: {"username": "bob"}, "e": entity}}
            return turn + 1

    with ThreadPoolExecutor(64) as pool:
        asked = list(pool.map(ask, range(64)))
    assert min(asked) > 1
    assert len(sandbox.log) == sum(asked)
    assert {(entry.status, entry.user) for entry in sandbox.log} == {(200, "bob")}


def numbered_until(end: float) -> Iterator[int]:
    """0, 1, 2 … until that moment, and at least one number."""
    for number in count():
        yield number
        if time.monotonic() >= end:
            return
