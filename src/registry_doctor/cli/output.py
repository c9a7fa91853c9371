"""Where reports go: standard output, and files that are written in one step."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

import click

from registry_doctor.cli import forget_stdout
from registry_doctor.support.atomic_files import write_whole
from registry_doctor.support.records import record

if TYPE_CHECKING:
    from registry_doctor.report.model import Report

REPORT_FORMATS = ("text", "json", "compact")
"""The formats of reports; each is a module of `registry_doctor.report`."""


@record(frozen=True)
class Look:
    """The look of the text format: colours, detail and width."""

    color: bool = False
    verbose: bool = False
    quiet: bool = False
    width: int | None = None


@record(frozen=True)
class OutputFile:
    """A file for the report, in one format."""

    format: str
    path: Path


class UnwritableReport(click.ClickException):
    """The report is complete but cannot be written."""

    exit_code = 2


def output_files(
    formats: Sequence[str],
) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[OutputFile, ...]]:
    """Return a parser of `FORMAT:FILE` options that rejects unwritable files before the diagnosis starts."""

    def read(
        _ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
    ) -> tuple[OutputFile, ...]:
        files = tuple(_output_file(value, formats) for value in values)
        if len({file.path for file in files}) < len(files):
            raise click.BadParameter("the same file is given twice; give each file once")
        return files

    return read


def _output_file(value: str, formats: Sequence[str]) -> OutputFile:
    format_, colon, file = value.partition(":")
    if not colon or format_ not in formats:
        raise click.BadParameter(f"{value!r} must be FORMAT:FILE; the formats are {', '.join(formats)}")
    path = Path(file)
    if not names_file(file):
        raise click.BadParameter(f"{value!r} must end with a file name")
    if not path.parent.is_dir():
        raise click.BadParameter(f"{value!r}: directory {str(path.parent)!r} does not exist; create it first")
    return OutputFile(format_, path)


def names_file(text: str) -> bool:
    """Whether a file can have this name: it is not empty, not too long, and not an existing folder."""
    try:
        return bool(text) and "\0" not in text and not Path(text).is_dir()
    except OSError:  # too long, or in a folder without read permission
        return False


def color_wanted(choice: str, *, terminal: bool) -> bool:
    """Whether to colour: the explicit choice, else NO_COLOR, else FORCE_COLOR, else whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def terminal_width() -> int | None:
    """The width of standard output, if it is a terminal or COLUMNS is set; else text is not wrapped."""
    known = is_terminal(sys.stdout) or os.environ.get("COLUMNS", "").isdecimal()
    return shutil.get_terminal_size().columns if known else None


def is_terminal(stream: object) -> bool:
    """Whether this stream is a terminal."""
    isatty = getattr(stream, "isatty", None)
    return callable(isatty) and bool(isatty())


def rendered(report: Report, format_: str, look: Look) -> str:
    """The report in one of the formats."""
    if format_ == "json":
        return report.to_json()
    if format_ == "compact":
        from registry_doctor.report import compact

        return compact.render(report)
    from registry_doctor.report.text import render

    return render(report, color=look.color, verbose=look.verbose, quiet=look.quiet, width=look.width)


def print_text(text: str, *, color: bool = False) -> None:
    """Write text to standard output, whatever its encoding."""
    from registry_doctor.support.terminal_text import encodable

    _print(encodable(text, getattr(sys.stdout, "encoding", None)), color)


def print_json(text: str) -> None:
    """Write JSON to standard output, always in UTF-8."""
    from registry_doctor.support.redaction import redact
    from registry_doctor.support.terminal_text import inert_json

    print_code(inert_json(redact(text, ())))


def print_code(text: str) -> None:
    """Write code to standard output unchanged, always in UTF-8."""
    _print(_bytes(text), False)


def _print(content: str | bytes, color: bool) -> None:
    try:
        click.echo(content, color=color)
    except OSError as problem:
        forget_stdout()
        # A closed pipe does not change the exit status.
        if problem.errno != errno.EPIPE:
            raise UnwritableReport(f"standard output cannot be written: {problem.strerror}") from problem


def write_file(path: Path, text: str) -> None:
    """Write a whole file at once: it is either as before or complete. Raises OSError."""
    write_file_by(path, lambda stream: stream.write(text + "\n"))


def write_or_refuse(path: Path, text: str) -> None:
    """The same for a file that the person has named. Raises UnwritableReport."""
    try:
        write_file(path, text)
    except OSError as problem:
        raise UnwritableReport(f"{str(path)!r} cannot be written: {problem.strerror}") from problem


def write_files(outputs: Iterable[OutputFile], write: Callable[[OutputFile], None]) -> None:
    """Let `write` write each of the files. Raises UnwritableReport, after all that can be written are."""
    problems = []
    for output in outputs:
        try:
            write(output)
        except OSError as problem:
            problems.append(f"{str(output.path)!r} cannot be written: {problem.strerror}")
    if problems:
        raise UnwritableReport("; ".join(problems))


def write_file_by(path: Path, write: Callable[[TextIO], object]) -> None:
    """Let `write` write a whole file at once: it is either as before or complete.

    Raises OSError. An existing device or pipe is written to directly.
    """

    def write_text(binary: BinaryIO) -> None:
        stream = io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace", newline="")
        write(stream)
        stream.detach()

    write_whole(path, write_text)


def print_by(write: Callable[[TextIO], object]) -> None:
    """Let `write` write UTF-8 to standard output, piece by piece."""
    try:
        stream = io.TextIOWrapper(
            sys.stdout.buffer, encoding="utf-8", errors="backslashreplace", newline="", write_through=False
        )
        try:
            write(stream)
            stream.flush()
        finally:
            stream.detach()
    except OSError as problem:
        forget_stdout()
        # A closed pipe does not change the exit status.
        if problem.errno != errno.EPIPE:
            raise UnwritableReport(f"standard output cannot be written: {problem.strerror}") from problem


def _bytes(text: str) -> bytes:
    # A byte that is not valid text, for example from an argument, becomes an escape that is also valid JSON.
    return text.encode("utf-8", "backslashreplace")
