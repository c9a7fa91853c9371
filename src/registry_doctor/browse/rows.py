"""What the server lists, as rows with the path that wandb takes."""

from __future__ import annotations

from registry_doctor.browse.model import CollectionRow, RegistryRow, VersionRow, Visibility
from registry_doctor.domain.organizations import Viewer
from registry_doctor.domain.target_path import REGISTRY_PREFIX
from registry_doctor.facts.questions.listing import (
    GivenRoles,
    ListedCollection,
    ListedRegistry,
    ListedVersion,
)
from registry_doctor.facts.questions.registry import ROLES

_VISIBILITIES: dict[str | None, Visibility] = {"PRIVATE": "organization", "RESTRICTED": "restricted"}


def registry_row(
    registry: ListedRegistry, given: GivenRoles | None, viewer: Viewer, owner: str
) -> RegistryRow:
    """The row of a registry of the organization with this path prefix."""
    may_link = None if registry.read_only is None else not registry.read_only
    return RegistryRow(
        registry.name,
        registry.accepted_types,
        _VISIBILITIES.get(registry.access, "unknown"),
        may_link,
        _role(given, may_link, viewer),
        f"{owner}/{REGISTRY_PREFIX}{registry.name}",
    )


def collection_row(collection: ListedCollection, project: str) -> CollectionRow:
    """The row of a collection in the project with this path."""
    return CollectionRow(collection.name, collection.type, collection.linked, f"{project}/{collection.name}")


def version_row(version: ListedVersion, collection: str) -> VersionRow:
    """The row of a version in the collection with this path."""
    name = version.name or next(iter(version.aliases), None)
    path = collection if name is None else f"{collection}:{name}"
    # The server counts a version's own number among its aliases.
    aliases = tuple(alias for alias in version.aliases if alias != version.name)
    return VersionRow(
        version.name, aliases, version.created, version.state, version.source, path, version.type
    )


def _role(given: GivenRoles | None, may_link: bool | None, viewer: Viewer) -> str | None:
    """The highest role given, unless the right to link shows that another role applies (R4.9)."""
    if given is None:
        return None
    roles = [given.people.get(viewer.username)]
    roles += [given.teams.get(team.name) for team in viewer.teams]
    known = [role for role in roles if role in ROLES]
    highest = max(known, key=ROLES.index, default=None)
    if highest is None or may_link is None:
        return highest
    return highest if may_link == (ROLES.index(highest) >= ROLES.index("member")) else None
