"""RD006: wandb accepts the address of the server."""

from __future__ import annotations

from registry_doctor_checks.base_url import base_url

from registry_doctor.facts import SETTINGS
from registry_doctor.settings import Sourced
from registry_doctor.settings.address import normalise
from tests.checks.conftest import Table, Values, Verdict, confirm, each_of, fails, passes, settings


def address(url: str, source: str = "WANDB_BASE_URL") -> Values:
    """An address with wandb's own words against it, if it has any."""
    accepted, problem = normalise(url)
    return {SETTINGS: settings(base_url=Sourced(accepted, source), base_url_problem=problem)}


CASES: Table = {
    "the public cloud passes": (address("https://api.wandb.ai"), passes("accepts")),
    "a dedicated server passes": (address("https://acme.wandb.io"), passes()),
    "a server on this machine may speak plain http": (address("http://localhost:8080"), passes()),
    "the address of the web app is refused": (
        address("https://wandb.ai"),
        fails(
            "WANDB_BASE_URL", "not a valid server address",
            leaves=["server"], remedy=["https://api.wandb.ai", "unset WANDB_BASE_URL"],
        ),
    ),
    "plain http for the cloud is refused": (
        address("http://api.wandb.ai"), fails("http is not secure", leaves=["server"]),
    ),
    "what is no address at all is refused": (address("api.wandb.ai"), fails("URL", leaves=["server"])),
    "an address from a file is corrected there": (
        address("https://wandb.ai", "wandb/settings"), fails("wandb/settings", leaves=["server"], remedy=["wandb/settings"]),
    ),
}  # fmt: skip


@each_of(CASES)
def test_base_url(values: Values, verdict: Verdict) -> None:
    """It fails with wandb's own words, and says where the address comes from."""
    confirm(base_url, values, verdict)
