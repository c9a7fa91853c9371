"""Connections that stay open between two diagnoses of one process.

A line is taken out while it is used, so two threads never share one. It is only kept after a whole answer, for a short
time (what lies between drops an idle connection without a word), and never across a fork.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry_doctor.transport.session import Line

_IDLE_SECONDS = 20.0
_MOST = 4
"""How many lines wait at most; the oldest is closed for another."""


class KeptLines:
    """The lines that wait to be used again, by what they depend on. Safe for threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._waiting: list[tuple[Hashable, Line, float]] = []

    def take(self, key: Hashable) -> Line | None:
        """A waiting line for this key, which is then the caller's; `None` if there is none."""
        with self._lock:
            stale = self._drop_stale()
            found = next((each for each in reversed(self._waiting) if each[0] == key), None)
            if found is not None:
                self._waiting.remove(found)
        _close(stale)
        return found[1] if found is not None else None

    def give(self, key: Hashable, line: Line) -> None:
        """Keep a line whose last answer came whole."""
        with self._lock:
            stale = self._drop_stale()
            self._waiting.append((key, line, self._now()))
            while len(self._waiting) > _MOST:
                stale.append(self._waiting.pop(0)[1])
        _close(stale)

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            lines = [each[1] for each in self._waiting]
            self._waiting.clear()
        _close(lines)

    def _drop_stale(self) -> list[Line]:
        if self._process != os.getpid():
            # The connections belong to the process that was forked: its answers would come here, or ours there.
            self._process = os.getpid()
            dropped = [each[1] for each in self._waiting]
            self._waiting.clear()
            return dropped
        old = [each for each in self._waiting if self._now() - each[2] > _IDLE_SECONDS]
        self._waiting = [each for each in self._waiting if each not in old]
        return [each[1] for each in old]


def _close(lines: list[Line]) -> None:
    for line in lines:
        line.close()


KEPT_LINES = KeptLines()
"""Those of this process."""

atexit.register(KEPT_LINES.close)
