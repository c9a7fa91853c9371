"""`wandb-registry checks`: all checks, and the distribution that each comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE
from registry_doctor.cli.command import FormatOption
from registry_doctor.cli.output import print_json, print_text, terminal_width

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
    """The table. All checks of one provider need no column for it."""
    from registry_doctor.cli.table import table
    from registry_doctor.support.terminal_text import visible

    providers = {each.provider for each in found}
    rows = [
        {
            "code": visible(each.code),
            "name": visible(each.name),
            **({"provider": visible(each.provider)} if len(providers) > 1 else {}),
            _SUMMARY: visible(each.summary),
        }
        for each in found
    ]
    return "\n".join(table(rows, terminal_width(), whole=_SUMMARY, indent=""))


_SUMMARY = "what is true when it passes"
