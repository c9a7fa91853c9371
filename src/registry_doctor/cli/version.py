"""`wandb-registry version`: the same as `--version`."""

from __future__ import annotations

import click

from registry_doctor.cli import print_version


@click.command()
def version() -> None:
    """Show the version."""
    print_version()
