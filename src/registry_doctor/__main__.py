"""`python -m registry_doctor`: the same as `wandb-registry`."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn

from registry_doctor.cli import main


def run(prog_name: str | None = None) -> NoReturn:
    """Run the command line as this process, and leave without Python's long farewell.

    Both the collection of garbage and the taking down of all modules take a sixth of a diagnosis, and
    there is nothing to collect or to take down. Where wandb is loaded it ends its service in Python's
    own way.
    """
    gc.set_threshold(100_000, 50, 50)
    try:
        main(prog_name=prog_name)
        status: object = 0
    except SystemExit as end:
        status = end.code
    if "wandb" in sys.modules or not (status is None or isinstance(status, int)):
        raise SystemExit(status)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status or 0)


if __name__ == "__main__":
    run("python -m registry_doctor")
