"""The file stream of a run: its history, events, summary and output, and how it ended (protocol 3)."""

from __future__ import annotations

from registry_doctor.sandbox.errors import bad_request, not_found, parsed_object, permission_denied
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.model import Run
from registry_doctor.sandbox.session import Session

SUMMARY = "wandb-summary.json"
HISTORY = "wandb-history.jsonl"
ENDED = ("finished", "failed", "crashed", "killed")


def writable_run(session: Session, entity_name: str, project_name: str, run_name: str) -> Run:
    """Return a run that the viewer may write to."""
    entity = session.database.entity(entity_name)
    project = session.database.project(entity, project_name) if entity else None
    run = project.runs.get(run_name) if project else None
    if project is None or run is None or not session.access.sees(project):
        raise not_found(f"run '{entity_name}/{project_name}/{run_name}' not found")
    if not session.access.writes(project):
        raise permission_denied()
    return run


def stream_into_run(session: Session, entity: str, project: str, name: str, content: JsonValue) -> JsonObject:
    """Take one message of the stream; `complete` with an exit code ends the run."""
    run = writable_run(session, entity, project, name)
    if not isinstance(content, dict):
        raise bad_request("the body of a file stream is an object")
    run.heartbeat_at = session.database.now()
    files = content.get("files")
    for file_name, part in files.items() if isinstance(files, dict) else ():
        _write_lines(run, file_name, part)
    exit_code = content.get("exitcode")
    if content.get("complete") and isinstance(exit_code, int):
        run.exit_code = exit_code
        run.state = _last_state(run, exit_code)
    elif content.get("preempting"):
        run.state = "preempting"
    elif run.state in ENDED or run.state == "pending":
        run.state = "running"  # it was resumed, or it only now began
    return {"stopped": run.stopped, "limits": {}}


def _last_state(run: Run, exit_code: int) -> str:
    if exit_code == 0:
        return "finished"
    return "preempted" if run.state == "preempting" else "failed"


def _write_lines(run: Run, file_name: str, part: JsonValue) -> None:
    """Lines go to their offset; the summary is one line and replaces."""
    lines = part.get("content") if isinstance(part, dict) else None
    offset = part.get("offset") if isinstance(part, dict) else None
    if not isinstance(lines, list):
        raise bad_request(f"files.{file_name}: expected an object with offset and content")
    text = [line for line in lines if isinstance(line, str)]
    if file_name == SUMMARY:
        for line in text[-1:]:
            parsed_object(line, SUMMARY)
            run.summary = line
        return
    if file_name == HISTORY:
        run.history.write(offset if isinstance(offset, int) else None, text)
        return
    kept = run.lines.setdefault(file_name, [])
    start = offset if isinstance(offset, int) else len(kept)
    kept.extend([""] * (start - len(kept)))
    kept[start : start + len(text)] = text
