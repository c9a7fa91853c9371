"""The history of a run: rows by their step, however they were numbered when they were sent."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

from registry_doctor.sandbox.errors import bad_request
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue

STEP = "_step"
T = TypeVar("T")


class HistoryRows:
    """Lines of JSON as a run streams them. A line has a number, by which it is written, and a step."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._steps: list[int] = []
        self._keys: JsonObject | None = None

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def last_line(self) -> list[str]:
        """The line that was sent last, from where a resumed run goes on; empty without history."""
        return self._lines[-1:]

    @property
    def last_step(self) -> int:
        """The highest step; -1 without history."""
        return max(self._steps, default=-1)

    def write(self, offset: int | None, lines: Sequence[str]) -> None:
        """Put lines at a line number, or at the end. What stood there or after it is replaced.

        Raises Refusal, and then nothing was written, if a line is not a JSON object.
        """
        start = len(self._lines) if offset is None else min(max(offset, 0), len(self._lines))
        steps = [_step(line, start + number) for number, line in enumerate(lines)]
        self._lines[start:] = lines
        self._steps[start:] = steps
        self._keys = None

    def between(self, first: int | None = None, end: int | None = None) -> list[str]:
        """The lines with a step from `first` on and below `end`, by step."""
        return [self._lines[number] for number in self._numbers(first, end)]

    def rows(self, first: int | None = None, end: int | None = None) -> list[JsonObject]:
        """The same as objects; a row without a step has the one that it counts as."""
        return [
            {STEP: self._steps[number], **json.loads(self._lines[number])}
            for number in self._numbers(first, end)
        ]

    def _numbers(self, first: int | None, end: int | None) -> list[int]:
        chosen = [
            number
            for number, step in enumerate(self._steps)
            if (first is None or step >= first) and (end is None or step < end)
        ]
        return sorted(chosen, key=self._steps.__getitem__)

    def keys(self) -> JsonObject:
        """What was logged: for each metric its types and its last value; nested ones with dots in their names."""
        if self._keys is None:
            self._keys = self._count_keys()
        return self._keys

    def _count_keys(self) -> JsonObject:
        types: dict[str, Counter[str]] = {}
        last: dict[str, JsonValue] = {}
        for row in self.rows():
            for name, value in flattened(row):
                types.setdefault(name, Counter())[_type_name(value)] += 1
                last[name] = portable(value)
        keys: JsonObject = {}
        for name, counts in types.items():
            type_counts: list[JsonValue] = [{"type": kind, "count": count} for kind, count in counts.items()]
            keys[name] = {"typeCounts": type_counts, "previousValue": last[name]}
        return {"keys": keys, "lastStep": self.last_step, "sets": []}


def flattened(row: JsonObject, prefix: str = "") -> Iterator[tuple[str, JsonValue]]:
    """The metrics of a row; those in a nested object are named ``outer.inner``, and media are one metric."""
    for name, value in row.items():
        if isinstance(value, dict) and value and "_type" not in value:
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def metric(row: JsonObject, name: str) -> tuple[JsonValue] | None:
    """The value of a metric in a row, in a tuple; None if the row has none. `name` may be ``outer.inner``."""
    if name in row:
        return (row[name],)
    outer, dot, inner = name.partition(".")
    value = row.get(outer)
    return metric(value, inner) if dot and isinstance(value, dict) else None


def sampled(items: Sequence[T], samples: int | None) -> list[T]:
    """At most so many items, spread evenly over the whole, the first and the last among them."""
    if samples is None or samples >= len(items):
        return list(items)
    if samples < 0:
        raise bad_request("samples: must not be negative")
    if samples < 2:
        return list(items[:samples])
    last = len(items) - 1
    return [items[round(number * last / (samples - 1))] for number in range(samples)]


def portable(value: JsonValue) -> JsonValue:
    """The value in strict JSON: what is not a finite number is a text there."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {name: portable(item) for name, item in value.items()}
    return [portable(item) for item in value] if isinstance(value, list) else value


def _step(line: str, number: int) -> int:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise bad_request(f"line {number} of the history is not valid JSON: {error}") from error
    if not isinstance(row, dict):
        raise bad_request(f"line {number} of the history is not a JSON object")
    step = row.get(STEP, number)
    if isinstance(step, bool) or not isinstance(step, (int, float)) or not math.isfinite(step):
        raise bad_request(f"line {number} of the history has a {STEP} that is not a number")
    return int(step)


def _type_name(value: JsonValue) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case {"_type": str(name)}:
            return name
        case dict():
            return "map"
        case list():
            return "list"
    return "nil"
