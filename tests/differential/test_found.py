"""Disagreements that were once found by generated calls (`found/`) are none any more."""

from __future__ import annotations

from importlib.metadata import version

import pytest
import yaml

from registry_doctor.settings.names import WANDB_VERSION
from tests.differential.comparison import Bench
from tests.differential.found import saved
from tests.sdk.conftest import Case

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in saved()])
def test_a_case_that_was_found_is_settled(case: Case, bench: Bench) -> None:
    """Verdict, place and suggestion are what wandb does, and the suggestion leads to no other place."""
    world = yaml.safe_load(case.world.read_text(encoding="utf-8"))
    assert [str(each) for each in bench.compare(world, case)] == []
