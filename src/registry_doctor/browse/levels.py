"""Lists what is inside organizations, registries and collections: one list for each level.

All lists of a level are asked for together, so a level costs one request for each hundred of them, and one more for
each further page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from registry_doctor.browse.asker import Asker
from registry_doctor.browse.model import Inventory, ListKind, Row
from registry_doctor.browse.rows import collection_row, registry_row, version_row
from registry_doctor.browse.selection import Selection
from registry_doctor.domain.organizations import Organization, Viewer
from registry_doctor.facts.questions.listing import (
    AskCollectionPage,
    AskRegistryPage,
    AskRolePage,
    AskVersionPage,
    AskVersionsWithAlias,
    GivenRoles,
    ListedCollection,
    ListedRegistry,
    ListedVersion,
    Page,
    PageQuestion,
)
from registry_doctor.queries.answers import Answers

_T = TypeVar("_T")

LISTS_AT_ONCE = 100
"""How many lists one request asks for, because an answer may not grow without a bound."""


def with_levels_below(
    found: Sequence[Inventory], asker: Asker, viewer: Viewer, selection: Selection
) -> Sequence[Inventory]:
    """The lists that were found, and those of what is inside. An alias leaves only the versions."""
    levels: list[Inventory] = []
    rows = [row for each in found if each.kind != "teams" for page in each.pages for row in page]
    first = next(each for each in found if each.kind != "teams")
    kind = first.kind
    if kind == "organizations":
        rows = _registries(asker, viewer)
        kind = "registries"
        levels.append(_list(kind, "Registries of your organizations", None, rows))
    else:
        levels.append(_list(kind, first.title, first.path, rows))
    if kind in ("registries", "projects"):
        titles = {
            "registries": "Collections in these registries",
            "projects": "Collections in these projects",
        }
        rows = [row for page in _collections(asker, [each.path for each in rows]) for row in page]
        kind = "collections"
        levels.append(_list(kind, titles[levels[-1].kind], None, rows))
    if kind == "collections":
        wanted = Selection(type=selection.type)
        paths = [row.path for row in rows if wanted.has(row)]
        title = "Versions in these collections"
        if selection.alias is not None:
            title = f"Versions with the alias {selection.alias!r}"
        levels.append(Inventory("versions", title, None, _versions(asker, paths, selection.alias)))
    return levels[-1:] if selection.alias is not None else levels


def _list(kind: ListKind, title: str, path: str | None, rows: Sequence[Row]) -> Inventory:
    return Inventory(kind, title, path, iter([tuple(rows)]))


@dataclass(frozen=True)
class _List(Generic[_T]):
    """A list that is asked for page by page: the question after a cursor, and what makes rows of an answer."""

    question: Callable[[str | None], PageQuestion[_T]]
    rows: Callable[[Page[_T], Answers, str | None], tuple[Row, ...]]
    beside: Callable[[str | None], PageQuestion[tuple[str, GivenRoles]]] | None = None


def _pages(asker: Asker, lists: Iterable[_List[_T]]) -> Iterator[tuple[Row, ...]]:
    """The rows of all lists, those of one request together. Raises CannotAsk."""
    waiting: list[tuple[_List[_T], str | None]] = [(each, None) for each in lists]
    while waiting:
        now, waiting = waiting[:LISTS_AT_ONCE], waiting[LISTS_AT_ONCE:]
        questions = [each.question(after) for each, after in now]
        beside = [each.beside(after) for each, after in now if each.beside is not None]
        answers = asker.ask_all(*questions, *beside)
        rows: list[Row] = []
        for (each, after), question in zip(now, questions, strict=True):
            page = asker.taken(answers, question)
            if page is None:  # it was removed while we looked
                continue
            rows += each.rows(page, answers, after)
            if page.cursor is not None and page.cursor != after:
                waiting.append((each, page.cursor))
        yield tuple(rows)


def _registries(asker: Asker, viewer: Viewer) -> list[Row]:
    def of(organization: Organization) -> _List[ListedRegistry]:
        def roles(after: str | None) -> AskRolePage:
            return AskRolePage(organization.name, after=after)

        def rows(page: Page[ListedRegistry], answers: Answers, after: str | None) -> tuple[Row, ...]:
            given = asker.given(answers, roles(after))
            by_name = dict(given.rows) if given else {}
            prefix = organization.path_prefix
            return tuple(registry_row(each, by_name.get(each.name), viewer, prefix) for each in page.rows)

        return _List(lambda after: AskRegistryPage(organization.name, after=after), rows, roles)

    return [row for page in _pages(asker, map(of, viewer.all_organizations)) for row in page]


def _collections(asker: Asker, projects: Sequence[str]) -> Iterator[tuple[Row, ...]]:
    def of(path: str) -> _List[ListedCollection]:
        entity, _, project = path.partition("/")
        return _List(
            lambda after: AskCollectionPage(entity, project, after=after),
            lambda page, _answers, _after: tuple(collection_row(each, path) for each in page.rows),
        )

    return _pages(asker, map(of, projects))


def _versions(asker: Asker, collections: Sequence[str], alias: str | None) -> Iterator[tuple[Row, ...]]:
    def of(path: str) -> _List[ListedVersion]:
        entity, project, collection = path.split("/", 2)

        def question(after: str | None) -> PageQuestion[ListedVersion]:
            if alias is not None:
                return AskVersionsWithAlias(entity, project, collection, alias)
            return AskVersionPage(entity, project, collection, after=after)

        return _List(
            question,
            lambda page, _answers, _after: tuple(version_row(each, path) for each in page.rows),
        )

    return _pages(asker, map(of, collections))
