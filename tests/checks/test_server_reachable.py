"""RD001: a W&B server answers at the address that wandb uses."""

from __future__ import annotations

import pytest
from registry_doctor_checks.server_reachable import server_reachable

from registry_doctor.facts import CONNECTION, SETTINGS
from registry_doctor.queries.answers import Connection
from registry_doctor.settings import Sourced
from registry_doctor.testing import run_check
from registry_doctor.transport import FailureKind, GraphQLError, TransportFailure
from tests.checks.conftest import Table, Values, Verdict, confirm, each_of, fails, passes, settings, skips

NO_SERVER = (
    FailureKind.BAD_ADDRESS, FailureKind.DNS, FailureKind.REFUSED, FailureKind.UNREACHABLE,
    FailureKind.CONNECT_TIMEOUT, FailureKind.READ_TIMEOUT, FailureKind.TLS, FailureKind.PROXY, FailureKind.RESET,
    FailureKind.NOT_HTTP, FailureKind.HTML, FailureKind.EMPTY, FailureKind.NOT_JSON, FailureKind.NOT_GRAPHQL,
)  # fmt: skip


def after(failure: TransportFailure | None) -> Values:
    """The first request ended so, at an address from `WANDB_BASE_URL`."""
    address = Sourced("https://acme.wandb.io", "WANDB_BASE_URL")
    return {CONNECTION: Connection(failure), SETTINGS: settings(base_url=address)}


def failure(kind: FailureKind, advice: str | None = None) -> TransportFailure:
    """A failure of this kind."""
    errors = (GraphQLError("Unknown type 'X'", (), None),) if kind is FailureKind.REFUSED_QUERY else ()
    return TransportFailure(kind, f"acme.wandb.io: {kind.value}", advice=advice, errors=errors)


CASES: Table = {
    "an answer passes": (after(None), passes("answers")),
    "401 is an answer: the credentials are another check's matter": (after(failure(FailureKind.UNAUTHORIZED)), passes()),
    "403 is an answer": (after(failure(FailureKind.FORBIDDEN)), passes()),
    "a refused query is the answer of a W&B server": (after(failure(FailureKind.REFUSED_QUERY)), passes()),
    "a server in trouble is there, and gave no answer": (
        after(failure(FailureKind.SERVER_ERROR)), skips("server-error", unknown=True),
    ),
    "a server that wants to be asked less is there, and gave no answer": (
        after(failure(FailureKind.RATE_LIMITED)), skips("rate-limited", unknown=True),
    ),
    "the advice of the failure is the remedy": (
        after(failure(FailureKind.PROXY, "Set NO_PROXY.")),
        fails("acme.wandb.io: proxy", leaves=["server"], remedy=["Set NO_PROXY.", "WANDB_BASE_URL"]),
    ),
    "without advice the remedy names where the address comes from": (
        after(failure(FailureKind.DNS)),
        fails("acme.wandb.io: dns", leaves=["server"], remedy=["WANDB_BASE_URL", "browser"]),
    ),
}  # fmt: skip


@each_of(CASES)
def test_server_reachable(values: Values, verdict: Verdict) -> None:
    """It fails if nothing that speaks as W&B does answers, and names the cause."""
    confirm(server_reachable, values, verdict)


@pytest.mark.parametrize("kind", NO_SERVER, ids=lambda kind: str(kind.value))
def test_nothing_that_answers_as_wandb_does_is_an_error(kind: FailureKind) -> None:
    """Each way of not being there fails in the words of the failure, and leaves the server unknown."""
    verdict = fails(f"acme.wandb.io: {kind.value}", leaves=["server"])
    verdict.confirm(run_check(server_reachable, after(failure(kind))))
