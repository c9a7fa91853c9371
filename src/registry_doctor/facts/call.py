"""Facts that no server is asked for: the call, the settings, and the path as it reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry_doctor.availability import Unavailable
from registry_doctor.facts.declared import Facts
from registry_doctor.facts.fact import Fact
from registry_doctor.path import is_registry_project
from registry_doctor.readings import Purpose, Reading, read
from registry_doctor.settings import Settings


@dataclass(frozen=True)
class Call:
    """The call to wandb that is diagnosed."""

    target: str | None
    """The path as typed; `None` to examine the environment alone."""
    for_: Purpose = "link"
    artifact: str | None = None
    """The logged artifact's path; `None` for a draft that a run would log, and for a use."""
    type: str | None = None
    """The draft's type, or the `type=` of a fetch."""
    aliases: tuple[str, ...] = ()


def _given(what: str) -> Fact[Call]:
    def missing(_: Facts) -> Call:
        raise Unavailable(f"no {what} was given")

    return Fact(what, missing)


def _settings(_: Facts) -> Settings:
    raise Unavailable("no settings were given")


def _reading(facts: Facts) -> Reading:
    call = facts[CALL]
    if call.target is None:
        raise Unavailable("no target path was given")
    reading = read(call.target, call.for_)
    project = _default_project(facts) or ""
    typed = reading.typed
    if typed is None or typed.project:
        return reading
    completed = typed.with_default_project(project)
    if reading.pasted or not is_registry_project(project):
        return replace(reading, completed=completed)
    return replace(read(str(completed), call.for_), text=call.target, typed=typed, completed_by=project)


def _default_project(facts: Facts) -> str | None:
    """The project with which a short target can become a registry path (R1.3).

    For the link of a logged artifact it is a set one, not a given one; a draft's run completes the
    target with its entity, too, which makes no registry path.
    """
    project, call = facts[SETTINGS].project, facts[CALL]
    if call.for_ == "use":
        return project.value
    given = project.source in ("--project", "project=")
    return None if given or call.artifact is None else project.value


CALL: Fact[Call] = _given("call")
"""The call; put in by the runner."""

SETTINGS: Fact[Settings] = Fact("settings", _settings)
"""What wandb would take for base URL, credentials, entity and so on; put in by the runner."""

READING: Fact[Reading] = Fact("reading", _reading, after=(CALL, SETTINGS))
"""The path as typed and as meant; a project setting that is a registry completes a short one (R1.3)."""
