"""The one place that makes a secret unreadable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 4
"""How many characters of a key may ever be shown."""


@dataclass(frozen=True, repr=False)
class Secret:
    """A key or token. Neither `str` nor `repr` of it tells more than its last four characters."""

    _value: str

    def reveal(self) -> str:
        """The secret itself: for the authorization header, and for nothing else."""
        return self._value

    @property
    def masked(self) -> str:
        """What a report may show, for example `****0002`; short secrets are hidden whole."""
        return "****" + (self._value[-SHOWN:] if len(self._value) >= 4 * SHOWN else "")

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    __str__ = __repr__


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """`text` with every secret in it replaced by its masked form."""
    for secret in secrets:
        value = secret.reveal()
        if value:
            text = text.replace(value, secret.masked)
    return text
