"""How far an exchange has come."""

from __future__ import annotations


class Progress:
    """Kept up to date by the thread that exchanges, and read by the one that waits: it decides what a failure is called.

    The times are those allowed for connecting and for each silence, in seconds.
    """

    def __init__(self, connect_timeout: float, read_timeout: float) -> None:
        self.connect_timeout = connect_timeout
        self.read_timeout = read_timeout
        self.sent = False
        self.answering = False
        self.received = 0
