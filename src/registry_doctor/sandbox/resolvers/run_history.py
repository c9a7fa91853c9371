"""The streams of a run: its history by step, system metrics, console output, and from where a resumed run goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import bad_request
from registry_doctor.sandbox.history_rows import STEP, metric, portable, sampled
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.model import Run
from registry_doctor.sandbox.session import Session

EVENTS = "wandb-events.jsonl"
LOG = "output.log"
DEFAULT_SAMPLES = 500


@dataclass(frozen=True)
class ParquetHistory:
    """History in files; here it is all live."""

    parquet_urls: list[str]
    live_data: JsonValue


history_fields = ObjectFields(Run, "Run")


@history_fields.field
def history_line_count(run: Run, _session: Session) -> int:
    """How many rows were logged: a resumed run writes on from there."""
    return len(run.history)


def _count(field_name: str, stream: str) -> None:
    history_fields.resolvers[field_name] = lambda run, _session: len(run.lines.get(stream, ()))


_count("events_line_count", EVENTS)
_count("log_line_count", LOG)


@history_fields.field
def history_tail(run: Run, _session: Session) -> str:
    """The last line of history, from where a resumed run goes on."""
    return json.dumps(run.history.last_line)


@history_fields.field
def events_tail(run: Run, _session: Session) -> str:
    """The last line of system metrics."""
    return json.dumps(_events(run)[-1:])


def _events(run: Run) -> list[str]:
    return [line for line in run.lines.get(EVENTS, ()) if line]


@history_fields.field
def system_metrics(run: Run, _session: Session) -> str:
    """The last system metrics, as JSON text."""
    return next(reversed(_events(run)), "{}")


@history_fields.field
def history_keys(run: Run, _session: Session) -> JsonValue:
    """The metrics that were logged, and the last step."""
    return run.history.keys()


@history_fields.field
def history(
    run: Run,
    _session: Session,
    min_step: int | None = None,
    max_step: int | None = None,
    samples: int | None = None,
) -> list[str]:
    """The lines with a step from `min_step` on and below `max_step`: all of them, or some from the whole range."""
    return sampled(run.history.between(min_step, max_step), samples)


@history_fields.field
def events(run: Run, _session: Session, samples: int | None = None) -> list[str]:
    """The lines of system metrics, all or some from the whole."""
    return sampled(_events(run), samples)


@history_fields.field
def sampled_history(run: Run, _session: Session, specs: list[str]) -> JsonValue:
    """For each specification, the rows that have all its keys; its last step is included (the SDK relies on that)."""
    return [_sample(run, spec) for spec in specs]


def _sample(run: Run, text: str) -> JsonValue:
    try:
        spec: JsonValue = json.loads(text)
    except ValueError as error:
        raise bad_request(f"specs: not valid JSON: {error}") from error
    if not isinstance(spec, dict):
        raise bad_request("specs: expected objects")
    keys = spec.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise bad_request("specs: keys must be a list of names")
    first, last, samples = _number(spec, "minStep"), _number(spec, "maxStep"), _number(spec, "samples")
    end = None if last is None else last + 1
    if last is not None and samples is not None and last - (first or 0) == samples:
        end = last  # older SDKs ask for one step more than rows: it begins their next page
    rows = run.history.rows(first, end)
    chosen = sampled(
        _having(rows, [str(key) for key in keys]), DEFAULT_SAMPLES if samples is None else samples
    )
    return list(chosen)


def _number(spec: JsonObject, name: str) -> int | None:
    value = spec.get(name)
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return None if value is None else int(value)
    raise bad_request(f"specs: {name} must be a number")


def _having(rows: list[JsonObject], names: list[str]) -> list[JsonObject]:
    """These metrics of the rows that have all of them."""
    found: list[JsonObject] = []
    for row in rows:
        values = {name: value for name in names if (value := metric(row, name)) is not None}
        if len(values) == len(set(names)):
            found.append({name: portable(value) for name, (value,) in values.items()})
    return found


@history_fields.field
def parquet_history(run: Run, _session: Session, live_keys: list[str]) -> ParquetHistory:
    """All history is live."""
    rows: list[JsonValue] = list(_having(run.history.rows(), live_keys or [STEP]))
    return ParquetHistory([], rows)


HISTORY_FIELDS = (history_fields,)
