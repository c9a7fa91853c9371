"""Older SDKs, each in an environment of its own: the sandbox serves them, and the adapter reads their objects.

``REGISTRY_DOCTOR_SDKS="0.22.3 0.26.1"`` runs them; the environments are made once, below ``.build/sdks``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
ACME = ROOT / "tests" / "contract" / "worlds" / "acme.yaml"
PROGRAM = Path(__file__).with_name("use_old_sdk.py")
BOB = "b0b0000000000000000000000000000000000002"
VERSIONS = os.environ.get("REGISTRY_DOCTOR_SDKS", "").split()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not VERSIONS, reason="REGISTRY_DOCTOR_SDKS names no version of the SDK, such as 0.22.3"
    ),
]

EXPECTED = {
    "viewer": ["bob", "vision"],
    "registry": ["model", ["model"]],
    "linked": ["acme-robotics_X7Q2", "wandb-registry-model", "v1", ["latest", "staging"]],
    "fetched": ["v1", "weights-v1"],
    "refused": "Unable to find organization for entity 'vision'.",
    "logged": ["vision/training/net:v0", "v0"],
    "drafted": ["acme-robotics_X7Q2", "wandb-registry-model", "v0"],
    "seen logged": ["vision/detectors/yolo:v1", "model"],
    "seen linked": ["vision/detectors/yolo:v1", "model"],
    "seen draft": [None, "model"],
    "given by run": ["vision", "training"],
    "given by api": [None, BOB],
    "resumed": [True, {"lr": 0.5}, 1],
    "never": True,
    "history": [[10, 2], [20, 1], [21, 0]],
    "ended": ["finished", 21, 0],
    "diagnosed": [["wandb-registry-model/detector", 0], ["vision/wandb-registry-model/detector", 1]],
}


@pytest.fixture(params=VERSIONS)
def python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment that has this version of the SDK, and the sources of this checkout."""
    folder = ROOT / ".build" / "sdks" / str(request.param)
    found = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = folder / "ready"
    if not ready.exists():
        venv.create(folder, clear=True, with_pip=True)
        needed = [f"wandb=={request.param}", "requests", "rapidfuzz", "click", "tabulate", "packaging"]
        install = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *needed], check=True, timeout=600)
        subprocess.run([*install, "--no-deps", "--editable", str(ROOT)], check=True, timeout=600)
        ready.touch()
    return found


def use(python: Path, base_url: str, folder: Path) -> Mapping[str, object]:
    """What the program tells, run with that interpreter."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WANDB_", "PYTHON"))}
    settings = {
        "WANDB_BASE_URL": base_url,
        "WANDB_API_KEY": BOB,
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_SILENT": "true",
        "WANDB_DIR": str(folder),
        "HOME": str(folder),
        "NETRC": str(folder / "netrc"),
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        [str(python), str(PROGRAM)],
        env=kept | settings,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told: Mapping[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_an_older_sdk_works_on_the_sandbox_and_with_the_adapter(
    python: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It links, logs, fetches, downloads and resumes; its artifacts, runs and `Api` objects are read as those of the newest."""
    with Sandbox.start(ACME) as sandbox:
        told = dict(use(python, sandbox.base_url, tmp_path))
        assert told.pop("version") == request.node.callspec.params["python"]
        assert told == EXPECTED | {"given by api": [sandbox.base_url, BOB]}


def test_what_is_expected_of_them_is_what_the_installed_sdk_does(tmp_path: Path) -> None:
    """So that a difference is one between the versions."""
    with Sandbox.start(ACME) as sandbox:
        told = dict(use(Path(sys.executable), sandbox.base_url, tmp_path))
        told.pop("version")
        assert told == EXPECTED | {"given by api": [sandbox.base_url, BOB]}
