"""A spinner on standard error while an answer takes long."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from registry_doctor.cli.output import is_terminal

SPINNER_DELAY = 0.5
"""Seconds before the spinner appears."""

_FRAMES = "|/-\\"
_PAUSE = 0.12
_CLEAR_LINE = "\r\x1b[K"


@contextmanager
def spinner(words: str, *, wanted: bool = True) -> Iterator[None]:
    """Show `words` and a turning sign from half a second on, if standard error is a terminal; then clear the line."""
    stream = sys.stderr
    if not wanted or not is_terminal(stream) or os.environ.get("TERM") == "dumb":
        yield
        return
    done = threading.Event()

    def turn() -> None:
        if done.wait(SPINNER_DELAY):
            return
        for frame in cycle(_FRAMES):
            stream.write(f"\r{frame} {words} ")
            stream.flush()
            if done.wait(_PAUSE):
                break
        stream.write(_CLEAR_LINE)
        stream.flush()

    thread = threading.Thread(target=turn, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
