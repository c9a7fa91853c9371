"""Facts of the second level: the registry, the collection and the version that the path means."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import product

from registry_doctor.domain.interpretation import may_be_a_name
from registry_doctor.domain.organizations import Organization, Unresolved
from registry_doctor.domain.subjects import Subject
from registry_doctor.facts.base import Fact, Facts
from registry_doctor.facts.call import CALL, INTERPRETATION
from registry_doctor.facts.identity import ARTIFACT_TYPE, ENTITY, RESOLUTION, VIEWER
from registry_doctor.facts.likely_place import guess_place
from registry_doctor.facts.one_destination import (
    Destination,
    answered,
    collection_at,
    has,
    listed,
    version_questions,
)
from registry_doctor.facts.ordinary import ask_in_passing, refuse_ordinary
from registry_doctor.facts.questions.registry import (
    ROLES,
    AskAdministrators,
    AskCollection,
    AskCollections,
    AskMembers,
    AskRegistries,
    AskRegistry,
    Collection,
    Download,
    Listing,
    Registry,
    Version,
    questions_about_roles,
)
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Question
from registry_doctor.support.records import record

_MAX_ORGANIZATIONS = 10
"""The number of organizations that are searched for a path without an organization."""
_IN_ORGANIZATION: frozenset[Subject] = frozenset({"server", "entity", "organization"})
_IN_REGISTRY: frozenset[Subject] = _IN_ORGANIZATION | frozenset[Subject]({"registry"})
_IN_COLLECTION: frozenset[Subject] = _IN_REGISTRY | frozenset[Subject]({"collection"})
_OF_VERSION: frozenset[Subject] = _IN_COLLECTION | frozenset[Subject]({"version"})


@record(frozen=True)
class Candidate:
    """How much of the path exists in one of several organizations: registry, collection, version."""

    organization: Organization
    has: int
    """0 nothing, 1 the registry, 2 also the collection, 3 also the version."""


def _organizations_meant(facts: Facts) -> tuple[Organization, ...]:
    """The organizations that the second level searches: the named one, or every reachable one."""
    resolution = facts[RESOLUTION]
    if isinstance(resolution.outcome, Organization):
        return (resolution.outcome,)
    by_path = resolution.named_by == "path"
    if by_path and (missing := facts.why_missing(VIEWER)) and missing.unknown:
        raise missing.without_traceback()  # only the viewer's organizations tell whether this is another one of them
    in_play = facts[ENTITY].entity
    corrected = resolution.correction if not (resolution.elsewhere and by_path) else None
    within = corrected is not None and in_play is not None and corrected.organization in in_play.reachable
    if corrected and (by_path or (corrected.certain and within)):
        return (corrected.organization,)
    unsettled = [Unresolved.WRONG_NAME_OF_MANY, Unresolved.WRONG_NAME]
    if facts[CALL].for_ != "link":
        unsettled.append(Unresolved.AMBIGUOUS)
    if resolution.outcome in unsettled and in_play and in_play.reachable and not resolution.elsewhere:
        return in_play.reachable[:_MAX_ORGANIZATIONS]
    if resolution.named_by == "setting" and in_play and in_play.reachable:
        return in_play.reachable[:_MAX_ORGANIZATIONS]
    raise Unavailable("the organization of this path is not known")


def _candidates(facts: Facts) -> list[Destination]:
    reading = facts[INTERPRETATION]
    if not reading.registries or not may_be_a_name(reading.placeholders.get("registry", "")):
        raise Unavailable("the path names no registry")
    collections: tuple[str | None, ...] = reading.collections or (None,)
    if facts[CALL].for_ == "link":
        collections = collections[:1]  # a link makes the collection that was typed, space and all
    named = may_be_a_name(reading.placeholders.get("version", ""))
    version = reading.intended.version if reading.intended and named else None
    parts = product(_organizations_meant(facts), reading.registries, collections)
    return [Destination(*each, version) for each in parts]


def _ask_places(facts: Facts) -> Iterable[Question[object]]:
    for_ = facts[CALL].for_
    yield from ask_in_passing(facts)
    for place in _candidates(facts):
        yield AskRegistry(place.entity, place.project)
        if _needs_list(facts, place):
            yield AskRegistries(place.organization.name)
        yield AskCollections(place.entity, place.project)
        if place.collection is not None:
            yield from _ask_collection(facts, place)
            if for_ == "use":
                yield from _ask_version(facts, place)


def _needs_list(facts: Facts, place: Destination) -> bool:
    """Whether the list of registries may be needed: not where the registry is known to be right for the call."""
    question = AskRegistry(place.entity, place.project)
    if facts.answers.for_many or not facts.answers.asked(question):
        return True
    registry: Registry | None = None
    with suppress(Unavailable):
        registry = facts.answer(question)
    if registry is None:
        return True
    kind = facts.get(ARTIFACT_TYPE)
    return kind is not None and registry.accepted_types is not None and kind not in registry.accepted_types


def _ask_collection(facts: Facts, place: Destination) -> Iterable[Question[object]]:
    """Ask for the collection by name. For many calls, only for names that the list of the registry does not have."""
    listing = AskCollections(place.entity, place.project)
    if not facts.answers.for_many or (facts.answers.asked(listing) and listed(facts, place) is None):
        yield AskCollection(place.entity, place.project, place.collection or "")


def _ask_version(facts: Facts, place: Destination) -> Iterable[Question[object]]:
    """The version, and what else is there; of many only where the version is not found, or cannot be written."""
    version, versions, download = version_questions(place)
    yield version
    if facts[CALL].downloads:
        yield download
    if not facts.answers.for_many or (
        facts.answers.asked(version) and ("/" in (place.version or "") or not answered(facts, version))
    ):
        yield versions


def _destination(facts: Facts) -> Destination:
    """Of several the one of which most is there. Raises Unavailable if another could have more."""
    places = _candidates(facts)
    refuse_ordinary(facts)
    if len(places) == 1:
        return places[0]
    amount: dict[Destination, int] = {}
    unknown: Unavailable | None = None
    for place in places:
        try:
            amount[place] = has(facts, place)
        except Unavailable as unavailable:
            unknown = unavailable
    whole = 3 if facts[CALL].for_ == "use" else 2
    best = max(amount, key=lambda place: amount[place], default=None)
    if unknown is not None and (best is None or amount[best] < whole):
        raise unknown.without_traceback()
    assert best is not None
    return best


def _candidate_facts(facts: Facts) -> tuple[Candidate, ...]:
    best: dict[Organization, int] = {}
    for place in _candidates(facts):
        best[place.organization] = max(best.get(place.organization, 0), has(facts, place))
    return tuple(Candidate(organization, has) for organization, has in best.items())


def _of_place(facts: Facts) -> Destination:
    place = facts[DESTINATION]
    if place.collection is None:
        raise Unavailable("the path names no collection")
    return place


def _fetched(facts: Facts) -> Destination:
    if facts[CALL].for_ != "use":
        what = "a link takes" if facts[CALL].for_ == "link" else "this call looks at a collection and takes"
        raise Unavailable(f"{what} no version")
    return _of_place(facts)


def _download(facts: Facts) -> Download | None:
    if not facts[CALL].downloads:
        raise Unavailable("no file is fetched")
    return facts.answer(version_questions(_fetched(facts))[2])


def _collection_fact(facts: Facts) -> Collection | None:
    return collection_at(facts, _of_place(facts))


def _ask_members(facts: Facts) -> Iterable[Question[object]]:
    """Only a link needs a role, to write and to set a protected alias."""
    if facts[CALL].for_ == "link":
        for place in _candidates(facts):
            yield from questions_about_roles(place.entity, place.project)


def _roles(facts: Facts) -> list[str]:
    """The roles that the members' list shows for the person and the person's teams."""
    place, viewer = facts[DESTINATION], facts[VIEWER]
    members = facts.answer(AskMembers(place.entity, place.project))
    roles = [members.people.get(viewer.username), *(members.teams.get(team.name) for team in viewer.teams)]
    return [role for role in roles if role is not None]


def _administers_organization(facts: Facts) -> bool | None:
    """Whether the organization lists the person as an administrator; `None` if it does not show its members."""
    with suppress(Unavailable):
        return facts[VIEWER].username in facts.answer(AskAdministrators(facts[DESTINATION].entity))
    return None


def _administrator(facts: Facts) -> bool:
    return bool(_administers_organization(facts)) or "admin" in _roles(facts)


def _registry(facts: Facts) -> Registry | None:
    """The registry, with the person's roles where the lists of members show them."""
    place = facts[DESTINATION]
    registry = facts.answer(AskRegistry(place.entity, place.project))
    if registry is None or not facts.answers.asked(AskMembers(place.entity, place.project)):
        return registry
    registry = replace(registry, administers_organization=_administers_organization(facts))
    with suppress(Unavailable):
        own = facts.answer(AskMembers(place.entity, place.project)).people.get(facts[VIEWER].username)
        # A team's role below Member proves nothing: its service accounts may have a higher one (R4.11).
        known = [
            role for role in _roles(facts) if role in ("member", "admin") or (role == own and role in ROLES)
        ]
        return replace(registry, role=max(known, key=ROLES.index, default=None))
    return registry


CANDIDATES: Fact[tuple[Candidate, ...]] = Fact(
    "candidates",
    _candidate_facts,
    _ask_places,
    (CALL, INTERPRETATION, ENTITY, RESOLUTION),
    frozenset({"server", "entity"}),
)
"""Which of the organizations in question have the registry, the collection and the version."""

DESTINATION: Fact[Destination] = Fact(
    "destination",
    _destination,
    _ask_places,
    (CALL, INTERPRETATION, ENTITY, RESOLUTION),
    _IN_REGISTRY,
    guess_place,
)
"""The destination that the path means: of all candidates the one of which most exists."""

REGISTRY: Fact[Registry | None] = Fact(
    "registry",
    _registry,
    _ask_members,
    after=(CALL, INTERPRETATION, VIEWER, ENTITY, RESOLUTION, DESTINATION),
    about=_IN_REGISTRY,
)
"""The registry; `None` if it does not exist or is not visible."""

ADMINISTRATOR: Fact[bool] = Fact(
    "administrator",
    _administrator,
    _ask_members,
    (CALL, INTERPRETATION, VIEWER, ENTITY, RESOLUTION, DESTINATION),
    about=_IN_REGISTRY,
)
"""Whether the registry lists the person, or a team of theirs, as an administrator, or the organization the person;
`False` proves nothing (R4.9). Only a link asks for it."""

REGISTRIES: Fact[Listing[Registry]] = Fact(
    "registries",
    lambda facts: facts.answer(AskRegistries(facts[DESTINATION].organization.name)),
    after=(DESTINATION,),
    about=_IN_ORGANIZATION,
)
"""The registries of the organization that the person can see."""

COLLECTION: Fact[Collection | None] = Fact(
    "collection", _collection_fact, after=(DESTINATION,), about=_IN_COLLECTION
)
"""The collection; `None` if it does not exist."""

COLLECTIONS: Fact[Listing[Collection]] = Fact(
    "collections",
    lambda facts: facts.answer(AskCollections(facts[DESTINATION].entity, facts[DESTINATION].project)),
    after=(DESTINATION,),
    about=_IN_REGISTRY,
)
"""The first collections of the registry."""

VERSION: Fact[Version | None] = Fact(
    "version",
    lambda facts: facts.answer(version_questions(_fetched(facts))[0]),
    after=(CALL, DESTINATION),
    about=_OF_VERSION,
)
"""The version that a fetch names; `None` if it does not exist."""

VERSIONS: Fact[Listing[Version]] = Fact(
    "versions",
    lambda facts: facts.answer(version_questions(_fetched(facts))[1]),
    after=(CALL, DESTINATION),
    about=_IN_COLLECTION,
)
"""The versions of the collection with their aliases."""

DOWNLOAD: Fact[Download | None] = Fact(
    "download",
    _download,
    after=(CALL, DESTINATION),
    about=_OF_VERSION,
)
"""Whether the version may be downloaded; `None` if there is nothing to try it on."""
