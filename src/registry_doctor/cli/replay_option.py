"""`--replay FILE`: diagnose a bundle again, and report where the verdicts differ."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry_doctor.cli.live_names import files

if TYPE_CHECKING:
    from registry_doctor.bundle.model import Bundle
    from registry_doctor.bundle.replaying import Replayed
    from registry_doctor.report.model import Report

replay_option = click.option(
    "--replay",
    shell_complete=files,
    metavar="FILE",
    help="Diagnose a bundle again, offline; `wandb-registry bundle` writes one.",
)

_WITH_REPLAY = frozenset({"replay", "format_", "outputs", "verbose", "quiet", "no_plugins", "color"})
"""The options that can be used with --replay; the bundle already contains the values of all others."""


class UnusableBundle(click.ClickException):
    """The file is not a usable bundle, which is a usage error."""

    exit_code = 2


def replayed_report(ctx: click.Context, file: str, *, others: bool) -> Report:
    """The report on the bundle in `file`, diagnosed again. Differences are reported on standard error.

    Raises UnusableBundle, and UsageError for an option whose value is in the bundle.
    """
    _refuse_others(ctx)
    from registry_doctor.bundle.replaying import replay
    from registry_doctor.checking.plugins import load_checks
    from registry_doctor.diagnosis.runner import UnknownCode
    from registry_doctor.support.terminal_text import visible

    bundle = _load(file)
    try:
        replayed = replay(bundle, load_checks(others=others))
    except UnknownCode as unknown:
        raise UnusableBundle(
            visible(f"{file!r} selects checks that are not available here: {unknown}")
        ) from unknown
    for line in compare_verdicts(bundle, replayed):
        click.echo(visible(line, limit=2000), err=True)
    return replayed.report


def compare_verdicts(bundle: Bundle, replayed: Replayed) -> list[str]:
    """Compare the verdicts with those in the bundle; return lines that describe the differences."""
    from registry_doctor.support.distributions import DISTRIBUTION
    from registry_doctor.support.versions import installed_version

    here = installed_version(DISTRIBUTION)
    headline = f"replay of a bundle of {bundle.created}"
    if bundle.version != here:
        headline += f", judged by registry doctor {bundle.version} then and by {here} now"
    lines = []
    if not replayed.verdicts:
        lines.append(f"{headline}: the same verdicts")
    else:
        lines.append(f"{headline}: other verdicts on {', '.join(each.what for each in replayed.verdicts)}")
        for each in replayed.verdicts:
            lines += [f"  {each.what} in the bundle: {each.bundled}", f"  {each.what} now: {each.now}"]
    if replayed.words:
        lines.append(f"  in other words, or with other remedies: {', '.join(replayed.words)}")
    return lines


def _refuse_others(ctx: click.Context) -> None:
    given = [
        parameter.opts[0] if isinstance(parameter, click.Option) else "TARGET_PATH"
        for parameter in ctx.command.params
        if parameter.name is not None
        and parameter.name not in _WITH_REPLAY
        and ctx.get_parameter_source(parameter.name) is click.core.ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(
            f"--replay takes the call and its options from the bundle; leave out {', '.join(given)}"
        )


def _load(file: str) -> Bundle:
    from registry_doctor.bundle.model import MalformedBundle
    from registry_doctor.bundle.reading import load_bundle
    from registry_doctor.support.terminal_text import visible

    name = "standard input" if file == "-" else repr(file)
    try:
        if file == "-":
            return load_bundle(sys.stdin.buffer)
        with Path(file).open("rb") as stream:
            return load_bundle(stream)
    except MalformedBundle as problem:
        raise UnusableBundle(visible(f"{name} cannot be replayed: {problem}")) from problem
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not a valid file name"
        raise UnusableBundle(visible(f"{name} cannot be read: {reason}")) from problem
