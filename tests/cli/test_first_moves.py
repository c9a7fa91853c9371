"""What people try first leads to the command that they mean, with a line to paste."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli import main
from registry_doctor.cli.doctor import OPTION_GROUPS, doctor

Run = Callable[..., Result]

MESSAGE = "Unable to find organization for entity 'vision'."


@pytest.fixture
def files(empty_home: Path) -> Path:
    """A folder with the files that people name."""
    (empty_home / "train.log").write_text("wandb: ERROR x", encoding="utf-8")
    (empty_home / "train.py").write_text("import wandb", encoding="utf-8")
    (empty_home / "notes").write_text("x", encoding="utf-8")
    (empty_home / "case.json").write_text('{"kind": "registry-doctor-bundle"}', encoding="utf-8")
    return empty_home


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["doctor", "train.log"], "wandb-registry doctor --error @train.log"),
        (["doctor", "./train.log"], "wandb-registry doctor --error @./train.log"),
        (["doctor", "notes"], "wandb-registry doctor --error @notes"),
        (["doctor", "gone.log"], "wandb-registry doctor --error @gone.log"),
        (["doctor", "train.py"], "wandb-registry preflight train.py"),
        (["doctor", "gone.ipynb"], "wandb-registry preflight gone.ipynb"),
        (["doctor", "case.json"], "wandb-registry doctor --replay case.json"),
        (["doctor", MESSAGE], f'wandb-registry doctor --error "{MESSAGE}"'),
        (["doctor", "no one/knows\nthis message"], "wandb-registry doctor --error @message.txt"),
        (["explain", MESSAGE], f'wandb-registry doctor --error "{MESSAGE}"'),
        (["explain", "train.log"], "wandb-registry doctor --error @train.log"),
        (["train.py"], "wandb-registry preflight train.py"),
        ([MESSAGE], f'wandb-registry doctor --error "{MESSAGE}"'),
        (["vision/wandb-registry-model/x"], "wandb-registry doctor vision/wandb-registry-model/x"),
        (["docter", "a b/c"], "wandb-registry doctor 'a b/c'"),
        (["prefligt", "src"], "wandb-registry preflight src"),
        (["list"], "wandb-registry ls"),
        (["lint", "src"], "wandb-registry preflight src"),
        (["help", "docter"], "wandb-registry doctor"),
        (["doctor", "Acme", "Robotics/wandb-registry-a/b"], "wandb-registry doctor 'Acme Robotics/wandb-registry-a/b'"),
        (["ls", "Acme", "Robotics"], "wandb-registry ls 'Acme Robotics'"),
        (["path", "parse", "a/b", "c"], "wandb-registry path parse 'a/b c'"),
        (["link", "t/p/a:v0", "Acme", "Robotics/wandb-registry-a/b"], "wandb-registry link t/p/a:v0 'Acme Robotics/wandb-registry-a/b'"),
        (["preflight", "vision/wandb-registry-model/x"], "wandb-registry doctor vision/wandb-registry-model/x"),
        (["preflight", MESSAGE], "wandb-registry doctor --error"),
    ],
)  # fmt: skip
def test_a_first_move_ends_with_the_line_to_paste(
    run: Run, files: Path, arguments: list[str], line: str
) -> None:
    """It is wrong usage: exit status 2, and nothing on standard output."""
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"  {line}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["doctor", "--fromat", "json"], "'--format'"),
        (["--json"], "wandb-registry doctor --json"),
        (["--offline", "doctor"], "options come after the command"),
        (["cure"], "wandb-registry help"),
        (["checks", "x"], "extra argument"),
    ],
)
def test_what_is_misspelt_gets_a_suggestion(run: Run, arguments: list[str], words: str) -> None:
    """For options as well as for commands."""
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.parametrize(
    "path",
    [
        "wandb-registry-model/train.py",
        "vision/train.log/detector",
        "Acme Robotics/wandb-registry-Golden Datasets/my very long name",
        "a/b/c/d",
        "https://wandb.ai/orgs/acme/registry/model?selectionPath=a%2Fb%2Fc",
        "detector",
        "vision",
    ],
)
def test_what_may_be_a_path_is_diagnosed(run: Run, files: Path, path: str) -> None:
    """Even if it is not a good one: that is a finding, not wrong usage."""
    (files / "vision").mkdir()
    assert run("doctor", "--offline", path).exit_code in (0, 1)


def test_json_is_short_for_the_format(run: Run) -> None:
    """In every command that has JSON; the last of both wins."""
    for command in (["ls", "--help"], ["checks"], ["explain", "RD302"], ["path", "parse", "a/b"]):
        assert run(*command, "--json").stdout == run(*command, "--format", "json").stdout
        assert run(*command, "--json", "--format", "text").stdout == run(*command).stdout
    assert '"schema_version": 1' in run("doctor", "--offline", "a/b", "--json").stdout


def test_help_and_version_are_commands(run: Run) -> None:
    """They print what the options print."""
    assert run("version").stdout == run("--version").stdout
    assert run("help").stdout == run("--help").stdout
    assert run("help", "doctor").stdout == run("doctor", "--help").stdout
    assert run("help", "path", "parse").stdout == run("path", "parse", "--help").stdout


def test_commands_stand_under_headings() -> None:
    """The help begins with what a person wants to do."""
    lines = CliRunner().invoke(main, ["--help"]).stdout.splitlines()
    headings = ("Diagnose:", "Look around:", "Act:", "In CI and tests:", "More:")
    assert [each for each in lines if each in headings] == list(headings)


def test_every_option_of_doctor_stands_under_a_heading() -> None:
    """None is left for the last section but the help itself."""
    named = {name for names in OPTION_GROUPS.values() for name in names}
    assert {each.opts[-1] for each in doctor.params if each.param_type_name == "option"} == named


@pytest.mark.parametrize(
    "words",
    [
        ["doctor", "a", "{}"], ["docter", "{}"], ["{}/x"], ["help", "{}"],
        ["--{}"], ["doctor", "--{}"], ["doctor", "--format", "{}"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_key_in_the_wrong_place_is_hidden(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Also in the line to paste, and in the place of an option."""
    key = "b0b0000000000000000000000000000000000002"
    monkeypatch.setenv("WANDB_API_KEY", key)
    done = run(*(word.format(key) for word in words))
    assert done.exit_code == 2
    assert key[:-4] not in done.stderr + done.stdout
