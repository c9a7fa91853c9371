"""The process of the command line: it ends with the right status, and everything is written before it ends."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m registry_doctor` as a process of its own, without any account."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    return subprocess.run(
        [sys.executable, "-m", "registry_doctor", *arguments],
        env={**environment, "NETRC": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--version"], 0),
        (["doctor", "--offline", "wandb-registry-model/detector"], 0),
        (["doctor", "--offline", "model/detector"], 1),
        (["doctor", "--no-such-option"], 2),
        (["explain", "RD999"], 2),
    ],
)
def test_the_process_ends_with_the_status_of_the_command(arguments: list[str], status: int) -> None:
    """Whatever the way out, the status is the one the report or the usage has."""
    assert run(*arguments).returncode == status


def test_nothing_of_a_long_output_is_lost_when_the_process_ends() -> None:
    """A report that fills a pipe many times over arrives whole."""
    done = run("doctor", "--offline", "--format", "json", "wandb-registry-model/" + "x" * 100_000)
    assert done.stdout.endswith("}\n")
    assert "x" * 100_000 in done.stdout
