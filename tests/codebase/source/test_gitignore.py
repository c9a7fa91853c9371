"""Ignore rules: what git says is the measure, and no rule takes long."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_doctor.codebase.source.folders import is_ignored, source_files
from registry_doctor.codebase.source.found import Unreadable
from registry_doctor.codebase.source.gitignore import LARGEST_IGNORE_FILE, rules_for
from registry_doctor.codebase.source.wildmatch import NeverMatches, matches_path, segments

NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PIECES = st.sampled_from(
    [
        "a", "b", "*", "?", "/", "**/", "/**", "[ab]", "[!a]", "[z-a]", "[a-c]", "\\a", "\\*", "[[:alpha:]]", "[]a]",
        "[a-", "é", " ", "#", "!", "\\", "[^-b]", "[[:x]", "\\ ", "*.py", "[a/b]", "[]-a]", ".",
    ]
)  # fmt: skip
LINES = st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), min_size=1, max_size=4)
NAMES = ("a", "ab", "b", "é", "a-", "*", "a.py", "#", "[a", "c")


def tree(folder: Path) -> list[Path]:
    """Every name as a folder, with three of the names below it."""
    made = []
    for name in NAMES:
        (folder / name / "b").mkdir(parents=True)
        for below in ("a.py", "c", "b/a"):
            (folder / name / below).touch()
        made += [folder / name, *(folder / name / below for below in ("a.py", "b", "c", "b/a"))]
    return made


def ignored_by_git(folder: Path, paths: list[Path]) -> set[Path]:
    asked = b"\0".join(os.fsencode(path.relative_to(folder)) for path in paths)
    command = ["git", "check-ignore", "-z", "--no-index", "--stdin"]
    said = subprocess.run(command, cwd=folder, input=asked, capture_output=True, check=False).stdout
    return {folder / os.fsdecode(name) for name in said.split(b"\0") if name}


@NEEDS_GIT
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=LINES)
def test_any_rules_mean_the_same_as_for_git(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    """Wildcards, brackets, escapes, anchors and negations, also malformed ones."""
    folder = tmp_path_factory.mktemp("tree")
    subprocess.run(["git", "init", "-q", folder], check=True)
    paths = tree(folder)
    (folder / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")
    by_git = ignored_by_git(folder, paths)

    def ignored(path: Path) -> bool:
        rules, at = rules_for(folder), folder
        for part in path.relative_to(folder).parts[:-1]:
            at = at / part
            if rules.ignores(at, is_folder=True):
                return True
            rules = rules.within(at)
        return rules.ignores(path, is_folder=path.is_dir())

    assert {path for path in paths if ignored(path)} == by_git, lines


def matches(pattern: str, path: str) -> bool:
    return matches_path(segments(pattern), path.split("/"))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 60 + "b", "a" * 255),
        ("*" * 5000 + "b", "a" * 255),
        ("**/a/" * 60 + "b", "/".join("a" * 200)),
        ("[a-z]*" * 40 + "0", "a" * 255),
    ],
)
def test_a_pattern_with_many_wildcards_is_matched_at_once(pattern: str, path: str) -> None:
    """Where a matcher that goes back would not end in a lifetime."""
    assert not matches(pattern, path)


@pytest.mark.parametrize("pattern", ["a" * 300, "[a", "a\\", "[[:nothing:]]"])
def test_a_pattern_that_no_name_can_match_is_skipped(pattern: str) -> None:
    """As git skips it."""
    with pytest.raises(NeverMatches):
        segments(pattern)


def found_in(folder: Path) -> list[str]:
    return [
        f"! {each.file}: {each.reason}"
        if isinstance(each, Unreadable)
        else each.relative_to(folder).as_posix()
        for each in source_files([folder], folder)
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes")
def test_a_pipe_as_ignore_file_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    """And the files are read."""
    (tmp_path / "a.py").touch()
    os.mkfifo(tmp_path / ".gitignore")
    said = "! .gitignore: it is a pipe or a device, not an ordinary file, so its rules are not applied"
    assert found_in(tmp_path) == [said, "a.py"]


def test_a_link_or_a_very_large_ignore_file_is_reported(tmp_path: Path) -> None:
    """git follows no link there, either."""
    (tmp_path / "a.py").touch()
    (tmp_path / "rules").write_text("a.py\n")
    (tmp_path / ".gitignore").symlink_to("rules")
    assert found_in(tmp_path) == ["! .gitignore: it is a link, so its rules are not applied", "a.py"]
    (tmp_path / ".gitignore").unlink()
    (tmp_path / ".gitignore").write_text("a.py\n" * LARGEST_IGNORE_FILE)
    said = "! .gitignore: it is larger than 100 kB, so its rules are not applied"
    assert found_in(tmp_path) == [said, "a.py"]


def test_a_folder_of_that_name_has_no_rules(tmp_path: Path) -> None:
    """It is an ordinary folder."""
    (tmp_path / ".gitignore").mkdir()
    (tmp_path / ".gitignore/a.py").touch()
    assert found_in(tmp_path) == [".gitignore/a.py"]


def repository(folder: Path, version: int, *, extra: tuple[str, ...] = ()) -> None:
    """A repository that tracks three files which its rules match."""
    subprocess.run(["git", "init", "-q", *extra, folder], check=True)
    for name in ("run_a.py", "out/deep/b.py", "run_c.py", "out/d.py", "kept/x.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / ".gitignore").write_text("run*\nout/\n")
    added = ["run_a.py", "out/deep/b.py", "kept/x.py", ".gitignore"]
    subprocess.run(["git", "-c", f"index.version={version}", "add", "-f", *added], cwd=folder, check=True)


@NEEDS_GIT
@pytest.mark.parametrize(
    ("version", "extra"),
    [(2, ()), (4, ()), (2, ("--object-format=sha256",)), (4, ("--object-format=sha256",))],
)
def test_a_tracked_file_is_read_although_a_rule_matches_it(
    tmp_path: Path, version: int, extra: tuple[str, ...]
) -> None:
    """In every format of the index; git ignores only what it does not track."""
    repository(tmp_path, version, extra=extra)
    assert found_in(tmp_path) == ["kept/x.py", "out/deep/b.py", "run_a.py"]
    assert not is_ignored(tmp_path / "out/deep/b.py", tmp_path)
    assert is_ignored(tmp_path / "out/d.py", tmp_path)


@NEEDS_GIT
def test_an_index_with_extended_flags_and_a_split_index_are_read(tmp_path: Path) -> None:
    """Version 3 is written for `add --intent-to-add`."""
    repository(tmp_path, 2)
    subprocess.run(["git", "add", "-f", "-N", "run_c.py"], cwd=tmp_path, check=True)
    expected = ["kept/x.py", "out/deep/b.py", "run_a.py", "run_c.py"]
    assert found_in(tmp_path) == expected
    subprocess.run(["git", "update-index", "--split-index"], cwd=tmp_path, check=True)
    assert found_in(tmp_path) == expected


@NEEDS_GIT
def test_a_worktree_and_a_repository_inside_have_their_own_index(tmp_path: Path) -> None:
    """The rules of the repository around it do not reach into another one."""
    main = tmp_path / "main"
    repository(main, 2)
    who = ["-c", "user.email=a@example.com", "-c", "user.name=a"]
    subprocess.run(["git", *who, "commit", "-qm", "one"], cwd=main, check=True)
    subprocess.run(["git", "worktree", "add", "-q", "../tree"], cwd=main, check=True)
    assert found_in(tmp_path / "tree") == ["kept/x.py", "out/deep/b.py", "run_a.py"]
    repository(main / "kept/inner", 2)
    (main / "kept/inner/.gitignore").write_text("")
    inner = ["kept/inner/kept/x.py", "kept/inner/out/d.py", "kept/inner/out/deep/b.py"]
    inner += ["kept/inner/run_a.py", "kept/inner/run_c.py"]
    assert found_in(main) == [*inner, "kept/x.py", "out/deep/b.py", "run_a.py"]


@NEEDS_GIT
@pytest.mark.parametrize(
    "content", [b"", b"DIRC\0\0\0\x09\0\0\0\x01", b"DIRC\0\0\0\x02\0\xff\xff\xff", b"DIRC" * 9]
)
def test_a_damaged_index_is_reported_once(tmp_path: Path, content: bytes) -> None:
    """What git tracks is then unknown, so the rules decide."""
    repository(tmp_path, 2)
    (tmp_path / ".git/index").write_bytes(content)
    found = found_in(tmp_path)
    problems = [each for each in found if each.startswith("! ")]
    assert len(problems) == 1
    assert problems[0].startswith("! .git/index: ")
    assert [each for each in found if each not in problems] == ["kept/x.py"]


def test_many_deep_folders_are_walked(tmp_path: Path) -> None:
    """A tree may nest more deeply than Python calls functions."""
    at = str(tmp_path)
    for _ in range(60):
        at += "/a" * 30
        Path(at).mkdir(parents=True)
    file = Path(at, "x.py")
    file.touch()
    try:
        found = [each for each in source_files([tmp_path], tmp_path) if isinstance(each, Path)]
        assert found == [file]
    finally:
        # From the deepest up: what pytest removes old folders with calls itself for each level.
        file.unlink()
        for folder in file.parents:
            if folder == tmp_path:
                break
            folder.rmdir()
