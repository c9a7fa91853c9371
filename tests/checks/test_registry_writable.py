"""RD402: you may link to the registry."""

from __future__ import annotations

from registry_doctor_checks.registry_writable import registry_writable

from registry_doctor.facts import REGISTRY, AnyFact, Registry
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    at,
    confirm,
    each_of,
    fails,
    link,
    passes,
    skips,
    use,
)

TARGET = "wandb-registry-model/detector"


def read_only(value: bool | None) -> dict[AnyFact, object]:
    """What the server says of the right to write."""
    return {**at(), REGISTRY: Registry("model", None, value)}


CASES: Table = {
    "someone who may write passes": (link(TARGET, read_only(False)), passes("may link")),
    "someone who may only read cannot link": (
        link(TARGET, read_only(True)), fails("'model'", "lower than Member", remedy=["administrator", "Acme Robotics", "Member"]),
    ),
    "a fetch writes nothing": (use(f"{TARGET}:v0", read_only(True)), skips("fetch")),
    "an older server does not tell": (link(TARGET, read_only(None)), skips("unknown")),
    "a server that should know and gives null leaves it open": (
        link(TARGET, {**at(), REGISTRY: Registry("model", None, None, withheld=True)}), skips("unknown", unknown=True),
    ),
    "without a registry there is nothing to judge": (link(TARGET, {**at(), REGISTRY: None}), skips()),
}  # fmt: skip


@each_of(CASES)
def test_registry_writable(values: Values, verdict: Verdict) -> None:
    """It fails only if the server says that the person may not write."""
    confirm(registry_writable, values, verdict)
