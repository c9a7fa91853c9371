"""`wandb-registry bundle`: a diagnosis and everything it is based on, in one file without secrets."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry_doctor.cli.call_options import CallOptions, call_options
from registry_doctor.cli.command import PathCommand
from registry_doctor.cli.configuration_option import (
    chosen_configuration,
    configuration_options,
    with_configuration,
)
from registry_doctor.cli.doctor import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT
from registry_doctor.cli.doctor import prepare_for_crashes
from registry_doctor.cli.options import (
    fail_on_option,
    ignore_option,
    no_plugins_option,
    select_option,
    timeout_option,
    unknown_codes_are_usage,
)
from registry_doctor.cli.output import UnwritableReport, color_wanted, names_file, print_json, write_or_refuse
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.bundle.making import Made
    from registry_doctor.checking.results import FailOn

DEFAULT_FILE = "registry-doctor-bundle.json"


@click.command(
    cls=PathCommand,
    epilog="""\b
Examples:
  wandb-registry bundle wandb-registry-model/detector --artifact team/project/yolo:v0
      write registry-doctor-bundle.json
  wandb-registry bundle -o - --for use wandb-registry-model/detector:production | less
      read it before you send it
  wandb-registry doctor --replay registry-doctor-bundle.json
      diagnose it again, offline

Read the file before you send it: names of people, organizations and registries are in it. The exit status is 0 if the file was written.
""",
)
@call_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default=DEFAULT_FILE,
    show_default=True,
    help="Where the bundle is written; - is standard output.",
)
@click.option(
    "--shape",
    is_flag=True,
    help="Replace names and people's words by tokens, for a public issue; judges with the built-in checks only.",
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@select_option
@ignore_option
@fail_on_option
@timeout_option(DEFAULT_TIMEOUT, "the whole diagnosis")
@configuration_options
@click.option("--offline", is_flag=True, help="Check only the path's grammar; send no request.")
@no_plugins_option
@click.pass_context
def bundle(
    ctx: click.Context,
    *,
    asked: CallOptions,
    output: str,
    shape: bool,
    force: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: FailOn,
    timeout: float,
    config: str | None,
    no_config: bool,
    offline: bool,
    no_plugins: bool,
) -> None:
    """Write a diagnosis and everything it is based on to a file, for a colleague or for support.

    The file holds the report, the facts, the settings with their sources, the versions and the server's answers.
    Each secret is replaced by a token. `wandb-registry doctor --replay FILE` diagnoses it again without a network.
    """
    file = None if output == "-" else _new_file(output, force)
    asked = asked.settled(ctx)
    configuration = chosen_configuration(config, no_config)

    # Imported here: help and completion need none of it.
    from registry_doctor.bundle.making import make_bundle
    from registry_doctor.bundle.shaping import shaped
    from registry_doctor.checking.plugins import load_checks
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.settings import read_settings

    settings = read_settings(asked.given())
    prepare_for_crashes(ctx, settings)
    options = with_configuration(ctx, Options(select, ignore, fail_on, timeout, offline), configuration)
    loaded = load_checks(others=not (no_plugins or shape))
    with unknown_codes_are_usage(), spinner("asking the server", wanted=color_wanted("auto", terminal=True)):
        made = make_bundle(asked.call(), settings, loaded, options)
        made = shaped(made, loaded) if shape else made
    if file is None:
        print_json(made.text)
    else:
        _write(file, made.text, force)
    _tell(made, output, shape=shape, to_stderr=file is None)


def _new_file(output: str, force: bool) -> Path:
    """The file, which can be written and is not there yet. Raises BadParameter."""
    path = Path(output)
    wrong = partial(click.BadParameter, param_hint="'-o'")
    if not names_file(output):
        raise wrong(f"{output!r} is not a file name")
    if not path.absolute().parent.is_dir():
        raise wrong(f"directory {str(path.parent)!r} does not exist; create it first")
    if not force and path.exists():
        raise wrong(f"{output!r} already exists; choose another file, or use --force")
    return path


def _write(file: Path, text: str, force: bool) -> None:
    if not force and file.exists():  # it was created in the meantime
        raise UnwritableReport(f"{str(file)!r} already exists; choose another file, or use --force")
    write_or_refuse(file, text)


def _tell(made: Made, output: str, *, shape: bool, to_stderr: bool) -> None:
    from registry_doctor.support.terminal_text import visible

    lines = [
        f"results: {len(made.report.results)}, questions that the server was asked: {made.questions},"
        f" secrets replaced by tokens: {made.secrets}, e-mail addresses replaced: {made.emails}"
    ]
    if made.replayed.verdicts:
        what = ", ".join(each.what for each in made.replayed.verdicts)
        lines.append(f"note: the verdict differs once secrets are replaced: {what}")
    if not to_stderr:
        lines = [
            f"{visible(output)} is written.",
            *lines,
            "Names are replaced by tokens. Look through it before you publish it."
            if shape
            else "Read it before you send it: it names people, organizations and registries.",
        ]
    for line in lines:
        click.echo(line, err=to_stderr)
