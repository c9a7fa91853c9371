"""Runs: what they were given, streamed, saved, used and logged."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.model import Artifact, Run
from registry_doctor.sandbox.paging import Connection, page
from registry_doctor.sandbox.resolvers.file import StoredFile, run_file
from registry_doctor.sandbox.session import Session

HISTORY = "wandb-history.jsonl"
EVENTS = "wandb-events.jsonl"
LOG = "output.log"
TAIL = 1


@dataclass(frozen=True)
class ParquetHistory:
    """History in files; here it is all live."""

    parquet_urls: list[str]
    live_data: JsonValue


run_fields = ObjectFields(Run, "Run")


@run_fields.field
def project_id(run: Run, _session: Session) -> int:
    """The project's number (protocol 5)."""
    return run.project.number


@run_fields.field
def read_only(run: Run, session: Session) -> bool:
    """True if the viewer may not change it."""
    return not session.access.writes(run.project)


@run_fields.field
def wandb_config(run: Run, _session: Session, keys: list[str] | None = None) -> str:
    """The settings among the configuration."""
    config: JsonObject = json.loads(run.config)
    return json.dumps({key: value for key, value in config.items() if keys is None or key in keys})


@run_fields.field
def summary_metrics(run: Run, _session: Session) -> str:
    """The last values, as JSON text."""
    return run.summary


def _count(field_name: str, stream: str) -> None:
    run_fields.resolvers[field_name] = lambda run, _session: len(run.lines.get(stream, ()))


_count("history_line_count", HISTORY)
_count("events_line_count", EVENTS)
_count("log_line_count", LOG)


@run_fields.field
def history_tail(run: Run, _session: Session) -> str:
    """The last line of history, from where a resumed run goes on."""
    return json.dumps(run.lines.get(HISTORY, [])[-TAIL:])


@run_fields.field
def events_tail(run: Run, _session: Session) -> str:
    """The last line of system metrics."""
    return json.dumps(run.lines.get(EVENTS, [])[-TAIL:])


def _rows(run: Run, stream: str) -> list[JsonObject]:
    return [json.loads(line) for line in run.lines.get(stream, ()) if line]


@run_fields.field
def system_metrics(run: Run, _session: Session) -> str:
    """The last system metrics, as JSON text."""
    return json.dumps((_rows(run, EVENTS) or [{}])[-1])


@run_fields.field
def history_keys(run: Run, _session: Session) -> JsonValue:
    """The metrics that were logged, and the last step."""
    rows = _rows(run, HISTORY)
    keys: JsonObject = {key: {"typeCounts": []} for row in rows for key in row}
    return {"keys": keys, "lastStep": len(rows) - 1, "sets": []}


@run_fields.field
def history(
    run: Run,
    _session: Session,
    min_step: int | None = None,
    max_step: int | None = None,
    samples: int | None = None,
) -> list[str]:
    """The lines of history between two steps."""
    lines = run.lines.get(HISTORY, [])[min_step or 0 : max_step]
    return lines if samples is None else lines[:samples]


@run_fields.field
def events(run: Run, _session: Session, samples: int | None = None) -> list[str]:
    """The lines of system metrics."""
    return run.lines.get(EVENTS, [])[:samples]


@run_fields.field
def sampled_history(run: Run, _session: Session, specs: list[str]) -> JsonValue:
    """For each specification, the rows that have all its keys."""
    wanted: list[JsonObject] = [json.loads(spec) for spec in specs]
    return [_having(run, spec.get("keys")) for spec in wanted]


def _having(run: Run, keys: JsonValue) -> JsonValue:
    names = [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
    return [
        {name: row[name] for name in names}
        for row in _rows(run, HISTORY)
        if all(name in row for name in names)
    ]


@run_fields.field
def parquet_history(run: Run, _session: Session, live_keys: list[str]) -> ParquetHistory:
    """All history is live."""
    return ParquetHistory([], _having(run, list(live_keys)))


@run_fields.field
def file_count(run: Run, _session: Session) -> int:
    """How many files it saved."""
    return len(run.files)


@run_fields.field
def files(
    run: Run,
    session: Session,
    names: Sequence[str | None] | None = None,
    first: int | None = None,
    after: str | None = None,
    pattern: str | None = None,
) -> Connection[StoredFile]:
    """The files it saved, by name or by a pattern of SQL's LIKE."""
    found = [name for name in run.files if not names or name in names]
    if pattern:
        found = fnmatch.filter(found, pattern.replace("%", "*"))
    return page([run_file(session, run, name) for name in found], first, after)


def _visible(artifacts: Sequence[Artifact], session: Session) -> list[Artifact]:
    return [artifact for artifact in artifacts if session.access.sees_artifact(artifact)]


@run_fields.field
def output_artifacts(
    run: Run, session: Session, first: int | None = None, after: str | None = None
) -> Connection[Artifact]:
    """What it logged."""
    return page(_visible(run.outputs, session), first, after)


@run_fields.field
def input_artifacts(
    run: Run, session: Session, first: int | None = None, after: str | None = None
) -> Connection[Artifact]:
    """What it used."""
    used = {item.artifact: item for item in run.inputs if session.access.sees_artifact(item.artifact)}
    return page(list(used), first, after, label=lambda artifact: used[artifact].used_as)


RUN_FIELDS = (run_fields,)
