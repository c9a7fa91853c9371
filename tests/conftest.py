"""What holds for all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from registry_doctor.facts import likely_place

# Hypothesis would fail an example that takes 200 ms; no test is about speed.
settings.register_profile("any speed", settings.default, deadline=None)
settings.load_profile("any speed")

# Whoever runs the tests, such as a worker of pytest-xdist, may have set a width; a test that needs one sets its own.
os.environ.pop("COLUMNS", None)
# The environment that this names would be taken for the one of the code that a test makes.
os.environ.pop("VIRTUAL_ENV", None)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test is a process that has diagnosed nothing yet, so that numbers of requests do not depend on the order."""
    likely_place._found.clear()
