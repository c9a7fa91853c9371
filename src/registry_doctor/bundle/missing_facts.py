"""The facts as JSON, for people: what was known to the checks."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from registry_doctor.diagnosis.runner import Plan
from registry_doctor.facts import CALL, SETTINGS, AnyFact, Facts
from registry_doctor.support.redaction import Secret
from registry_doctor.support.wording import exception_in_words
from registry_doctor.transport import JsonValue


def facts_document(facts: Facts, planned: Plan) -> list[JsonValue]:
    """Each fact that the checks may read, except the call and the settings, with its value or why it is missing."""
    return [_told(fact, facts) for fact in dict.fromkeys(planned.facts) if fact not in (CALL, SETTINGS)]


def _told(fact: AnyFact, facts: Facts) -> JsonValue:
    try:
        missing = facts.why_missing(fact)
        if missing is None:
            return {"name": fact.name, "value": _as_json(facts[fact])}
        return {"name": fact.name, "unavailable": missing.reason, "unknown": missing.unknown}
    except Exception as problem:  # a plugin's fact may raise anything; the check that needs it reports it
        return {"name": fact.name, "unavailable": exception_in_words(problem), "unknown": True}


def _as_json(value: object) -> JsonValue:
    """A fact's value as JSON; a value that JSON cannot hold becomes its `str`."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Secret):
        return value.masked
    if isinstance(value, enum.Enum):
        return _as_json(value.value)
    if is_dataclass(value):
        return {each.name: _as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _as_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return [_as_json(each) for each in sorted(value, key=str)]
    return str(value)
