"""A path from a server stays inside the folder that it is joined to."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry_doctor.support.relative_paths import stays_inside

PARTS = st.lists(st.sampled_from(["..", ".", "a", "", "C:", "\\", "\\\\host", "~", "\0", "a b"]), max_size=6)


OUTSIDE = """
..  ../x  ../../x  a/../../x  a/..  /abs/x  //host/x  C:\\x  C:x  ..\\x  a\\..\\x  \\x  .  ./
"""


@pytest.mark.parametrize("path", [*OUTSIDE.split(), "", "a\0b"])
def test_a_path_out_of_the_folder_is_told(path: str) -> None:
    """On POSIX and on Windows, whatever system this is: the artifact may be fetched on the other."""
    assert not stays_inside(path)


@pytest.mark.parametrize(
    "path", ["x", "a/b", "./a", "..a", "a..", "a/...", "~", "ab:c/d", "model v1.bin", "日本"]
)
def test_a_path_in_the_folder_is_told(path: str) -> None:
    """Dots in a name, spaces and other scripts are ordinary."""
    assert stays_inside(path)


@given(PARTS.map("/".join))
@example("a/./../b")
def test_what_stays_inside_resolves_inside(path: str) -> None:
    """As the file system resolves it."""
    if stays_inside(path):
        resolved = os.path.normpath(f"/folder/{path}")
        assert resolved.startswith("/folder/")
