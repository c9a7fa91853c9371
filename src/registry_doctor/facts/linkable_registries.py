"""Where the person can link: every registry of every organization within reach."""

from __future__ import annotations

from collections.abc import Iterable

from registry_doctor.domain.organizations import Organization
from registry_doctor.facts.base import Fact, Facts
from registry_doctor.facts.identity import VIEWER
from registry_doctor.facts.questions.registry import AskRegistries, Listing, Registry
from registry_doctor.queries.question import Question


def _ask(facts: Facts) -> Iterable[Question[object]]:
    for organization in facts[VIEWER].all_organizations:
        yield AskRegistries(organization.name)


def _places(facts: Facts) -> tuple[tuple[Organization, Listing[Registry]], ...]:
    return tuple(
        (organization, facts.answer(AskRegistries(organization.name)))
        for organization in facts[VIEWER].all_organizations
    )


ALL_REGISTRIES: Fact[tuple[tuple[Organization, Listing[Registry]], ...]] = Fact(
    "all registries", _places, _ask, (VIEWER,), frozenset({"server"})
)
"""The person's organizations, each with the registries that the person can see in it."""
