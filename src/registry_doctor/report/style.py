"""The signs and colours of results in text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from registry_doctor.checking.results import Result, Status
from registry_doctor.support.distributions import check_url
from registry_doctor.support.records import record


@record(frozen=True)
class Style:
    """How a line looks in colour."""

    colour: str | None = None
    bold: bool = False
    dim: bool = False


@record(frozen=True)
class Kind:
    """How results of one kind are marked and counted."""

    glyph: str
    word: str
    style: Style


Paint: TypeAlias = Callable[[str, Style], str]

HEADING = Style(bold=True)
DIM = Style(dim=True)
PATH = Style("green", bold=True)

ERROR = Kind("✗", "failed", Style("red"))
WARNING = Kind("!", "with a warning", Style("yellow"))
CRASHED = Kind("‽", "crashed", Style("magenta"))
UNKNOWN = Kind("?", "unknown", Style("magenta"))
PASSED = Kind("✓", "passed", DIM)
BLOCKED = Kind("-", "blocked", DIM)
SKIPPED = Kind("-", "skipped", DIM)

KINDS = (ERROR, WARNING, CRASHED, UNKNOWN, PASSED, BLOCKED, SKIPPED)


def kind_of(result: Result) -> Kind:
    """The kind that a result is shown as."""
    match result.status:
        case Status.FAIL:
            return ERROR if result.is_error else WARNING
        case Status.ERROR:
            return CRASHED
        case Status.SKIP:
            return UNKNOWN if result.unknown else SKIPPED
        case Status.BLOCKED:
            return BLOCKED
        case Status.PASS:
            return PASSED


def painter(color: bool) -> Paint:
    """Return a function that applies a style to text; without `color` it returns the text unchanged."""
    if not color:
        return lambda text, _style: text
    from click import style as ansi  # imported here: text without colours needs no click

    return lambda text, style: ansi(text, fg=style.colour, bold=style.bold or None, dim=style.dim or None)


def with_link(lines: Iterable[str], code: str, paint: Paint) -> list[str]:
    """The lines, in which the first mention of a code is a link to its page: only on a terminal, and if it has an address.

    What is seen stays the same, so links are made after lines are wrapped.
    """
    found = list(lines)
    url = check_url(code)
    if url is None or paint("x", HEADING) == "x":
        return found
    for number, line in enumerate(found):
        if code in line:
            found[number] = line.replace(code, f"\x1b]8;;{url}\x1b\\{code}\x1b]8;;\x1b\\", 1)
            break
    return found
