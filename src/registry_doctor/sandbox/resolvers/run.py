"""Runs: what they were given, streamed, saved, used and logged."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.jsontypes import JsonValue
from registry_doctor.sandbox.model import Artifact, Run
from registry_doctor.sandbox.paging import Connection, page
from registry_doctor.sandbox.resolvers.file import StoredFile, run_file
from registry_doctor.sandbox.session import Session

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
    """What the SDK itself keeps in the configuration; a run that has `t` among it was started by wandb.init."""
    config: JsonValue = json.loads(run.config)
    entry = config.get("_wandb") if isinstance(config, dict) else None
    internal = entry.get("value") if isinstance(entry, dict) else None
    values = internal if isinstance(internal, dict) else {}
    return json.dumps({key: value for key, value in values.items() if keys is None or key in keys})


@run_fields.field
def summary_metrics(run: Run, _session: Session) -> str:
    """The last values, as JSON text."""
    return run.summary


@run_fields.field
def file_count(run: Run, session: Session) -> int:
    """How many files it saved."""
    return len(_saved(run, session))


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
    # `wandb verify` asks for ``./name``
    wanted = {posixpath.normpath(name) for name in names or () if name}
    found = [name for name in _saved(run, session) if not names or name in wanted]
    if pattern:
        matches = re.compile(_like(pattern), re.DOTALL).fullmatch
        found = [name for name in found if matches(name)]
    return page([run_file(session, run, name) for name in found], first, after)


def _saved(run: Run, session: Session) -> list[str]:
    """The files that are there: one that was announced shows once its bytes were uploaded."""
    return [name for name, path in run.files.items() if path in session.database.blobs]


def _like(pattern: str) -> str:
    """A pattern of LIKE as a regular expression: ``%`` is any text, ``_`` any character."""
    wildcards = {"%": ".*", "_": "."}
    return "".join(wildcards.get(character) or re.escape(character) for character in pattern)


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
