"""Python code in command lines: `python -c '…'`, and here-documents that Python reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from registry_doctor.codebase.calls.finder import find_calls_in, mentions_a_call
from registry_doctor.codebase.inputs.commands.command_texts import LocatedCommand
from registry_doctor.codebase.inputs.commands.shell_words import Word
from registry_doctor.codebase.inputs.targets import OpenTarget, OrdinaryUse, Target, target_of
from registry_doctor.codebase.source.found import Location, Unreadable
from registry_doctor.codebase.source.parsed_file import parse_snippet
from registry_doctor.domain.interpretation import Purpose

_PYTHON = re.compile(r"python[\d.]*|ipython\d?")
_SHELL_VALUE = re.compile(r"\$(?:\{|\(|[A-Za-z_])|`")


def calls_in_snippet(
    located: LocatedCommand, words: list[Word], names: list[str], root: Path, supplied: Mapping[str, str]
) -> Iterator[Target | OpenTarget | Unreadable]:
    """The calls to wandb in the Python code of a command."""
    found = _code(located, words, names)
    if found is None or not mentions_a_call(found.text.encode("utf-8", "replace")):
        return
    text = located.text
    line, column = text.line_and_column(found.start)
    if not found.whole:
        location = Location(text.file, located.cell, line, column)
        for_: Purpose = "link" if "link" in found.text else "use"
        reason = "the shell puts values into this Python code"
        yield OpenTarget(location, for_, "python code", reason)
        return
    source = parse_snippet(text.file, root / text.file, found.text, text.content, line, column, located.cell)
    if isinstance(source, Unreadable):
        yield source
        return
    for each in find_calls_in(source, root, supplied):
        target = each if isinstance(each, Unreadable) else target_of(each)
        if isinstance(target, Target):
            target = replace(
                target, parts=()
            )  # the quotes of the shell stand around the code: nothing is edited
        if not isinstance(target, OrdinaryUse):
            yield target


@dataclass(frozen=True)
class _Code:
    """The code that Python gets."""

    text: str
    start: int
    whole: bool
    """The shell puts no values of its own into it."""


def _code(located: LocatedCommand, words: list[Word], names: list[str]) -> _Code | None:
    python = next((index for index, name in enumerate(names) if _PYTHON.fullmatch(name)), None)
    if python is None:
        return None
    after = names[python + 1 :]
    if "-c" in after:
        word = next(iter(words[python + 2 + after.index("-c") :]), None)
        if word is None:
            return None
        quoted = located.text.content[word.start : word.start + 1] in ("'", '"')
        return _Code(word.text, word.start + quoted, word.known)
    document = located.command.document
    if document is None or any(name.endswith(".py") for name in after):
        return None
    code = located.text.content[slice(*document)]
    return _Code(code, document[0], located.command.literal or _SHELL_VALUE.search(code) is None)
