"""Makes calls of wandb that another process stops before they write: a program, one JSON line for each call.

It is started with an environment of its own, in which the server is the guard of `registry_doctor.confirmation`. An
answer is `{"outcome": "found", "entity", "project", "collection", "version"}`, `{"outcome": "linked"}` (which the
guard makes impossible), or `{"outcome": "refused", "step", "said"}`: the words of wandb's own error, and whether it
was fetching the `source` of a link or making the `call`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread
from types import FrameType
from typing import TextIO, TypedDict

_PATIENCE = 1.0
"""Seconds that a call may take after the parent is gone."""


class Asked(TypedDict):
    """A line of standard input."""

    target: str
    artifact: str | None
    type: str | None
    aliases: list[str]
    overrides: dict[str, str]


def make(asked: Asked) -> dict[str, object]:
    """The call as a program makes it."""
    step = "call"
    try:
        import wandb

        api = wandb.Api(overrides=asked["overrides"])
        if asked["artifact"] is None:
            found = api.artifact(asked["target"], type=asked["type"])
            return {
                "outcome": "found",
                "entity": found.entity,
                "project": found.project,
                "collection": found.name.partition(":")[0],
                "version": found.version,
            }
        step = "source"
        source = api.artifact(asked["artifact"], type=asked["type"])
        step = "call"
        source.link(asked["target"], asked["aliases"] or None)
    except Exception as problem:  # whatever wandb raises is its answer
        return {"outcome": "refused", "step": step, "said": f"{type(problem).__name__}: {problem}"}
    return {"outcome": "linked"}


def _answers_only() -> TextIO:
    """Standard output for the answers; what wandb prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _read(lines: SimpleQueue[str | None], ending: Event) -> None:
    """Hand over the calls; if the parent goes away in the middle of one, that one is given up."""
    for line in sys.stdin:
        lines.put(line)
    lines.put(None)
    if not ending.wait(_PATIENCE):
        os.kill(os.getpid(), signal.SIGTERM)


def _leave_nothing() -> None:
    """wandb's own process ends, and the folder goes. The parent removes it, too, unless it was killed."""
    if "wandb" in sys.modules:
        with suppress(Exception):
            sys.modules["wandb"].teardown()
    for folder in sys.argv[1:]:
        shutil.rmtree(folder, ignore_errors=True)


def _main() -> None:
    """Answer until there are no more calls."""
    answers = _answers_only()
    signal.signal(signal.SIGTERM, _stop)
    lines: SimpleQueue[str | None] = SimpleQueue()
    ending = Event()
    Thread(target=_read, args=(lines, ending), daemon=True).start()
    try:
        while (line := lines.get()) is not None:
            answers.write(json.dumps(make(json.loads(line))) + "\n")
            answers.flush()
    finally:
        ending.set()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # being told twice must not cut this short
        _leave_nothing()
        os._exit(0)  # the reading thread may still wait for a line


if __name__ == "__main__":
    _main()
