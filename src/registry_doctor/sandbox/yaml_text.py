"""YAML as a world file is written in it: read quickly, and refused in words whatever it is."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import Event

DEEPEST = 1000
"""How deeply a document may nest: libyaml ends the whole process far beyond that."""

MOST_VALUES = 10_000_000
"""How many values a document may have with its aliases written out."""


def parse_yaml(text: str) -> object:
    """The document in `text`. Raises ValueError, or RecursionError where it is nested too deeply."""
    import yaml  # comes with the extra; a world given as JSON or as a mapping does without

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with _garbage_collection_paused():
            if _may_be_deep(text) and _depth(yaml.parse(text, Loader=loader)) > DEEPEST:
                raise RecursionError
            document: object = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    except (AttributeError, IndexError, KeyError, TypeError, OverflowError) as error:
        # PyYAML takes a text apart as its tag asks, such as `!!int ''`, without looking whether it can be.
        raise ValueError("a value is not what its tag says") from error
    if "*" in text and _expanded(document, {}) > MOST_VALUES:
        raise ValueError(f"its aliases expand to more than {MOST_VALUES:,} values")
    return document


def _expanded(value: object, known: dict[int, int]) -> int:
    """How many values there are if every alias is written out; what contains itself counts once more."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in known:
        known[id(value)] = 1
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = min(1 + sum(_expanded(each, known) for each in inner), MOST_VALUES + 1)
    return known[id(value)]


def _may_be_deep(text: str) -> bool:
    """Whether it is worth counting: blocks nest by indentation, all else by brackets."""
    brackets = text.count("[") + text.count("{")
    return brackets + max(map(len, text.splitlines()), default=0) > DEEPEST


def _depth(events: Iterable[Event]) -> int:
    from yaml import CollectionEndEvent, CollectionStartEvent

    depth = deepest = 0
    for event in events:
        if isinstance(event, CollectionStartEvent):
            depth += 1
            deepest = max(deepest, depth)
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
    return deepest


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Parsing makes much and drops nothing: looking for garbage takes three quarters of the time for a large world."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
