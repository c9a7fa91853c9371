"""`wandb-registry doctor`: diagnose a target path, or only the environment."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import Session
from registry_doctor.cli.call_options import CallOptions, call_options
from registry_doctor.cli.command import FormatOption, PathCommand
from registry_doctor.cli.configuration_option import (
    Chosen,
    chosen_configuration,
    configuration_options,
    with_configuration,
)
from registry_doctor.cli.confirm_option import confirm_option
from registry_doctor.cli.error_option import error_option, explained_error
from registry_doctor.cli.first_moves import refuse_other_command
from registry_doctor.cli.options import (
    color_option,
    fail_on_option,
    ignore_option,
    no_plugins_option,
    output_option,
    select_option,
    timeout_option,
    unknown_codes_are_usage,
)
from registry_doctor.cli.output import (
    REPORT_FORMATS,
    Look,
    OutputFile,
    color_wanted,
    is_terminal,
    print_json,
    print_text,
    rendered,
    terminal_width,
    write_file,
    write_files,
)
from registry_doctor.cli.progress import spinner
from registry_doctor.cli.replay_option import replay_option, replayed_report

if TYPE_CHECKING:
    from registry_doctor.checking.results import FailOn
    from registry_doctor.settings import Settings

DEFAULT_TIMEOUT = 20.0
"""The same as in diagnosis.options, which is not imported for the help; a test compares them."""


OPTION_GROUPS = {
    "The call": ("--for", "--call", "--artifact", "--type", "--alias"),
    "Who calls, and which server": (
        "--entity", "--project", "--organization", "--base-url", "--sdk-version",
    ),
    "Where the answers come from": ("--error", "--replay", "--confirm", "--offline", "--timeout"),
    "Which checks count": ("--select", "--ignore", "--fail-on", "--config", "--no-config", "--no-plugins"),
    "Output": ("--format", "--output", "--verbose", "--quiet", "--color"),
}  # fmt: skip
"""The headings of the options in the help; a test holds that each option is under one of them."""


@click.command(
    cls=PathCommand,
    option_groups=OPTION_GROUPS,
    epilog="""\b
Examples:
  wandb-registry doctor
      who you are, and where you can link
  wandb-registry doctor wandb-registry-model/detector --artifact team/project/yolo:v0
      will this artifact's link succeed
  wandb-registry doctor --for use 'Acme Robotics/wandb-registry-model/detector:production'
      can it be fetched and downloaded
  wandb-registry doctor --confirm wandb-registry-model/detector --artifact team/project/yolo:v0
      also let the installed wandb try it, without writing anything
  wandb-registry doctor -- -odd/path
      a path that begins with a dash

Quote paths with spaces or `&`. A malformed path is not wrong usage: the doctor diagnoses it.
""",
)
@call_options
@click.option(
    "--format",
    "format_",
    cls=FormatOption,
    type=click.Choice(REPORT_FORMATS),
    default="text",
    show_default=True,
    help="Format of the report on standard output.",
)
@output_option(REPORT_FORMATS)
@select_option
@ignore_option
@fail_on_option
@timeout_option(DEFAULT_TIMEOUT, "the whole diagnosis")
@configuration_options
@error_option
@replay_option
@confirm_option
@click.option("--offline", is_flag=True, help="Check only the form of the path; do not ask the server.")
@click.option("-v", "--verbose", is_flag=True, help="Show every check and every fix, and tracebacks.")
@click.option("-q", "--quiet", is_flag=True, help="Show only a line for each finding, and the path.")
@no_plugins_option
@color_option
@click.pass_context
def doctor(
    ctx: click.Context,
    *,
    asked: CallOptions,
    format_: str,
    outputs: tuple[OutputFile, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: FailOn,
    timeout: float,
    config: str | None,
    no_config: bool,
    error: str | None,
    replay: str | None,
    confirm: bool,
    offline: bool,
    verbose: bool,
    quiet: bool,
    no_plugins: bool,
    color: str,
) -> None:
    """Find out why linking to a target path, or fetching from it, fails.

    It asks the server and never writes to it. The last line is the corrected path. Without TARGET_PATH it
    examines the environment and shows where you can link.
    """
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet cannot be used together")
    if replay is not None:
        report = replayed_report(ctx, replay, others=not no_plugins)
    else:
        if error is None and asked.target_path is not None:
            refuse_other_command(asked.target_path)
        asked = asked.settled(ctx)
        configuration = chosen_configuration(config, no_config)
        chosen = Chosen(ctx, configuration)
        asked = asked.configured(chosen)
        offline, confirm = chosen.flag("offline", offline), chosen.flag("confirm", confirm)
        no_plugins = not chosen.flag("plugins", not no_plugins, "no_plugins")

        # Imported here: help and completion need none of it.
        from registry_doctor.checking.plugins import load_checks
        from registry_doctor.diagnosis.engine import examine
        from registry_doctor.diagnosis.options import Options
        from registry_doctor.settings import read_settings

        call, given = asked.call(), asked.given(chosen)
        explained = explained_error(ctx, error, call, given) if error is not None else None
        settings = read_settings(explained.diagnosed.given if explained else given)
        prepare_for_crashes(ctx, settings, verbose=verbose)
        options = with_configuration(ctx, Options(select, ignore, fail_on, timeout, offline), configuration)
        wanted = not quiet and color_wanted(color, terminal=True)
        with unknown_codes_are_usage(), spinner("asking the server", wanted=wanted):
            checks = load_checks(others=not no_plugins)
            examined = explained.report if explained else partial(examine, call)
            report = examined(settings, checks, options)
        if confirm:
            from registry_doctor.confirmation.confirming import confirmed

            with spinner("letting wandb try it", wanted=wanted):
                report = confirmed(report, explained.diagnosed.call if explained else call, settings, options)
    look = Look(color_wanted(color, terminal=is_terminal(sys.stdout)), verbose, quiet, terminal_width())
    if format_ != "text":
        print_json(rendered(report, format_, look))
    elif text := rendered(report, format_, look):  # a pass says nothing when `--quiet`
        print_text(text, color=look.color)
    plain = Look(verbose=verbose)
    write_files(outputs, lambda output: write_file(output.path, rendered(report, output.format, plain)))
    ctx.exit(report.exit_code)


def prepare_for_crashes(ctx: click.Context, settings: Settings, *, verbose: bool = False) -> None:
    """Let no crash of this command show the key of these settings."""
    session = ctx.find_object(Session) or Session()
    session.traceback |= verbose
    session.secrets = settings.secrets
