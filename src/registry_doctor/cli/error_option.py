"""`--error TEXT`, `--error @FILE`, `--error -`: read the text of an error and diagnose its call."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry_doctor.cli.output import is_terminal
from registry_doctor.support.records import record

if TYPE_CHECKING:
    from registry_doctor.checking.plugins import Loaded
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.facts import Call
    from registry_doctor.known_errors.live import DiagnosedCall
    from registry_doctor.report.explanation import ErrorReading
    from registry_doctor.report.model import Report
    from registry_doctor.settings import Given, Settings

error_option = click.option(
    "--error",
    metavar="TEXT|@FILE|-",
    help="Explain an error that happened: its text, a log with @, or standard input with -.",
)


@record(frozen=True)
class ExplainedError:
    """What was found in an error, and the call that is diagnosed because of it."""

    reading: ErrorReading
    diagnosed: DiagnosedCall

    def report(self, settings: Settings, checks: Loaded, options: Options) -> Report:
        """The diagnosis with the explanations. Without credentials no server is asked."""
        from registry_doctor.diagnosis.engine import examine
        from registry_doctor.known_errors.live import can_ask, with_explanations

        offline = options.offline or not can_ask(settings)
        report = examine(self.diagnosed.call, settings, checks, replace(options, offline=offline))
        return with_explanations(report, self.reading, self.diagnosed, settings, offline=offline)


def explained_error(ctx: click.Context, error: str, call: Call, given: Given) -> ExplainedError:
    """Read the error. What the options do not say is taken from it. Raises BadParameter."""
    from registry_doctor.known_errors.live import diagnosed_call

    reading = _read(error)
    source = ctx.get_parameter_source("for_")
    purpose_is_given = call.method is not None or source not in (None, click.core.ParameterSource.DEFAULT)
    return ExplainedError(reading, diagnosed_call(reading, call, given, purpose_is_given=purpose_is_given))


def _read(error: str) -> ErrorReading:
    from registry_doctor.known_errors.finder import find
    from registry_doctor.known_errors.reader import UnreadableText, lines_in_bytes, lines_in_text

    try:
        if error == "-":
            if is_terminal(sys.stdin):
                click.echo("paste the error, then end with Ctrl-D (on Windows Ctrl-Z and Enter)", err=True)
            return find(lines_in_bytes(sys.stdin.buffer))
        if error.startswith("@"):
            path = Path(error[1:]).expanduser()
            with path.open("rb") as file:
                return find(lines_in_bytes(file))
    except UnreadableText as problem:
        what = "standard input" if error == "-" else repr(error[1:])
        raise _wrong(f"{what}: {problem}") from problem
    except (OSError, ValueError, RuntimeError) as problem:
        # ValueError: a zero byte in the name; RuntimeError: no home directory for `~`.
        said = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise _wrong(
            f"{error[1:]!r} cannot be read: {said}. Text after @ is the name of a file; to explain a text that begins with @,"
            " pass it on standard input with --error -"
        ) from problem
    if not error.strip():
        raise _wrong("the text is empty; give the error's text, @FILE, or - for standard input")
    return _with_hint(error, find(lines_in_text(error)))


def _with_hint(error: str, reading: ErrorReading) -> ErrorReading:
    """Refuse the name of a file without its @, which would be read as a text without any message."""
    if not reading.explanations and _is_file(error):
        raise _wrong(f"{error!r} is a file; --error @{error} reads it")
    return reading


def _is_file(text: str) -> bool:
    try:
        return len(text) < 1024 and Path(text).is_file()
    except (OSError, ValueError):
        return False


def _wrong(what: str) -> click.BadParameter:
    from registry_doctor.support.terminal_text import visible

    return click.BadParameter(visible(what), param_hint="'--error'")
