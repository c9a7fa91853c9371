"""`python -m registry_doctor`: the same as `wandb-registry`."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys

TYPE_CHECKING = False  # modules that can wait are loaded after Ctrl-C is handled
if TYPE_CHECKING:
    from typing import NoReturn

    from typing_extensions import Buffer

CANNOT_WRITE = 2
"""The exit status if the output cannot be written."""

_SHELLS_ADD = 128
"""What shells add to the number of the signal that ended a process."""


def run(prog_name: str | None = None) -> NoReturn:
    """Run the command line, and end the process without Python's slow shutdown.

    Garbage collection and the shutdown of modules take a sixth of the time of a diagnosis and are not needed. If
    wandb is loaded, Python shuts down normally, so wandb can stop its service. Ctrl-C before or after a command
    ends the process without a traceback.
    """
    _repair_streams()
    catches = (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )  # otherwise the caller ignores Ctrl-C
    if catches:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    ended_by = _end_as_for_ctrl_c()
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
    except OSError as problem:  # click's own output, such as the help, did not find room
        sys.stderr.write(f"Error: standard output cannot be written: {problem.strerror}\n")
        status = CANNOT_WRITE
    if ended_by:
        status = _SHELLS_ADD + ended_by[0]
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


def _repair_streams() -> None:
    """Open what the caller has closed, so no file takes its place; standard error that cannot be written is silent."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # the lowest free number is taken: 0, 1 or 2
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - until the end, at once
    if os.name == "posix" and isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = io.TextIOWrapper(
            _Unfailing(sys.stderr.fileno()), sys.stderr.encoding, "backslashreplace", write_through=True
        )


class _Unfailing(io.BufferedIOBase):
    """Bytes that are written if that is possible: no verdict depends on a note that has no room."""

    def __init__(self, number: int) -> None:
        self._number = number

    def write(self, content: Buffer) -> int:
        """Write it all, or as much as there is room for."""
        left = memoryview(content).cast("B")
        size = len(left)
        try:
            while left:
                left = left[os.write(self._number, left) :]
        except OSError:
            pass
        return size

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """Its number."""
        return self._number

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return os.isatty(self._number)


def _end_as_for_ctrl_c() -> list[int]:
    """Let SIGTERM and SIGHUP end the command as Ctrl-C does, which removes temporary files.

    The returned list gets the number of the signal. A second one ends the process at once. A signal that the caller
    ignores, as `nohup` does, stays ignored.
    """
    came: list[int] = []

    def end(number: int, _frame: object) -> None:
        came.append(number)
        signal.signal(number, signal.SIG_DFL)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
    return came


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
