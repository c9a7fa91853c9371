"""Lists of runs: filtered and ordered by the fields that the SDK documents for `Api.runs`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone

from registry_doctor.sandbox.errors import bad_request
from registry_doctor.sandbox.filters import Filter, Record, parse_filter
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.model import Project, Run

MOMENTS = ("created_at", "heartbeat_at", "updated_at")


def runs_matching(project: Project, filters: str | None, order: str | None = None) -> list[Run]:
    """The runs that pass, newest first unless another order is asked for.

    Raises Refusal for a field that runs do not have: an empty list would look like an answer.
    """
    chosen = _parsed(filters)
    field, descending = _order(order)
    found = [run for run in project.runs.values() if chosen.matches(_record(run))]
    found.sort(key=lambda run: (_rank(_record(run)(field)), run.number), reverse=descending)
    # Runs that have no such value come last in both directions.
    return sorted(found, key=lambda run: _record(run)(field) is None)


def _parsed(text: str | None) -> Filter:
    chosen = parse_filter(text)
    for field in chosen.fields():
        _reader(field)
    return chosen.converted(_moment_operand)


def _order(order: str | None) -> tuple[str, bool]:
    """The field to sort by, and whether the highest comes first; ``+`` is ascending, and the default."""
    text = order or "-created_at"
    field = text[1:] if text[0] in "+-" else text
    try:
        _reader(field)
    except Exception as error:
        raise bad_request(f"order: runs have no field '{field}'") from error
    return field, text.startswith("-")


def _record(run: Run) -> Record:
    return lambda field: _reader(field)(run)


def _reader(field: str) -> Callable[[Run], JsonValue]:
    """How a field is read from a run. Raises Refusal if runs have no such field."""
    section, dot, path = field.partition(".")
    if dot and path and section in _SECTIONS:
        return lambda run: _SECTIONS[section](run, path)
    found = _FIELDS.get(_canonical(field))
    if found is None:
        raise bad_request(
            f"filters: runs have no field '{field}'; they have {', '.join(sorted(_FIELDS))}, "
            "config.<key> and summary_metrics.<key>"
        )
    return found


def _canonical(field: str) -> str:
    """``displayName`` and ``display_name`` are the same."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in field)


def _duration(run: Run) -> JsonValue:
    """Seconds from the start to the last sign of life."""
    last = run.heartbeat_at or run.created_at
    return (_parse_moment(last) - _parse_moment(run.created_at)).total_seconds()


_FIELDS: dict[str, Callable[[Run], JsonValue]] = {
    "name": lambda run: run.name,
    "display_name": lambda run: run.display_name,
    "state": lambda run: run.state,
    "group": lambda run: run.group,
    "job_type": lambda run: run.job_type,
    "tags": lambda run: list(run.tags),
    "username": lambda run: run.user.username,
    "user": lambda run: run.user.username,
    "entity": lambda run: run.project.entity_name,
    "project": lambda run: run.project.name,
    "host": lambda run: run.host,
    "commit": lambda run: run.commit,
    "sweep": lambda run: run.sweep_name,
    "notes": lambda run: run.notes,
    "description": lambda run: run.description,
    "created_at": lambda run: run.created_at,
    "heartbeat_at": lambda run: run.heartbeat_at,
    "updated_at": lambda run: run.heartbeat_at or run.created_at,
    "duration": _duration,
}


def _config_value(run: Run, path: str) -> JsonValue:
    """A value of the configuration; ``x.value`` is ``x``, since each is kept below a ``value``."""
    config = _object(run.config)
    values: JsonObject = {
        name: entry["value"] if isinstance(entry, dict) and "value" in entry else entry
        for name, entry in config.items()
    }
    found = _at(values, path)
    if found is None and path.endswith(".value"):
        return _at(values, path.removesuffix(".value"))
    if found is None and ".value." in path:
        return _at(values, path.replace(".value.", ".", 1))
    return found


_SECTIONS: dict[str, Callable[[Run, str], JsonValue]] = {
    "config": _config_value,
    "summary_metrics": lambda run, path: _at(_object(run.summary), path),
    "summaryMetrics": lambda run, path: _at(_object(run.summary), path),
    "summary": lambda run, path: _at(_object(run.summary), path),
}


def _object(text: str) -> JsonObject:
    value: JsonValue = json.loads(text)
    return value if isinstance(value, dict) else {}


def _at(values: JsonObject, path: str) -> JsonValue:
    """The value at a dotted path, whose names may themselves have dots."""
    if path in values:
        return values[path]
    outer, dot, inner = path.partition(".")
    while dot:
        value = values.get(outer)
        if isinstance(value, dict) and (found := _at(value, inner)) is not None:
            return found
        more, dot, inner = inner.partition(".")
        outer = f"{outer}.{more}"
    return None


def _rank(value: JsonValue) -> tuple[int, float, str]:
    """Where a value stands in an order: numbers before texts, and texts before everything else."""
    if isinstance(value, (bool, int, float)):
        return (0, float(value), "")
    return (1, 0.0, value) if isinstance(value, str) else (2, 0.0, json.dumps(value))


def _moment_operand(field: str, operand: JsonValue) -> JsonValue:
    """A moment as runs have it, whatever its time zone and precision; other operands as they are."""
    if _canonical(field) not in MOMENTS or not isinstance(operand, str):
        return operand
    try:
        moment = _parse_moment(operand)
    except ValueError as error:
        raise bad_request(
            f"filters: {field}: '{operand}' is not a moment such as 2026-01-31T12:00:00Z"
        ) from error
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parse_moment(text: str) -> datetime:
    """A moment; without a time zone it is UTC."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
