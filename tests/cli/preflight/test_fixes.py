"""`wandb-registry preflight --fix`, `--diff`, and the same edits in SARIF."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from tests.cli.preflight.conftest import (
    BARE,
    RIGHT,
    WRONG,
    Preflight,
    link,
    write,
)
from tests.codebase.report.test_sarif_fixes import make as make_fixes


def test_an_edit_is_shown_or_made(preflight: Preflight) -> None:
    """A patch changes nothing; after --fix the exit status is that of the result."""
    file = write(link(BARE))
    shown = preflight("--diff", "-o", "text:report.txt")
    assert (shown.exit_code, file.read_text(encoding="utf-8")) == (1, link(BARE)), shown.output
    lines = shown.stdout.splitlines()
    assert lines[:2] == ["--- a/train.py", "+++ b/train.py"]
    assert [line for line in lines[2:] if line.startswith(("+", "-"))] == [
        f'-    run.link_artifact(artifact, "{BARE}")',
        f'+    run.link_artifact(artifact, "{RIGHT}")',
    ]
    assert "RD202" in Path("report.txt").read_text(encoding="utf-8")
    done = preflight("--fix", "-o", "json:report.json")
    assert (done.exit_code, file.read_text(encoding="utf-8")) == (0, link(RIGHT)), done.output
    assert f"fixed: train.py:5:9: '{BARE}' is now '{RIGHT}'" in done.stderr
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["exit_code"] == 0
    assert preflight("--diff").stdout == ""


def test_the_same_edit_is_a_fix_in_sarif(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    """For files of the repository, wherever in it the preflight is run; likely ones are not in it."""
    write("", ".git/HEAD")
    write(link(BARE), "ml/train.py")
    write(link(WRONG), "ml/likely.py")
    monkeypatch.chdir("ml")
    done = preflight("--format", "sarif", "-o", "sarif:registry.sarif")
    assert (done.exit_code, Path("train.py").read_text(encoding="utf-8")) == (1, link(BARE))
    run = json.loads(done.stdout)["runs"][0]
    assert json.loads(Path("registry.sarif").read_text(encoding="utf-8"))["runs"] == [run]
    assert [(each["ruleId"], "fixes" in each) for each in run["results"]] == [
        ("RD401", False),
        ("RD202", True),
    ]
    assert make_fixes(Path(".."), run) == 1
    assert Path("train.py").read_text(encoding="utf-8") == link(RIGHT)
    assert Path("likely.py").read_text(encoding="utf-8") == link(WRONG)
    assert preflight("train.py").exit_code == 0


def test_without_the_editor_of_python_sarif_has_no_fix(
    preflight: Preflight, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The findings are there all the same."""
    monkeypatch.setitem(sys.modules, "libcst", None)
    write(link(BARE))
    done = preflight("--format", "sarif")
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    assert (done.exit_code, result["ruleId"], "fixes" in result, done.stderr) == (1, "RD202", False, "")


def test_a_likely_edit_needs_a_word(preflight: Preflight) -> None:
    """What is left alone is said once: in the report, with the reason."""
    file = write(link(WRONG))
    done = preflight("--fix")
    assert (done.exit_code, file.read_text(encoding="utf-8")) == (1, link(WRONG))
    assert "    Not fixed: the correction is likely but not certain" in done.stdout
    assert done.stderr == ""
    assert preflight("--fix", "--unsafe-fixes").exit_code == 0
    assert file.read_text(encoding="utf-8") == link(RIGHT)


def test_standard_input_is_judged_again_after_an_edit(preflight: Preflight) -> None:
    """It can be read once, and is judged twice."""
    write(link(BARE))
    done = preflight("--fix", "-", "train.py", input=f"{WRONG}\n")
    assert (done.exit_code, "<stdin>:1:1: ✗ RD401" in done.stdout) == (1, True), done.output
    assert "2 targets" in done.stdout


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not hold for this user"
)
def test_what_is_not_writable_is_left_alone(preflight: Preflight) -> None:
    """And said."""
    file = write(link(BARE))
    file.chmod(stat.S_IREAD)
    done = preflight("--fix")
    assert (done.exit_code, "not changed: train.py" in done.stderr) == (1, True), done.output
