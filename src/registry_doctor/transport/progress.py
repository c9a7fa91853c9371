"""How far an exchange has come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Progress:
    """Kept up to date by the thread that exchanges, and read by the one that waits: it decides what a failure is called.

    The times are those allowed for connecting and for each silence, in seconds.
    """

    connect_timeout: float
    read_timeout: float
    sent: bool = False
    answering: bool = False
    received: int = 0
