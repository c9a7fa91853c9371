"""One destination: what the server is asked about it, and how much of it the answers show."""

from __future__ import annotations

from registry_doctor.domain.organizations import Organization
from registry_doctor.domain.target_path import REGISTRY_PREFIX
from registry_doctor.facts.base import Facts
from registry_doctor.facts.call import CALL
from registry_doctor.facts.questions.registry import (
    AskCollection,
    AskCollections,
    AskDownload,
    AskRegistry,
    AskVersion,
    AskVersions,
    Collection,
)
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Question
from registry_doctor.support.records import record


@record(frozen=True)
class Destination:
    """What the path means on the server: the names that the second level was asked about."""

    organization: Organization
    registry: str
    collection: str | None
    version: str | None = None

    @property
    def project(self) -> str:
        """The registry's project name."""
        return REGISTRY_PREFIX + self.registry

    @property
    def entity(self) -> str:
        """The organization's entity, which owns the project."""
        return self.organization.path_prefix

    @property
    def version_name(self) -> str:
        """Collection and version as a fetch sends them."""
        return f"{self.collection}:{self.version}" if self.version is not None else f"{self.collection}"


def version_questions(place: Destination) -> tuple[AskVersion, AskVersions, AskDownload]:
    collection = place.collection or ""
    return (
        AskVersion(place.entity, place.project, place.version_name),
        AskVersions(place.entity, place.project, collection),
        AskDownload(place.entity, place.project, collection, place.version or "latest"),
    )


def answered(facts: Facts, question: Question[object]) -> bool:
    """Whether the question has an answer other than `None`."""
    try:
        return facts.answer(question) is not None
    except Unavailable:
        return False


def is_there(facts: Facts, question: Question[object]) -> bool:
    """The same; raises Unavailable where the server was in trouble, so that nobody takes it for nothing."""
    try:
        return facts.answer(question) is not None
    except Unavailable as unavailable:
        if unavailable.unknown:
            raise
        return False


def listed(facts: Facts, place: Destination) -> Collection | None:
    """The collection from the list of the registry, if the list is here and has exactly this name."""
    question = AskCollections(place.entity, place.project)
    if not facts.answers.for_many or not facts.answers.asked(question):
        return None
    try:
        rows = facts.answer(question).rows
    except Unavailable:
        return None
    return next((each for each in rows if each.name == place.collection), None)


def collection_at(facts: Facts, place: Destination) -> Collection | None:
    return listed(facts, place) or facts.answer(collection_question(place))


def collection_question(place: Destination) -> AskCollection:
    return AskCollection(place.entity, place.project, place.collection or "")


def has(facts: Facts, place: Destination) -> int:
    """How much of a place is there, see `Candidate.has`. Raises Unavailable where the server was in trouble."""
    if not is_there(facts, AskRegistry(place.entity, place.project)):
        return 0
    if place.collection is None:
        return 1
    if listed(facts, place) is None and not is_there(facts, collection_question(place)):
        return 1
    if facts[CALL].for_ != "use" or not is_there(facts, version_questions(place)[0]):
        return 2
    return 3
