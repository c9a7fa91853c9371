"""The command line answers at once: help and completion load nothing heavy."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version

import click
import pytest

from registry_doctor.cli import COMMANDS, main

HEAVY = (
    "graphql",
    "importlib.metadata",
    "rapidfuzz",
    "registry_doctor.facts",
    "registry_doctor.sandbox",
    "registry_doctor.transport",
    "registry_doctor_checks",
    "requests",
    "tabulate",
    "urllib3",
    "wandb",
    "yaml",
)
PROGRAM = f"""
import atexit, sys
atexit.register(lambda: sys.stderr.write(" ".join(name for name in {HEAVY!r} if name in sys.modules)))
from registry_doctor.cli import main
main(prog_name="wandb-registry")
"""


def _start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the command says, and on standard error which heavy modules it loaded."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=["all", *COMMANDS])
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    """Neither for all commands nor for one."""
    done = _start(*command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: wandb-registry" in done.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("wandb-registry ", "doctor"),
        ("wandb-registry doctor --f", "--fail-on"),
        ("wandb-registry doctor --for ", "use"),
    ],
)
def test_completion_loads_nothing_heavy(words: str, completed: str) -> None:
    """It runs at every press of a key."""
    done = _start(_WANDB_REGISTRY_COMPLETE="bash_complete", _WANDB_REGISTRY_LINE=words)
    assert done.stderr == ""
    assert f"plain\t{completed}\t" in done.stdout


def test_the_help_says_of_each_command_what_the_command_says() -> None:
    """The lines are kept apart from the commands, so that these need not be loaded."""
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in COMMANDS}
    assert {
        name: (command.help or "").partition("\n")[0] for name, command in commands.items() if command
    } == COMMANDS


def test_the_version_is_the_installed_one() -> None:
    """`--version` names the distribution."""
    assert _start("--version").stdout == f"wandb-registry-doctor {version('wandb-registry-doctor')}\n"


def test_an_unknown_command_is_wrong_usage() -> None:
    """Exit status 2."""
    assert _start("cure").returncode == 2


def test_the_package_runs_as_a_module() -> None:
    """`python -m registry_doctor` is the same command."""
    done = subprocess.run(
        [sys.executable, "-m", "registry_doctor", "--help"], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("Usage: python -m registry_doctor")
