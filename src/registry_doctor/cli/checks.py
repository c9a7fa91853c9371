"""`wandb-registry checks`: all checks, and the distribution that each comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE
from registry_doctor.cli.command import FormatOption
from registry_doctor.cli.output import print_json, print_text

if TYPE_CHECKING:
    from registry_doctor.checking.check_pages import Described


@click.command()
@click.option(
    "--format",
    "format_",
    cls=FormatOption,
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the list.",
)
@click.option("--no-plugins", is_flag=True, help="List only the built-in checks.")
@click.pass_context
def checks(ctx: click.Context, *, format_: str, no_plugins: bool) -> None:
    """List all checks.

    The exit status is 3 if a plugin did not load, because its checks are missing from the list.
    """
    from registry_doctor.checking.check_pages import described
    from registry_doctor.checking.plugins import load_checks
    from registry_doctor.support.terminal_text import visible

    loaded = load_checks(others=not no_plugins)
    found = described(loaded)
    if format_ == "json":
        print_json(_json(found))
    else:
        print_text(_text(found))
    for problem in loaded.problems:
        click.echo(visible(problem), err=True)
    ctx.exit(INCONCLUSIVE if loaded.problems else 0)


def _json(found: tuple[Described, ...]) -> str:
    listed = [
        {
            "code": each.code,
            "name": each.name,
            "group": each.group,
            "summary": each.summary,
            "requires": sorted(each.requires),
            "provider": each.provider,
            "docs": each.docs,
        }
        for each in found
    ]
    return json.dumps({"schema_version": 1, "checks": listed}, indent=1)


def _text(found: tuple[Described, ...]) -> str:
    from tabulate import tabulate

    from registry_doctor.support.terminal_text import visible

    rows = [[visible(text) for text in (each.code, each.name, each.provider, each.summary)] for each in found]
    headers = ["code", "name", "provider", "what is true when it passes"]
    return tabulate(rows, headers=headers, tablefmt="plain", disable_numparse=True)
