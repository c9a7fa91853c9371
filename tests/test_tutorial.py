"""`docs/writing-a-check.md` is followed to the letter: its package is built, installed, run, and tested with its own test."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "writing-a-check.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
"""The files of the tutorial: name and text."""
COMMANDS = [
    shlex.split(line)
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
"""All commands that its reader types, apart from those of the second terminal and of the release."""
SHOWN = [line for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
"""Lines of the output that it shows."""
ADA = "ada0000000000000000000000000000000000001"


@dataclass(frozen=True)
class Reader:
    """Who has followed the tutorial: the folder, and what a process there sees."""

    folder: Path
    environ: dict[str, str]

    def run(self, *words: str, within: str = ".") -> subprocess.CompletedProcess[str]:
        """Run a Python module with its arguments."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.folder / within,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `wandb-registry` where it sees the installed package, and not the folder that it was made of."""
        return self.run("registry_doctor", *arguments, within="dist")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The tutorial's files in a folder, built into a wheel and installed where only its processes look."""
    folder = tmp_path_factory.mktemp("my-checks")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    for step in (
        ["wheel", *offline, "--no-build-isolation", "--wheel-dir", "dist", "."],
        ["install", *offline, "--target", "site", "dist/my_checks-1.0-py3-none-any.whl"],
    ):
        subprocess.run([*pip, *step], cwd=folder, check=True, timeout=120)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WANDB_", "PYTEST_"))}
    seen = [str(folder / "site"), *filter(None, [os.environ.get("PYTHONPATH")])]
    seen = [str(Path(each).absolute()) for entry in seen for each in entry.split(os.pathsep)]
    with Sandbox.start() as sandbox:
        yield Reader(
            folder,
            kept
            | {
                "PYTHONPATH": os.pathsep.join(seen),
                "HOME": str(folder),
                "USERPROFILE": str(folder),
                "NO_PROXY": "127.0.0.1",
                "WANDB_BASE_URL": sandbox.base_url,
                "WANDB_API_KEY": ADA,
            },
        )


def test_the_page_shows_a_whole_package() -> None:
    """Nothing that the reader needs is missing."""
    assert list(FILES) == [
        "pyproject.toml",
        "my_checks/lower_case_collection.py",
        "my_checks/__init__.py",
        "tests/test_lower_case_collection.py",
        "my_checks/described_collection.py",
        "tests/test_described_collection.py",
    ]
    assert f"WANDB_API_KEY={ADA}" in PAGE


def test_its_commands_show_what_the_page_says(reader: Reader) -> None:
    """The checks are found, explained and judged, and the corrected path is the last line."""
    ours = [words for words in COMMANDS if words[0] == "wandb-registry"]
    assert [words[1] for words in ours] == ["checks", "explain", "doctor", "doctor"]
    done = listed, explained, diagnosed, described = [reader.ask(*words[1:]) for words in ours]
    shown = "".join(each.stdout + each.stderr for each in done)
    assert [each.returncode for each in done] == [0, 0, 1, 0], shown
    assert re.search(
        r"^MY001 +lower-case-collection +my-checks +Collections are written", listed.stdout, re.M
    )
    assert "Our dashboards look up collections in lower case." in explained.stdout
    assert diagnosed.stdout.splitlines()[-1].strip() == "wandb-registry-model/segmenter" in SHOWN
    assert "MY002" in described.stdout
    together = re.sub(r" +", " ", shown)
    assert [line for line in SHOWN if re.sub(r" +", " ", line) not in together] == []


def test_a_field_that_no_fact_has_is_asked_of_the_server(reader: Reader) -> None:
    """The question goes out with those of the built-in checks: it takes no request more."""
    command = ("doctor", "wandb-registry-model/classifier", "--type", "model", "--format", "json")
    with_it, without = (json.loads(reader.ask(*command, *more).stdout) for more in ((), ("--no-plugins",)))
    (found,) = (each for each in with_it["results"] if each["code"] == "MY002")
    assert (found["status"], found["severity"]) == ("fail", "warning")
    assert found["message"] == SHOWN[-1]
    assert with_it["requests"]["count"] == without["requests"]["count"]


def test_the_page_imports_only_what_is_public_for_plugins() -> None:
    """`registry_doctor.plugin` for a check; its tests also the package itself and `registry_doctor.testing`."""
    imported = {
        (name.startswith("tests/"), module)
        for name, text in FILES.items()
        for module in re.findall(r"^(?:from|import) (registry_doctor[\w.]*)", text, re.MULTILINE)
    }
    assert {module for is_test, module in imported if not is_test} == {"registry_doctor.plugin"}
    assert {module for is_test, module in imported if is_test} == {
        "registry_doctor", "registry_doctor.plugin", "registry_doctor.testing",
    }  # fmt: skip


def test_its_test_passes(reader: Reader) -> None:
    """All of its functions are run, on facts and on the fixture's server."""
    (command,) = (words for words in COMMANDS if words[1:] == ["-m", "pytest"])
    done = reader.run(*command[2:], "-p", "no:cacheprovider", "-W", "error")
    assert done.returncode == 0, done.stdout
    tests = [text for name, text in FILES.items() if name.startswith("tests/")]
    functions = len(re.findall(r"^def test_", "".join(tests), re.MULTILINE))
    assert re.search(rf"^=+ {functions} passed in ", done.stdout, re.MULTILINE), done.stdout


def test_a_broken_plugin_is_reported_and_stops_nothing(reader: Reader, tmp_path: Path) -> None:
    """The report names the distribution; the status is 3 where it would have been 0."""
    (tmp_path / "my_checks").mkdir()
    (tmp_path / "my_checks" / "__init__.py").write_text(
        "raise RuntimeError('half edited')\n", encoding="utf-8"
    )
    seen = os.pathsep.join([str(tmp_path), reader.environ["PYTHONPATH"]])
    broken = Reader(reader.folder, reader.environ | {"PYTHONPATH": seen})
    command = ("doctor", "wandb-registry-model/segmenter", "--type", "model")
    assert broken.ask(*command, "--no-plugins").returncode == 0
    done = broken.ask(*command)
    assert done.returncode == 3
    assert "my-checks did not load: RuntimeError: half edited" in done.stdout


def test_the_facts_that_there_are_stand_on_their_page() -> None:
    """`docs/facts.md` is as `docs/generate.py` writes it."""
    generated = runpy.run_path(str(DOCS / "generate.py"))
    assert (DOCS / "facts.md").read_text(encoding="utf-8") == generated["facts_page"]()
