"""The `wandb` command against the sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import wandb

from registry_doctor.pytest_sandbox import WandbSandbox

pytestmark = pytest.mark.slow

Command = Callable[..., str]
OFFLINE = """
import sys, wandb
with wandb.init(project="p", id="off", mode="offline", config={"lr": 1}, dir=sys.argv[1]) as run:
    run.log({"loss": 2}, step=5)
    run.log({"loss": 1}, step=9)
"""


@pytest.fixture
def command(wandb_sandbox: WandbSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command in an empty folder and return what it prints."""
    monkeypatch.setenv("WANDB_SILENT", "false")

    def run(*arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "wandb", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "HOME": str(tmp_path)},
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_artifacts_are_put_listed_and_got(command: Command, tmp_path: Path) -> None:
    """A file and a folder."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("a")
    command("artifact", "put", "--name", "p/data", "--type", "dataset", "--alias", "best", "folder")
    assert "data:v0" in command("artifact", "ls", "p")
    command("artifact", "get", "p/data:best", "--root", "down")
    assert (tmp_path / "down" / "a.txt").read_text() == "a"


def test_an_offline_run_is_synced_and_synced_again(command: Command, tmp_path: Path) -> None:
    """With its steps, once."""
    subprocess.run([sys.executable, "-c", OFFLINE, str(tmp_path)], check=True, timeout=60)
    (folder,) = (tmp_path / "wandb").glob("offline-run-*")
    for again in ([], ["--include-synced"]):
        command("sync", *again, str(folder))
        wandb.teardown()
        run = wandb.Api().run("p/off")
        assert [(row["_step"], row["loss"]) for row in run.scan_history()] == [(5, 2), (9, 1)]
        assert (run.config, run.summary["loss"], run.state) == ({"lr": 1}, 1, "finished")


def test_a_login_is_verified(command: Command, wandb_sandbox: WandbSandbox) -> None:
    """A key that nobody owns is not."""
    host = ("--host", wandb_sandbox.base_url)
    assert "ada" in command("login", "--relogin", "--verify", *host, wandb_sandbox.keys["ada"])
    command("login", "--relogin", "--verify", *host, "0" * 40, status=1)


def test_verify_passes_but_for_what_is_not_here(command: Command, wandb_sandbox: WandbSandbox) -> None:
    """The only check that fails is that of sweeps, and it says why."""
    said = command("verify", "--host", wandb_sandbox.base_url, status=1)
    failed = [line for line in said.splitlines() if line.startswith("Checking") and "\u274c" in line]
    assert [line.rstrip("\u274c").rstrip(".") for line in failed] == [
        "Checking requests to base url",
        "Checking requests made over signed URLs",
        "Checking sweep creation and agent execution",
    ]
    assert "the sandbox does not have sweeps" in said
