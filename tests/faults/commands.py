"""The command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

KEY = "b0b0000000000000000000000000000000000002"
"""Bob's in that world; it must never be seen."""
YOLO = "vision/detectors/yolo:v0"
TARGET = "wandb-registry-model/detector"

COMMAND = (sys.executable, "-m", "registry_doctor")


@dataclass(frozen=True)
class Ended:
    """How a process ended, and when on the monotonic clock."""

    status: int
    stdout: str
    stderr: str
    moment: float

    @property
    def said(self) -> str:
        """All that it wrote, its lines joined as they were before they were broken."""
        return " ".join((self.stdout + self.stderr).split())


def run(
    *arguments: str, environment: dict[str, str] | None = None, cwd: Path | None = None, given: str = ""
) -> Ended:
    """Run `wandb-registry` with this on standard input; neither a traceback nor the key may be in what it writes."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        env={**os.environ, **(environment or {})},
        cwd=cwd,
        input=given.encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    ended = Ended(
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        time.monotonic(),
    )
    expect_clean(ended.stdout + ended.stderr)
    return ended


def expect_clean(output: str) -> None:
    """No traceback, no warning of Python, and no key."""
    assert "Traceback" not in output
    assert "Warning:" not in output
    assert KEY not in output


def run_code(code: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program in Python that calls the command its own way; what it writes is as clean as of `run`."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=cwd,
        check=False,
    )
    expect_clean(done.stdout + done.stderr)
    return done
