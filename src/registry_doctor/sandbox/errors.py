"""What can go wrong: a world that cannot be read, a sandbox that cannot start, and requests the backend refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue


class SandboxError(Exception):
    """The sandbox cannot be started or configured as asked."""


class WorldError(SandboxError):
    """A world document is malformed; the message begins with the section and field."""


class Refusal(Exception):
    """The backend refuses a request: an HTTP status, a message and, on some answers, a code (protocol 6)."""

    def __init__(self, status: int, message: str, code: str | None, below: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.below = below
        """What the error's path has after the field that is refused."""

    def as_json(self, path: Sequence[str | int] = ()) -> JsonObject:
        """The refusal as an item of ``errors``."""
        error: JsonObject = {"message": self.message, "path": [*path, *self.below]}
        if self.code is not None:
            error["extensions"] = {"code": self.code}
        return error


def bad_request(message: str) -> Refusal:
    """The request can never succeed as it stands (400)."""
    return Refusal(400, message, "BAD_USER_INPUT")


def unauthenticated() -> Refusal:
    """No key, or one that nobody owns: only the status and the text differ from a missing right (401)."""
    return Refusal(401, "user is not logged in", "PERMISSION_ERROR")


def permission_denied(detail: str = "") -> Refusal:
    """The viewer may see the thing, but not do this to it (403, protocol 7)."""
    return Refusal(403, f"permission denied: {detail}" if detail else "permission denied", "PERMISSION_ERROR")


def not_found(message: str) -> Refusal:
    """The thing is missing, or the viewer cannot see it: both read the same (404, registry-rules R4.15)."""
    return Refusal(404, message, "NOT_FOUND")


def conflict(message: str) -> Refusal:
    """The name is taken (409)."""
    return Refusal(409, message, "CONFLICT")


def not_kept(folder: Path, error: Exception) -> Refusal:
    """The change cannot be written down, and was not made (422: clients try 5xx again for minutes, protocol 6)."""
    return Refusal(422, f"the sandbox cannot keep its state in {folder}: {error}", "STATE_NOT_KEPT")


def parsed_object(text: str, what: str) -> JsonObject:
    """The JSON object in a text. Raises Refusal, which names it as `what`."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError as error:
        raise bad_request(f"{what}: not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise bad_request(f"{what}: expected an object")
    return value
