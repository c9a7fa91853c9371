"""`wandb-registry doctor`: diagnose a target path, or the environment alone."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from registry_doctor.cli import Session
from registry_doctor.cli.configuration_option import (
    chosen_configuration,
    configuration_options,
    with_configuration,
)
from registry_doctor.cli.error_option import error_option, explained_error
from registry_doctor.cli.options import (
    base_url_option,
    color_option,
    fail_on_option,
    ignore_option,
    no_plugins_option,
    organization_option,
    select_option,
    timeout_option,
)
from registry_doctor.cli.output import (
    FORMATS,
    Look,
    OutputFile,
    UnwritableReport,
    color_wanted,
    is_terminal,
    output_files,
    print_json,
    print_text,
    rendered,
    terminal_width,
    write_file,
)
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.facts import Method
    from registry_doctor.report import FailOn, Report
    from registry_doctor.settings import Settings

DEFAULT_TIMEOUT = 20.0
"""The engine's, which is not imported for the help; a test compares them."""

METHODS = (
    "run.link_artifact",
    "artifact.link",
    "run.link_model",
    "run.use_artifact",
    "api.artifact",
    "run.use_model",
)
"""Those of the engine that link, or fetch a version; a test compares them."""


def _version(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from registry_doctor.versions import read_version  # imported here: seldom needed

    try:
        return str(read_version(value))
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from problem


@click.command(
    epilog="""\b
Examples:
  wandb-registry doctor
      who you are, and where you can link
  wandb-registry doctor wandb-registry-model/detector --artifact team/project/yolo:v0
      will this artifact's link succeed
  wandb-registry doctor --for use 'Acme Robotics/wandb-registry-model/detector:production'
      can it be fetched and downloaded
  wandb-registry doctor -- -odd/path
      a path that begins with a dash

Quote paths with spaces or `&`. A path that cannot be right is never an error of usage: it is what is diagnosed.
"""
)
@click.argument("target_path", required=False)
@click.option(
    "--for",
    "for_",
    type=click.Choice(["link", "use"]),
    default="link",
    show_default=True,
    help="What the path is for.",
)
@click.option(
    "--call",
    "method",
    type=click.Choice(METHODS),
    help="The method of wandb that is called; implies --for.  [default: what is true of all is told]",
)
@click.option(
    "--artifact",
    metavar="ENTITY/PROJECT/NAME:VERSION",
    help="The logged artifact to be linked; without it a draft that a new run would log.",
)
@click.option("--type", "type_", metavar="TYPE", help="Type of the draft, or the type= of the fetch.")
@click.option(
    "--entity",
    metavar="NAME",
    help="Entity that the run or wandb.Api is given.  [default: as wandb takes it]",
)
@click.option(
    "--project",
    metavar="NAME",
    help="Project that the run or wandb.Api is given.  [default: as wandb takes it]",
)
@organization_option
@click.option(
    "--alias",
    "aliases",
    multiple=True,
    metavar="ALIAS",
    help="An alias that the link will ask for; repeatable.",
)
@click.option(
    "--sdk-version",
    metavar="VERSION",
    callback=_version,
    help="The version of wandb that will make the call.  [default: the installed one]",
)
@base_url_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Format of the report on standard output.",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT:FILE",
    callback=output_files(FORMATS),
    help="Write the report to a file as well; repeatable.",
)
@select_option
@ignore_option
@fail_on_option
@timeout_option(DEFAULT_TIMEOUT, "the whole diagnosis")
@configuration_options
@error_option
@click.option("--offline", is_flag=True, help="Examine the path's grammar alone; ask no server.")
@click.option("-v", "--verbose", is_flag=True, help="Show skipped checks, all remedies, and tracebacks.")
@click.option("-q", "--quiet", is_flag=True, help="Show the verdict and the path alone.")
@no_plugins_option
@color_option
@click.pass_context
def doctor(
    ctx: click.Context,
    *,
    target_path: str | None,
    for_: Literal["link", "use"],
    method: Method | None,
    artifact: str | None,
    type_: str | None,
    entity: str | None,
    project: str | None,
    organization: str | None,
    aliases: tuple[str, ...],
    sdk_version: str | None,
    base_url: str | None,
    format_: str,
    outputs: tuple[OutputFile, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: FailOn,
    timeout: float,
    config: str | None,
    no_config: bool,
    error: str | None,
    offline: bool,
    verbose: bool,
    quiet: bool,
    no_plugins: bool,
    color: str,
) -> None:
    """Find out why linking to a target path, or fetching from it, fails.

    It asks the server and never writes to it. The corrected path stands alone on the last line. Without
    TARGET_PATH it examines the environment and shows where you can link.
    """
    for_ = _purpose(ctx, for_, method)
    if method == "run.link_model" and artifact is not None:
        click.echo("note: --artifact: run.link_model logs files by itself; --type is their type", err=True)
        artifact = None
    if method == "run.use_model" and type_ is not None:
        click.echo("note: --type: run.use_model takes none", err=True)
        type_ = None
    if for_ == "use" and (artifact is not None or aliases):
        click.echo("note: --artifact and --alias are for a link; a fetch takes neither", err=True)
        artifact, aliases = None, ()
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude each other")

    configuration = chosen_configuration(config, no_config)

    # Imported here: help and completion need none of it.
    from registry_doctor.diagnosis import Options, examine
    from registry_doctor.facts import Call
    from registry_doctor.plugins import load_checks
    from registry_doctor.runner import UnknownCode
    from registry_doctor.settings import Given, read_settings

    given = Given(base_url=base_url, entity=entity, project=project, organization=organization)
    call = Call(target_path, for_, artifact, type_, aliases, method, sdk_version=sdk_version)
    explained = explained_error(ctx, error, call, given) if error is not None else None
    settings = read_settings(explained.question.given if explained else given)
    _prepare_for_crashes(ctx, settings, verbose)
    options = with_configuration(ctx, Options(select, ignore, fail_on, timeout, offline), configuration)
    try:
        with spinner("asking the server", wanted=not quiet and color_wanted(color, terminal=True)):
            checks = load_checks(others=not no_plugins)
            examined = explained.report if explained else partial(examine, call)
            report = examined(settings, checks, options)
    except UnknownCode as unknown:
        raise click.UsageError(f"{unknown}; `wandb-registry checks` lists them") from unknown
    look = Look(color_wanted(color, terminal=is_terminal(sys.stdout)), verbose, quiet, terminal_width())
    if format_ == "json":
        print_json(report.to_json())
    else:
        print_text(rendered(report, format_, look), color=look.color)
    _write(report, outputs, Look(verbose=verbose))
    ctx.exit(report.exit_code)


def _purpose(
    ctx: click.Context, for_: Literal["link", "use"], method: Method | None
) -> Literal["link", "use"]:
    """What the path is for: the method says it, unless the two contradict each other."""
    if method is None:
        return for_
    from registry_doctor.facts import purpose_of

    implied = purpose_of(method)
    if for_ != implied and ctx.get_parameter_source("for_") is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError(f"--for {for_} and --call {method} contradict each other")
    return implied


def _prepare_for_crashes(ctx: click.Context, settings: Settings, verbose: bool) -> None:
    from registry_doctor.settings import ApiKey, InvalidCredentials

    session = ctx.find_object(Session) or Session()
    session.traceback |= verbose
    match settings.credentials:
        case ApiKey(secret) | InvalidCredentials(secret=secret) if secret is not None:
            session.secrets = (secret,)
        case _:
            pass


def _write(report: Report, outputs: tuple[OutputFile, ...], look: Look) -> None:
    problems = []
    for output in outputs:
        try:
            write_file(output.path, rendered(report, output.format, look))
        except OSError as problem:
            problems.append(f"{str(output.path)!r} cannot be written: {problem.strerror}")
    if problems:
        raise UnwritableReport("; ".join(problems))
