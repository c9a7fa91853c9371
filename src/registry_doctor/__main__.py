"""`python -m registry_doctor`: the same as `wandb-registry`."""

from __future__ import annotations

import gc
import os
import signal
import sys

TYPE_CHECKING = False  # nothing is loaded here that can wait until Ctrl-C is heeded
if TYPE_CHECKING:
    from typing import NoReturn


def run(prog_name: str | None = None) -> NoReturn:
    """Run the command line as this process, and leave without Python's long farewell.

    Both the collection of garbage and the taking down of all modules take a sixth of a diagnosis, and
    there is nothing to collect or to take down. Where wandb is loaded it ends its service in Python's
    own way. Ctrl-C before a command can say so, and after it has ended, ends the process without a traceback.
    """
    catches = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else the caller ignores it
    if catches:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(100_000, 50, 50)
    from registry_doctor.cli import main  # imported here: it takes long enough to be interrupted

    if catches:
        sys.unraisablehook = _interrupt_again
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main(prog_name=prog_name)
        status: object = 0
    except SystemExit as end:
        status = end.code
    if catches:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if "wandb" in sys.modules or not (status is None or isinstance(status, int)):
        raise SystemExit(status)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody reads it any more
            continue
    os._exit(status or 0)


def _interrupt_again(lost: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised in its own callbacks, while it imports for example; Ctrl-C may be among it."""
    if lost.exc_type is KeyboardInterrupt:
        import threading  # imported here: it happens hardly ever

        threading.Timer(0.01, _interrupt).start()
    else:
        sys.__unraisablehook__(lost)


def _interrupt() -> None:
    """To the process, which wakes it from whatever it waits for; Windows has no such signal, and another way."""
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    run("python -m registry_doctor")
