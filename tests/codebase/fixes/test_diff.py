"""Edits are shown as a patch that `git apply` takes, and printed so that nothing acts on the terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from registry_doctor.codebase.fixes import EditPlan, for_terminal
from registry_doctor.codebase.fixes.diff import unified

Planner = Callable[[Mapping[str, str]], EditPlan]

CODE = "import wandb\nrun = wandb.init()\nart = wandb.Artifact('a', 'model')\nrun.link_artifact(art, '{}')"


def test_the_patch_is_as_git_writes_it(tmp_path: Path, plan: Planner) -> None:
    """Paths with a/ and b/, and a word about the newline that is missing; nothing is written."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "t.py").write_text(CODE.format("model/x"))
    assert plan({"model/x": "wandb-registry-model/x"}).diff() == (
        "--- a/src/t.py\n"
        "+++ b/src/t.py\n"
        "@@ -1,4 +1,4 @@\n"
        " import wandb\n"
        " run = wandb.init()\n"
        " art = wandb.Artifact('a', 'model')\n"
        "-run.link_artifact(art, 'model/x')\n"
        "\\ No newline at end of file\n"
        "+run.link_artifact(art, 'wandb-registry-model/x')\n"
        "\\ No newline at end of file\n"
    )
    assert (tmp_path / "src" / "t.py").read_text() == CODE.format("model/x")


@pytest.mark.parametrize("name", ["t.py", "a b.py", 'q"uo\\te.py', "größe.py", "tab\tand\nline.py"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_git_applies_the_patch(name: str, newline: str, tmp_path: Path, plan: Planner) -> None:
    """The patch does what `--fix` does, byte for byte, whatever the file's name is."""
    file = tmp_path / name
    file.write_bytes(CODE.format("model/x").replace("\n", newline).encode())
    planned = plan({"model/x": "wandb-registry-model/x"})
    patch = planned.diff().encode()
    git = subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, capture_output=True, check=False)
    assert git.returncode == 0, git.stderr
    assert file.read_bytes() == planned.files[0].data


def test_no_change_is_no_patch() -> None:
    """Two equal texts have no difference."""
    assert unified("t.py", "a\n", "a\n") == ""


def test_control_characters_do_nothing_to_a_terminal() -> None:
    """They are shown; tabs and line ends are what they are."""
    raw = unified("t.py", "\tx = '\x1b[2J\u202e'\r\n", "\ty\r\n")
    assert "\x1b" in raw
    assert for_terminal(raw).splitlines()[-2:] == ["-\tx = '\\x1b[2J\\u202e'", "+\ty"]
