"""The lists of `ls` as text, JSON, CSV, Markdown, and as plain paths."""

from __future__ import annotations

import csv
import errno
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from registry_doctor.cli.output import UnwritableReport, is_terminal, print_json, terminal_width

if TYPE_CHECKING:
    from registry_doctor.browse.model import CollectionRow, Inventory, Row

ListFormat: TypeAlias = Literal["text", "json", "csv", "markdown", "paths"]

_ROWS_PER_PAGE = 100
"""The number of rows on a page."""

_FORMULA = ("=", "+", "-", "@", "\t")
"""How a cell begins that a spreadsheet would calculate."""


def print_lists(inventories: Sequence[Inventory], format_: ListFormat, *, coloured: bool) -> None:
    """Print the lists page by page; JSON is collected first."""
    match format_:
        case "json":
            _print_json(inventories)
        case "csv":
            _print_csv(inventories)
        case "markdown":
            _print_markdown(inventories)
        case "paths":
            _print_paths(inventories)
        case _:
            _print_text(inventories, coloured)


def _print_json(inventories: Iterable[Inventory]) -> None:
    lists = []
    for inventory in inventories:
        rows = [asdict(row) for page in _pages(inventory) for row in page]
        lists.append(
            {
                "kind": inventory.kind,
                "path": inventory.path,
                "complete": inventory.complete,
                "rows": rows,
            }
        )
    print_json(json.dumps({"schema_version": 1, "lists": lists}, indent=1, ensure_ascii=False))


def _print_csv(inventories: Sequence[Inventory]) -> None:
    """Print one table of all lists; a column that a list does not have is empty."""
    from registry_doctor.browse.model import ROWS

    columns = dict.fromkeys(each.name for inventory in inventories for each in fields(ROWS[inventory.kind]))
    columns.pop("path")
    _print(_csv_line(["kind", "path", *columns]))
    for inventory in inventories:
        for page in _pages(inventory):
            lines = []
            for row in page:
                values = asdict(row)
                cells = [inventory.kind, row.path, *(values.get(column) for column in columns)]
                lines.append(_csv_line([_csv_cell(cell) for cell in cells]))
            _print("\n".join(lines))


def _csv_cell(value: object) -> str:
    """A value on one line. A spreadsheet must not calculate what somebody gave as a name."""
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            text = ", ".join(map(str, value))
        case _:
            text = str(value)
    shown = visible(text, limit=PATH_LIMIT)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _csv_line(cells: Sequence[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(cells)
    return stream.getvalue()


def _print_markdown(inventories: Iterable[Inventory]) -> None:
    for position, inventory in enumerate(inventories):
        _print(("\n" if position else "") + f"### {_markdown(inventory.title)}\n")
        heads: list[str] = []
        for page in _pages(inventory):
            cells = [_cells(row) for row in page]
            if not heads:
                heads = list(cells[0])
                _print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
            rows = ([_markdown_cell(head, value) for head, value in row.items()] for row in cells)
            _print("\n".join(f"| {' | '.join(row)} |" for row in rows))
        if not heads:
            _print(_NONE)
        elif not inventory.complete:
            _print("\nThere are more.")


def _markdown_cell(head: str, value: str) -> str:
    """A path as code, which is easy to copy; a table ends a cell at `|` in code as well."""
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    if head != "path" or "`" in value:
        return _markdown(value)
    return f"`{visible(value, limit=PATH_LIMIT)}`".replace("|", "\\|")


def _markdown(text: str) -> str:
    """A text in which nothing is Markdown or HTML."""
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    shown = visible(text, limit=PATH_LIMIT)
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#&!~" else char for char in shown)


def _print_paths(inventories: Iterable[Inventory]) -> None:
    """Print each path unchanged for programs; only unprintable characters are escaped, because a line break would split it."""
    from registry_doctor.support.terminal_text import visible

    for inventory in inventories:
        for page in _pages(inventory):
            paths = (row.path if row.path.isprintable() else visible(row.path) for row in page)
            _print("\n".join(paths))


def _print_text(inventories: Sequence[Inventory], coloured: bool) -> None:
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    for position, inventory in enumerate(inventories):
        if position:
            _print("")
        _print(click.style(visible(inventory.title), bold=True), color=coloured)
        count = 0
        for page in _pages(inventory):
            count += len(page)
            _print(_table(page))
        if not count:
            _print(f"  {_NONE}")
        elif not inventory.complete:
            _print(f"  the first {count}; there are more")
        if inventory.path is not None and inventory.kind == "versions":
            path = click.style(visible(inventory.path, limit=PATH_LIMIT), fg="green", bold=True)
            _print(f"  path of the collection: {path}", color=coloured)


_NONE = "none that you can see"


def _print(text: str, *, color: bool = False) -> None:
    """Write text at once. A closed pipe ends the listing, so that no further page is requested."""
    from registry_doctor.support.terminal_text import encodable

    try:
        click.echo(encodable(text, getattr(sys.stdout, "encoding", None)), color=color)
    except OSError as problem:
        if problem.errno == errno.EPIPE:
            raise
        raise UnwritableReport(f"standard output cannot be written: {problem.strerror}") from problem


def _pages(inventory: Inventory) -> Iterator[tuple[Row, ...]]:
    """The pages, with a count on standard error while the next one is requested."""
    count, pages = 0, inventory.pages
    while True:
        with _counted(count, inventory.kind):
            page = next(pages, None)
        if page is None:
            return
        count += len(page)
        if page:
            yield page


@contextmanager
def _counted(count: int, noun: str) -> Iterator[None]:
    """Show the number of rows so far, if standard error is a terminal."""
    shown = count >= _ROWS_PER_PAGE and is_terminal(sys.stderr)
    if shown:
        click.echo(f"\r{count} {noun} so far …", nl=False, err=True)
    try:
        yield
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _table(rows: Iterable[Row]) -> str:
    from registry_doctor.cli.table import PATH, table
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    shown = [
        {
            head: visible(value, limit=PATH_LIMIT if head == PATH else 80)
            for head, value in _cells(row).items()
        }
        for row in rows
    ]
    return "\n".join(table(shown, terminal_width()))


def _cells(row: Row) -> dict[str, str]:
    """The cells of a row, by column."""
    from registry_doctor.browse.model import CollectionRow, OrganizationRow, ProjectRow, RegistryRow, TeamRow

    match row:
        case OrganizationRow():
            return {"organization": row.name, "path": row.path}
        case TeamRow():
            return {
                "entity": row.name,
                "organization": row.organization or "none",
                "default": "yes" if row.default else "",
                "path": row.path,
            }
        case RegistryRow():
            types = "any" if row.accepted_types is None else ", ".join(row.accepted_types) or "none"
            return {
                "registry": row.name,
                "accepted types": types,
                "visibility": row.visibility,
                "may link": _YES_NO[row.may_link],
                "role": row.role or "unknown",
                "path": row.path,
            }
        case ProjectRow():
            return {"project": row.name, "path": row.path}
        case CollectionRow():
            return {
                "collection": row.name,
                "type": row.type or "unknown",
                "holds": _holds(row),
                "path": row.path,
            }
        case _:
            state = "" if row.state in (None, "COMMITTED") else f" ({row.state.lower()})"
            return {
                "version": (row.version or "unknown") + state,
                "aliases": ", ".join(row.aliases),
                "since": (row.created or "")[:10],
                "logged as": row.source or "hidden from you",
                "path": row.path,
            }


def _holds(collection: CollectionRow) -> str:
    """What the collection contains. A link in an ordinary project usually comes from a path without the prefix."""
    from registry_doctor.domain.target_path import TargetPath

    if collection.linked is None:
        return "unknown"
    if not collection.linked:
        return "logged versions"
    in_registry = TargetPath.parse(collection.path).registry is not None
    return "links" if in_registry else "links, outside any registry"


_YES_NO = {True: "yes", False: "no", None: "unknown"}
