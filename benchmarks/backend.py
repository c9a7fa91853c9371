"""What all measurements have in common: a sandbox in a process of its own, a person, and the machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ACME = Path(__file__).parents[1] / "tests" / "contract" / "worlds" / "acme.yaml"
BOB = "b0b0000000000000000000000000000000000002"


@contextmanager
def sandbox(folder: Path, world: Path = ACME) -> Iterator[str]:
    """A sandbox in a process of its own; gives its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "registry_doctor", "sandbox", "--world", str(world)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    try:
        assert process.stdout
        yield json.loads(process.stdout.readline())["base_url"]
    finally:
        process.terminate()
        process.wait()


def delay_answers(base_url: str, seconds: float) -> None:
    """Let every answer from now on come this much later."""
    request = urllib.request.Request(
        f"{base_url}/sandbox/faults",
        data=json.dumps([{"op": "*", "times": 1_000_000, "delay": seconds}]).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


def surroundings(base_url: str, folder: Path, key: str = BOB) -> Mapping[str, str]:
    """The variables of a person with a key and nothing else."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    return others | {
        "HOME": str(folder),
        "NO_PROXY": "127.0.0.1",
        "WANDB_API_KEY": key,
        "WANDB_BASE_URL": base_url,
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_SILENT": "true",
    }


def output_of(
    program: str, *arguments: str, environ: Mapping[str, str], folder: Path, given: str = ""
) -> str:
    """What a program in Python writes, run as a process of its own. Ends the measurement if it fails."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        input=given,
        env=dict(environ),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"the program that is measured ended with {done.returncode}: {done.stderr}")
    return done.stdout


def machine() -> str:
    """What was measured on."""
    return f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
