"""RD101: an API key or an identity token exists for this server."""

from __future__ import annotations

from registry_doctor_checks.credentials_found import credentials_found

from registry_doctor.facts import SETTINGS
from registry_doctor.settings import (
    ApiKey,
    Credentials,
    IdentityToken,
    InvalidCredentials,
    NoCredentials,
    Sourced,
)
from registry_doctor.support.redaction import Secret
from tests.checks.conftest import Table, Values, Verdict, confirm, each_of, fails, passes, settings

KEY = Secret("b0b0" * 10)


def found(credentials: Credentials, address: str = "https://api.wandb.ai") -> Values:
    """What was found for the server at this address."""
    return {SETTINGS: settings(credentials=credentials, base_url=Sourced(address, "WANDB_BASE_URL"))}


CASES: Table = {
    "a key passes, with where it is from": (found(ApiKey(KEY, "WANDB_API_KEY")), passes("WANDB_API_KEY")),
    "an identity token passes": (found(IdentityToken("/run/token", "WANDB_IDENTITY_TOKEN_FILE")), passes("identity token")),
    "a malformed key is there all the same": (
        found(InvalidCredentials("API key must have 40+ characters, has 3.", "~/.netrc", Secret("abc"))), passes("~/.netrc"),
    ),
    "nothing is an error, with the places that were looked in": (
        found(NoCredentials(("WANDB_API_KEY", "~/.netrc"))),
        fails(
            "https://api.wandb.ai", "WANDB_API_KEY, ~/.netrc", leaves=["server"],
            remedy=["wandb login --host https://api.wandb.ai", "WANDB_API_KEY"],
        ),
    ),
    "netrc entries of other hosts are named, since wandb does not use them": (
        found(NoCredentials(("WANDB_API_KEY",), ("api.forge.coreweave.com",))),
        fails("api.forge.coreweave.com", "does not use", leaves=["server"]),
    ),
}  # fmt: skip


@each_of(CASES)
def test_credentials_found(values: Values, verdict: Verdict) -> None:
    """It fails only if there is nothing at all to sign in with."""
    confirm(credentials_found, values, verdict)


def test_a_password_in_the_address_is_not_repeated() -> None:
    """What stands before `@` in the address is a secret."""
    values = found(NoCredentials(("WANDB_API_KEY",)), "https://bob:hunter2@acme.wandb.io")
    verdict = fails("https://acme.wandb.io", leaves=["server"], remedy=["--host https://acme.wandb.io"])
    confirm(credentials_found, values, verdict)
