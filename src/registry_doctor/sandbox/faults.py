"""Faults made to order: the next matching answers fail, come late or break off (contract: world.md)."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from registry_doctor.sandbox.errors import Refusal, SandboxError
from registry_doctor.sandbox.http import json_response
from registry_doctor.sandbox.jsontypes import JsonValue

REQUEST_KEYS = ("op", "status", "times", "delay", "body", "cut")
FIELD_KEYS = ("fields", "below", "status", "times", "delay", "message", "code")
INTERNAL_ERROR = "An internal error occurred. Please contact support."


@dataclass(frozen=True)
class RequestFault:
    """What goes wrong with a whole answer: for an operation, a path prefix (``/…``) or everything (``*``).

    Without a status it is the right answer, `delay` seconds late or with only the first `cut` bytes of its body.
    """

    op: str
    status: int | None = None
    times: int | None = 1
    delay: float = 0.0
    body: JsonValue = None
    cut: int | None = None

    def matches(self, operation: str, path: str, roots: Collection[str]) -> bool:
        """True if a request with this operation and path is concerned."""
        del roots
        return self.op in ("*", operation) or (self.op.startswith("/") and path.startswith(self.op))

    def response(self) -> Response | None:
        """The false answer, or None if it is to be the right one."""
        if self.status is None:
            return None
        if isinstance(self.body, str):
            return Response(self.body, self.status, mimetype=_media_type(self.body))
        if self.body is not None:
            return json_response(self.status, self.body)
        return json_response(
            self.status, {"errors": [{"message": HTTP_STATUS_CODES.get(self.status, "fault").lower()}]}
        )

    def cut_off(self, response: Response) -> Response:
        """The answer as it is sent: with `cut`, the connection ends in the middle of the body."""
        if self.cut is None:
            return response
        whole = response.get_data()
        response.set_data(whole[: self.cut])
        # More than is sent: the server then closes the connection, and the client waits for the rest in vain.
        response.headers["Content-Length"] = str(max(len(whole), self.cut + 1))
        return response


@dataclass(frozen=True)
class FieldFault:
    """Root fields whose resolvers fail: null, and an error with their path; the others are answered as always."""

    fields: tuple[str, ...]
    below: tuple[str, ...] = ()
    status: int = 500
    times: int | None = 1
    delay: float = 0.0
    message: str = INTERNAL_ERROR
    code: str | None = None

    def matches(self, operation: str, path: str, roots: Collection[str]) -> bool:
        """True if the operation asks for one of the fields."""
        del operation, path
        return any(name in roots for name in self.fields)

    @property
    def refusals(self) -> dict[str, Refusal]:
        """How each field fails."""
        return dict.fromkeys(self.fields, Refusal(self.status, self.message, self.code, self.below))


Fault: TypeAlias = "RequestFault | FieldFault"


def read_fault(document: object) -> Fault:
    """Validate a fault given as JSON. A request fault without status, delay and cut is a 500."""
    if not isinstance(document, Mapping) or ("op" in document) == ("fields" in document):
        raise SandboxError(f"a fault must be a mapping with either op or fields, not {document!r}")
    known = REQUEST_KEYS if "op" in document else FIELD_KEYS
    for key in document:
        if key not in known:
            raise SandboxError(f"a fault with {known[0]} has no key {key!r}: the keys are {', '.join(known)}")
    status, times, delay = _status(document), _times(document), _delay(document)
    if "fields" in document:
        return FieldFault(
            _texts(document, "fields"),
            _texts(document, "below"),
            500 if status is None else status,
            times,
            delay,
            _text(document, "message") or INTERNAL_ERROR,
            _text(document, "code"),
        )
    op, cut = _text(document, "op"), document.get("cut")
    if not op:
        raise SandboxError("op: must be the name of an operation, a path prefix, or *")
    if cut is not None and (not isinstance(cut, int) or cut < 0):
        raise SandboxError(f"cut: {cut!r} is not a number of bytes")
    if status is None and not delay and cut is None:
        status = 500
    return RequestFault(op, status, times, delay, document.get("body"), cut)


def _status(document: Mapping[str, object]) -> int | None:
    status = document.get("status")
    if status is not None and (not isinstance(status, int) or not 200 <= status <= 599):
        raise SandboxError(f"status: {status!r} is not an HTTP status from 200 to 599")
    return status


def _times(document: Mapping[str, object]) -> int | None:
    times = document.get("times", 1)
    if times is not None and (not isinstance(times, int) or times < 0):
        raise SandboxError(f"times: {times!r} is not a number of answers")
    return times


def _delay(document: Mapping[str, object]) -> float:
    delay = document.get("delay", 0.0)
    if not isinstance(delay, (int, float)) or delay < 0:
        raise SandboxError(f"delay: {delay!r} is not a number of seconds")
    return float(delay)


def _text(document: Mapping[str, object], key: str) -> str | None:
    value = document.get(key)
    if value is not None and not isinstance(value, str):
        raise SandboxError(f"{key}: {value!r} is not text")
    return value


def _texts(document: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = document.get(key, [])
    if not isinstance(values, (list, tuple)) or not all(isinstance(value, str) for value in values):
        raise SandboxError(f"{key}: must be a list of names, not {values!r}")
    if key == "fields" and not values:
        raise SandboxError("fields: must name at least one root field")
    return tuple(values)


def _media_type(body: str) -> str:
    try:
        json.loads(body)
    except ValueError:
        return "text/html" if body.lstrip().startswith("<") else "text/plain"
    return "application/json"


class FaultList:
    """The faults that are left; each stops after its number of times."""

    def __init__(self) -> None:
        self._left: list[tuple[Fault, int | None]] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def end(self) -> None:
        """Nothing is late from now on: the sandbox stops."""
        self._ended.set()

    def replace(self, faults: list[Fault]) -> None:
        """Forget the old faults and take these."""
        with self._lock:
            self._left = [(fault, fault.times) for fault in faults]

    def strike(self, operation: str, path: str, roots: Collection[str]) -> Fault | None:
        """The fault of this request, after its delay; None if the answer is to be the right one."""
        fault = self._take(operation, path, roots)
        if fault is not None:
            self._ended.wait(fault.delay)
        return fault

    def _take(self, operation: str, path: str, roots: Collection[str]) -> Fault | None:
        with self._lock:
            for number, (fault, times) in enumerate(self._left):
                if times != 0 and fault.matches(operation, path, roots):
                    self._left[number] = (fault, None if times is None else times - 1)
                    return fault
        return None
