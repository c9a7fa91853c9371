"""RD102: the server accepts the credentials and knows whose they are."""

from __future__ import annotations

from registry_doctor_checks.credentials_accepted import credentials_accepted

from registry_doctor.facts import CONNECTION, SETTINGS, VIEWER, Unavailable
from registry_doctor.queries.answers import Connection
from registry_doctor.settings import ApiKey, Credentials, IdentityToken, InvalidCredentials
from registry_doctor.support.redaction import Secret
from registry_doctor.transport import FailureKind, TransportFailure
from tests.checks.conftest import (
    BOB,
    Table,
    Values,
    Verdict,
    confirm,
    each_of,
    fails,
    passes,
    settings,
    skips,
)

KEY = ApiKey(Secret("b0b0" * 10), "~/.netrc")
NOBODY = Unavailable("the server does not know who this is")
ANSWERED = Connection(None)


def sent(credentials: Credentials, connection: Connection | None, viewer: object) -> Values:
    """These credentials were sent, and this came back; no connection if nothing was sent."""
    way = connection if connection is not None else Unavailable("no request was sent")
    return {SETTINGS: settings(credentials=credentials), CONNECTION: way, VIEWER: viewer}


def failed(kind: FailureKind) -> Connection:
    """The first request failed so."""
    return Connection(TransportFailure(kind, f"acme.wandb.io: {kind.value}"))


CASES: Table = {
    "a known person passes": (sent(KEY, ANSWERED, BOB), passes("bob")),
    "a malformed key is refused before anything is sent": (
        sent(InvalidCredentials("API key must have 40+ characters, has 3.", "WANDB_API_KEY", Secret("abc")), None, NOBODY),
        fails("WANDB_API_KEY", "40+ characters", leaves=["server"], remedy=["https://wandb.ai/authorize"]),
    ),
    "status 401 is a refused key": (
        sent(KEY, failed(FailureKind.UNAUTHORIZED), Unavailable("401", unknown=True)),
        fails("https://api.wandb.ai", "~/.netrc", "unauthorized", leaves=["server"], remedy=["wandb login --relogin"]),
    ),
    "status 403 is a refused key": (
        sent(KEY, failed(FailureKind.FORBIDDEN), Unavailable("403", unknown=True)), fails("~/.netrc", leaves=["server"]),
    ),
    "status 200 without a viewer is a refused key": (
        sent(KEY, ANSWERED, NOBODY),
        fails("does not accept", "~/.netrc", leaves=["server"], remedy=["https://wandb.ai/authorize", "~/.netrc"]),
    ),
    "a refused token is named as such": (
        sent(IdentityToken("/run/token", "WANDB_IDENTITY_TOKEN_FILE"), ANSWERED, NOBODY),
        fails("identity token", leaves=["server"]),
    ),
    "nothing was sent: nothing is known": (sent(KEY, None, NOBODY), skips("no request was sent")),
    "a server in trouble says nothing about the key": (
        sent(KEY, failed(FailureKind.SERVER_ERROR), Unavailable("500", unknown=True)), skips("server-error", unknown=True),
    ),
    "an error under the viewer alone says nothing about the key": (
        sent(KEY, ANSWERED, Unavailable("the server refused to say: internal error", unknown=True)), skips(unknown=True),
    ),
}  # fmt: skip


@each_of(CASES)
def test_credentials_accepted(values: Values, verdict: Verdict) -> None:
    """It fails only if the key itself was refused, and tells where it comes from."""
    confirm(credentials_accepted, values, verdict)
