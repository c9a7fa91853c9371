"""The cases of the contract, made into bundles on a sandbox in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from registry_doctor.bundle.making import Made, make_bundle
from registry_doctor.diagnosis import Options
from registry_doctor.plugins import load_checks
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import read_settings
from tests.checks.diagnosed import ACCEPTANCE, MORE, WORLDS, call_of


@dataclass(frozen=True)
class Case:
    """A bundle, and the key that it was made with."""

    made: Made
    key: str | None


def bundles_of(file: Path, home: Path) -> dict[str, Case]:
    """A bundle of each case in a file, by its id."""
    suite = yaml.safe_load(file.read_text(encoding="utf-8"))
    world = next(path for folder in WORLDS if (path := folder / suite["world"]).is_file())
    people = yaml.safe_load(world.read_text(encoding="utf-8"))
    accounts = [
        *people["users"],
        *(each for team in people["teams"] for each in team.get("service_accounts", ())),
    ]
    keys = {each["username"]: each["api_keys"][0] for each in accounts if each.get("api_keys")}
    found = {}
    with Sandbox.start(world) as sandbox, pytest.MonkeyPatch.context() as process:
        process.setenv("NO_PROXY", "127.0.0.1")
        for entry in suite["cases"]:
            case = {**suite["defaults"], **entry}
            key = case.get("key") or keys.get(case["as"])
            environ = {"HOME": str(home), "WANDB_BASE_URL": sandbox.base_url}
            environ |= {"WANDB_API_KEY": key} if key else {}
            environ |= {name: str(value) for name, value in (case.get("env") or {}).items()}
            call, given = call_of(case, [str(word) for word in case.get("args", ())])
            settings = read_settings(given, environ=environ, cwd=home, home=home)
            made = make_bundle(
                call, settings, load_checks(others=False), Options(timeout=10), environ=environ
            )
            found[case["id"]] = Case(made, environ.get("WANDB_API_KEY"))
    return found


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Case]:
    """Every case of the contract and of `tests/checks/more_cases.yaml`."""
    home = tmp_path_factory.mktemp("home")
    return {**bundles_of(ACCEPTANCE, home), **bundles_of(MORE, home)}
