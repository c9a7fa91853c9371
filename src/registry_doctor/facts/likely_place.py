"""What the second level will ask, guessed before the first level is answered.

A right guess saves a round trip, a wrong one costs a few bytes. A guess only chooses what is asked: every conclusion
rests on the answers. The guess is the prefix as it was typed, or the organization in which this process found the
calling entity before.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from registry_doctor.domain.organizations import Organization
from registry_doctor.domain.target_path import DEFAULT_PROJECT, REGISTRY_PREFIX, MalformedPath, TargetPath
from registry_doctor.facts.base import Facts
from registry_doctor.facts.call import CALL, INTERPRETATION, SETTINGS
from registry_doctor.facts.questions.registry import (
    AskCollection,
    AskCollections,
    AskRegistry,
    questions_about_roles,
)
from registry_doctor.queries.question import Question
from registry_doctor.settings import Settings

_MOST = 64
_lock = threading.Lock()
_found: dict[tuple[object, ...], Organization] = {}


def remember_organization(settings: Settings, entity: str, organization: Organization) -> None:
    """Keep for later diagnoses of this process in which organization this entity was found."""
    with _lock:
        _found[_key(settings, entity)] = organization
        while len(_found) > _MOST:
            del _found[next(iter(_found))]


def guess_place(facts: Facts) -> Iterable[Question[object]]:
    """The questions of the second level for a link whose path is clear and whose organization can be guessed.

    Not for a fetch: its question whether a file may be downloaded never goes with the first level, since a refusal
    is the status of the whole answer.
    """
    call, reading = facts[CALL], facts[INTERPRETATION]
    whole = reading.intended is not None and not reading.problems and not reading.placeholders
    if call.for_ != "link" or not whole or reading.pasted or len(reading.registries) != 1:
        return
    entity = _likely_entity(facts)
    if entity is None:
        return
    project = REGISTRY_PREFIX + reading.registries[0]
    yield AskRegistry(entity, project)
    yield from questions_about_roles(entity, project)
    yield AskCollections(entity, project)
    if reading.collections:
        yield AskCollection(entity, project, reading.collections[0])


def _likely_entity(facts: Facts) -> str | None:
    settings, typed = facts[SETTINGS], facts[INTERPRETATION].organizations
    calling = _calling_entity(facts)
    before = _found.get(_key(settings, calling)) if calling else None
    if not typed:
        return before.entity if before is not None else None
    if before is not None and before.is_called(typed[0]):
        return before.entity
    # An entity's name has no space; a display name may have one.
    return typed[0] if " " not in typed[0] else None


def _calling_entity(facts: Facts) -> str | None:
    """The calling entity, where it can be known without an answer."""
    call, settings = facts[CALL], facts[SETTINGS]
    if call.artifact is None:
        return settings.run_entity.value
    try:
        path = TargetPath.parse(call.artifact)
    except MalformedPath:
        return None
    return path.with_default_project(settings.project.value or DEFAULT_PROJECT).prefix


def _key(settings: Settings, entity: str) -> tuple[object, ...]:
    return settings.base_url.value, settings.credentials, entity
