"""The two kinds of credentials that W&B takes."""

from __future__ import annotations

import base64
import re

from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret
from registry_doctor.transport.failures import FailureKind, TransportFailure


@record(frozen=True)
class Basic:
    """An API key, sent the way W&B wants it: as the password of the user `api`."""

    password: Secret
    user: str = "api"

    def header(self) -> str:
        """The value of the authorization header. It is a secret."""
        # By hand, because requests encodes in Latin-1 and shows a key that does not fit in the traceback.
        return (
            "Basic "
            + base64.b64encode(
                f"{self.user}:{self.password.reveal()}".encode("utf-8", "surrogatepass")
            ).decode()
        )

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be shown: the key, also in the form that the header has."""
        return (self.password, Secret(self.header().removeprefix("Basic ")))


@record(frozen=True)
class Bearer:
    """An access token, as identity federation gives it."""

    token: Secret

    def header(self) -> str:
        """The value of the authorization header. It is a secret.

        Raises `TransportFailure` (`UNAUTHORIZED`) for a text that no header can hold: requests would show it.
        """
        if not re.fullmatch(r"[!-~]+", self.token.reveal()):
            raise TransportFailure(
                FailureKind.UNAUTHORIZED,
                "The access token is empty or has a character that no token can have, so it was not sent.",
                advice="Get a new access token.",
            )
        return "Bearer " + self.token.reveal()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be shown: the token."""
        return (self.token,)
