"""`docs/quickstart.md` is followed to the letter: its server is started, each of its commands is run, and prints what it shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.recipes.fenced_blocks import blocks_of

BLOCKS = blocks_of(ROOT / "docs" / "quickstart.md")
ADDRESS = "127.0.0.1:8181"
"""Where the page has its server; the test takes a free port."""
SERVER, *CONSOLE = [block.text for block in BLOCKS if block.language == "console"]
INSTALL, EXPORTS = [block.text for block in BLOCKS if block.language == "sh"]
(TRAIN,) = [block.text for block in BLOCKS if block.language == "python"]


@dataclass(frozen=True)
class Shown:
    """A command of the page, and what the page prints below it."""

    words: list[str]
    printed: str


def commands(text: str) -> list[Shown]:
    """The commands of a block, each with its output."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)[1:]
    return [Shown(shlex.split(line), printed) for line, printed in zip(parts[::2], parts[1::2], strict=True)]


COMMANDS = [each for block in CONSOLE for each in commands(block)]


@dataclass(frozen=True)
class Reader:
    """Who follows the page: the folder, and what a process there sees."""

    folder: Path
    environ: dict[str, str]
    address: str

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command of the page."""
        assert words[0] == "wandb-registry"
        return subprocess.run(
            [sys.executable, "-m", "registry_doctor", *words[1:]],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The page's server, started by its command, and the variables that it sets."""
    folder = tmp_path_factory.mktemp("quickstart")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    environ = kept | {"HOME": str(folder), "NO_PROXY": "127.0.0.1", "COLUMNS": "80", "PYTHONUTF8": "1"}
    (start,) = commands(SERVER)
    words = ["0" if word == ADDRESS.partition(":")[2] else word for word in start.words[1:]]
    announced = folder / "announced.json"
    server = subprocess.Popen(
        [sys.executable, "-m", "registry_doctor", *words, "--announce", str(announced)],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while not announced.exists() and server.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert set(json.loads(announced.read_text(encoding="utf-8"))) == set(json.loads(start.printed))
        base_url = json.loads(announced.read_text(encoding="utf-8"))["base_url"]
        address = base_url.removeprefix("http://")
        exported = dict(
            line.removeprefix("export ").split("=") for line in EXPORTS.replace(ADDRESS, address).splitlines()
        )
        yield Reader(folder, environ | exported, address)
    finally:
        server.terminate()
        server.communicate(timeout=30)


def comparable(text: str, address: str) -> list[str]:
    """The lines of an output without the port and the time it took, whose lengths move the ends of lines."""
    text = re.sub(r", \d+ ms\)", ", N ms)", text.replace(address, ADDRESS))
    return [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]


@pytest.mark.parametrize(
    ("block", "statuses"),
    list(zip(CONSOLE, [[0], [1], [0, 0], [1], [1, 0]], strict=True)),
    ids=["who am I", "will it work", "link and fetch", "an error", "a code base"],
)
def test_the_commands_of_a_step_print_what_the_page_shows(
    reader: Reader, block: str, statuses: list[int]
) -> None:
    """In their order; an explanation is shown as far as its first cause."""
    (reader.folder / "train.py").write_text(TRAIN, encoding="utf-8")
    found = []
    for shown in commands(block):
        done = reader.run(shown.words)
        found.append(done.returncode)
        printed, expected = comparable(done.stdout, reader.address), comparable(shown.printed, reader.address)
        if "--error" in shown.words:
            assert printed[0].startswith(expected[0]), done
        else:
            assert printed == expected, done
    assert found == statuses


def test_a_reader_at_80_columns_sees_its_lines_whole() -> None:
    """Only commands and addresses are longer."""
    long = [line for each in COMMANDS for line in each.printed.splitlines() if len(line) > 80]
    assert [line for line in long if not line.startswith("url ")] == []


def test_it_installs_extras_that_exist() -> None:
    """Those of `pyproject.toml`."""
    (extras,) = re.findall(r"pip install '\.\[([\w,]+)\]'", INSTALL)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(re.search(rf"^{extra} = \[", text, re.MULTILINE) for extra in extras.split(","))
