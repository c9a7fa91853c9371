"""`python -m registry_doctor`: the same as `wandb-registry`."""

from __future__ import annotations

import gc
import os
import signal
import sys

TYPE_CHECKING = False  # modules that can wait are loaded after Ctrl-C is handled
if TYPE_CHECKING:
    from typing import NoReturn


def run(prog_name: str | None = None) -> NoReturn:
    """Run the command line, and end the process without Python's slow shutdown.

    Garbage collection and the shutdown of modules take a sixth of the time of a diagnosis and are not needed. If
    wandb is loaded, Python shuts down normally, so wandb can stop its service. Ctrl-C before or after a command
    ends the process without a traceback.
    """
    catches = (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )  # otherwise the caller ignores Ctrl-C
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
        except (OSError, ValueError):  # the reader has closed it
            continue
    os._exit(status or 0)


def _interrupt_again(lost: sys.UnraisableHookArgs) -> None:
    """Raise Ctrl-C again if Python dropped it: exceptions in its own callbacks, as in imports, are lost."""
    if lost.exc_type is KeyboardInterrupt:
        import threading  # imported here: this is rare

        threading.Timer(0.01, _interrupt).start()
    else:
        sys.__unraisablehook__(lost)


def _interrupt() -> None:
    """Send the signal to the process, so a waiting call wakes up; Windows cannot do that and raises it here."""
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    run("python -m registry_doctor")
