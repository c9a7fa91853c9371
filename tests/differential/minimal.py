"""The smallest world and call in which doctor and SDK still disagree in the same way."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from registry_doctor.sandbox import WorldError
from tests.differential.comparison import Disagreement
from tests.differential.worlds import Document
from tests.sdk.conftest import Case

LONGEST = 20.0
"""Seconds that one example may take."""

Try = Callable[[Document, Case], "list[Disagreement]"]


def minimal(found: Disagreement, try_: Try) -> Disagreement:
    """Leave out whatever can be left out, one thing after the other, until nothing can."""
    end = time.monotonic() + LONGEST
    smaller: Disagreement | None = found
    while smaller is not None and time.monotonic() < end:
        found = smaller
        smaller = next(_still(found, try_, end), None)
    return found


def _still(found: Disagreement, try_: Try, end: float) -> Iterator[Disagreement]:
    for world, case in (*_smaller_calls(found), *_smaller_worlds(found)):
        if time.monotonic() > end:
            return
        try:
            again = try_(world, case)
        except WorldError:  # something that is left names what was left out
            continue
        yield from (each for each in again if each.kind == found.kind)


def _smaller_calls(found: Disagreement) -> Iterator[tuple[Document, Case]]:
    case = found.case
    for name in case.environ:
        rest = {each: value for each, value in case.environ.items() if each != name}
        yield found.world, replace(case, environ=rest)
    for option in case.options:
        if option != "--artifact":
            rest = {each: value for each, value in case.options.items() if each != option}
            yield found.world, replace(case, options=rest)
    if case.aliases:
        yield found.world, replace(case, aliases=())


def _smaller_worlds(found: Disagreement) -> Iterator[tuple[Document, Case]]:
    """Every world with one thing less, large things first."""
    for path in sorted(_paths(found.world), key=len):
        world = copy.deepcopy(found.world)
        holder: object = world
        for step in path[:-1]:
            holder = holder[step]  # type: ignore[index]  # a path leads through lists and mappings alone
        del holder[path[-1]]  # type: ignore[attr-defined]
        yield world, found.case


def _paths(value: object) -> Iterator[tuple[object, ...]]:
    """Where the items of lists and the optional entries of mappings are, at any depth."""
    items: list[tuple[object, object]] = []
    if isinstance(value, list):
        items = list(enumerate(value))
    elif isinstance(value, dict):
        items = list(value.items())
    for key, inner in items:
        if isinstance(key, int) or key not in REQUIRED:
            yield (key,)
        yield from ((key, *path) for path in _paths(inner))


REQUIRED = frozenset(
    {"users", "orgs", "teams", "artifacts", "registries", "username", "api_keys", "name", "entity", "path", "type", "org", "source", "files", "weights.bin"}
)  # fmt: skip
"""Entries of a world that stay: without them it is none, or another."""
