"""Where the path as typed would land, as far as the facts tell."""

from __future__ import annotations

from registry_doctor.facts import (
    CALL,
    ENTITY,
    PLACE,
    READING,
    REGISTRY,
    RESOLUTION,
    VERSION,
    Facts,
    Unavailable,
)
from registry_doctor.organizations import Organization
from registry_doctor.path import REGISTRY_PREFIX
from registry_doctor.report import Resolved


def landing(facts: Facts) -> Resolved:
    """What wandb would act on if the path were used as it is (registry-rules 1.3); unknown parts are `None`."""
    reading = facts.known(READING)
    if reading is None or reading.typed is None:
        return Resolved()
    link = facts[CALL].for_ == "link"
    path = reading.completed or reading.typed
    name = path.name if link else path.collection
    if path.registry is None:
        in_play = facts.known(ENTITY)
        return Resolved(None, path.prefix or (in_play.name if in_play else None), path.project, name)
    resolution = facts.known(RESOLUTION)
    outcome = resolution.outcome if resolution else None
    if not isinstance(outcome, Organization):
        return Resolved(None, None, path.project, name)
    registry = facts.known(REGISTRY)
    spelt = registry is not None and registry.name.casefold() == path.registry.casefold()
    project = REGISTRY_PREFIX + registry.name if registry and spelt else path.project
    return Resolved(outcome.name, outcome.entity, project, name, _version(facts))


def _version(facts: Facts) -> str | None:
    """The version that the typed name leads to, if it is the typed place that was asked about."""
    try:
        place, reading, version = facts[PLACE], facts[READING], facts[VERSION]
    except Unavailable:
        return None
    typed = reading.completed
    same = typed is not None and (typed.registry, typed.collection) == (place.registry, place.collection)
    return version.name if version and same else None
