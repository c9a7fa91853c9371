"""The cases of the contract, made into bundles on a sandbox in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry_doctor.bundle.making import Made, make_bundle
from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.options import Options
from tests.checks.diagnosed import ACCEPTANCE, MORE, played


@dataclass(frozen=True)
class Case:
    """A bundle, and the key that it was made with."""

    made: Made
    key: str | None


def bundles_of(file: Path, home: Path) -> dict[str, Case]:
    """A bundle of each case in a file, by its id."""
    found = {}
    for each in played(file, home):
        loaded, options = load_checks(others=False), Options(timeout=10)
        made = make_bundle(each.call, each.settings, loaded, options, environ=each.environ)
        found[each.id] = Case(made, each.environ.get("WANDB_API_KEY"))
    return found


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Case]:
    """Every case of the contract and of `tests/checks/more_cases.yaml`."""
    home = tmp_path_factory.mktemp("home")
    return {**bundles_of(ACCEPTANCE, home), **bundles_of(MORE, home)}
