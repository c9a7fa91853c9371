"""`--config` and `--no-config`: which configuration file is used, and which options override it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry_doctor.cli.live_names import files
from registry_doctor.cli.options import Command

if TYPE_CHECKING:
    from registry_doctor.diagnosis.configuration import Configuration
    from registry_doctor.diagnosis.options import Options


def configuration_options(command: Command) -> Command:
    """Give the command `--config FILE` and `--no-config`."""
    command = click.option("--no-config", is_flag=True, help="Read no configuration file.")(command)
    return click.option(
        "--config",
        shell_complete=files,
        metavar="FILE",
        help="The configuration file.  [default: the nearest registry-doctor.toml or pyproject.toml]",
    )(command)


class UnusableConfiguration(click.ClickException):
    """The configuration file cannot be used; the exit status is that of wrong usage."""

    exit_code = 2


def chosen_configuration(config: str | None, no_config: bool) -> Configuration:
    """Return the configuration of this call. Raises UnusableConfiguration, and UsageError if both options are given."""
    # Imported here: help and completion need none of it.
    from registry_doctor.diagnosis.configuration import (
        PROJECT_FILE,
        TABLE,
        Configuration,
        MalformedConfiguration,
        find_configuration,
        load_configuration,
    )
    from registry_doctor.support.terminal_text import visible

    if config is not None and no_config:
        raise click.UsageError("--config and --no-config cannot be used together")
    if no_config:
        return Configuration()
    try:
        if config is None:
            return find_configuration(_working_directory())
        found = load_configuration(Path(config), config)
        if found is None:
            raise MalformedConfiguration(f"{config}: a {PROJECT_FILE} needs the table [tool.{TABLE}]")
        return found
    except MalformedConfiguration as problem:
        raise UnusableConfiguration(visible(str(problem))) from problem


def with_configuration(ctx: click.Context, options: Options, configuration: Configuration) -> Options:
    """Return `options` with the values of the file, except where the command line gives one."""
    from dataclasses import replace

    def given(name: str) -> bool:
        source = ctx.get_parameter_source(name)
        return source not in (None, click.core.ParameterSource.DEFAULT)

    fail_on, timeout = configuration.fail_on, configuration.timeout
    return replace(
        options,
        fail_on=options.fail_on if fail_on is None or given("fail_on") else fail_on,
        timeout=options.timeout if timeout is None or given("timeout") else timeout,
        configuration=configuration,
    )


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it has been deleted
        return Path("/")
