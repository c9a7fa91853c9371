"""One deadline for a whole run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field

from registry_doctor.support.records import record


@record(frozen=True)
class Deadline:
    """The moment on `clock` after which nothing may go on, and how many seconds that was from the start."""

    moment: float
    seconds: float
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> Deadline:
        """The deadline in `seconds` from now. Tests pass a `clock` of their own."""
        return cls(clock() + seconds, seconds, clock)

    def remaining(self) -> float:
        """The seconds that are left; never negative."""
        return max(0.0, self.moment - self.clock())
