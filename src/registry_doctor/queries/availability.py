"""Why something is not known: it is not available, or it was not asked yet."""

from __future__ import annotations


class Unavailable(Exception):
    """A fact cannot be had, and why.

    `unknown`: an answer that a verdict needs did not come; otherwise the fact does not
    apply, or the server hides it.
    """

    def __init__(self, reason: str, *, unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unknown = unknown

    def without_traceback(self) -> Unavailable:
        """A copy to raise again: the stored one must not keep the frames that it went through."""
        return Unavailable(self.reason, unknown=self.unknown)


class Pending(Exception):
    """A question on the way to this fact has not been asked yet."""
