"""`wandb-registry help [COMMAND]`: the same as `--help`."""

from __future__ import annotations

import click

from registry_doctor.cli import COMMANDS
from registry_doctor.cli.first_moves import unknown_command
from registry_doctor.cli.live_names import command_names
from registry_doctor.cli.output import print_text


@click.command("help")
@click.argument("command", metavar="[COMMAND [SUBCOMMAND]]", nargs=-1, shell_complete=command_names)
@click.pass_context
def help_command(ctx: click.Context, *, command: tuple[str, ...]) -> None:
    """Show the help of a command, or this one."""
    shown = ctx.parent or ctx
    for word in command:
        found = shown.command.get_command(shown, word) if isinstance(shown.command, click.Group) else None
        if found is None:
            raise click.UsageError(unknown_command([word], list(COMMANDS)))
        shown = click.Context(found, shown, word)
    print_text(shown.get_help())
