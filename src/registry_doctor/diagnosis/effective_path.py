"""Where the path as typed would land, as far as the facts tell."""

from __future__ import annotations

from dataclasses import replace

from registry_doctor.domain.organizations import Organization
from registry_doctor.domain.target_path import REGISTRY_PREFIX, TargetPath
from registry_doctor.facts import (
    CALL,
    DESTINATION,
    ENTITY,
    INTERPRETATION,
    REGISTRY,
    RESOLUTION,
    RUN_ENTITY,
    SETTINGS,
    VERSION,
    Facts,
    Unavailable,
)
from registry_doctor.report.model import EffectivePath


def effective_path(facts: Facts) -> EffectivePath:
    """What wandb would act on if the path were used as it is (registry-rules 1.3); unknown parts are `None`."""
    reading = facts.get(INTERPRETATION)
    if reading is None or reading.as_typed is None:
        return EffectivePath()
    link = facts[CALL].for_ == "link"
    path = (
        _linked(facts, reading.as_typed)
        if link
        else _fetched(facts, reading.with_default_project or reading.as_typed)
    )
    name = path.name if link else path.collection
    if path.registry is None:
        in_play = facts.get(ENTITY)
        return EffectivePath(None, path.prefix or (in_play.name if in_play else None), path.project, name)
    resolution = facts.get(RESOLUTION)
    outcome = resolution.outcome if resolution else None
    same = reading.with_default_project is not None and reading.with_default_project.registry == path.registry
    if not same or not isinstance(outcome, Organization):
        return EffectivePath(None, None, path.project, name)
    registry = facts.get(REGISTRY)
    spelt = registry is not None and registry.name.casefold() == path.registry.casefold()
    project = REGISTRY_PREFIX + registry.name if registry and spelt else path.project
    return EffectivePath(outcome.name, outcome.entity, project, name, _version(facts))


def _linked(facts: Facts, typed: TargetPath) -> TargetPath:
    """The target as wandb completes it: a run with its own entity and project, `Artifact.link` with the setting."""
    call, settings = facts[CALL], facts[SETTINGS]
    path = typed
    if call.method in ("run.link_artifact", "run.link_model") or (call.method is None and call.logs_draft):
        if typed.registry is None:
            run = facts.get(RUN_ENTITY)
            path = replace(
                typed,
                prefix=typed.prefix or (run.name if run else None),
                project=typed.project or settings.run_project.value,
            )
            if not path.project:  # wandb names it after the git repository of the program
                return path
        # The run hands the parts on without the empty ones, so that another part may take their place.
        path = TargetPath.parse("/".join(part for part in (path.prefix, path.project, path.name) if part))
    project = settings.found_project if settings.project.given else settings.project
    return path.with_default_project(project.value)


def _fetched(facts: Facts, completed: TargetPath) -> TargetPath:
    """The name as wandb completes it; the project of a run that names none is known to nobody before it starts."""
    typed, call = facts[INTERPRETATION].as_typed, facts[CALL]
    named = (typed and typed.project) or facts[SETTINGS].run_project.value
    return completed if named or not call.by_run else replace(completed, project=None)


def _version(facts: Facts) -> str | None:
    """The version that the typed name leads to, if it is the typed place that was asked about."""
    try:
        place, reading, version = facts[DESTINATION], facts[INTERPRETATION], facts[VERSION]
    except Unavailable:
        return None
    typed = reading.with_default_project
    same = typed is not None and (typed.registry, typed.collection) == (place.registry, place.collection)
    return version.name if version and same else None
