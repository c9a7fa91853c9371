"""What the fuzzers try is tried here, too, on a few hundred inputs; `make fuzz` makes it a million each."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from registry_doctor.known_errors.code_lines import calls_in
from registry_doctor.known_errors.reader import lines_in_text
from registry_doctor.known_errors.wordings import MalformedWording, Wording
from registry_doctor.support.redaction import without_keys
from tests.hostile.fuzz import driver, logs, messages, paths

MODULES = (paths, messages, logs)
ROOT = Path(__file__).parents[2]


@settings(deadline=None)
@given(st.text().map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary())
@example(b"vision/model-registry/detector")
def test_any_text_is_read_as_a_path(data: bytes) -> None:
    """Nothing but the errors that are promised is raised, and what is promised of paths is kept."""
    paths.one(data)


@settings(deadline=None)
@given(st.binary())
def test_any_names_stand_in_a_message(data: bytes) -> None:
    """Whatever stands in the blanks of a known message, and around it."""
    messages.one(data)


@settings(deadline=None)
@given(st.binary())
@example(b'{"ti\\u001b": "a\\\\u001bx", "z": {}} ')
@example(b'{"a": "\\u001b[31mred", "b": [}\\n\\u001b')
def test_any_bytes_are_read_as_a_log(data: bytes) -> None:
    """Or are said to be no text."""
    logs.one(data)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_inputs_like_those_of_people_with_a_few_changes(module: object) -> None:
    """The seeds themselves, and what plain mutation makes of them."""
    one: Callable[[bytes], None] = vars(module)["one"]
    seeds = vars(module)["seeds"]()
    words = [word.encode("utf-8", "surrogateescape") for word in vars(module)["WORDS"]]
    chance = random.Random(1)
    for data in (*seeds, *(driver.mutated(seeds, words, chance) for _ in range(200))):
        one(data)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["paths", "messages", "logs"])
def test_a_fuzzer_runs_as_it_is_called(name: str, tmp_path: Path) -> None:
    """With atheris where it is installed, and without it."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.hostile.fuzz.{name}", "-runs=300"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Done 300 runs" in done.stderr


def test_without_atheris_plain_mutation_finds_what_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The input is kept in a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(driver, "_atheris", lambda: None)
    monkeypatch.setattr(sys, "argv", ["x", "-runs=500", "-seed=3"])

    def fragile(data: bytes) -> None:
        assert b"boom" not in data

    with pytest.raises(AssertionError):
        driver.fuzz(fragile, [b"a", b"b"], ["boom"])
    assert b"boom" in (tmp_path / "crash-input").read_bytes()
    driver.fuzz(lambda data: None, [b"a"], ["boom"])
    assert "Done 500 runs" in capsys.readouterr().err


def test_marks_below_code_take_no_time_that_grows_with_each_of_them() -> None:
    """With one way too many to read them, 60 would take longer than anybody lives."""
    code = "~" * 200 + " run.link_artifact(a, 'wandb-registry-m/c')"
    assert calls_in(code + "x\n" + "    ~~~^^^~~~ ^^\n")
    assert without_keys("secret" * 20_000) == "secret" * 20_000


@pytest.mark.parametrize("text", ["no {entity} and {entity}", "no such {1name} here"])
def test_a_wording_that_names_a_blank_twice_is_malformed(text: str) -> None:
    """It is told as such, and not as a fault of a pattern."""
    with pytest.raises(MalformedWording):
        Wording.parse(text)


def test_what_json_escapes_is_plain_again() -> None:
    """Colours in a JSON log do not hide a message."""
    (line,) = lines_in_text('{"msg": "\\u001b[31mUnable to find\\u001b[0m organization\\u0007"}')
    assert line.text == "Unable to find organization"
