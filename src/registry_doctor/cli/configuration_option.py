"""`--config` and `--no-config`: which configuration file is used, and which options override it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from registry_doctor.cli.live_names import files
from registry_doctor.cli.options import Command

if TYPE_CHECKING:
    from registry_doctor.diagnosis.configuration import Configuration
    from registry_doctor.diagnosis.options import Options

_Value = TypeVar("_Value")


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


class Chosen:
    """Values of options: those of the command line, else those of the configuration, else the defaults."""

    def __init__(self, ctx: click.Context, configuration: Configuration) -> None:
        self._ctx = ctx
        self._options = configuration.options
        self._source = configuration.source
        self._file = configuration.file
        self._used: dict[str, None] = {}

    def text(self, key: str, value: str | None, name: str | None = None) -> str | None:
        """A text; `name` is the name of the parameter if it differs from the key."""
        return self._take(key, value, self._options.texts, name)

    def flag(self, key: str, value: bool, name: str | None = None) -> bool:
        """A switch."""
        return self._take(key, value, self._options.flags, name)

    def texts(self, key: str, value: tuple[str, ...], name: str | None = None) -> tuple[str, ...]:
        """A list of texts."""
        return self._take(key, value, self._options.lists, name)

    def files(self, key: str, value: tuple[str, ...], name: str | None = None) -> tuple[Path, ...]:
        """Paths; those of the configuration start at its folder."""
        chosen = self.texts(key, value, name)
        folder = self.folder if key in self._used else Path()
        return tuple(folder / each for each in chosen)

    def supplied(self, value: dict[str, str]) -> dict[str, str]:
        """The values of `--set`; each replaces the one that the configuration has for its name."""
        return {**self._options.supplied, **value}

    @property
    def folder(self) -> Path:
        """The folder of the configuration file, or the working directory."""
        return self._file.parent if self._file is not None else _working_directory()

    def sources(self) -> tuple[tuple[str, str], ...]:
        """For each value taken from the configuration, its name and that file."""
        return tuple((key.replace("-", "_"), self._source) for key in self._used)

    def source_of(self, key: str) -> str:
        """How the value of this key was given, in words."""
        return self._source if key in self._used else f"--{key}"

    def file_of(self, key: str) -> Path | None:
        """The configuration file, if the value of this key was taken from it."""
        return self._file if key in self._used else None

    def _take(self, key: str, value: _Value, configured: Mapping[str, _Value], name: str | None) -> _Value:
        source = self._ctx.get_parameter_source(name or key.replace("-", "_"))
        if key not in configured or source not in (None, click.core.ParameterSource.DEFAULT):
            return value
        self._used[key] = None
        return configured[key]


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it has been deleted
        return Path("/")
