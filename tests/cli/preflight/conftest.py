"""Run `wandb-registry preflight` in this process, against a local W&B, on code that is written for a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli import main
from registry_doctor.sandbox import Sandbox

ADA = "ada0000000000000000000000000000000000001"
RIGHT, WRONG, NEAR = (
    "wandb-registry-model/classifier",
    "wandb-registry-modle/classifier",
    "wandb-registry-model/classifiers",
)
BARE = "model/classifier"
"""Lacks the prefix, which is a safe correction."""
MALFORMED = "wandb-registry-model/classifier:v0"
"""Wrong by its grammar, in a link."""
FROM_OUTSIDE = "import os\nimport wandb\n\nwandb.Api().artifact(f\"wandb-registry-{os.environ['REGISTRY']}/classifier:v0\")\n"

Preflight = Callable[..., Result]


def link(path: str, comment: str = "") -> str:
    """Code that links to a path, in its fifth line."""
    return (
        'import wandb\n\nwith wandb.init(entity="research", project="training") as run:\n'
        '    artifact = wandb.Artifact("classifier", type="model")\n'
        f'    run.link_artifact(artifact, "{path}"){comment}\n'
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A local W&B with the example world."""
    with Sandbox.start() as started:
        yield started


@pytest.fixture(autouse=True)
def surroundings(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, empty_home: Path) -> None:
    """Ada's key for the sandbox, and no CI service."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", ADA)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    sandbox.set_faults([])


@pytest.fixture
def preflight() -> Preflight:
    """Run `wandb-registry preflight` in this process."""

    def invoke(*arguments: str, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, ["preflight", *arguments], input=input, prog_name="wandb-registry")

    return invoke


def write(text: str, name: str = "train.py") -> Path:
    """A file of the project."""
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
