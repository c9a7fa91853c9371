"""`wandb-registry completion SHELL`: print the script that lets a shell complete this program's words."""

from __future__ import annotations

import click

from registry_doctor.cli.output import print_code


@click.command(
    epilog="""\b
Where the script belongs:
  bash  in ~/.bashrc:  eval "$(wandb-registry completion bash)"
  zsh   in ~/.zshrc, after compinit:  eval "$(wandb-registry completion zsh)"
  fish  wandb-registry completion fish > ~/.config/fish/completions/wandb-registry.fish

Names of organizations, registries, collections, versions and artifacts come from the server, with the key that
wandb would use. If they are not there within 300 milliseconds, nothing is completed.
"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, *, shell: str) -> None:
    """Print the script that lets a shell complete commands, options and names."""
    from registry_doctor.cli.shells import script  # imported here: the help does not need it

    print_code(script(shell, ctx.find_root().command))
