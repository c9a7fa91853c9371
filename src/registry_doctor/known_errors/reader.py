"""Read a text or a log of any size line by line: decoded, without colours, and without what loggers put around it."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

READ_SIZE = 65536
"""How many bytes are read at a time."""

LONGEST_PIECE = 32768
"""How many characters of a line are read in one piece; the rest follows in further pieces."""

MOST_INSIDE = 2000
"""How many lines inside one line are read, such as a traceback in a JSON log."""

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[@-Z\\-_])|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TEXT_BYTES = bytes({*range(32, 256), *b"\t\n\r\x07\x08\x0c\x1b"})
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t"}

_STAMP = r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?"
_PREFIX = re.compile(
    rf"(?:\s*(?:{_STAMP}|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?|wandb:|(?:\[?(?:ERROR|WARNING|WARN|INFO|DEBUG|CRITICAL)\]?:?(?=\s))"
    r"|\[(?:rank|default|node|worker)?[ _-]?\d+(?:[/:]\w+)?\](?:<stderr>|<stdout>)?:?|\((?:pid|rank|RayTrainWorker)[ =:]*\d+[^)]*\)|[|│┃])\s?)+"
)
_RANK = re.compile(
    r"\[((?:rank|default|node|worker)?[ _-]?\d+(?:[/:]\w+)?)\](?:<stderr>|<stdout>)?:|\(((?:pid|rank|RayTrainWorker)[ =:]*\d+)[^)]*\)"
)


class UnreadableText(Exception):
    """The file has no text to read; the message says why."""


@dataclass(frozen=True)
class LogLine:
    """A line, or one of several inside it."""

    number: int
    """From 1; all parts of one line have the same number."""
    text: str
    """Without colours, time stamps and the like; the indentation is kept."""
    stream: str = ""
    """The process that wrote it, if the line says so: several processes may write into one log."""
    by_wandb: bool = False
    """wandb's own logger wrote it."""
    boxed: bool = False
    """It is inside a box that rich drew around a traceback."""


def lines_in_text(text: str) -> Iterator[LogLine]:
    """The lines of a text."""
    return _lines(io.StringIO(text, newline=""))


def lines_in_bytes(file: BinaryIO) -> Iterator[LogLine]:
    """The lines of a log, which may be larger than the memory.

    A byte-order mark or the first bytes determine the encoding, which is otherwise UTF-8. Bytes that are not
    text are replaced. Raises UnreadableText if the file is empty or binary.
    """
    head = file.read(READ_SIZE)
    if not head.strip(b"\0 \r\n\t"):
        raise UnreadableText("it is empty")
    return _lines(_Decoded(file, head, _encoding(head)))


def _encoding(head: bytes) -> str:
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"))
    for mark, encoding in (*marks, (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    # Text of western scripts in UTF-16 has a zero in every other byte; a log may have a few stray ones.
    half = len(sample) / 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    if len(sample.translate(None, _TEXT_BYTES)) > 0.05 * len(sample):
        raise UnreadableText("it is a binary file, not text")
    return "utf-8"


class _Decoded:
    """Reads a file of bytes as text, in pieces."""

    def __init__(self, file: BinaryIO, head: bytes, encoding: str) -> None:
        self._file = file
        self._head = head
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._ended = False

    def read(self, size: int) -> str:
        """The next piece; empty only at the end."""
        while not self._ended:
            block, self._head = self._head or self._file.read(size), b""
            self._ended = not block
            if text := self._decoder.decode(block, final=self._ended):
                return text
        return ""


def _lines(file: io.StringIO | _Decoded) -> Iterator[LogLine]:
    number, rest = 1, ""
    while piece := file.read(READ_SIZE):
        *whole, rest = (rest + piece).split("\n")
        for line in whole:
            yield from _parts(number, line)
            number += 1
        if len(rest) > LONGEST_PIECE:
            # A very long line is read in pieces that overlap, so that no message is cut in two.
            yield from _parts(number, rest)
            rest = rest[-1000:]
    if rest.strip():
        yield from _parts(number, rest)


def _parts(number: int, line: str) -> Iterator[LogLine]:
    """The lines in one line: a progress bar writes several with carriage returns, and a line may be very long."""
    for each in line.split("\r") if "\r" in line else (line,):
        for start in range(0, max(len(each), 1), LONGEST_PIECE - 1000):
            piece = each[start : start + LONGEST_PIECE]
            if piece.strip():
                yield from _inside(number, piece)


def _inside(number: int, text: str) -> Iterator[LogLine]:
    text = _plain(text)
    if '"' in text and (brace := text.find("{")) >= 0 and text.rstrip().endswith("}"):
        try:
            document = json.loads(text[brace:])
        except (ValueError, RecursionError):
            document = None
        if document is not None:
            # The text before it may show that the error is W&B's.
            before = _line(number, text[:brace])
            values = map(_plain, _strings(document))
            inner = [each for value in values for each in value.splitlines() if each.strip()]
            yield from (replace(before, text=before.text + each) for each in inner[:MOST_INSIDE])
            return
    if "\\n" in text or '\\"' in text:
        unescaped = _plain(_ESCAPE.sub(_unescaped, text))
        yield from (_line(number, each) for each in unescaped.split("\n")[:MOST_INSIDE] if each.strip())
        return
    yield _line(number, text)


def _plain(text: str) -> str:
    """The text without colours and control characters."""
    if "\x1b" in text or "\x9b" in text:
        text = _ANSI.sub("", text)
    return _CONTROLS.sub("", text)


def _line(number: int, text: str) -> LogLine:
    prefix = _PREFIX.match(text)
    rest = text[prefix.end() :] if prefix else text
    before = prefix[0] if prefix else ""
    return LogLine(number, rest, _rank(text), "wandb:" in before, "│" in before or "┃" in before)


def _rank(text: str) -> str:
    found = _RANK.search(text, 0, 80)
    return (found[1] or found[2]) if found else ""


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return _ESCAPED.get(escape[2], escape[2] if escape[2] in "\"'\\/" else escape[0])


def _strings(document: object) -> Iterator[str]:
    """The strings in a JSON document, in order."""
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            left.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            left.extend(reversed(value))
