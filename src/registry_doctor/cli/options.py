"""Options that several commands have, each with one meaning."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

from registry_doctor.cli.command import FormatOption
from registry_doctor.cli.live_names import codes, entities, organizations, output_formats
from registry_doctor.cli.output import output_files

Command = TypeVar("Command", bound=Callable[..., object])

base_url_option = click.option(
    "--base-url", metavar="URL", help="The server.  [default: wandb's own setting]"
)
organization_option = click.option(
    "--organization", metavar="NAME", shell_complete=organizations, help="As WANDB_ORGANIZATION."
)
api_entity_option = click.option(
    "--entity",
    metavar="NAME",
    shell_complete=entities,
    help="Entity that wandb.Api is given.  [default: wandb's own setting]",
)
color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the text; auto follows NO_COLOR, FORCE_COLOR and the terminal.",
)
result_format_option = click.option(
    "--format",
    "format_",
    cls=FormatOption,
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the result on standard output.",
)

no_plugins_option = click.option("--no-plugins", is_flag=True, help="Use only the built-in checks.")
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="What makes the exit status 1.",
)


def _codes(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    codes = tuple(code.strip() for value in values for code in value.split(","))
    if any(not code for code in codes):
        raise click.BadParameter(
            "the code must be a non-empty string such as RD302; separate several codes with commas"
        )
    return codes


select_option = click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    callback=_codes,
    shell_complete=codes,
    help="Run only these checks and those they require; codes or code prefixes, comma-separated or repeated.",
)
ignore_option = click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    callback=_codes,
    shell_complete=codes,
    help="Do not run these checks.",
)


@contextmanager
def unknown_codes_are_usage() -> Iterator[None]:
    """Report an unknown code in --select or --ignore as a usage error."""
    from registry_doctor.diagnosis.runner import (
        UnknownCode,  # imported here: help and completion do not need it
    )

    try:
        yield
    except UnknownCode as unknown:
        raise click.UsageError(f"{unknown}; `wandb-registry checks` lists them") from unknown


def _version(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from registry_doctor.support.versions import read_version  # imported here: rarely needed

    try:
        return str(read_version(value))
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from problem


def sdk_version_option(default: str) -> Callable[[Command], Command]:
    """`--sdk-version VERSION`; `default` says what applies without it."""
    return click.option(
        "--sdk-version",
        metavar="VERSION",
        callback=_version,
        help=f"The version of wandb that will make the call.  [default: {default}]",
    )


def output_option(formats: Sequence[str]) -> Callable[[Command], Command]:
    """`-o FORMAT:FILE`, any number of times."""
    return click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT:FILE",
        shell_complete=output_formats(formats),
        callback=output_files(formats),
        help="Write the report to a file as well; repeatable.",
    )


def timeout_option(default: float, what: str) -> Callable[[Command], Command]:
    """`--timeout SECONDS`, how long `what` may take."""
    return click.option(
        "--timeout",
        type=float,
        default=default,
        show_default=True,
        metavar="SECONDS",
        callback=_seconds,
        help=f"How long {what} may take.",
    )


def _seconds(_ctx: click.Context, _parameter: click.Parameter, value: float) -> float:
    """A number of seconds above 0; anything else is wrong usage."""
    if not math.isfinite(value) or value <= 0:
        raise click.BadParameter("must be a number of seconds above 0")
    return value
