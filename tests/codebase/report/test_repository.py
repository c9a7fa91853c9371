"""Where a repository begins, and files named from there."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from registry_doctor.codebase.inputs.standard_input import FILE as STANDARD_INPUT
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.report.model import PreflightReport, TargetResult, UnusedIgnore
from registry_doctor.codebase.report.repository import named_from_repository, repository_root
from registry_doctor.codebase.source.found import Ignore, Location, Unreadable
from registry_doctor.facts.call import Call

DEEP = "a/b/c"
"""Where the preflight is run."""


@pytest.mark.parametrize(
    ("marks", "environ", "root"),
    [
        ([], {}, None),
        (["a/.git/HEAD"], {}, "a"),
        (["a/b/c/.git/HEAD"], {}, "a/b/c"),
        (["a/.git"], {}, "a"),
        (["a/.git/HEAD", "a/b/.git"], {}, "a/b"),
        (["a/other/.git/HEAD"], {}, None),
        ([], {"GITHUB_WORKSPACE": "a/b"}, "a/b"),
        ([], {"CI_PROJECT_DIR": "a/b"}, "a/b"),
        ([], {"GITHUB_WORKSPACE": "a/b/c"}, "a/b/c"),
        (["a/b/.git/HEAD"], {"GITHUB_WORKSPACE": "a"}, "a/b"),
        (["a/.git/HEAD"], {"GITHUB_WORKSPACE": "a/b"}, "a/b"),
        (["a/.git/HEAD"], {"GITHUB_WORKSPACE": "a/other"}, "a"),
        ([], {"GITHUB_WORKSPACE": "link/b"}, "a/b"),
        (["a/.git/HEAD"], {"GITHUB_WORKSPACE": ""}, "a"),
    ],
    ids=[
        "none", "above", "here", "a worktree", "one within another", "elsewhere", "GitHub", "GitLab", "GitHub here",
        "checked out below the workspace", "git above the workspace", "another workspace", "a link", "unset",
    ],
)  # fmt: skip
def test_the_root_is_the_nearest_folder_with_git_or_the_one_that_ci_has_checked_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    marks: list[str],
    environ: dict[str, str],
    root: str | None,
) -> None:
    """Whichever is nearer: a checkout need not be the workspace, nor have a `.git`."""
    (tmp_path / DEEP).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for mark in marks:
        (tmp_path / mark).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / mark).write_text("gitdir: elsewhere\n")
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        value = environ.get(name)
        monkeypatch.setenv(name, str(tmp_path / value) if value else "")
    found = repository_root([tmp_path / DEEP])
    assert found == (None if root is None else tmp_path / root)


def test_the_first_folder_that_is_in_a_repository_counts(tmp_path: Path) -> None:
    """Such as that of a path which is given, where the preflight is run outside of all."""
    for name in ("one", "two"):
        (tmp_path / name / ".git").mkdir(parents=True)
    outside, one, two = (tmp_path / each for each in ("outside", "one/src", "two/src/train.py"))
    assert repository_root([outside, two, one]) == tmp_path / "two"
    assert repository_root([]) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator can look into everything")
def test_a_folder_that_may_not_be_looked_into_has_no_repository(tmp_path: Path) -> None:
    """And is no reason to fail."""
    closed = tmp_path / "closed"
    (closed / "within").mkdir(parents=True)
    closed.chmod(0)
    assert repository_root([closed / "within"]) is None
    closed.chmod(0o700)


def report(name: str, reported_at: str) -> PreflightReport:
    """A report with a file in every place that can have one."""
    at, first = Location(name, None, 5, 9), Location(reported_at, 2, 1, 1)
    target = Target(at, Call("wandb-registry-model/c"))
    return PreflightReport(
        judged=(
            TargetResult(target, ()),
            TargetResult(target, (), (f"RD101, see {first}",), reported_at=first),
        ),
        open=(OpenTarget(at, "use", "x", "y"),),
        unreadable=(Unreadable(name, "it is no Python"),),
        unused_ignores=(UnusedIgnore(at, Ignore((), "", 5)),),
    )


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("train.py", "ml/train.py"),
        ("src/a b.py", "ml/src/a b.py"),
        (".", "ml"),
        ("\udc80.py", "ml/\udc80.py"),
        ("/r/conf/model.yaml", "conf/model.yaml"),
        ("/elsewhere/train.log", "/elsewhere/train.log"),
        (STANDARD_INPUT, STANDARD_INPUT),
    ],
)
def test_files_in_the_repository_are_named_from_its_root(file: str, named: str) -> None:
    """Everywhere in a report, also in sentences; other files keep their names."""
    found = named_from_repository(report(file, file), Path("/r/ml"), Path("/r"))
    assert found == report(named, named)


def test_nothing_else_changes() -> None:
    """At the root itself everything stays as it is."""
    plain = replace(report("train.py", "b.ipynb"), notes=("train.py",), ordinary=3)
    assert named_from_repository(plain, Path("/r"), Path("/r")) == plain
