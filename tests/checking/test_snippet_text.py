"""The commands and the code that remedies are made of do what they say."""

from __future__ import annotations

import ast
import subprocess

import pytest

from registry_doctor.checking.snippet_text import before_after, change_setting, literal, shell_word

NAMES = (
    "vision", "Acme Robotics", "R&D (beta) + more", "o'clock", 'say "hi"', "$HOME", "Søndergård & Søn", "検出器",
    "two\nlines", "\x1b[2J", "it's\ttwo\nlines", "back\\slash\n",
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "source", "step", "snippet"),
    [
        ("vision", "WANDB_ENTITY", "Set WANDB_ENTITY to vision.", "export WANDB_ENTITY=vision"),
        ("vision", "WANDB_ENTITY (empty)", "Set WANDB_ENTITY to vision.", "export WANDB_ENTITY=vision"),
        (None, "WANDB_ENTITY", "Take WANDB_ENTITY away where it is set.", "unset WANDB_ENTITY"),
        ("vision", "~/.config/wandb/settings", "Write `entity = vision` in ~/.config/wandb/settings.", None),
        (None, "wandb/settings", "Take the line `entity = …` out of wandb/settings.", None),
        ("Acme Robotics", "--entity", "Give --entity 'Acme Robotics'.", None),
        (None, "--entity", "Leave --entity out.", None),
        ("vision", "entity=", 'Give entity="vision".', None),
        (None, "entity=", "Leave entity= out.", None),
        ("vision", "default entity of bob", "Set WANDB_ENTITY to vision.", "export WANDB_ENTITY=vision"),
        ("vision", None, "Set WANDB_ENTITY to vision.", "export WANDB_ENTITY=vision"),
    ],
)
def test_a_setting_is_changed_where_it_comes_from(
    value: str | None, source: str | None, step: str, snippet: str | None
) -> None:
    """A variable by a command, a file by a line, an option by itself; what is not set yet by its variable."""
    change = change_setting("entity", value, source)
    assert (change.step, change.snippet) == (step, snippet)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_word_of_one_shell_line(name: str) -> None:
    """Whatever a server calls things, the shell gets exactly that."""
    word = shell_word(name)
    assert word.isprintable()
    ran = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True)
    assert ran.stdout.decode() == name


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_literal_of_one_line_of_python(name: str) -> None:
    """And means the name."""
    assert len(literal(name).splitlines()) == 1
    assert ast.literal_eval(literal(name)) == name


def test_before_and_after_is_python_that_says_which_is_which() -> None:
    """Both pieces compile together."""
    text = before_after("wandb.init()", 'wandb.init(entity="vision")')
    assert ast.unparse(ast.parse(text)) == "wandb.init()\nwandb.init(entity='vision')"
    assert text.splitlines()[::2] == ["# before", "# after"]
