"""Lists of organizations, registries, collections, versions and projects, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

ListKind: TypeAlias = Literal["organizations", "teams", "registries", "projects", "collections", "versions"]

Visibility: TypeAlias = Literal["organization", "restricted", "unknown"]


@dataclass(frozen=True)
class OrganizationRow:
    """An organization that the person is in."""

    name: str
    entity: str | None
    """The name of its own entity; `None` if the server does not say."""
    path: str


@dataclass(frozen=True)
class TeamRow:
    """A team that the person is in, or the person's own entity."""

    name: str
    organization: str | None
    default: bool
    """Whether it is the default entity."""
    path: str


@dataclass(frozen=True)
class RegistryRow:
    """A registry that the person sees."""

    name: str
    accepted_types: tuple[str, ...] | None
    """`None` if it accepts every type."""
    visibility: Visibility
    may_link: bool | None
    """`None` if the server does not say."""
    role: str | None
    """The highest role that was given to the person or a team of the person; `None` if another role must apply, or
    if no role was given: then a default applies that the server does not show."""
    path: str


@dataclass(frozen=True)
class ProjectRow:
    """An ordinary project."""

    name: str
    path: str


@dataclass(frozen=True)
class CollectionRow:
    """A collection."""

    name: str
    type: str | None
    linked: bool | None
    """Whether it holds links to versions that were logged elsewhere; `None` if the server does not say."""
    path: str


@dataclass(frozen=True)
class VersionRow:
    """A version in a collection."""

    version: str | None
    aliases: tuple[str, ...]
    created: str | None
    state: str | None
    source: str | None
    """Where it was logged; `None` if the person cannot see that project."""
    path: str
    type: str | None = None
    """The type of the artifact; `None` if the server does not show it."""


Row: TypeAlias = "OrganizationRow | TeamRow | RegistryRow | ProjectRow | CollectionRow | VersionRow"


ROWS: Mapping[ListKind, type[Row]] = {
    "organizations": OrganizationRow,
    "teams": TeamRow,
    "registries": RegistryRow,
    "projects": ProjectRow,
    "collections": CollectionRow,
    "versions": VersionRow,
}
"""What the rows of a list are."""


@dataclass
class Inventory:
    """One list: its kind, and its pages, which are requested as they are read."""

    kind: ListKind
    title: str
    """The heading of the list."""
    path: str | None
    """The path of what is listed."""
    pages: Iterator[tuple[Row, ...]] = field(repr=False)
    complete: bool = True
    """Whether the list has no further rows; known when all pages were read."""


class NotThere(LookupError):
    """The name does not exist or is not visible; `near` holds similar paths."""

    def __init__(self, message: str, near: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.near = tuple(near)


class CannotAsk(Exception):
    """The server did not answer a question.

    `inconclusive`: it answered others, or it was reached and could not answer. Otherwise the reason is that it is not
    reached, or that it refuses the key.
    """

    def __init__(self, reason: str, *, inconclusive: bool) -> None:
        super().__init__(reason)
        self.inconclusive = inconclusive
