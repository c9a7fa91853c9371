"""``wandb-registry sandbox``: run a local W&B backend until a signal arrives."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
import threading
from pathlib import Path

import click

_EXTRA_MODULES = ("graphql", "waitress", "werkzeug", "yaml")
"""Modules that come with the extra `sandbox`."""


@click.command()
@click.option(
    "--world",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="World file, YAML or JSON; default: the world of --state, else a small example.",
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the state in this folder, and continue from it the next time.",
)
@click.option(
    "--port",
    default=0,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port on 127.0.0.1; 0 chooses a free port.",
)
@click.option(
    "--announce",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write base URL and process id to this file.",
)
def sandbox(world: Path | None, state: Path | None, port: int, announce: Path | None) -> None:
    """Run a local W&B backend for experiments and tests.

    Prints {"base_url": ..., "pid": ...} once it accepts connections, and stops on SIGTERM or SIGINT.
    """
    if any(importlib.util.find_spec(module) is None for module in _EXTRA_MODULES):
        click.echo(
            "The sandbox needs more packages; install them: pip install 'wandb-registry-doctor[sandbox]'",
            err=True,
        )
        sys.exit(2)
    from registry_doctor.sandbox import Sandbox, SandboxError
    from registry_doctor.support.terminal_text import visible

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    try:
        served = Sandbox.start(world, port=port, state=state)
    except SandboxError as error:
        # The message contains names from the world file.
        raise click.UsageError(visible(str(error), limit=2000)) from error
    with served:
        line = json.dumps({"base_url": served.base_url, "pid": os.getpid()})
        if announce:
            _write_at_once(announce, line)
        click.echo(line)
        stopped.wait()


def _write_at_once(path: Path, text: str) -> None:
    """Write a file in one step, so that no reader sees a part of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)
