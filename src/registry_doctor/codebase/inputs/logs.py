"""Target paths in logs: those that `known_errors` reads out of a text, with the run's entity and project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from registry_doctor.codebase.inputs.targets import OrdinaryUse, Target
from registry_doctor.codebase.source.folders import shown
from registry_doctor.codebase.source.found import Location, Unreadable
from registry_doctor.domain.registry_bound import bound_of
from registry_doctor.facts.call import Call
from registry_doctor.settings import Given
from registry_doctor.support.versions import can_be_read

if TYPE_CHECKING:
    from registry_doctor.report.explanation import LoggedCall, LoggedRun

_SETTING_SOURCE = "the log"
"""The source of entity and project, as reports name it."""


def read_log(path: Path, root: Path) -> Iterator[Target | OrdinaryUse | Unreadable]:
    """The target paths of a log, by line: each once for linking and once for using.

    `doctor --error` reads a log in the same way. The log is read in pieces and may be larger than the memory.
    Nothing is raised.
    """
    from registry_doctor.known_errors.finder import find
    from registry_doctor.known_errors.reader import UnreadableText, lines_in_bytes

    name = shown(path, root)
    try:
        with path.open("rb") as file:
            reading = find(lines_in_bytes(file))
    except OSError as problem:
        yield Unreadable(name, f"the file cannot be opened: {problem.strerror or problem}")
        return
    except UnreadableText as problem:
        yield Unreadable(name, str(problem))
        return
    for each in reading.calls:
        yield _target(name, each, reading.run)
    if reading.calls_left_out:
        yield Unreadable(
            name, f"only the first {len(reading.calls)} different paths were read; the log has more"
        )


def _target(file: str, logged: LoggedCall, run: LoggedRun) -> Target | OrdinaryUse:
    location = Location(file, None, logged.line, 1)
    if logged.for_ == "use" and bound_of([(logged.path, True)]) != "registry":
        return OrdinaryUse(location)
    version = run.sdk_version if run.sdk_version is not None and can_be_read(run.sdk_version) else None
    call = Call(
        logged.path,
        logged.for_,
        artifact=logged.artifact,
        type=logged.type,
        method=logged.method,
        sdk_version=version,
    )
    entity = logged.entity or run.entity
    if entity is None:
        return Target(location, call, Given(style="argument"))
    given = Given(
        entity=entity, project=run.project, style="argument", place_option=_SETTING_SOURCE, started=True
    )
    return Target(location, call, given)
