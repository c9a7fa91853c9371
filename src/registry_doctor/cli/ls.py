"""`wandb-registry ls`: list organizations, registries, collections and versions, each with its path."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import FINDING, INCONCLUSIVE, Session
from registry_doctor.cli.options import base_url_option, color_option, timeout_option
from registry_doctor.cli.output import UnwritableReport, color_wanted, is_terminal, print_json
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.browse.model import CollectionRow, Inventory, Row
    from registry_doctor.settings import Settings
    from registry_doctor.support.redaction import Secret

LISTING_TIMEOUT = 300.0
_ROWS_PER_PAGE = 100
"""The number of rows on a page."""


@click.command(
    epilog="""\b
Examples:
  wandb-registry ls
      organizations and teams that you are in
  wandb-registry ls 'Acme Robotics'
      registries of an organization, named by its display or entity name
  wandb-registry ls 'Acme Robotics/model'
      collections in a registry; with /COLLECTION behind it, versions
  wandb-registry ls vision/detectors
      an ordinary project of a team; links without the prefix wandb-registry- are there
  wandb-registry ls 'Acme Robotics/model' --format paths | grep prod

Quote names with spaces.
"""
)
@click.argument("what", metavar="[ORG[/REGISTRY[/COLLECTION]]]", required=False)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show at most N rows; all by default.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "paths"]),
    default="text",
    show_default=True,
    help="paths: the path of each row, one a line.",
)
@base_url_option
@timeout_option(LISTING_TIMEOUT, "the whole listing")
@color_option
@click.pass_context
def ls(
    ctx: click.Context,
    *,
    what: str | None,
    limit: int | None,
    format_: str,
    base_url: str | None,
    timeout: float,
    color: str,
) -> None:
    """List organizations, registries, collections or versions, with their paths.

    ENTITY/PROJECT[/COLLECTION] lists an ordinary project instead. The last line is the path of what is listed. The
    exit status is 1 if nothing has that name, and 3 if the server could not answer, or the list is incomplete.
    """
    # Imported here: help and completion need none of it.
    from registry_doctor.browse.browser import browse
    from registry_doctor.browse.model import CannotAsk, NotThere
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.diagnosis.server_transport import transport_for
    from registry_doctor.settings import Given, read_settings

    settings = read_settings(Given(base_url=base_url))
    secrets = _kept_secrets(ctx, settings)
    transport = transport_for(settings, Options(timeout=timeout))
    coloured = color_wanted(color, terminal=is_terminal(sys.stdout))
    try:
        with spinner("asking the server"):
            inventories = browse(what, transport, limit)
        _note_many(inventories, what, secrets)
        if format_ == "json":
            _print_json(inventories)
        elif format_ == "paths":
            _print_paths(inventories)
        else:
            _print_text(inventories, coloured)
    except NotThere as missing:
        _complain(str(missing), secrets, near=missing.near)
        ctx.exit(FINDING)
    except CannotAsk as problem:
        reason = str(problem).rstrip(".")
        _complain(f"{reason}; run `wandb-registry doctor` to check the connection", secrets)
        ctx.exit(INCONCLUSIVE if problem.inconclusive else FINDING)


def _kept_secrets(ctx: click.Context, settings: Settings) -> tuple[Secret, ...]:
    session = ctx.find_object(Session) or Session()
    session.secrets = settings.secrets
    return session.secrets


def _complain(sentence: str, secrets: tuple[Secret, ...], near: Sequence[str] = ()) -> None:
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    click.echo(f"Error: {visible(sentence, secrets)}", err=True)
    if near:
        click.echo("Did you mean", err=True)
    for path in near:
        click.echo(f"  {visible(path, limit=PATH_LIMIT)}", err=True)


def _note_many(inventories: Sequence[Inventory], what: str | None, secrets: tuple[Secret, ...]) -> None:
    from registry_doctor.support.terminal_text import visible

    if what is not None and len(inventories) > 1:
        click.echo(
            f"note: {visible(what, secrets)} has {len(inventories)} meanings; all are listed", err=True
        )


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


def _print_paths(inventories: Iterable[Inventory]) -> None:
    """Print each path unchanged for programs; only unprintable characters are escaped, because a line break would split it."""
    from registry_doctor.support.terminal_text import visible

    for inventory in inventories:
        for page in _pages(inventory):
            paths = (row.path if row.path.isprintable() else visible(row.path) for row in page)
            _print("\n".join(paths))


def _print_text(inventories: Iterable[Inventory], coloured: bool) -> None:
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    for inventory in inventories:
        _print(click.style(visible(inventory.title), bold=True), color=coloured)
        count = 0
        for page in _pages(inventory):
            count += len(page)
            _print(_table(page))
            _print("")
        if not count:
            _print("  none that you can see\n")
        elif not inventory.complete:
            _print(f"the first {count}; there are more\n")
        if inventory.path is not None:
            path = visible(inventory.path, limit=PATH_LIMIT)
            _print(click.style(path, fg="green", bold=True), color=coloured)


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
    from tabulate import tabulate

    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    cells = [_cells(row) for row in rows]
    heads = list(cells[0])
    shown = [
        [visible(value, limit=PATH_LIMIT if head == "path" else 80) for head, value in row.items()]
        for row in cells
    ]
    lines = tabulate(shown, headers=heads, tablefmt="plain", disable_numparse=True).splitlines()
    return "\n".join(f"  {line.rstrip()}" for line in lines)


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
