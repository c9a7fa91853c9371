"""`wandb-registry ls`: list organizations, registries, collections and versions, each with its path."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import FINDING, INCONCLUSIVE, Session
from registry_doctor.cli.command import FormatOption, PathCommand
from registry_doctor.cli.live_names import anything
from registry_doctor.cli.ls_formats import ListFormat, print_lists
from registry_doctor.cli.options import base_url_option, color_option, timeout_option
from registry_doctor.cli.output import color_wanted, is_terminal
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.browse.model import Inventory
    from registry_doctor.settings import Settings
    from registry_doctor.support.redaction import Secret

LISTING_TIMEOUT = 300.0


@click.command(
    cls=PathCommand,
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
  wandb-registry ls --recursive --alias production
      every version with this alias, in all registries of your organizations
  wandb-registry ls 'Acme Robotics' --recursive --type model --filter 'det*' --format csv
      registries, collections and versions, for a spreadsheet

Quote names with spaces.
""",
)
@click.argument("what", metavar="[ORG[/REGISTRY[/COLLECTION]]]", required=False, shell_complete=anything)
@click.option(
    "-r", "--recursive", is_flag=True, help="Also list what is inside: registries, collections, versions."
)
@click.option("--alias", metavar="ALIAS", help="Only versions with this alias.")
@click.option(
    "--type",
    "type_",
    metavar="TYPE",
    help="Only versions and collections of this type, and registries that accept it.",
)
@click.option(
    "--filter",
    "glob",
    metavar="GLOB",
    help="Only rows with such a name, for example 'det*'; with a slash in it, such a path.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show at most N rows; all by default.")
@click.option(
    "--format",
    "format_",
    cls=FormatOption,
    type=click.Choice(["text", "json", "csv", "markdown", "paths"]),
    default="text",
    show_default=True,
    help="Format of the lists; paths: the path of each row, one a line.",
)
@base_url_option
@timeout_option(LISTING_TIMEOUT, "the whole listing")
@color_option
@click.pass_context
def ls(
    ctx: click.Context,
    *,
    what: str | None,
    recursive: bool,
    alias: str | None,
    type_: str | None,
    glob: str | None,
    limit: int | None,
    format_: ListFormat,
    base_url: str | None,
    timeout: float,
    color: str,
) -> None:
    """List organizations, registries, collections or versions, with their paths.

    ENTITY/PROJECT[/COLLECTION] lists an ordinary project instead. The exit status is 1 if nothing has that name, and
    3 if the server could not answer, or the list is incomplete.
    """
    # Imported here: help and completion need none of it.
    from registry_doctor.browse.browser import browse
    from registry_doctor.browse.model import CannotAsk, NotThere
    from registry_doctor.browse.selection import Selection
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.diagnosis.server_transport import transport_for
    from registry_doctor.settings import Given, NoCredentials, read_settings

    settings = read_settings(Given(base_url=base_url))
    secrets = _kept_secrets(ctx, settings)
    if isinstance(settings.credentials, NoCredentials):
        server = settings.base_url.value
        _complain(
            f"no API key for {server}. Set WANDB_API_KEY, or run `wandb login --host {server}`", secrets
        )
        ctx.exit(FINDING)
    transport = transport_for(settings, Options(timeout=timeout))
    coloured = color_wanted(color, terminal=is_terminal(sys.stdout))
    try:
        with spinner("asking the server"):
            inventories = browse(
                what, transport, limit, recursive=recursive, selection=Selection(alias, type_, glob)
            )
        if alias is not None and not any(each.kind == "versions" for each in inventories):
            raise click.UsageError("only versions have aliases: add --recursive, or name a collection")
        if not recursive:
            _note_many(inventories, what, secrets)
        print_lists(inventories, format_, coloured=coloured)
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
