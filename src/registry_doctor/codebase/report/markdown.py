"""The summary of a job on GitHub: Markdown in which no name becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from registry_doctor.codebase.report.diagnostics import (
    Diagnostic,
    DiagnosticKind,
    Formatter,
    counted_noun,
    diagnostics,
    is_loud,
    summary,
)
from registry_doctor.codebase.report.model import PreflightReport

SUMMARY_LIMIT = 1_000_000
"""The largest summary in bytes: GitHub takes 1 MiB from a step, a part of which may be written by others."""

_VERDICTS = {0: "✅", 1: "❌", 3: "❔"}

_SIGNS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}

_FOLDED: tuple[tuple[DiagnosticKind, str], ...] = (
    ("inconclusive", "inconclusive"),
    ("unreadable", "not read"),
    ("open", "not known from the source"),
    ("not judged", "not judged"),
    ("unused ignore", "comments that silence nothing"),
)


def render(report: PreflightReport) -> str:
    """The summary as Markdown without a trailing newline; lines beyond the limit of GitHub are counted, not shown."""
    written, room, left_out = [], SUMMARY_LIMIT, 0
    for block in _blocks(report):
        text, missing = block.within(room)
        left_out += missing
        room -= len(text.encode("utf-8")) + 2
        written += [text] if text else []
    if left_out:
        written.append(
            f"<b>{counted_noun(left_out, 'line')} left out: the summary has reached the size limit of GitHub.</b>"
        )
    return "\n\n".join(written)


@dataclass(frozen=True)
class _Block:
    """Rows, or a paragraph, with the text before and after them."""

    head: str
    rows: tuple[str, ...] = ()
    tail: str = ""

    def within(self, room: int) -> tuple[str, int]:
        """The rows that fit into the room, with head and tail, and the number of rows left out."""
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
    formatter = Formatter(report.secrets)
    said = list(diagnostics(report))
    yield _Block("## wandb-registry preflight")
    for note in report.notes:
        if is_loud(note):
            yield _Block(f"> <b>{_text(formatter.shown(note))}</b>")
    yield _Block(f"{_VERDICTS[report.exit_code]} <b>{_text(summary(report))}</b>")
    findings = [each for each in said if each.kind == "finding" and each.silenced is None]
    if findings:
        head = "| | where | finding | corrected path |\n|---|---|---|---|"
        yield _Block(head, tuple(_finding(each, formatter) for each in findings))
    for kind, heading in _FOLDED:
        yield from _folded(heading, (each for each in said if each.kind == kind), formatter)
    yield from _folded("silenced", (each for each in said if each.silenced is not None), formatter)
    for note in report.notes:
        if not is_loud(note):
            yield _Block(f"note: {_text(formatter.shown(note))}")


def _finding(diagnostic: Diagnostic, formatter: Formatter) -> str:
    corrected = ""
    if diagnostic.corrected is not None:
        corrected = f"{_code(diagnostic.corrected.path)} ({_text(diagnostic.corrected.state)})"
    subject = f" {_code(diagnostic.subject)}" if diagnostic.subject else ""
    text = f"{_title(diagnostic)}{subject}: {_text(diagnostic.text)}"
    if diagnostic.advice is not None:
        text += f"<br>{_text(diagnostic.advice)}"
    return f"| {_SIGNS[diagnostic.level]} | {_where(diagnostic, formatter)} | {text} | {corrected} |"


def _folded(heading: str, said: Iterable[Diagnostic], formatter: Formatter) -> Iterator[_Block]:
    rows = tuple(_row(each, formatter) for each in said)
    if rows:
        head = f"<details><summary>{len(rows)} {heading}</summary>\n\n| where | what |\n|---|---|"
        yield _Block(head, rows, "\n\n</details>")


def _row(diagnostic: Diagnostic, formatter: Formatter) -> str:
    parts = [_title(diagnostic)] if diagnostic.kind == "finding" else []
    parts += [f"{_code(diagnostic.subject)}:"] if diagnostic.subject else []
    parts.append(_text(diagnostic.text))
    if diagnostic.silenced is not None:
        parts.append(f"(silenced: {_text(diagnostic.silenced)})")
    elif diagnostic.advice is not None:
        parts.append(f"<br>{_text(diagnostic.advice)}")
    return f"| {_where(diagnostic, formatter)} | {' '.join(parts)} |"


def _title(diagnostic: Diagnostic) -> str:
    """Code and name, as a link to the check's page if that has an address."""
    title = f"<b>{_text(diagnostic.title)}</b>"
    return f'<a href="{escape(diagnostic.docs)}">{title}</a>' if diagnostic.docs else title


def _where(diagnostic: Diagnostic, formatter: Formatter) -> str:
    position = diagnostic.position
    if position is None:
        return ""
    parts = [formatter.file(position)]
    parts += [f"cell {position.cell}"] if position.cell is not None else []
    parts += [str(each) for each in (position.line, position.column) if each is not None]
    return _code(":".join(parts))


def _code(text: str) -> str:
    """A path as code, in which GitHub looks for neither mentions nor links."""
    return f"<code>{_PUNCTUATION.sub(_entity, text)}</code>"


def _text(text: str) -> str:
    """Text without markup: as entities, characters have no meaning in Markdown."""
    return _REFERENCE.sub(r"\g<0>&#8203;", _PUNCTUATION.sub(_entity, text))


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


_PUNCTUATION = re.compile(r"[!-+.:-@\[-`{-~]")
"""The punctuation of ASCII except `,`, `-` and `/`, which have no meaning within a line."""

_REFERENCE = re.compile(r"&#(?:35|58|64);(?=\w|&#95;)")
"""A `#`, `:` or `@` that GitHub would make an issue, an emoji or a mention of in the finished text."""
