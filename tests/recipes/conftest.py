"""A project with registry links, a local W&B for it, and programs that stand in for those of a CI service."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox

ADA = "ada0000000000000000000000000000000000001"
RIGHT, WRONG = "wandb-registry-model/classifier", "wandb-registry-modle/classifier"
OPEN = "import os\nimport wandb\n\nwandb.Api().artifact(f\"wandb-registry-{os.environ['REGISTRY']}/classifier:v0\")\n"

GITHUB = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
"""How GitHub runs a step with `shell: bash`."""
GITHUB_PLAIN = ("bash", "-e", "-c")
"""How GitHub runs a step that names no shell."""
GITLAB = ("bash", "-eo", "pipefail", "-c")
JENKINS = ("sh", "-xe", "-c")
SHELL = ("sh", "-c")

OUTCOMES = pytest.mark.parametrize(("path", "status"), [(RIGHT, 0), (WRONG, 1)])
"""What the project links to, and how the command ends."""

_RECORD = 'printf "%s\\n" "$0" "$@" >> "$RECORD"\n'


@dataclass
class Checkout:
    """A project as a CI service has checked it out."""

    folder: Path
    programs: Path
    record: Path
    environ: dict[str, str] = field(default_factory=dict)

    def link(self, path: str) -> None:
        """Let the project's code link to this path."""
        code = (
            'import wandb\n\nwith wandb.init(entity="research", project="training") as run:\n'
            '    artifact = wandb.Artifact("classifier", type="model")\n'
            f"    run.link_artifact(artifact, {path!r})\n"
        )
        (self.folder / "src" / "publish.py").write_text(code, encoding="utf-8")

    def run(
        self, shell: tuple[str, ...], script: str, *arguments: str, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a script as a service does, with its variables."""
        return subprocess.run(
            [*shell, script, *arguments],
            cwd=self.folder,
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=100,
        )

    @property
    def recorded(self) -> list[str]:
        """What the programs that stand in for others were called with, one argument a line."""
        return self.record.read_text(encoding="utf-8").splitlines() if self.record.exists() else []

    def program(self, name: str, script: str) -> None:
        """Put a program on the PATH."""
        file = self.programs / name
        file.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
        file.chmod(0o755)

    def stand_in(self, *names: str) -> None:
        """Put programs on the PATH that note how they are called, and do nothing."""
        for name in names:
            self.program(name, _RECORD)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A local W&B with the example world."""
    with Sandbox.start() as started:
        yield started


@pytest.fixture
def checkout(tmp_path: Path, sandbox: Sandbox) -> Checkout:
    """A project whose one link works, and whose one use depends on `REGISTRY`."""
    made = Checkout(tmp_path / "checkout", tmp_path / "programs", tmp_path / "record")
    for folder in (
        made.folder / "src",
        made.folder / "conf",
        made.programs,
        tmp_path / "home",
        tmp_path / "temp",
    ):
        folder.mkdir(parents=True)
    made.environ |= {
        **_without_wandb(os.environ),
        "PATH": f"{made.programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "RECORD": str(made.record),
        "REGISTRY_DOCTOR": "git+https://git.example/registry doctor",
        "WANDB_BASE_URL": sandbox.base_url,
        "WANDB_API_KEY": ADA,
        "NO_PROXY": "127.0.0.1",
    }
    made.link(RIGHT)
    (made.folder / "src" / "fetch.py").write_text(OPEN, encoding="utf-8")
    (made.folder / "conf" / "model.yaml").write_text(f"target: {RIGHT}\n", encoding="utf-8")
    made.program("wandb-registry", f'exec "{sys.executable}" -m registry_doctor "$@"\n')
    return made


def _without_wandb(environ: Mapping[str, str]) -> dict[str, str]:
    outside = ("WANDB_", "GITHUB_", "CI_", "NETRC")
    return {name: value for name, value in environ.items() if not name.startswith(outside)}
