"""A preflight's report as the summary of a job on GitHub: Markdown in which no name is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry_doctor.codebase.report.diagnostics import (
    Diagnostic,
    Formatter,
    Kind,
    diagnostics,
    is_loud,
    number,
    summary,
)
from registry_doctor.codebase.report.model import PreflightReport

LIMIT = 1_000_000
"""How many bytes there are at most: GitHub takes 1 MiB of a step, some of which others may have written."""

_VERDICTS = {0: "✅", 1: "❌", 3: "❔"}

_SIGNS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}

_FOLDED: tuple[tuple[Kind, str], ...] = (
    ("inconclusive", "inconclusive"),
    ("unreadable", "not read"),
    ("open", "not known from the source"),
    ("not judged", "not judged"),
    ("unused ignore", "comments that silence nothing"),
)


def render(report: PreflightReport) -> str:
    """The summary as Markdown without a trailing newline; what GitHub would not take is left out, and that said."""
    written, room, left_out = [], LIMIT, 0
    for block in _blocks(report):
        text, missing = block.within(room)
        left_out += missing
        room -= len(text.encode("utf-8")) + 2
        written += [text] if text else []
    if left_out:
        written.append(f"<b>{number(left_out, 'line')} left out: a summary may not be longer.</b>")
    return "\n\n".join(written)


@dataclass(frozen=True)
class _Block:
    """Rows, or a paragraph, between what opens and what closes it."""

    head: str
    rows: tuple[str, ...] = ()
    tail: str = ""

    def within(self, room: int) -> tuple[str, int]:
        """As much as there is room for, whole rows with head and tail; and how many rows are left out."""
        room -= len(self.head.encode("utf-8")) + len(self.tail.encode("utf-8"))
        taken: list[str] = []
        for row in self.rows:
            room -= len(row.encode("utf-8")) + 1
            if room < 0:
                break
            taken.append(row)
        if room < 0 and not taken:
            return "", max(1, len(self.rows))
        return "\n".join([self.head, *taken]) + self.tail, len(self.rows) - len(taken)


def _blocks(report: PreflightReport) -> Iterator[_Block]:
    sayer = Formatter(report.secrets)
    said = list(diagnostics(report))
    yield _Block("## wandb-registry preflight")
    for note in report.notes:
        if is_loud(note):
            yield _Block(f"> <b>{_text(sayer.shown(note))}</b>")
    yield _Block(f"{_VERDICTS[report.exit_code]} <b>{_text(summary(report))}</b>")
    findings = [each for each in said if each.kind == "finding" and each.silenced is None]
    if findings:
        head = "| | where | finding | corrected path |\n|---|---|---|---|"
        yield _Block(head, tuple(_finding(each, sayer) for each in findings))
    for kind, heading in _FOLDED:
        yield from _folded(heading, (each for each in said if each.kind == kind), sayer)
    yield from _folded("silenced", (each for each in said if each.silenced is not None), sayer)
    for note in report.notes:
        if not is_loud(note):
            yield _Block(f"note: {_text(sayer.shown(note))}")


def _finding(remark: Diagnostic, sayer: Formatter) -> str:
    corrected = ""
    if remark.corrected is not None:
        corrected = f"{_code(remark.corrected.path)} ({_text(remark.corrected.state)})"
    subject = f" {_code(remark.subject)}" if remark.subject else ""
    text = f"<b>{_text(remark.title)}</b>{subject}: {_text(remark.text)}"
    if remark.advice is not None:
        text += f"<br>{_text(remark.advice)}"
    return f"| {_SIGNS[remark.weight]} | {_where(remark, sayer)} | {text} | {corrected} |"


def _folded(heading: str, said: Iterable[Diagnostic], sayer: Formatter) -> Iterator[_Block]:
    rows = tuple(_row(each, sayer) for each in said)
    if rows:
        head = f"<details><summary>{len(rows)} {heading}</summary>\n\n| where | what |\n|---|---|"
        yield _Block(head, rows, "\n\n</details>")


def _row(remark: Diagnostic, sayer: Formatter) -> str:
    parts = [f"<b>{_text(remark.title)}</b>"] if remark.kind == "finding" else []
    parts += [f"{_code(remark.subject)}:"] if remark.subject else []
    parts.append(_text(remark.text))
    if remark.silenced is not None:
        parts.append(f"(silenced: {_text(remark.silenced)})")
    elif remark.advice is not None:
        parts.append(f"<br>{_text(remark.advice)}")
    return f"| {_where(remark, sayer)} | {' '.join(parts)} |"


def _where(remark: Diagnostic, sayer: Formatter) -> str:
    place = remark.place
    if place is None:
        return ""
    parts = [sayer.file(place)]
    parts += [f"cell {place.cell}"] if place.cell is not None else []
    parts += [str(each) for each in (place.line, place.column) if each is not None]
    return _code(":".join(parts))


def _code(text: str) -> str:
    """A path as code, within which GitHub looks for no mentions and no links."""
    return f"<code>{_PUNCTUATION.sub(_entity, text)}</code>"


def _text(text: str) -> str:
    """Text in which nothing is markup: as entities, characters neither begin nor end anything in Markdown."""
    return _REFERENCE.sub(r"\g<0>&#8203;", _PUNCTUATION.sub(_entity, text))


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


_PUNCTUATION = re.compile(r"[!-+.:-@\[-`{-~]")
"""All of ASCII's but `,`, `-` and `/`, which mean nothing within a line."""

_REFERENCE = re.compile(r"&#(?:35|58|64);(?=\w|&#95;)")
"""A `#`, `:` or `@` of which GitHub, looking at the finished text, would make an issue, an emoji or a mention."""
