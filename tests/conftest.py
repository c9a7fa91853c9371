"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# Hypothesis would fail an example that takes 200 ms; no test is about speed.
settings.register_profile("any speed", settings.default, deadline=None)
settings.load_profile("any speed")
