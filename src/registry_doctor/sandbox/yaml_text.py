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
    return document


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
