"""Options that several commands have, each with one meaning."""

from __future__ import annotations

import math

import click

base_url_option = click.option("--base-url", metavar="URL", help="The server.  [default: as wandb takes it]")
organization_option = click.option("--organization", metavar="NAME", help="As WANDB_ORGANIZATION.")
api_entity_option = click.option(
    "--entity", metavar="NAME", help="Entity that wandb.Api is given.  [default: as wandb takes it]"
)
color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the text; auto heeds NO_COLOR, FORCE_COLOR and the terminal.",
)


def seconds(_ctx: click.Context, _parameter: click.Parameter, value: float) -> float:
    """A number of seconds above 0; anything else is wrong usage."""
    if not math.isfinite(value) or value <= 0:
        raise click.BadParameter("it takes a number of seconds above 0")
    return value
