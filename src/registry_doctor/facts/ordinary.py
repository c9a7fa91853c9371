"""Facts about a fetch from an ordinary project: whether the artifact that the path names is there, outside any registry."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from registry_doctor.domain.interpretation import LEGACY_PROJECT, may_be_a_name
from registry_doctor.facts.base import Fact, Facts
from registry_doctor.facts.call import CALL, INTERPRETATION
from registry_doctor.facts.identity import ENTITY
from registry_doctor.facts.questions.registry import (
    AskCollection,
    AskVersion,
    AskVersions,
    Collection,
    Listing,
    Version,
)
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Question
from registry_doctor.support.records import record


@record(frozen=True)
class Ordinary:
    """An artifact of an ordinary project that is there and visible."""

    entity: str
    project: str
    collection: Collection
    typed: str | None
    """The version as typed."""
    version: Version | None
    """`None` if it does not exist."""
    versions: Listing[Version]

    @property
    def path(self) -> str:
        """The artifact without its version."""
        return f"{self.entity}/{self.project}/{self.collection.name}"


def ask_ordinary(facts: Facts) -> Iterable[Question[object]]:
    """What `ordinary_at` needs."""
    entity, project, name, version = _names(facts)
    yield AskCollection(entity, project, name)
    yield AskVersion(entity, project, f"{name}:{version or 'latest'}")
    yield AskVersions(entity, project, name)


def ordinary_at(facts: Facts) -> Ordinary | None:
    """The artifact that a fetch names in an ordinary project; `None` if it is not there, or not visible.

    Raises Unavailable if the path names no ordinary project, or the server was in trouble.
    """
    entity, project, name, version = _names(facts)
    collection = facts.answer(AskCollection(entity, project, name))
    if collection is None:
        return None
    found = facts.answer(AskVersion(entity, project, f"{name}:{version or 'latest'}"))
    versions = facts.answer(AskVersions(entity, project, name))
    return Ordinary(entity, project, collection, version, found, versions)


def ask_in_passing(facts: Facts) -> Iterable[Question[object]]:
    """The same questions in the round that asks for the registry; none for other paths."""
    with suppress(Unavailable):
        yield from ask_ordinary(facts)


def refuse_ordinary(facts: Facts) -> None:
    """Raise Unavailable if the artifact is there, so that no registry is meant, or if the server did not say."""
    try:
        found = ordinary_at(facts)
    except Unavailable as unavailable:
        if unavailable.unknown:
            raise
        return
    if found is not None:
        raise Unavailable("the path names an artifact of an ordinary project, outside any registry")


def _names(facts: Facts) -> tuple[str, str, str, str | None]:
    """Entity, project, name and version that the fetch sends."""
    reading = facts[INTERPRETATION]
    typed = reading.as_typed
    if facts[CALL].for_ != "use" or reading.prefix_fault not in ("missing", "spelling"):
        raise Unavailable("the path does not name an ordinary project")
    if typed is None or reading.pasted or reading.problems:
        raise Unavailable("the path does not name an ordinary project")
    if not all(map(may_be_a_name, reading.placeholders.values())):
        raise Unavailable("the path has a placeholder")
    if not typed.project or not typed.collection or typed.project == LEGACY_PROJECT:
        raise Unavailable("the path does not name an ordinary project")
    entity = typed.prefix or facts[ENTITY].name
    if not entity:
        raise Unavailable("no entity is set")
    return entity, typed.project, typed.collection, typed.version


ORDINARY: Fact[Ordinary | None] = Fact(
    "ordinary artifact",
    ordinary_at,
    ask_ordinary,
    (CALL, INTERPRETATION, ENTITY),
    frozenset({"server"}),
)
"""The artifact that a fetch names in an ordinary project; `None` if there is none. Unavailable for other paths."""
