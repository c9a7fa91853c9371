"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# Hypothesis would fail an example that takes 200 ms; no test is about speed.
settings.register_profile("any speed", settings.default, deadline=None)
settings.load_profile("any speed")

# Whoever runs the tests, such as a worker of pytest-xdist, may have set a width; a test that needs one sets its own.
os.environ.pop("COLUMNS", None)
