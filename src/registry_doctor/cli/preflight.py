"""`wandb-registry preflight`: whether every registry link and use in a code base will work."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from registry_doctor.cli import Session
from registry_doctor.cli.command import FormatOption
from registry_doctor.cli.configuration_option import (
    chosen_configuration,
    configuration_options,
    with_configuration,
)
from registry_doctor.cli.confirm_option import confirm_option
from registry_doctor.cli.first_moves import no_such_source
from registry_doctor.cli.live_names import files
from registry_doctor.cli.options import (
    base_url_option,
    color_option,
    fail_on_option,
    ignore_option,
    no_plugins_option,
    organization_option,
    output_option,
    sdk_version_option,
    select_option,
    timeout_option,
    unknown_codes_are_usage,
)
from registry_doctor.cli.output import (
    Look,
    OutputFile,
    color_wanted,
    is_terminal,
    terminal_width,
)
from registry_doctor.cli.preflight_files import (
    Reporting,
    baseline_at,
    print_report,
    write_baseline_file,
    write_job_summary,
    write_manifest_file,
    write_reports,
)
from registry_doctor.cli.preflight_fixes import apply_fixes, planned, print_left, show_patch, with_plan
from registry_doctor.cli.preflight_options import PreflightOptions
from registry_doctor.codebase.report.formats import FORMATS

if TYPE_CHECKING:
    from registry_doctor.checking.results import FailOn
    from registry_doctor.codebase.confirmed_targets import ConfirmedTargets
    from registry_doctor.codebase.inputs.targets import Target
    from registry_doctor.codebase.job import Job
    from registry_doctor.codebase.report.baseline import Baseline
    from registry_doctor.codebase.report.json import LocatedReports
    from registry_doctor.codebase.report.model import PreflightReport
    from registry_doctor.codebase.run import Found
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.report.model import Report

PREFLIGHT_TIMEOUT = 300.0
_FEW_TARGETS = 50
"""A progress bar is shown from this number of targets on."""
_MANIFEST = "registry-preflight.yaml"
BASELINE = "registry-preflight-baseline.json"


def _supplied(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{value!r} must be NAME=VALUE")
        pairs[name] = text
    return pairs


@click.command(
    "preflight",
    epilog="""\b
Examples:
  wandb-registry preflight
      every link and use in the code and configuration below this folder
  wandb-registry preflight src train.ipynb --set REGISTRY=model
      supply a value that the code does not contain
  wandb-registry preflight --diff
      the corrections, as a patch; --fix writes them
  wandb-registry preflight -o sarif:registry.sarif -o junit:registry.xml
      also write reports for other tools
  grep -o 'wandb-registry-.*' paths.txt | wandb-registry preflight -
      target paths, one a line
""",
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=files)
@click.option(
    "--set",
    "supplied",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_supplied,
    help="The value of a variable, an option or an environment variable that the code does not contain; repeatable.",
)
@click.option(
    "--from-log",
    "logs",
    multiple=True,
    metavar="FILE",
    shell_complete=files,
    help="Take the paths out of a log; repeatable.",
)
@click.option(
    "--manifest",
    "manifests",
    multiple=True,
    metavar="FILE",
    shell_complete=files,
    help="A manifest of targets; repeatable.",
)
@click.option(
    "--for",
    "for_",
    type=click.Choice(["link", "use"]),
    default="link",
    show_default=True,
    help="What the paths on standard input are for.",
)
@click.option(
    "--entity", metavar="NAME", help="Entity of calls that name none.  [default: wandb's own setting]"
)
@click.option(
    "--project", metavar="NAME", help="Project of calls that name none.  [default: wandb's own setting]"
)
@organization_option
@base_url_option
@sdk_version_option("what the project's files pin or allow")
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Pass over these files and folders, written as in a .gitignore; repeatable.",
)
@click.option(
    "--format",
    "format_",
    cls=FormatOption,
    type=click.Choice(FORMATS),
    help="Format on standard output.  [default: text; github under GitHub Actions]",
)
@output_option(FORMATS)
@click.option("--fix", is_flag=True, help="Write safe, verified corrections back into the source.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also likely corrections.")
@click.option("--diff", is_flag=True, help="Show the corrections as a patch; write nothing.")
@click.option(
    "--baseline",
    metavar="FILE",
    help=f"A file of known findings, which are not reported again.  [default: {BASELINE}, if it exists]",
)
@click.option("--write-baseline", is_flag=True, help="Write the current findings to the baseline.")
@click.option(
    "--write-manifest", is_flag=True, help=f"Write the targets of the code to {_MANIFEST}, and stop."
)
@select_option
@ignore_option
@fail_on_option
@timeout_option(PREFLIGHT_TIMEOUT, "all diagnoses together")
@configuration_options
@confirm_option
@click.option("--offline", is_flag=True, help="Check only the form of the paths; send no request.")
@click.option(
    "--require-credentials",
    is_flag=True,
    help="Report a missing key as a finding.  [default: without a key, check only the grammar]",
)
@click.option(
    "--trust-checkout",
    is_flag=True,
    help="In a job for a pull request: also send the key where only a file of the checkout says.",
)
@click.option("-v", "--verbose", is_flag=True, help="Also show targets that pass.")
@click.option("-q", "--quiet", is_flag=True, help="Show only findings.")
@no_plugins_option
@color_option
@click.pass_context
def preflight_command(
    ctx: click.Context,
    *,
    paths: tuple[str, ...],
    supplied: dict[str, str],
    logs: tuple[str, ...],
    manifests: tuple[str, ...],
    for_: Literal["link", "use"],
    entity: str | None,
    project: str | None,
    organization: str | None,
    base_url: str | None,
    sdk_version: str | None,
    exclude: tuple[str, ...],
    format_: str | None,
    outputs: tuple[OutputFile, ...],
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    baseline: str | None,
    write_baseline: bool,
    write_manifest: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: FailOn,
    timeout: float,
    config: str | None,
    no_config: bool,
    confirm: bool,
    offline: bool,
    require_credentials: bool,
    trust_checkout: bool,
    verbose: bool,
    quiet: bool,
    no_plugins: bool,
    color: str,
) -> None:
    """Find every registry link and use in PATHS, and say whether each will work.

    Python files, notebooks and configuration files are read, never run. PATHS are files and folders (default:
    this folder); `-` reads target paths from standard input, one a line.
    """
    if fix and diff:
        raise click.UsageError(
            "--fix and --diff cannot be used together: --fix writes corrections, --diff only shows them"
        )
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes only works with --fix or --diff; add one of them")
    configuration = chosen_configuration(config, no_config)

    # Imported here: help and completion need none of it.
    from registry_doctor.codebase.inputs.sources import NoSuchPath
    from registry_doctor.codebase.report.json import LocatedReports
    from registry_doctor.diagnosis.options import Options

    asked = PreflightOptions(
        paths=paths, exclude=exclude, supplied=supplied, logs=logs, manifests=manifests, for_=for_, entity=entity,
        project=project, organization=organization, base_url=base_url, sdk_version=sdk_version, format_=format_,
        outputs=outputs, baseline=baseline, confirm=confirm, offline=offline, require_credentials=require_credentials,
        trust_checkout=trust_checkout, no_plugins=no_plugins, color=color, verbose=verbose, quiet=quiet,
    )  # fmt: skip
    asked, job = asked.settled(ctx, configuration)
    if "-" in paths:
        job = replace(job, stdin=_standard_input())
    options = with_configuration(ctx, Options(select, ignore, fail_on, timeout, asked.offline), configuration)
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    shown = asked.format_ or ("github" if on_github else "text")
    color, quiet, confirm, outputs = asked.color, asked.quiet, asked.confirm, asked.outputs
    terminal = is_terminal(sys.stdout)
    look = Look(color_wanted(color, terminal=terminal), asked.verbose, quiet, terminal_width())
    try:
        if write_manifest:
            write_manifest_file(Path(_MANIFEST), job)
            return
        found = job.search()
        with ExitStack() as stack:
            stack.enter_context(unknown_codes_are_usage())
            wanted = {output.format for output in outputs} | ({shown} if not diff else set())
            located = stack.enter_context(LocatedReports()) if "json" in wanted else None
            known = None if write_baseline else baseline_at(asked.baseline, BASELINE)
            report = _judge(job, found, options, known, located, confirm=confirm, quiet=quiet, color=color)
            (ctx.find_object(Session) or Session()).secrets = tuple(report.secrets)
            if write_baseline:
                write_baseline_file(Path(asked.baseline or BASELINE), report)
                return
            plan = planned(report, job, unsafe=unsafe_fixes, asked=fix or diff)
            if fix and plan is not None and apply_fixes(plan):
                if located is not None:
                    located = stack.enter_context(LocatedReports())
                again = job.search()
                report = _judge(
                    job, again, options, known, located, confirm=confirm, quiet=quiet, color=color
                )
                plan = planned(report, job, unsafe=unsafe_fixes, asked=fix or diff)
            if plan is not None:
                report = with_plan(report, plan, reasons=fix)
            reporting = Reporting(report, job, located)
            if diff:
                show_patch(report, plan)
            else:
                if fix and shown != "text" and plan is not None:
                    print_left(plan)
                print_report(reporting, shown, look)
            write_reports(reporting, outputs, look)
            if on_github:
                write_job_summary(reporting)
            ctx.exit(report.exit_code)
    except NoSuchPath as missing:
        raise click.UsageError(no_such_source(str(missing), paths)) from missing


def _judge(
    job: Job,
    found: list[Found],
    options: Options,
    baseline: Baseline | None,
    located: LocatedReports | None,
    *,
    confirm: bool,
    quiet: bool,
    color: str,
) -> PreflightReport:
    """Diagnose the targets; show a progress bar on a terminal."""
    from registry_doctor.codebase.inputs.targets import Target

    confirmed = _confirmed_targets(job, options) if confirm else None

    targets = sum(isinstance(each, Target) for each in found)
    hidden = (
        quiet
        or targets < _FEW_TARGETS
        or not (is_terminal(sys.stderr) and color_wanted(color, terminal=True))
    )
    with (
        confirmed or nullcontext(),
        click.progressbar(length=targets, label="asking the server", file=sys.stderr, hidden=hidden) as bar,
    ):

        def on_report(target: Target, report: Report) -> None:
            if confirmed is not None:
                report = confirmed.confirmed(target, report)
            bar.update(1)
            if located is not None:
                located.add(target, report)

        judged = job.judge(found, options, baseline=baseline, on_report=on_report)
    return judged if confirmed is None else confirmed.with_outcomes(judged)


def _confirmed_targets(job: Job, options: Options) -> ConfirmedTargets:
    from registry_doctor.codebase.confirmed_targets import ConfirmedTargets

    return ConfirmedTargets(job, options)


def _standard_input() -> bytes:
    """Read all of standard input, since `--fix` needs it a second time."""
    try:
        return sys.stdin.buffer.read() if sys.stdin is not None else b""
    except OSError as problem:
        raise click.UsageError(f"standard input cannot be read: {problem.strerror}") from problem
