"""``wandb-registry sandbox`` as a process: announcing, serving, stopping."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from registry_doctor.cli.sandbox import sandbox
from registry_doctor.sandbox import Sandbox
from tests.places import ACME_WORLD


def _wait_for(path: Path, process: subprocess.Popen[str]) -> dict[str, object]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists():
            announced = json.loads(path.read_text())
            assert isinstance(announced, dict)
            return announced
        time.sleep(0.02)
    raise AssertionError("the sandbox did not announce itself")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_announces_itself_serves_and_stops_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    """The file is there once connections are accepted, the same line is on stdout, and the exit status is 0."""
    announce = tmp_path / "announce.json"
    command = [
        sys.executable,
        "-m",
        "registry_doctor",
        "sandbox",
        "--world",
        str(ACME_WORLD),
        "--port",
        "0",
        "--announce",
        str(announce),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        announced = _wait_for(announce, process)
        assert announced["pid"] == process.pid
        answer = requests.get(f"{announced['base_url']}/sandbox/log", timeout=20)
        assert answer.json() == []
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (0, "")
    assert json.loads(stdout) == announced
    assert list(tmp_path.iterdir()) == [announce]


def test_a_malformed_world_is_wrong_usage(tmp_path: Path) -> None:
    """The message names file, section and field; the exit status is 2."""
    world = tmp_path / "world.yaml"
    world.write_text("users: [{}]")
    result = CliRunner().invoke(sandbox, ["--world", str(world)])
    assert result.exit_code == 2
    assert f"{world}: users[0].username: is missing or empty" in result.output


@pytest.mark.parametrize("missing", ["graphql", "waitress", "werkzeug", "yaml"])
def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Nothing is imported that may be missing."""
    found = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == missing else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    result = CliRunner().invoke(sandbox, ["--world", str(ACME_WORLD)])
    assert result.exit_code == 2
    assert "pip install 'wandb-registry-doctor[sandbox]'" in result.output


def test_a_state_that_cannot_be_used_is_wrong_usage(tmp_path: Path) -> None:
    """With the reason; the exit status is 2."""
    with Sandbox.start(state=tmp_path):
        result = CliRunner().invoke(sandbox, ["--state", str(tmp_path)])
    assert result.exit_code == 2
    assert f"another sandbox keeps its state in {tmp_path}" in result.output


def test_importing_the_package_and_the_command_needs_no_extra() -> None:
    """The heavy modules come when a sandbox starts."""
    code = "import sys, registry_doctor.sandbox, registry_doctor.cli.sandbox; print({'graphql', 'waitress', 'werkzeug', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
