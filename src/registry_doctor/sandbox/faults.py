"""Faults made to order: the next matching answers fail or come late (contract: world.md)."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from registry_doctor.sandbox.errors import SandboxError
from registry_doctor.sandbox.http import json_response
from registry_doctor.sandbox.jsontypes import JsonValue

FIELDS = ("op", "status", "times", "delay", "body")


@dataclass(frozen=True)
class Fault:
    """What goes wrong: for an operation, a path prefix (``/…``) or everything (``*``).

    Without a status the answer is the right one, only `delay` seconds late. `times` None means from now on.
    """

    op: str
    status: int | None = None
    times: int | None = 1
    delay: float = 0.0
    body: JsonValue = None

    @classmethod
    def from_document(cls, document: object) -> Fault:
        """Validate a fault given as JSON; without status and delay it is a 500."""
        if not isinstance(document, Mapping) or not set(document) <= set(FIELDS):
            raise SandboxError(f"a fault is a mapping with {', '.join(FIELDS)}, not {document!r}")
        op, status, times = document.get("op"), document.get("status"), document.get("times", 1)
        delay, body = document.get("delay", 0.0), document.get("body")
        if not isinstance(op, str) or not op:
            raise SandboxError("op: an operation's name, a path prefix, or *")
        if status is None and not delay:
            status = 500
        if status is not None and (not isinstance(status, int) or not 100 <= status <= 599):
            raise SandboxError(f"status: {status!r} is not an HTTP status")
        if times is not None and (not isinstance(times, int) or times < 0):
            raise SandboxError(f"times: {times!r} is not a number of answers")
        if not isinstance(delay, (int, float)) or delay < 0:
            raise SandboxError(f"delay: {delay!r} is not a number of seconds")
        return cls(op, status, times, float(delay), body)

    def matches(self, operation: str, path: str) -> bool:
        """True if a request with this operation and path is concerned."""
        return self.op in ("*", operation) or (self.op.startswith("/") and path.startswith(self.op))

    def response(self) -> Response | None:
        """The false answer, or None if the right one is only to be late."""
        if self.status is None:
            return None
        if isinstance(self.body, str):
            return Response(self.body, self.status, mimetype=_media_type(self.body))
        if self.body is not None:
            return json_response(self.status, self.body)
        return json_response(
            self.status, {"errors": [{"message": HTTP_STATUS_CODES.get(self.status, "fault").lower()}]}
        )


def _media_type(body: str) -> str:
    try:
        json.loads(body)
    except ValueError:
        return "text/html" if body.lstrip().startswith("<") else "text/plain"
    return "application/json"


class FaultList:
    """The faults that are left; each wears out after its number of times."""

    def __init__(self) -> None:
        self._left: list[tuple[Fault, int | None]] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def end(self) -> None:
        """Nothing is late any more: the sandbox stops."""
        self._ended.set()

    def replace(self, faults: list[Fault]) -> None:
        """Forget the old faults and take these."""
        with self._lock:
            self._left = [(fault, fault.times) for fault in faults]

    def strike(self, operation: str, path: str) -> Response | None:
        """Return the false answer due for this request, after its delay; None if it is to be answered rightly."""
        fault = self._take(operation, path)
        if fault is None:
            return None
        self._ended.wait(fault.delay)
        return fault.response()

    def _take(self, operation: str, path: str) -> Fault | None:
        with self._lock:
            for number, (fault, times) in enumerate(self._left):
                if times != 0 and fault.matches(operation, path):
                    self._left[number] = (fault, None if times is None else times - 1)
                    return fault
        return None
