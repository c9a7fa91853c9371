"""Several runs and processes at once do not disturb each other."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import wandb

from registry_doctor.pytest_sandbox import WandbSandbox

pytestmark = pytest.mark.slow

TRAIN = """
import sys, wandb
with wandb.init(project="p", id=sys.argv[1], group="job") as run:
    for step in range(20):
        run.log({"value": int(sys.argv[1][1:]) * 100 + step})
    artifact = wandb.Artifact("shared", "dataset")
    with artifact.new_file("who.txt") as file:
        file.write(sys.argv[1])
    run.log_artifact(artifact)
"""


def values(run_id: str) -> list[int]:
    """What a run logged."""
    return [row["value"] for row in wandb.Api().run(f"p/{run_id}").scan_history(keys=["value"])]


def test_processes_log_at_the_same_time(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """Each has its own history; of one collection each logs a version of its own."""
    started = [
        subprocess.Popen([sys.executable, "-c", TRAIN, f"r{number}"], cwd=tmp_path, stderr=subprocess.PIPE)
        for number in range(3)
    ]
    for process in started:
        assert process.wait(60) == 0, process.stderr and process.stderr.read()
        process.communicate()
    for number in range(3):
        assert values(f"r{number}") == [number * 100 + step for step in range(20)]
    versions = list(wandb.Api().artifacts("dataset", "p/shared"))
    assert sorted(found.version for found in versions) == ["v0", "v1", "v2"]
    contents = {
        Path(found.get_entry("who.txt").download(root=str(tmp_path / found.version))).read_text()
        for found in versions
    }
    assert contents == {"r0", "r1", "r2"}


def test_runs_of_one_process_are_open_at_the_same_time(wandb_sandbox: WandbSandbox) -> None:
    """Each is ended by itself."""
    runs = [wandb.init(project="p", id=f"r{number}", reinit="create_new") for number in range(3)]
    for step in range(5):
        for number, run in enumerate(runs):
            run.log({"value": number * 100 + step})
    for run in runs:
        run.finish()
    for number in range(3):
        assert values(f"r{number}") == [number * 100 + step for step in range(5)]


def test_a_run_that_fails_is_failed(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """With what it had logged until then."""
    code = "import sys, wandb; run = wandb.init(project='p', id='r1'); run.log({'value': 1}); sys.exit(3)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, timeout=60).returncode == 3
    assert (wandb.Api().run("p/r1").state, values("r1")) == ("failed", [1])


def test_threads_read_while_a_run_writes(wandb_sandbox: WandbSandbox) -> None:
    """What they see is a beginning of the whole."""
    with wandb.init(project="p", id="r1") as run:
        run.log({"value": 0})

        def read(_number: int) -> list[int]:
            return values("r1")

        with ThreadPoolExecutor(4) as pool:
            seen = pool.map(read, range(8))
            for step in range(1, 200):
                run.log({"value": step})
    assert all(rows == list(range(len(rows))) for rows in seen)
    assert values("r1") == list(range(200))


@pytest.mark.parametrize("status", [500, 429])
def test_a_run_survives_a_stream_that_fails_once(wandb_sandbox: WandbSandbox, status: int) -> None:
    """Nothing is lost or doubled."""
    wandb_sandbox.set_faults([{"op": "/files/", "status": status}])
    with wandb.init(project="p", id="r1") as run:
        for step in range(10):
            run.log({"value": step})
    assert values("r1") == list(range(10))
