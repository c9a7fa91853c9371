"""`--confirm`: the installed wandb makes the very call, and is stopped before it writes."""

from __future__ import annotations

import click

confirm_option = click.option(
    "--confirm",
    is_flag=True,
    help="Let the installed wandb make the call, too, and stop it before it writes. Confirmed means that wandb "
    "would send this, never that the server accepts it.",
)
