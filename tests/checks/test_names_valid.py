"""RD206: the names of the registry and the collection are valid."""

from __future__ import annotations

from registry_doctor_checks.names_valid import names_valid

from tests.checks.conftest import Table, Values, Verdict, confirm, each_of, fails, link, passes, skips, use

CASES: Table = {
    "ordinary names pass": (link("wandb-registry-model/detector"), passes()),
    "spaces, unicode and emoji are fine": (link("wandb-registry-Größe 1/my model 🚗"), passes()),
    "signs that only a registry cannot have are fine in a collection": (link("wandb-registry-model/a?b#c"), passes()),
    "the longest names pass": (use(f"wandb-registry-{'r' * 113}/{'c' * 128}:v0"), passes()),
    "a question mark cannot be in a registry": (link("wandb-registry-model?/x"), fails("'?'", leaves=["registry"])),
    "a hash cannot be in a registry": (use("wandb-registry-a#b/x:v0"), fails("'#'", leaves=["registry"])),
    "a percent sign that encodes nothing cannot either": (link("wandb-registry-100%/x"), fails("'%'", leaves=["registry"])),
    "a registry of 114 characters cannot be": (link(f"wandb-registry-{'r' * 114}/x"), fails("113", "114", leaves=["registry"])),
    "a collection of 129 characters cannot be": (link(f"wandb-registry-model/{'c' * 129}"), fails("128", "129", leaves=["collection"])),
    "without a registry there is nothing to judge": (link("detector"), skips()),
}  # fmt: skip


@each_of(CASES)
def test_names_valid(values: Values, verdict: Verdict) -> None:
    """Only what no name can have is refused."""
    confirm(names_valid, values, verdict)
