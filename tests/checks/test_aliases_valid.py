"""RD205: the aliases of the link are valid."""

from __future__ import annotations

from registry_doctor_checks.aliases_valid import aliases_valid

from registry_doctor.facts import CALL, Call
from tests.checks.conftest import Table, Values, Verdict, confirm, each_of, fails, passes, skips, warns


def asking(*aliases: str, for_use: bool = False) -> Values:
    """A call that asks for these aliases."""
    return {CALL: Call("wandb-registry-model/detector", "use" if for_use else "link", None, "model", aliases)}


CASES: Table = {
    "ordinary aliases pass": (asking("production", "2026-11", "ü b"), passes("production")),
    "a link without aliases has nothing to judge": (asking(), skips("no aliases")),
    "a fetch asks for none": (asking("best", for_use=True), skips()),
    "a slash cannot be in an alias": (asking("fine", "2026/11"), fails("2026/11", leaves=[])),
    "a colon cannot be in an alias": (asking("a:b"), fails("a:b", leaves=[])),
    "latest is superfluous, and no mistake": (asking("latest"), passes("latest")),
    "versions are given by the server": (asking("v3"), warns("v3")),
    "an empty alias is none": (asking(""), warns()),
}  # fmt: skip


@each_of(CASES)
def test_aliases_valid(values: Values, verdict: Verdict) -> None:
    """What the SDK refuses is an error; what the server gives by itself a warning."""
    confirm(aliases_valid, values, verdict)
