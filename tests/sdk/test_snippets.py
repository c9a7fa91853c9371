"""The code that `wandb-registry snippet` prints runs as it is: every kind in every format, with the real SDK."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli.snippet import snippet
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings.names import WANDB_VERSION
from tests.places import ACME_WORLD

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

ALICE = "a11ce00000000000000000000000000000000001"
ACME = "acme-robotics_X7Q2"
REGISTRY = 'Bob\'s "Fine" `id` $(date) Größe'
COLLECTION = "it's \"50\" \\n }}{ 'EOF' größe"
ODD = f"{ACME}/wandb-registry-{REGISTRY}/{COLLECTION}"
MORE = {
    "registries": [
        {
            "org": "Acme Robotics",
            "name": REGISTRY,
            "accepted_types": ["model"],
            "members": {"alice": "admin"},
            "collections": [
                {"name": COLLECTION, "type": "model", "versions": [{"source": "vision/detectors/yolo:v0"}]}
            ],
        }
    ]
}

KINDS = {
    "link a draft": ("link", ODD),
    "link what was logged": ("link", ODD, "--artifact", "vision/detectors/yolo:v1"),
    "use": ("use", f"{ODD}:v0"),
    "download": ("download", f"{ODD}:v0"),
}
FORMATS = ("python", "notebook", "shell")
AT_ONCE = 2


@dataclass(frozen=True)
class Ran:
    """One snippet, and what came of running it."""

    said: str
    code: str
    done: subprocess.CompletedProcess[str]
    folder: Path


def program(code: str, format_: str) -> tuple[list[str], str]:
    """How a person runs it: the command, and its standard input."""
    if format_ == "shell":
        return ["sh"], code
    if format_ == "notebook":
        cells = json.loads(code)["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [sys.executable, "-"], code


def printed(arguments: tuple[str, ...], format_: str) -> Result:
    return CliRunner().invoke(snippet, [*arguments, "--format", format_])


def run(code: Result, format_: str, environ: Mapping[str, str], folder: Path) -> Ran:
    assert code.exit_code == 0, code.stderr
    command, text = program(code.stdout, format_)
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=120, env=dict(environ), cwd=folder
    )
    return Ran(code.stderr, code.stdout, done, folder)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(ACME_WORLD) as started:
        started.add_world(MORE)
        yield started


@pytest.fixture(scope="module")
def environ(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Variables of alice, whose default entity is her own: in this process, where snippets are made, and in theirs."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WANDB_")]:
            patch.delenv(name)
        for name, value in {
            "HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": ALICE,
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }.items():
            patch.setenv(name, value)
        yield dict(os.environ)


@pytest.fixture(scope="module")
def runs(
    environ: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, str], Future[Ran]]:
    """Every kind in every format, some at a time."""
    pool = ThreadPoolExecutor(AT_ONCE)
    with pool:
        return {
            (kind, format_): pool.submit(
                run, printed(arguments, format_), format_, environ, tmp_path_factory.mktemp("run")
            )
            for kind, arguments in KINDS.items()
            for format_ in FORMATS
        }


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_code_runs_as_it_is(kind: str, format_: str, runs: Mapping[tuple[str, str], Future[Ran]]) -> None:
    """It links into, or downloads from, the registry of that odd name, and prints where."""
    ran = runs[kind, format_].result()
    assert ran.done.returncode == 0, ran.done.stderr
    last = ran.done.stdout.splitlines()[-1]
    if kind.startswith("link"):
        assert last.startswith(f"{ODD}:v")
    else:
        assert (ran.folder / last / "model.bin").read_text() == "weights-v0"


def test_a_run_is_started_where_it_can_be(runs: Mapping[tuple[str, str], Future[Ran]]) -> None:
    """Alice's default entity is her own; a link needs a team of the organization, a fetch does not."""
    linked = runs["link a draft", "python"].result()
    assert 'entity="vision"' in linked.code
    assert "The code uses entity 'vision', because it does not work with 'alice'" in linked.said
    assert 'entity="alice"' in runs["use", "python"].result().code
