"""Every command of the command line, as processes in a folder of their own, on the example world."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.places import ACME_WORLD

SOURCE = "vision/detectors/yolo:v0"
PLACE = "wandb-registry-model/detector"
VERSION = "wandb-registry-Golden Datasets/weights:v0"
LOG_LEVEL = "import logging\nlogging.basicConfig(level=logging.DEBUG)\n"
"""What makes Python, and so urllib3 and requests, tell all they do."""

Words = tuple[str, ...]

CODE = """import wandb
run = wandb.init()
run.link_artifact(artifact, 'vision/wandb-registry-model/detector')
run.use_artifact('wandb-registry-model/detector:production')
"""

READING: tuple[Words, ...] = (
    ("help",),
    ("help", "doctor"),
    ("version",),
    ("completion", "bash"),
    ("doctor",),
    ("doctor", "--verbose"),
    ("doctor", PLACE, "--artifact", SOURCE, "--format", "json"),
    ("doctor", "vision/wandb-registry-model/detector", "-o", "json:report.json", "-o", "text:report.txt"),
    ("doctor", "--for", "use", f"{PLACE}:production", "--verbose"),
    ("doctor", "--for", "use", f"{PLACE}:nope"),
    ("doctor", "--error", "@run.log"),
    ("doctor", "--error", "@run.log", "--format", "json", "--verbose"),
    ("doctor", "--base-url", "http://127.0.0.1:1", PLACE),
    ("doctor", "--offline", PLACE),
    ("preflight",),
    ("preflight", "--format", "json"),
    ("preflight", "--format", "github"),
    ("preflight", "--format", "gitlab"),
    ("preflight", "--format", "junit"),
    ("preflight", "--format", "sarif"),
    ("preflight", "--format", "markdown"),
    ("preflight", "--verbose", *(f"-o{each}:report.{each}" for each in ("json", "text", "github", "sarif"))),
    ("preflight", "--diff"),
    ("preflight", "--from-log", "run.log"),
    ("preflight", "--write-baseline", "--baseline", "report.baseline"),
    ("preflight", "--write-manifest"),
    ("path", "parse", PLACE, "--format", "json"),
    ("path", "build", "--registry", "model", "--collection", "detector"),
    ("path", "from-url", "https://wandb.ai/orgs/acme/registry/model?selectionPath=acme%2Fwandb-registry-model%2Fx"),
    ("ls",),
    ("ls", "Acme Robotics"),
    ("ls", "Acme Robotics/model", "--format", "json"),
    ("ls", "Acme Robotics/model/detector", "--format", "paths"),
    ("ls", "nothing of that name"),
    ("snippet", "link", PLACE),
    ("snippet", "use", PLACE, "--format", "notebook"),
    ("snippet", "download", f"{PLACE}:v0", "--format", "shell"),
    ("snippet", "link", "wandb-registry-nope/detector"),
    ("link", "--dry-run", SOURCE, PLACE),
    ("unlink", "--dry-run", f"{PLACE}:v0"),
    ("relog", "--dry-run", SOURCE, "--to", "vision/again"),
    ("download", "--dry-run", VERSION),
    ("download", VERSION),
    ("download", VERSION, "--root", "here", "--format", "json"),
    ("bundle", "vision/wandb-registry-model/detector", "--artifact", SOURCE, "-o", "report.bundle"),
    ("bundle", "--for", "use", f"{PLACE}:production", "-o", "-"),
    ("bundle", "--shape", "vision/wandb-registry-model/detector", "--artifact", SOURCE, "-o", "report.shape"),
    ("doctor", "--replay", "report.bundle", "--verbose"),
    ("checks",),
    ("checks", "--format", "json"),
    ("explain", "RD102"),
    ("explain", "RD102", "--format", "json"),
    ("explain", "RD999"),
    ("nonsense",),
    ("--version",),
    ("--help",),
)  # fmt: skip
"""What writes nothing to the server. The sandbox is started apart, and the demo has one of its own."""

WRITING: tuple[Words, ...] = (
    ("link", SOURCE, PLACE, "--alias", "tried"),
    ("link", "vision/detectors/yolo:v1", PLACE, "--format", "json"),
    ("unlink", "--yes", f"{PLACE}:v1"),
    ("relog", "--yes", SOURCE, "--to", "vision/again"),
    ("download", "--run", "vision/lineage", VERSION),
    ("preflight", "--fix", "--unsafe-fixes"),
)


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    words: Words
    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Shell:
    """Runs commands in a folder, which is the home directory as well."""

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def made(cls, folder: Path, log: str, **variables: str) -> Shell:
        """One with code, a log and a netrc file to read, where Python logs all it can.

        Of the variables of this process, those of wandb and of proxies take no part.
        """
        folder.joinpath("train.py").write_text(CODE, encoding="utf-8")
        folder.joinpath("run.log").write_text(log, encoding="utf-8")
        startup = folder.with_name(f"{folder.name}-startup")
        startup.mkdir()
        startup.joinpath("sitecustomize.py").write_text(LOG_LEVEL, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not _takes_part(name)}
        paths = [str(startup), *filter(None, [kept.pop("PYTHONPATH", "")])]
        plain = {"HOME": str(folder), "PYTHONPATH": os.pathsep.join(paths), "WANDB_ERROR_REPORTING": "false"}
        return cls(folder, {**kept, **plain, **variables})

    def run(self, *words: str) -> Ended:
        """Run a command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "registry_doctor", *words],
            env=dict(self.environment),
            cwd=self.folder,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        stdout, stderr = (each.decode("utf-8", "backslashreplace") for each in (done.stdout, done.stderr))
        return Ended(words, done.returncode, stdout, stderr)

    def serve(self) -> Ended:
        """Start `wandb-registry sandbox`, and end it once it serves."""
        announced = self.folder / "announced.json"
        words = ("sandbox", "--world", str(ACME_WORLD), "--announce", str(announced))
        with subprocess.Popen(
            [sys.executable, "-m", "registry_doctor", *words],
            env=dict(self.environment),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            deadline = time.monotonic() + 30
            while not announced.exists() and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.05)
            process.terminate()
            stdout, stderr = process.communicate(timeout=30)
        assert json.loads(stdout)["base_url"].startswith("http://127.0.0.1:")
        return Ended(words, process.returncode, stdout.decode(), stderr.decode())

    def files(self) -> dict[str, bytes]:
        """What is in the folder now, by its name from there."""
        return {
            each.relative_to(self.folder).as_posix(): each.read_bytes()
            for each in sorted(self.folder.rglob("*"))
            if each.is_file() and not each.is_symlink()
        }


def _takes_part(name: str) -> bool:
    return name.startswith(("WANDB_", "GITHUB_")) or name.lower().endswith("_proxy") or name in ("NETRC",)


@contextmanager
def unchanged(shell: Shell, but: tuple[str, ...] = ()) -> Iterator[None]:
    """The files are the same afterwards, but for those whose names begin so."""
    before = shell.files()
    yield
    after = shell.files()
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert {name for name in changed if not name.startswith(but)} == set()
