"""`wandb-registry demo`: five common problems with the Registry, diagnosed and solved step by step."""

from __future__ import annotations

import importlib.util
import sys

import click

from registry_doctor.cli.options import color_option
from registry_doctor.cli.output import color_wanted, is_terminal, print_text, terminal_width

_EXTRA_MODULES = ("graphql", "waitress", "werkzeug", "yaml")
"""Modules that come with the extra `sandbox`."""


@click.command()
@color_option
@click.pass_context
def demo(ctx: click.Context, *, color: str) -> None:
    """Show a diagnosis against a local backend, without an account.

    Five people meet the five most common problems. For each it shows the call, what the real wandb answers, what
    the doctor says, and that the corrected call works. Nothing leaves this machine.
    """
    if any(importlib.util.find_spec(module) is None for module in _EXTRA_MODULES):
        click.echo(
            "The demo needs more packages; install them: pip install 'wandb-registry-doctor[sandbox]'",
            err=True,
        )
        ctx.exit(2)
    # Imported here: help and completion need none of it.
    from registry_doctor.demo.narration import Narrator
    from registry_doctor.demo.play import play
    from registry_doctor.demo.troubles import TROUBLES

    coloured = color_wanted(color, terminal=is_terminal(sys.stdout))
    narrator = Narrator(coloured, terminal_width())
    scenes = []
    for number, scene in enumerate(play(TROUBLES), start=1):
        scenes.append(scene)
        print_text(narrator.scene(number, scene) + "\n\n", color=coloured)
    print_text(narrator.overview(scenes), color=coloured)
    ctx.exit(0 if all(scene.ends_well for scene in scenes) else 1)
