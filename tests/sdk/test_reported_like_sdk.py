"""What the doctor says of the failures that people reported is what the real SDK then does with those calls."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from registry_doctor.settings.names import WANDB_VERSION

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

CONTRACT = Path(__file__).parents[1] / "cases" / "reported"

pytestmark = pytest.mark.slow


def test_a_call_works_exactly_if_the_doctor_finds_no_error(wrong_verdict: str | None) -> None:
    """Exit 0: it links, or fetches and downloads, in a registry. Exit 1: it is refused, or lands elsewhere."""
    assert wrong_verdict is None


def test_a_suggested_path_works_exactly_if_it_is_called_verified(wrong_suggestion: str | None) -> None:
    """The suggested path, in the same circumstances, does what the report promises of it."""
    assert wrong_suggestion is None


def test_a_call_lands_where_the_report_says(wrong_place: str | None) -> None:
    """Entity, project and collection are those that wandb names afterwards."""
    assert wrong_place is None
