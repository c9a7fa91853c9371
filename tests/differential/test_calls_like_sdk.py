"""For thousands of generated calls, the doctor says beforehand what the real SDK then does on the sandbox.

`make differential` tries 2,000 calls; `REGISTRY_DOCTOR_CALLS=20000 make differential` as many as that, and
`REGISTRY_DOCTOR_SEED=7` others. What is found is made small and left in `tests/differential/found/`: commit it with the
change that mends it, and `test_found.py` holds it ever after.
"""

from __future__ import annotations

from importlib.metadata import version

import pytest

from registry_doctor.settings.names import WANDB_VERSION
from tests.differential.conftest import CALLS, Survey

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

pytestmark = pytest.mark.slow


def test_the_verdict_is_what_the_sdk_does(survey: Survey) -> None:
    """Exit 0: it links, or fetches and downloads, in a registry. Exit 1: it is refused, or lands elsewhere. Never 3."""
    survey.expect_no("exit 0", "exit 1", "exit 3")


def test_a_call_lands_where_the_report_says(survey: Survey) -> None:
    """Entity, project and collection are those that wandb names afterwards."""
    survey.expect_no("place")


def test_a_suggestion_works_exactly_if_it_is_called_verified(survey: Survey) -> None:
    """wandb links or fetches with it; and with one that is not called verified it does not."""
    survey.expect_no("suggestion")


def test_a_verified_suggestion_is_a_fix_point(survey: Survey) -> None:
    """Diagnosed again, it passes."""
    survey.expect_no("fix point")


def test_no_suggestion_crosses_over_without_saying_so(survey: Survey) -> None:
    """What leads to an organization or a registry that the path could not mean is marked `unsafe` (see `crossing`)."""
    survey.expect_no("crossing")


def test_another_shape_of_the_answers_makes_no_other_finding(survey: Survey) -> None:
    """With quirks or a failing resolver, which change nothing of what the call does, the verdict stays or is unknown."""
    survey.expect_no("shape")


def test_the_survey_is_as_large_as_it_says(survey: Survey) -> None:
    """As many calls as were asked for, of which many work, many fail, and some are drafts."""
    tally = survey.bench.tally
    assert tally.calls >= CALLS
    assert tally.works >= CALLS // 10
    assert tally.verified >= CALLS // 20
    assert tally.drafts >= CALLS // 200
