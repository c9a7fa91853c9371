"""Which rows of a listing are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from registry_doctor.browse.model import CollectionRow, Inventory, RegistryRow, Row, VersionRow


@dataclass(frozen=True)
class Selection:
    """What a row must have to be listed; `None` for what does not matter."""

    alias: str | None = None
    type: str | None = None
    glob: str | None = None
    """A pattern for the name, or for the path if it has a slash."""

    def has(self, row: Row) -> bool:
        """Whether this row is wanted."""
        return self._has_type(row) and self._has_alias(row) and self._has_name(row)

    def _has_type(self, row: Row) -> bool:
        match row:
            case _ if self.type is None:
                return True
            case RegistryRow(accepted_types=types):
                return types is None or self.type in types
            case CollectionRow(type=type_) | VersionRow(type=type_):
                return type_ == self.type
            case _:
                return False

    def _has_alias(self, row: Row) -> bool:
        if self.alias is None:
            return True
        return isinstance(row, VersionRow) and self.alias in (*row.aliases, row.version)

    def _has_name(self, row: Row) -> bool:
        if self.glob is None:
            return True
        if "/" in self.glob:
            return fnmatchcase(row.path, self.glob)
        return any(fnmatchcase(name, self.glob) for name in _names(row))


EVERYTHING = Selection()


def _names(row: Row) -> tuple[str, ...]:
    """What a pattern without a slash is compared with: a version is found by its collection's name, too."""
    if not isinstance(row, VersionRow):
        return (row.name,)
    full = row.path.rpartition("/")[2]
    return full, full.partition(":")[0], row.version or ""


def chosen(inventory: Inventory, selection: Selection, limit: int | None) -> Inventory:
    """The same list with the wanted rows, and at most `limit` of them."""
    pages = inventory.pages
    inventory.pages = _chosen_pages(inventory, pages, selection, limit)
    return inventory


def _chosen_pages(
    inventory: Inventory, pages: Iterator[tuple[Row, ...]], selection: Selection, limit: int | None
) -> Iterator[tuple[Row, ...]]:
    left = limit
    for page in pages:
        rows = tuple(row for row in page if selection.has(row))
        if left is not None and len(rows) > left:
            inventory.complete = False
            yield rows[:left]
            return
        left = None if left is None else left - len(rows)
        yield rows
