"""Why a query got no answer: named reasons, and text of others made fit to be shown."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable

from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret, redact

WORDS_SHOWN = 300
"""How many characters of what a server says are shown."""


class FailureKind(enum.Enum):
    """What went wrong, by its cause and not by where it was noticed."""

    BAD_ADDRESS = "bad-address"
    """The base URL, or the key for the header, cannot be used."""
    DNS = "dns"
    """The host's name could not be looked up."""
    REFUSED = "refused"
    """Nothing listens at that address."""
    UNREACHABLE = "unreachable"
    """The network has no route to the host."""
    CONNECT_TIMEOUT = "connect-timeout"
    """The host did not take the connection in time."""
    READ_TIMEOUT = "read-timeout"
    """The host took the connection and then said nothing, or stopped speaking."""
    DEADLINE = "deadline"
    """The time for the whole run was over, although something may still have moved."""
    TLS = "tls"
    """The encrypted connection is not trusted: certificate, plain HTTP on https, or the reverse."""
    PROXY = "proxy"
    """A proxy stands between, and it refused or cannot be reached."""
    RESET = "reset"
    """The connection was closed before or in the middle of the answer."""
    REDIRECT = "redirect"
    """The server points elsewhere, where the credentials must not be sent."""
    NOT_HTTP = "not-http"
    """Something answered in another protocol."""
    HTML = "html"
    """A web page came instead of W&B's answer: a login page, a proxy, the web app."""
    EMPTY = "empty"
    """The answer has no body."""
    NOT_JSON = "not-json"
    """The answer is not JSON."""
    CUT_OFF = "cut-off"
    """The JSON of the answer is cut off."""
    NOT_GRAPHQL = "not-graphql"
    """The answer is JSON of another shape."""
    TOO_LARGE = "too-large"
    """The answer is larger than any answer should be."""
    QUERY_TOO_LARGE = "query-too-large"
    """Status 413, or words about a limit: the server, or a proxy on the way, takes only smaller queries."""
    REFUSED_QUERY = "refused-query"
    """The server understood and refused the whole query: see `TransportFailure.errors`."""
    UNAUTHORIZED = "unauthorized"
    """Status 401: the credentials were not accepted."""
    FORBIDDEN = "forbidden"
    """Status 403: known, and not allowed."""
    NOT_FOUND = "not-found"
    """Status 404: no W&B API at that address."""
    RATE_LIMITED = "rate-limited"
    """Status 429, still after waiting."""
    SERVER_ERROR = "server-error"
    """Status 5xx, still after waiting."""
    BAD_STATUS = "bad-status"
    """Any other status that W&B does not give."""


@record(frozen=True)
class GraphQLError:
    """One entry of an answer's `errors`: what is wrong, with which part of the query, and the server's code for it."""

    message: str
    path: tuple[str | int, ...]
    code: str | None


class TransportFailure(Exception):
    """A query got no answer that could be used.

    `kind` is the cause, `message` one or two sentences that name cause and host, `status` the HTTP status where there
    was one, `advice` what a person can do at once, and `errors` what the server objects to (`REFUSED_QUERY` only).
    No part of it holds a key.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        status: int | None = None,
        advice: str | None = None,
        errors: tuple[GraphQLError, ...] = (),
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.status = status
        self.advice = advice
        self.errors = errors

    def __repr__(self) -> str:
        return f"TransportFailure({self.kind.name}, {self.message!r}, status={self.status})"


def presentable(text: str, secrets: Iterable[Secret], limit: int = WORDS_SHOWN) -> str:
    """Text of a server or a library on one line of at most `limit` characters.

    Secrets in it are masked; control characters, which could rewrite a terminal's screen, and the invisible ones that
    turn the direction of writing become spaces.
    """
    secrets = tuple(secrets)
    # Before as well as after: a key may itself hold such characters, or only be whole once they are gone.
    line = redact(text, secrets)
    line = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in line)
    line = redact(" ".join(line.split()), secrets)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
