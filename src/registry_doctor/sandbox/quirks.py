"""Shapes in which some real servers answer; a world turns them on (contract: world.md, `server.quirks`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import Enum

from registry_doctor.sandbox.errors import WorldError


class Quirk(Enum):
    """A shape of the answers. Several can be on at the same time."""

    TEAMS_WITHOUT_PERSONAL_ENTITY = "teams_without_personal_entity"
    """``viewer.teams`` holds teams only."""
    NO_DEFAULT_ENTITY = "no_default_entity"
    """``viewer.entity`` is null."""
    EMPTY_FIRST_PAGE = "empty_first_page"
    """Lists of registries, collections and versions begin with an empty page that has a next one."""
    NO_ORG_ENTITY_FIELD = "no_org_entity_field"
    """An older server: ``Organization.orgEntity`` is an unknown field."""
    ENTITY_STUB = "entity_stub"
    """An entity that is not there comes as an object with null organization and null user."""
    ORGANIZATION_KEYS_ONLY = "organization_keys_only"
    """An organization accepts only keys of its own: it and its teams are hidden from personal keys."""


def quirks_named(names: Iterable[str], place: str) -> frozenset[Quirk]:
    """The quirks with these names. Raises WorldError for the first name that is not a quirk."""
    by_name = {quirk.value: quirk for quirk in Quirk}
    for number, name in enumerate(names := tuple(names)):
        if name not in by_name:
            near = difflib.get_close_matches(name, by_name, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known quirks: {', '.join(by_name)}"
            raise WorldError(f"{place}[{number}]: '{name}' is not a quirk ({hint})")
    return frozenset(by_name[name] for name in names)
