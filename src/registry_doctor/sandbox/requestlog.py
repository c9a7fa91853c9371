"""The log of served requests: what was asked, by whom, with what outcome; never a key or a signed address."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass

from registry_doctor.sandbox.jsontypes import JsonObject


@dataclass(frozen=True)
class LogEntry:
    """A served request. `operation` is the GraphQL operation, elsewhere method and path."""

    operation: str
    kind: str
    path: str
    status: int
    user: str | None
    ms: float

    def as_json(self) -> JsonObject:
        """The entry as ``GET /sandbox/log`` gives it."""
        return asdict(self)


MOST_ENTRIES = 10_000


class RequestLog:
    """The last requests, newest last; older ones are forgotten, so that a long life takes no more memory."""

    def __init__(self) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=MOST_ENTRIES)
        self._lock = threading.Lock()

    def add(self, entry: LogEntry) -> None:
        """Append an entry."""
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> list[LogEntry]:
        """A copy of the log."""
        with self._lock:
            return list(self._entries)
