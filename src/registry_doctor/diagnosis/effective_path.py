"""Where the path as typed would lead, as far as the facts are known."""

from __future__ import annotations

from dataclasses import replace

from registry_doctor.domain.organizations import Organization
from registry_doctor.domain.target_path import REGISTRY_PREFIX, TargetPath
from registry_doctor.facts import (
    CALL,
    COLLECTION,
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
    """The path that wandb would act on if it got the typed path (registry-rules 1.3); unknown parts are `None`."""
    interpretation = facts.get(INTERPRETATION)
    if interpretation is None or interpretation.as_typed is None:
        return EffectivePath()
    link = facts[CALL].for_ == "link"
    path = (
        _linked(facts, interpretation.as_typed)
        if link
        else _fetched(facts, interpretation.with_default_project or interpretation.as_typed)
    )
    name = path.collection if facts[CALL].for_ == "use" else path.name
    if path.registry is None:
        calling_entity = facts.get(ENTITY)
        return EffectivePath(
            None, path.prefix or (calling_entity.name if calling_entity else None), path.project, name
        )
    resolution = facts.get(RESOLUTION)
    outcome = resolution.outcome if resolution else None
    completed = interpretation.with_default_project
    same = completed is not None and completed.registry == path.registry
    if not same or not isinstance(outcome, Organization):
        return EffectivePath(None, None, path.project, name)
    registry = facts.get(REGISTRY)
    spelt = registry is not None and registry.name.casefold() == path.registry.casefold()
    project = REGISTRY_PREFIX + registry.name if registry and spelt else path.project
    return EffectivePath(outcome.name, outcome.entity, project, name, _version(facts), _exists(facts, name))


def _linked(facts: Facts, typed: TargetPath) -> TargetPath:
    """The link target with the parts that wandb adds: from the run, or for `Artifact.link` from the settings."""
    call, settings = facts[CALL], facts[SETTINGS]
    path = typed
    if call.links_through_run:
        if typed.registry is None:
            run = facts.get(RUN_ENTITY)
            path = replace(
                typed,
                prefix=typed.prefix or (run.name if run else None),
                project=typed.project or settings.run_project.value,
            )
            if not path.project:  # wandb names it after the git repository of the program
                return path
        # The run drops empty parts, so another part may move to their place.
        path = TargetPath.parse("/".join(part for part in (path.prefix, path.project, path.name) if part))
    project = settings.found_project if settings.project.given else settings.project
    return path.with_default_project(project.value)


def _fetched(facts: Facts, completed: TargetPath) -> TargetPath:
    """The fetched name with the parts that wandb adds; a run without a project gets one only when it starts."""
    typed, call = facts[INTERPRETATION].as_typed, facts[CALL]
    named = (typed and typed.project) or facts[SETTINGS].run_project.value
    return completed if named or not call.by_run else replace(completed, project=None)


def _exists(facts: Facts, collection: str | None) -> bool | None:
    """Whether the collection of this name exists; `None` if unknown, or if the server was asked about another."""
    try:
        asked, found = facts[DESTINATION].collection, facts[COLLECTION]
    except Unavailable:
        return None
    return found is not None if asked == collection else None


def _version(facts: Facts) -> str | None:
    """The version that the typed name stands for; `None` if the server was asked about another destination."""
    try:
        destination, interpretation, version = facts[DESTINATION], facts[INTERPRETATION], facts[VERSION]
    except Unavailable:
        return None
    typed = interpretation.with_default_project
    asked = (destination.registry, destination.collection)
    same = typed is not None and (typed.registry, typed.collection) == asked
    return version.name if version and same else None
