"""Logs of any encoding, size and shape become lines with the right numbers."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.reader import UnreadableText, lines_in_bytes, lines_in_text

MESSAGE = "Unable to find organization for entity 'vision'."


def where(content: bytes) -> list[tuple[int, str]]:
    """Line and text of every message in a file."""
    return [(each.line, each.message) for each in find(lines_in_bytes(io.BytesIO(content))).explanations]


HIT = MESSAGE.rstrip(".")


@pytest.mark.parametrize(
    "content",
    [
        f"one\ntwo\n{MESSAGE}\n".encode(),
        f"one\r\ntwo\r\n{MESSAGE}\r\n".encode(),
        f"one\ntwo\n 10%\r 20%\r{MESSAGE}\r 30%\n".encode(),
        f"\ufeffone\ntwo\n{MESSAGE}".encode(),
        f"one\ntwo\n{MESSAGE}\n".encode("utf-16"),
        f"one\r\ntwo\r\n{MESSAGE}\r\n".encode("utf-16-le"),
        f"one\ntwo\n{MESSAGE}\n".encode("utf-16-be"),
        f"one\ntwo\n{MESSAGE}\n".encode("utf-32"),
        b"one\ntwo \xff\xfe\x80\n" + MESSAGE.encode() + b"\n",
        b"one\nstray \0 zero\n" + MESSAGE.encode() + b"\n" + b"more text\n" * 9,
        b"one\ntwo\n\x1b[1;31mUnable to find \x1b[0morganization for entity 'vision'.\n",
        f"one\ntwo\n\x1b]8;;https://x\x07{MESSAGE}\x1b]8;;\x07\n".encode(),
        f"one\ntwo\n{'x' * 200_000} {MESSAGE} {'y' * 200_000}\n".encode(),
        f"\n\n{MESSAGE}".encode(),
        b'one\ntwo\n{"level": "error", "event": {"exc": ["Unable to find organization for entity \'vision\'."]}}\n',
        b"one\ntwo\n'Traceback\\n  File\\nCommError: Unable to find organization for entity \\'vision\\'.'\n",
    ],
)
def test_a_message_is_found_with_its_line(content: bytes) -> None:
    """Line ends, progress bars, byte-order marks, stray bytes, colours, long lines, JSON."""
    assert where(content) == [(3, HIT)]


@pytest.mark.parametrize(
    "narrow",
    [
        "Unable to find\norganization for entity 'vision'.",
        "Unable to find organization for\n    entity 'vision'.",
    ],
)
def test_a_message_that_a_terminal_has_broken_is_whole(narrow: str) -> None:
    """Its line is the one where it begins, and it counts once."""
    (found,) = find(lines_in_text(f"one\n{narrow}\nthree\n")).explanations
    assert (found.line, found.message, found.count) == (2, HIT, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0" * 50, "binary"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, words: str) -> None:
    """With a reason for a person."""
    with pytest.raises(UnreadableText, match=words):
        lines_in_bytes(io.BytesIO(content))


class Endless(io.RawIOBase):
    """A log of many lines that is never in memory."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def read(self, size: int = -1) -> bytes:
        return next(self._lines, b"")


def test_a_huge_log_is_read_in_little_memory() -> None:
    """Neither many lines nor one without an end fill the memory, and repeated messages are counted."""

    def blocks() -> Iterator[bytes]:
        for number in range(60):
            yield (b"step %d loss 0.1" % number + b" " * 1000 + b"\n") * 200
            yield f"wandb: ERROR Unable to find organization for entity 'team{number}'.\n{MESSAGE}\n".encode()
        for _ in range(100):
            yield b"no end " * 9000

    tracemalloc.start()
    reading = find(lines_in_bytes(Endless(blocks())))  # type: ignore[arg-type]  # it reads, and nothing else is needed
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000
    assert reading.lines == 60 * 202 + 1
    assert [each.count for each in reading.explanations if each.found.entity == "vision"] == [60]
    assert reading.left_out > 0


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever stands there, an answer comes."""
    reading = find(lines_in_text(text))
    assert len(reading.explanations) <= 50


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    """They are read, or refused with a reason."""
    try:
        find(lines_in_bytes(io.BytesIO(content)))
    except UnreadableText as problem:
        assert str(problem)


PIECES = st.sampled_from(
    [
        "Traceback (most recent call last):", '  File "/x/wandb/y.py", line 3, in f', "    run.link_artifact(a, 'b/c",
        "CommError: ", "Unable to find organization for entity '", "'" * 30, '{"errors":[{"message":"', "}" * 20, "\\n", "\r",
        "│ ❱ 12 │ ", "project 'wandb-registry-", "' not found under entity '", "[rank0]:", "\x1b[31m", "password: ", "a" * 50, "://", "eyJ",
        "During handling of the above exception, another exception occurred:", "----> 3 x.artifact('", "\n", "\n", "\n", " ",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=150, deadline=None)
def test_no_mixture_of_messages_breaks_the_reader(text: str) -> None:
    """Cut off, nested and repeated pieces of real logs."""
    find(lines_in_text(text))
