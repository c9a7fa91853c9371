"""JSON as Python sees it."""

from __future__ import annotations

import json
from typing import TypeAlias

from registry_doctor.sandbox.errors import bad_request

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"


def parsed_object(text: str, what: str) -> JsonObject:
    """The JSON object in a text. Raises Refusal, which names it as `what`."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError as error:
        raise bad_request(f"{what}: not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise bad_request(f"{what}: expected an object")
    return value
