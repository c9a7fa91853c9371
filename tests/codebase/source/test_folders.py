"""Which files are read: what git does not ignore, in a fixed order, once."""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.source.folders import source_files
from registry_doctor.codebase.source.found import FoundCall, KnownText, Unreadable


def files_in(root: Path, *paths: str) -> list[str]:
    """The files that are read, as they are named."""
    found = source_files([Path(path) for path in paths or (".",)], root)
    return [
        each.relative_to(root).as_posix() if isinstance(each, Path) else f"! {each.file}" for each in found
    ]


def touch(root: Path, *names: str) -> None:
    """Empty files."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_python_files_and_notebooks_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Others are not."""
    touch(tmp_path, "b.py", "a/z.ipynb", "a/y.PY", "c.txt", "a.py", "d.pyc")
    assert files_in(tmp_path) == ["a/y.PY", "a/z.ipynb", "a.py", "b.py"]


def test_a_named_file_is_read_whatever_it_is_called_and_each_file_once(tmp_path: Path) -> None:
    """Also if it is ignored, named twice, or in a named folder."""
    touch(tmp_path, "script", "a/b.py", "a/c/d.py")
    (tmp_path / ".gitignore").write_text("script\n")
    assert files_in(tmp_path, "script", "a", "a/b.py", "a/c", "./a/b.py") == ["script", "a/b.py", "a/c/d.py"]


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    """It is not skipped silently."""
    assert files_in(tmp_path, "nowhere.py") == ["! nowhere.py"]


def test_folders_of_tools_and_environments_are_skipped(tmp_path: Path) -> None:
    """A virtual environment is known by its `pyvenv.cfg`, too; named, it is read."""
    touch(
        tmp_path,
        ".git/a.py",
        ".venv/a.py",
        "venv/a.py",
        "node_modules/a.py",
        "x/__pycache__/a.py",
        "mine/pyvenv.cfg",
        "mine/a.py",
    )
    assert files_in(tmp_path) == []
    assert files_in(tmp_path, "mine") == ["mine/a.py"]


IGNORED = [
    (
        "build/\n*.gen.py\n",
        {"build/a.py": False, "a.gen.py": False, "src/b.gen.py": False, "src/build.py": True},
    ),
    ("*.py\n!keep.py\n", {"a.py": False, "keep.py": True, "src/keep.py": True}),
    ("/top.py\n", {"top.py": False, "src/top.py": True}),
    ("src/**/out\n", {"src/a/b/out/x.py": False, "src/out/x.py": False, "out/x.py": True}),
    ("# comment\n\n\\#odd.py\n", {"#odd.py": False, "comment.py": True}),
    ("out/\n!out/keep.py\n", {"out/keep.py": False}),
    ("a[.py\n[!\nb.py\n", {"b.py": False, "c.py": True}),
]


@pytest.mark.parametrize(("rules", "files"), IGNORED, ids=[repr(rules) for rules, _ in IGNORED])
def test_gitignore_means_the_same_as_for_git(tmp_path: Path, rules: str, files: dict[str, bool]) -> None:
    """Anchors, negations, `**`, and that nothing in an ignored folder comes back."""
    touch(tmp_path, *files)
    (tmp_path / ".gitignore").write_text(rules)
    assert set(files_in(tmp_path)) == {name for name, kept in files.items() if kept}


def test_a_deeper_gitignore_counts_before_a_higher_one(tmp_path: Path) -> None:
    """And `.git/info/exclude` as the top one."""
    touch(tmp_path, "src/a.py", "src/b.py", "c.py", "d.py", ".git/info/exclude")
    (tmp_path / ".gitignore").write_text("b.py\n")
    (tmp_path / ".git/info/exclude").write_text("c.py\n")
    (tmp_path / "src/.gitignore").write_text("!b.py\na.py\n")
    assert files_in(tmp_path) == ["d.py", "src/b.py"]


def test_rules_above_the_named_folder_count_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    """Those outside it do not."""
    touch(tmp_path, "repository/.git/HEAD", "repository/src/a.py", "repository/src/b.py")
    (tmp_path / ".gitignore").write_text("b.py\n")
    (tmp_path / "repository/.gitignore").write_text("/src/a.py\n")
    assert files_in(tmp_path / "repository", "src") == ["src/b.py"]


def test_links_lead_to_no_endless_walk(tmp_path: Path) -> None:
    """Links to folders are not followed, and a link to itself is no file."""
    touch(tmp_path, "a/b.py")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to("self.py")
    assert files_in(tmp_path) == ["a/b.py"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator can open everything")
def test_a_folder_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    """And the others are read."""
    touch(tmp_path, "a/x.py", "b/y.py")
    (tmp_path / "a").chmod(0)
    assert files_in(tmp_path) == ["! a", "b/y.py"]


def test_a_folder_whose_listing_fails_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the system's reason."""
    touch(tmp_path, "a/x.py", "b/y.py")
    real = os.scandir

    def scandir(path: Path) -> Iterator[os.DirEntry[str]]:
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = list(source_files([Path()], tmp_path))
    assert [each.reason for each in found if isinstance(each, Unreadable)] == [
        "the folder cannot be opened: Permission denied"
    ]
    assert tmp_path / "b/y.py" in found


@pytest.mark.parametrize("module", ["jobs/names.py", "names.py", "src/names.py"])
def test_a_value_of_another_module_is_found_beside_the_file_above_it_or_in_src(
    tmp_path: Path, module: str
) -> None:
    """Where Python would find it when the project is run or installed."""
    touch(tmp_path, module, "wandb/run-1/files.py")
    (tmp_path / module).write_text("TARGET = 'wandb-registry-model/c'\n")
    source = "import wandb\nfrom names import TARGET\nwandb.init().link_artifact(a, TARGET)\n"
    (tmp_path / "jobs").mkdir(exist_ok=True)
    (tmp_path / "jobs/a.py").write_text(source)
    (call,) = find_calls([Path("jobs/a.py")], root=tmp_path)
    assert isinstance(call, FoundCall)
    assert isinstance(call.target, KnownText)
    assert [(part.text, part.span.file) for part in call.target.parts if part.span] == [
        ("wandb-registry-model/c", module)
    ]


SOURCE = """import wandb
from shared import NAMES
run = wandb.init(entity="team")
for name in NAMES:
    run.link_artifact(run.log_artifact("x", name), f"wandb-registry-model/{name}-NUMBER")
"""


def peak_while_reading(root: Path, number: int) -> int:
    """The most memory that is in use while so many files are read."""
    root.mkdir()
    (root / "shared.py").write_text("NAMES = ('a', 'b')\n")
    for each in range(number):
        (root / f"job{each}.py").write_text(SOURCE.replace("NUMBER", str(each)) + "x = 1\n" * 200)
    gc.collect()
    gc.freeze()  # else the collector waits the longer, the more the tests before have left
    tracemalloc.start()
    count = sum(isinstance(each, FoundCall) for each in find_calls([Path()], root=root))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    gc.unfreeze()
    assert count == 2 * number
    return peak


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    """Eight times as many files take no more than what the garbage collector leaves lying about."""
    peak_while_reading(tmp_path / "warm", 5)
    few, many = peak_while_reading(tmp_path / "few", 40), peak_while_reading(tmp_path / "many", 320)
    assert many < 2 * few
