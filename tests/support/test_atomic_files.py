"""Rewriting a file: what belongs to the file stays, and no half of a text is left."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from registry_doctor.support import atomic_files
from registry_doctor.support.atomic_files import rewrite

NEEDS_LINUX = pytest.mark.skipif(not hasattr(os, "listxattr"), reason="the system has no such call")


def test_the_mode_stays(tmp_path: Path) -> None:
    """Also a mode that a new file would not have."""
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(0o751)
    rewrite(file, b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o751)
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


def test_hard_links_stay_together(tmp_path: Path) -> None:
    """Every name of the file has the new content."""
    file, other = tmp_path / "a.py", tmp_path / "b.py"
    file.write_bytes(b"old and longer")
    other.hardlink_to(file)
    rewrite(file, b"new")
    assert (other.read_bytes(), other.stat().st_ino) == (b"new", file.stat().st_ino)


@NEEDS_LINUX
def test_extended_attributes_stay(tmp_path: Path) -> None:
    """Where the file system has them."""
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    try:
        os.setxattr(file, "user.origin", b"here")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    rewrite(file, b"new")
    assert (file.read_bytes(), os.getxattr(file, "user.origin")) == (b"new", b"here")


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only the administrator can give a file away"
)
def test_the_owner_stays(tmp_path: Path) -> None:
    """Also if the administrator rewrites the file of somebody else."""
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    os.chown(file, 12345, 23456)
    rewrite(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid, file.read_bytes()) == (12345, 23456, b"new")


@NEEDS_LINUX
def test_what_a_new_file_cannot_have_is_kept_by_writing_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as the owner, without the right to give a file away."""
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    before = file.stat().st_ino

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(atomic_files, "_take_over", refused)
    rewrite(file, b"new")
    assert (file.read_bytes(), file.stat().st_ino) == (b"new", before)
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


def test_a_file_that_cannot_be_written_to_the_end_has_its_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For example on a full disk."""
    file, other = tmp_path / "a.py", tmp_path / "b.py"
    file.write_bytes(b"old")
    other.hardlink_to(file)
    real = atomic_files._put

    def full(stream: object, data: bytes) -> None:
        if data == b"new and longer":
            real(stream, b"new and")  # type: ignore[arg-type]  # what it was given
            raise OSError(28, "No space left on device")
        real(stream, data)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(atomic_files, "_put", full)
    with pytest.raises(OSError, match="No space left"):
        rewrite(file, b"new and longer")
    assert file.read_bytes() == b"old"
