"""Target paths on standard input: one per line, whatever the bytes."""

from __future__ import annotations

import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.codebase.inputs import standard_input
from registry_doctor.codebase.inputs.standard_input import LONGEST_LINE, read_standard_input
from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.source.found import Location, Unreadable
from registry_doctor.facts.call import Call

X = "wandb-registry-model/x"


def read(data: bytes) -> list[tuple[int, int | None, str]]:
    """Line, column and path, or the reason why there is none."""
    return [
        (each.location.line, each.location.column, each.text)
        if isinstance(each, Target)
        else (each.line or 0, each.column, each.reason)
        for each in read_standard_input(io.BytesIO(data), "link")
    ]


NO_TEXT = "not readable as text; write one path per line, in UTF-8"

LINES = [
    (f"{X}\n".encode(), [(1, 1, X)]),
    (X.encode(), [(1, 1, X)]),
    (f"# a comment\n\n  {X}\t\r\n{X}:v0\r\n".encode(), [(3, 3, X), (4, 1, f"{X}:v0")]),
    (f"{X} # kept\n".encode(), [(1, 1, f"{X} # kept")]),
    (b"acme/wandb-registry-Our Models/my detector\n", [(1, 1, "acme/wandb-registry-Our Models/my detector")]),
    (codecs.BOM_UTF8 + X.encode(), [(1, 1, X)]),
    (codecs.BOM_UTF16_LE + f"{X}\r\n{X}\r\n".encode("utf-16-le"), [(1, 1, X), (2, 1, X)]),
    (codecs.BOM_UTF16_BE + X.encode("utf-16-be"), [(1, 1, X)]),
    (b"a\xffb\n" + X.encode(), [(1, None, NO_TEXT), (2, 1, X)]),
    (b"a\0b\n" + X.encode(), [(1, None, NO_TEXT), (2, 1, X)]),
    (
        b"x" * 200_000 + b"\n" + X.encode(),
        [(1, None, "longer than 4096 characters, so it is not a path"), (2, 1, X)],
    ),
    (b"", []),
    (b"\n\n", []),
]


@pytest.mark.parametrize(("data", "expected"), LINES)
def test_each_line_is_a_path(data: bytes, expected: list[tuple[int, int | None, str]]) -> None:
    """Without the space around it; a line that is not text is reported, and the next line is read."""
    assert read(data) == expected


def test_a_path_has_the_given_purpose() -> None:
    """It is in no source that can be edited."""
    (found,) = read_standard_input(io.BytesIO(X.encode()), "use")
    assert found == Target(Location("<stdin>", None, 1, 1), Call(X, "use"))


@given(st.binary(max_size=200))
def test_no_bytes_raise_and_blocks_do_not_matter(data: bytes) -> None:
    """The same is read, however the bytes come."""
    whole = list(read_standard_input(io.BytesIO(data), "link"))
    assert all(isinstance(each, (Target, Unreadable)) for each in whole)


@given(st.text(alphabet="ab/ #\r\n\0ü", max_size=60))
def test_where_a_block_ends_does_not_matter(text: str) -> None:
    """Also within a letter or a line's end."""
    data = text.encode()
    whole = read(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standard_input, "_BLOCK_SIZE", 3)
        assert read(data) == whole


class Endless(io.RawIOBase):
    """A line without an end, which fails if too much of it is read."""

    def __init__(self, blocks: int) -> None:
        self.left = blocks

    def read(self, size: int = -1) -> bytes:
        """The next block."""
        self.left -= 1
        return b"x" * size if self.left >= 0 else b""


def test_an_endless_line_is_not_kept() -> None:
    """Of a line without an end only its beginning is held."""
    lines = standard_input._lines(Endless(1000))  # type: ignore[arg-type]  # it reads bytes
    assert [len(each) <= LONGEST_LINE + 1 for each in lines] == [True]
