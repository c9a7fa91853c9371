"""Text output of the commands that change or download something; the resulting path is on the last line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE, INTERRUPTED, Session
from registry_doctor.cli.output import color_wanted, is_terminal, print_text, terminal_width

if TYPE_CHECKING:
    from registry_doctor.checking.results import Result, Suggestion
    from registry_doctor.report.model import Report
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.settings import Given


def exit_of_refusal(refusal: RefusedBySdk) -> int:
    """Return 1 for a refusal, or 3 if no answer came and the result is unknown."""
    return INCONCLUSIVE if refusal.unanswered else 1


def keep_secrets(ctx: click.Context, given: Given) -> None:
    """Register the API key, so that a crash report hides it."""
    from registry_doctor.settings import read_settings

    (ctx.find_object(Session) or Session()).secrets = read_settings(given).secrets


class Printer:
    """Text output for people: wrapped to the terminal, coloured on request, safe to show."""

    def __init__(self) -> None:
        self._color = color_wanted("auto", terminal=is_terminal(sys.stdout))
        self._width = terminal_width()

    def say(self, text: str, *, colour: str | None = None, bold: bool = False, indent: str = "") -> None:
        """Print a sentence, wrapped; lines after the first are indented."""
        from registry_doctor.support.terminal_text import wrapped

        for position, line in enumerate(wrapped(text, self._width, len(indent))):
            whole = f"{indent}{line}" if position else line
            self.line(whole, colour=colour, bold=bold)

    def line(self, text: str = "", *, colour: str | None = None, bold: bool = False) -> None:
        """Print a line unchanged, such as a path or a URL to copy."""
        if self._color and (colour or bold):
            text = click.style(text, fg=colour, bold=bold or None)
        print_text(text, color=self._color)

    def path(self, path: str) -> None:
        """Print the resulting path on a line of its own, the last one."""
        from registry_doctor.support.terminal_text import PATH_LIMIT, visible

        self.line()
        self.line(visible(path, limit=PATH_LIMIT), colour="green", bold=True)

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Print labels and values, aligned."""
        from tabulate import tabulate  # imported here: a refusal prints no table

        for line in tabulate(rows, tablefmt="plain", disable_numparse=True).splitlines():
            self.line(line)

    def findings(self, report: Report) -> None:
        """Print the errors, each with its first fix; without errors, what could not be checked. Then the warnings."""
        from registry_doctor.checking.results import Status

        open_questions = (each for each in report.results if each.unknown or each.status is Status.ERROR)
        for each in report.errors or tuple(open_questions):
            sign, colour = ("✗", "red") if each.is_error else ("?", "magenta")
            self._finding(sign, each, report, colour)
        self.warnings(report)

    def warnings(self, report: Report) -> None:
        """Print the warnings."""
        for each in report.results:
            if each.is_warning:
                self._finding("!", each, report, "yellow")

    def _finding(self, sign: str, result: Result, report: Report, colour: str) -> None:
        from registry_doctor.support.terminal_text import visible

        words = visible(result.message, report.secrets)
        self.say(f"{sign} {result.code} {result.name}: {words}", colour=colour, indent="  ")
        for fix in result.fixes[:1]:
            sentences = [fix.title if fix.title.endswith((".", "…")) else f"{fix.title}.", *fix.steps[:2]]
            self.say(f"  fix: {visible(' '.join(sentences), report.secrets)}", indent="       ")

    def suggestion(self, report: Report, before: str) -> None:
        """Print whether the path can be corrected, then the corrected path; `before` says what was not done."""
        suggestion = report.suggestion
        if suggestion is None:
            known = "; no corrected path is known" if report.errors else ""
            self.say(f"{before}{known}.", bold=True)
            return
        if suggestion.target_path == report.target.input:  # only a correction gets a line of its own
            self.say(f"{before}.", bold=True)
            return
        self.say(f"{before}. {_introduction(suggestion)}:", bold=True)
        self.path(suggestion.target_path)


def _introduction(suggestion: Suggestion) -> str:
    """The words before a corrected path: whether it is enough, and how safe it is."""
    from registry_doctor.checking.check import Applicability

    remaining = " and ".join(suggestion.remaining)
    if suggestion.verified:
        state = "it passes every check"
    else:
        state = f"not enough by itself, see {remaining}" if remaining else "not every check could judge it"
    if suggestion.applicability is Applicability.SAFE:
        return f"Corrected path ({state})"
    return f"Most likely path ({state}; check it first)"


def ask(ctx: click.Context, printer: Printer, question: str, otherwise: str) -> None:
    """Ask for a yes; any other answer ends the command and prints what was not done (`otherwise`)."""
    try:
        wanted = click.confirm(question, err=True)
    except click.Abort:
        click.echo(f"\ninterrupted; {otherwise}", err=True)
        ctx.exit(INTERRUPTED)
    if not wanted:
        printer.say(f"{otherwise.capitalize()}.")
        ctx.exit(1)
