"""How far an exchange has come."""

from __future__ import annotations


class Progress:
    """Written by the request thread and read by the waiting thread. It determines which failure is reported.

    The times are those allowed for connecting and for each silence, in seconds.
    """

    def __init__(self, connect_timeout: float, read_timeout: float) -> None:
        self.connect_timeout = connect_timeout
        self.read_timeout = read_timeout
        self.sent = False
        self.answering = False
        self.received = 0
