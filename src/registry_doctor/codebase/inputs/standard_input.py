"""Target paths on standard input, one per line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.source.found import Location, Unreadable
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts.call import Call

FILE = "<stdin>"
_BLOCK_SIZE = 65536
LONGEST_LINE = 4096
"""Longer lines, in characters, are reported and not read."""


def read_standard_input(stdin: BinaryIO, for_: Purpose) -> Iterator[Target | Unreadable]:
    """The paths, without surrounding space; blank lines and lines that start with `#` are skipped."""
    for number, line in enumerate(_lines(stdin), start=1):
        path = line.strip(" \t\r\v\f")
        if not path or path.startswith("#"):
            continue
        if len(line) > LONGEST_LINE:
            yield Unreadable(FILE, f"longer than {LONGEST_LINE} characters, so it is not a path", number)
        elif "\0" in path or "\ufffd" in path:
            yield Unreadable(FILE, "not readable as text; write one path per line, in UTF-8", number)
        else:
            yield Target(Location(FILE, None, number, line.index(path) + 1), Call(path, for_))


def _lines(stdin: BinaryIO) -> Iterator[str]:
    """The lines without their ends; of a very long line, only the start."""
    block = stdin.read(_BLOCK_SIZE)
    wide = block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")(errors="replace")
    rest = ""
    while block:
        *whole, rest = (rest + decoder.decode(block)).split("\n")
        yield from whole
        if len(rest) > LONGEST_LINE:
            rest = rest[: LONGEST_LINE + 1]
        block = stdin.read(_BLOCK_SIZE)
    yield rest + decoder.decode(b"", final=True)
