"""The code in remedies does with the real SDK what the remedy says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from registry_doctor_checks.registry_accepts_type import registry_accepts_type

from registry_doctor.checking.check import Fail
from registry_doctor.checking.snippet_text import show_administrators
from registry_doctor.facts import ARTIFACT_TYPE, REGISTRY, Registry
from registry_doctor.sandbox import Sandbox
from registry_doctor.testing import run_check
from tests.checks.conftest import Values, at, link
from tests.places import ACME_WORLD


def run_as(username: str, code: str, sandbox: Sandbox, home: Path) -> str:
    """What a script of this person prints."""
    people = yaml.safe_load(ACME_WORLD.read_text(encoding="utf-8"))["users"]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "NO_PROXY": "127.0.0.1",
        "WANDB_BASE_URL": sandbox.base_url,
        "WANDB_API_KEY": next(each["api_keys"][0] for each in people if each["username"] == username),
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_SILENT": "true",
    }
    script = f"import wandb\n{code}"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=environ,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("username", ["erin", "gina"])
def test_the_administrators_of_a_registry_are_printed(username: str, tmp_path: Path) -> None:
    """For a Viewer and a Restricted Viewer, who have to ask one of them."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        printed = run_as(username, show_administrators("model", "Acme Robotics"), sandbox, tmp_path)
    assert printed == "alice\n"


def test_an_administrator_lets_a_registry_accept_a_type(tmp_path: Path) -> None:
    """With the code that RD404 shows, after which the registry has both types."""
    refusing: Values = {ARTIFACT_TYPE: "dataset", REGISTRY: Registry("model", ("model",), False)}
    outcome = run_check(
        registry_accepts_type, link("wandb-registry-model/frames", {**at("model"), **refusing})
    )
    assert isinstance(outcome, Fail)
    code = next(fix.snippet for fix in outcome.fixes if fix.snippet)
    with Sandbox.start(ACME_WORLD) as sandbox:
        look = 'registry = wandb.Api().registry("model", organization="Acme Robotics")'
        printed = run_as(
            "alice", f"{code}\n{look}\nprint(sorted(registry.artifact_types))", sandbox, tmp_path
        )
    assert printed == "['dataset', 'model']\n"
