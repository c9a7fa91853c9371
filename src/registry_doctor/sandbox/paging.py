"""Connections: pages of a list with cursors."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from registry_doctor.sandbox.errors import bad_request

T = TypeVar("T")
DEFAULT_PAGE = 50
LARGEST_PAGE = 1000
LARGEST_FILE_PAGE = 5000


@dataclass(frozen=True)
class PageInfo:
    """Where a page lies within the whole list."""

    has_next_page: bool
    end_cursor: str | None
    has_previous_page: bool
    start_cursor: str | None


@dataclass(frozen=True)
class Edge(Generic[T]):
    """An item of a page. `version` and `used_as` are filled where the connection has them."""

    node: T
    cursor: str
    version: str | None = None
    used_as: str | None = None


@dataclass(frozen=True)
class Connection(Generic[T]):
    """One page of a list, with the length of the whole."""

    edges: list[Edge[T]]
    page_info: PageInfo
    total_count: int


def page(
    items: Sequence[T],
    first: int | None = None,
    after: str | None = None,
    *,
    largest: int = LARGEST_PAGE,
    label: Callable[[T], str | None] = lambda _: None,
) -> Connection[T]:
    """Return the page of at most `first` items (capped) that follows the cursor `after`.

    `label` gives an edge's ``version`` or ``usedAs``, in connections that have one.
    """
    if first is not None and first < 0:
        raise bad_request("first: must not be negative")
    start = 0 if not after else _position(after) + 1
    end = min(start + min(DEFAULT_PAGE if first is None else first, largest), len(items))
    edges = [
        Edge(item, _cursor(start + offset), label(item), label(item))
        for offset, item in enumerate(items[start:end])
    ]
    info = PageInfo(
        has_next_page=end < len(items),
        end_cursor=edges[-1].cursor if edges else None,
        has_previous_page=start > 0,
        start_cursor=edges[0].cursor if edges else None,
    )
    return Connection(edges, info, len(items))


def empty_first_page(items: Sequence[T]) -> Connection[T]:
    """A page with nothing on it, before the first item: what follows its cursor is the whole list."""
    return Connection([], PageInfo(True, _cursor(-1), False, None), len(items))


def _cursor(position: int) -> str:
    return base64.b64encode(f"cursor:{position}".encode()).decode("ascii")


def _position(cursor: str) -> int:
    try:
        kind, _, number = base64.b64decode(cursor, validate=True).decode("ascii").partition(":")
        if kind != "cursor":
            raise ValueError(kind)
        return int(number)
    except (binascii.Error, ValueError) as error:
        raise bad_request(f"after: '{cursor}' is not a cursor") from error
