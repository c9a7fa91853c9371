"""Edits as a unified diff."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from registry_doctor.support.redaction import Secret
from registry_doctor.support.terminal_text import visible

_NO_NEWLINE = "\\ No newline at end of file\n"
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


def unified(file: str, old: str, new: str) -> str:
    """The difference between two texts of a file, for `git apply` and `patch`."""
    before, after = _named("a", file), _named("b", file)
    lines = difflib.unified_diff(_LINES.findall(old), _LINES.findall(new), before, after, lineterm="\n")
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def for_terminal(diff: str, secrets: Iterable[Secret] = ()) -> str:
    """The diff without anything that controls a terminal; tabs and lines stay, without their `\\r`."""
    secrets = tuple(secrets)
    return "\n".join(
        "\t".join(visible(part, secrets, 10 * len(part) + 1) for part in line.removesuffix("\r").split("\t"))
        for line in diff.split("\n")
    )


def _named(side: str, file: str) -> str:
    """The name of the file as git writes it: quoted if it has quotes or control characters."""
    name = f"{side}/{file.lstrip('/')}"
    if all(each.isprintable() and each not in '"\\' for each in name):
        return (
            f"{name}\t" if " " in name else name
        )  # otherwise `patch` takes the text after a space for a date
    quoted = "".join(
        f"\\{each}" if each in '"\\' else each if each.isprintable() else _octal(each) for each in name
    )
    return f'"{quoted}"'


def _octal(character: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))
