"""Lists organizations, registries, collections, versions and ordinary projects, page by page.

`browse` finds out what a text such as `Acme Robotics/model` names, and returns its lists. A page is requested only
when it is read and is not kept afterwards, so a list of any length needs the memory of one page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from registry_doctor.browse.asker import Asker
from registry_doctor.browse.levels import with_levels_below
from registry_doctor.browse.model import (
    CannotAsk,
    Inventory,
    ListKind,
    NotThere,
    OrganizationRow,
    ProjectRow,
    Row,
    TeamRow,
    VersionRow,
)
from registry_doctor.browse.rows import collection_row, registry_row, version_row
from registry_doctor.browse.selection import EVERYTHING, Selection, chosen
from registry_doctor.domain.interpretation import interpret
from registry_doctor.domain.near_names import near_names
from registry_doctor.domain.organizations import Organization, Viewer
from registry_doctor.domain.path_tools import NoPathInside, path_from_url
from registry_doctor.domain.target_path import REGISTRY_PREFIX, is_registry_project
from registry_doctor.facts.questions.identity import AskViewer
from registry_doctor.facts.questions.listing import (
    AskCollectionPage,
    AskProjectPage,
    AskRegistryPage,
    AskRolePage,
    AskVersionPage,
    Page,
)
from registry_doctor.queries.answers import MOST_PAGES
from registry_doctor.queries.question import PAGE_SIZE
from registry_doctor.support.wording import listed, quoted_name
from registry_doctor.transport import Transport

_T = TypeVar("_T")


def browse(
    text: str | None,
    transport: Transport | str,
    limit: int | None = None,
    *,
    recursive: bool = False,
    selection: Selection = EVERYTHING,
) -> Sequence[Inventory]:
    """Return the lists that `text` names; several if the name has several meanings.

    Args:
        text: nothing for the person's organizations and teams; `ORG`, `ORG/REGISTRY` or `ORG/REGISTRY/COLLECTION`
            with an organization's display or entity name; `ENTITY`, `ENTITY/PROJECT` or `ENTITY/PROJECT/COLLECTION`
            for an ordinary project; a path of a registry without organization; or the address of one.
        transport: the transport to the server, or the reason why there is none.
        limit: how many rows each list may have.
        recursive: whether to list what is inside as well, one list for each level.
        selection: which rows are wanted.

    Raises NotThere for a name that is not there, and CannotAsk if the server gives no answer.
    """
    asker = Asker(transport)
    viewer = asker.ask(AskViewer())
    if viewer is None:
        raise CannotAsk("the server refused the API key", inconclusive=False)
    whole = recursive or selection != EVERYTHING  # then rows are counted after they are chosen
    found = _named(text, asker, viewer, None if whole else limit)
    if recursive:
        found = with_levels_below(found, asker, viewer, selection)
    return [chosen(each, selection, limit) for each in found] if whole else found


def _named(text: str | None, asker: Asker, viewer: Viewer, limit: int | None) -> Sequence[Inventory]:
    """The lists that the text names."""
    if text is None:
        return _own_entities(viewer)
    browser = _Browser(asker, viewer, limit)
    organization, *names = _parts(text)
    if names[2:]:
        raise NotThere(f"{quoted_name(text)} has too many parts; use at most three: ORG/REGISTRY/COLLECTION")
    if is_registry_project(organization) and len(names) < 2:
        return browser.in_any_organization(organization, names)
    return browser.named(organization, names)


def _own_entities(viewer: Viewer) -> Sequence[Inventory]:
    organizations = tuple(
        OrganizationRow(each.name, each.entity, each.path_prefix) for each in viewer.all_organizations
    )
    owners = {viewer.personal_entity: None, viewer.entity: None} | {
        team.name: team.organization.name if team.organization else None for team in viewer.teams
    }
    teams = tuple(
        TeamRow(name, organization, name == viewer.entity, name)
        for name, organization in owners.items()
        if name
    )
    return (
        Inventory("organizations", "Your organizations", None, iter([organizations])),
        Inventory("teams", "Your teams, and your own entity", None, iter([teams])),
    )


def _parts(text: str) -> list[str]:
    """Split an address or a path into its names; a version is dropped, because all versions are listed."""
    if interpret(text, "link").pasted:
        try:
            text = path_from_url(text, "link")
        except NoPathInside as problem:
            raise NotThere(str(problem)) from problem
    names = text.strip("/").split("/")
    if len(names) == 3 or is_registry_project(names[0]):
        names[-1] = names[-1].partition(":")[0]
    if not all(names):
        raise NotThere(f"a part of {quoted_name(text)} is empty")
    return names


_AskPage: TypeAlias = Callable[["str | None", int], "Page[Row] | None"]
"""Requests the page after a cursor, with at most the given number of rows; `None` if the list does not exist."""

_LOOKED_INTO = 10
"""How many organizations are searched for a name that was not found."""


@dataclass(frozen=True)
class _Browser:
    """Finds what names mean for one person."""

    asker: Asker
    viewer: Viewer
    limit: int | None

    def named(self, owner: str, names: Sequence[str]) -> Sequence[Inventory]:
        """Return the lists for these names in an organization, or of a team or person."""
        organizations = [each for each in self.viewer.all_organizations if each.is_called(owner)]
        found = [self._of_organization(each, names) for each in organizations]
        mine = {*(team.name for team in self.viewer.teams), self.viewer.username, self.viewer.entity} - {
            None,
            "",
        }
        # A public project is visible to everybody, whoever owns it.
        if owner in mine or (names and not organizations):
            found.append(self._of_entity(owner, names))
        there = [each for each in found if each is not None]
        if there:
            return there
        if not names and (organizations or owner in mine):
            if any(not each.entity for each in organizations):
                words = (
                    "the server does not show the own entity of the organization, where its registries are"
                )
                raise CannotAsk(words, inconclusive=True)
            raise NotThere(f"the server shows nothing of {quoted_name(owner)}")
        if organizations:
            raise self._not_in_organization(organizations[0], names)
        raise self._not_of_entity(owner, names) if owner in mine else self._no_owner(owner)

    def in_any_organization(self, registry: str, names: Sequence[str]) -> Sequence[Inventory]:
        """Return the lists for a path without an organization, from all organizations of the person."""
        organizations = self.viewer.all_organizations
        found = [self._of_organization(each, [registry, *names]) for each in organizations]
        there = [each for each in found if each is not None]
        if there:
            return there
        if len(organizations) == 1:
            raise self._not_in_organization(organizations[0], [registry, *names])
        of = listed(each.name for each in organizations)
        raise NotThere(f"{quoted_name('/'.join([registry, *names]))} is in none of your organizations ({of})")

    def _of_organization(self, organization: Organization, names: Sequence[str]) -> Inventory | None:
        owner = organization.path_prefix
        if not names:
            title = f"Registries of {organization.name}"
            return self._inventory("registries", title, owner, self._registries(organization))
        registry = names[0].removeprefix(REGISTRY_PREFIX)
        where = f"the registry {quoted_name(registry)} of {organization.name}"
        return self._of_project(owner, REGISTRY_PREFIX + registry, names[1:], where)

    def _of_entity(self, entity: str, names: Sequence[str]) -> Inventory | None:
        if not names:
            return self._inventory("projects", f"Projects of {entity}", entity, self._projects(entity))
        where = f"the ordinary project {quoted_name(names[0])} of {entity}, outside any registry"
        return self._of_project(entity, names[0], names[1:], where)

    def _of_project(self, entity: str, project: str, names: Sequence[str], where: str) -> Inventory | None:
        path = "/".join([entity, project, *names])
        if not names:
            asking = self._collections(entity, project)
            return self._inventory("collections", f"Collections in {where}", path, asking)
        title = f"Versions of {quoted_name(names[0])} in {where}"
        return self._inventory("versions", title, path, self._versions(entity, project, names[0]))

    def _inventory(self, kind: ListKind, title: str, path: str, ask: _AskPage) -> Inventory | None:
        """Return the list, or `None` if its first page shows that it does not exist."""
        size = PAGE_SIZE if self.limit is None else min(PAGE_SIZE, self.limit)
        first = ask(None, size)
        if first is None:
            return None
        inventory = Inventory(kind, title, path, iter(()))
        inventory.pages = _following(inventory, first, ask, self.limit)
        return inventory

    def _registries(self, organization: Organization) -> _AskPage:
        def ask(cursor: str | None, size: int) -> Page[Row] | None:
            registries = AskRegistryPage(organization.name, after=cursor, first=size)
            roles = AskRolePage(organization.name, after=cursor, first=size)
            answers = self.asker.ask_all(registries, roles)
            given = self.asker.given(answers, roles)
            by_registry = dict(given.rows) if given else {}
            page = self.asker.taken(answers, registries)
            return _as_rows(
                page,
                lambda each: registry_row(
                    each, by_registry.get(each.name), self.viewer, organization.path_prefix
                ),
            )

        return ask

    def _projects(self, entity: str) -> _AskPage:
        def ask(cursor: str | None, size: int) -> Page[Row] | None:
            page = self.asker.ask(AskProjectPage(entity, after=cursor, first=size))
            return _as_rows(page, lambda name: ProjectRow(name, f"{entity}/{name}"))

        return ask

    def _collections(self, entity: str, project: str) -> _AskPage:
        def ask(cursor: str | None, size: int) -> Page[Row] | None:
            page = self.asker.ask(AskCollectionPage(entity, project, after=cursor, first=size))
            return _as_rows(page, lambda each: collection_row(each, f"{entity}/{project}"))

        return ask

    def _versions(self, entity: str, project: str, collection: str) -> _AskPage:
        def ask(cursor: str | None, size: int) -> Page[Row] | None:
            page = self.asker.ask(AskVersionPage(entity, project, collection, after=cursor, first=size))
            return _as_rows(page, lambda each: version_row(each, f"{entity}/{project}/{collection}"))

        return ask

    # Errors for names that are not found.

    def _no_owner(self, owner: str) -> NotThere:
        organizations = self.viewer.all_organizations
        names = [name for each in organizations for name in (each.name, each.entity) if name]
        near = [each.name for each in near_names(owner, [*names, *(team.name for team in self.viewer.teams)])]
        looked_for = [
            (each.path_prefix, AskCollectionPage(each.path_prefix, REGISTRY_PREFIX + owner, first=1))
            for each in organizations[:_LOOKED_INTO]
        ]
        answers = self.asker.ask_all(*(question for _, question in looked_for))
        near += [
            f"{prefix}/{REGISTRY_PREFIX}{owner}"
            for prefix, question in looked_for
            if self.asker.given(answers, question) is not None
        ]
        mine = listed([*(each.name for each in organizations), *(team.name for team in self.viewer.teams)])
        hint = f"you are in {mine}" if mine else "you are in no organization or team"
        return NotThere(f"{quoted_name(owner)} is not an organization or team of yours; {hint}", near)

    def _not_in_organization(self, organization: Organization, names: Sequence[str]) -> NotThere:
        owner, registry = organization.path_prefix, names[0].removeprefix(REGISTRY_PREFIX)
        project = REGISTRY_PREFIX + registry
        if len(names) > 1 and self._collections(owner, project)(None, 1) is not None:
            what = f"the collection {quoted_name(names[1])} is not in the registry {quoted_name(registry)}"
            return self._near(what, names[1], self._collections(owner, project))
        what = f"the registry {quoted_name(registry)} is not in {organization.name}, or not visible to you"
        return self._near(what, registry, self._registries(organization))

    def _not_of_entity(self, entity: str, names: Sequence[str]) -> NotThere:
        if len(names) > 1 and self._collections(entity, names[0])(None, 1) is not None:
            what = f"the collection {quoted_name(names[1])} is not in the project {quoted_name(names[0])}"
            return self._near(what, names[1], self._collections(entity, names[0]))
        owner = next((team.organization for team in self.viewer.teams if team.name == entity), None)
        what = f"the project {quoted_name(names[0])} is not in {entity}, or not visible to you"
        if owner is not None and is_registry_project(names[0]):
            what = f"{entity} is a team, and registries belong to its organization, {owner.name}"
            return NotThere(what, ["/".join([owner.path_prefix, *names])])
        return self._near(what, names[0], self._projects(entity))

    def _near(self, what: str, name: str, ask: _AskPage) -> NotThere:
        page = _filled(ask)
        paths = {row.name: row.path for row in page.rows if not isinstance(row, VersionRow)}
        unsearched = (
            f" (only the first {len(paths)} names were searched for similar ones)" if page.cursor else ""
        )
        return NotThere(what + unsearched, [paths[near.name] for near in near_names(name, paths)])


def _following(
    inventory: Inventory, page: Page[Row] | None, ask: _AskPage, limit: int | None
) -> Iterator[tuple[Row, ...]]:
    """Yield the rows of a page and of the pages after it, and record whether the list is complete."""
    left = limit
    while page is not None:
        cursor = page.cursor
        yield page.rows if left is None else page.rows[:left]
        left = None if left is None else left - len(page.rows)
        inventory.complete = cursor is None and (left is None or left >= 0)
        if cursor is None or (left is not None and left <= 0):
            return
        page = ask(cursor, PAGE_SIZE if left is None else min(PAGE_SIZE, left))
        if page is not None and page.cursor == cursor:
            return  # the server repeats the same page; without this the loop would not end


def _filled(ask: _AskPage) -> Page[Row]:
    """The beginning of a list: as many pages as it takes to fill one, since a server may leave pages empty."""
    rows: list[Row] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = ask(cursor, PAGE_SIZE)
        if page is None:
            break
        rows += page.rows
        stuck, cursor = page.cursor == cursor, page.cursor
        if cursor is None or stuck or len(rows) >= PAGE_SIZE:
            break
    return Page(tuple(rows), cursor)


def _as_rows(page: Page[_T] | None, row: Callable[[_T], Row]) -> Page[Row] | None:
    return None if page is None else Page(tuple(map(row, page.rows)), page.cursor)
