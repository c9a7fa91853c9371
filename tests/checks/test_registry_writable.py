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


def read_only(
    value: bool | None, role: str | None = None, *, administrator: bool | None = None
) -> dict[AnyFact, object]:
    """What the server says of the right to write, the role in the registry, and the role in the organization."""
    return {
        **at(),
        REGISTRY: Registry("model", None, value, role=role, administers_organization=administrator),
    }


CASES: Table = {
    "someone who may write passes": (link(TARGET, read_only(False)), passes("may link")),
    "someone who may only read cannot link": (
        link(TARGET, read_only(True)), fails("'model'", "lower than Member", remedy=["administrator", "Acme Robotics", "Member"]),
    ),
    "a member may write": (link(TARGET, read_only(False, "member", administrator=False)), passes("may link")),
    "an administrator of the organization who is listed as a viewer may write": (
        link(TARGET, read_only(False, "viewer", administrator=True)), passes("may link"),
    ),
    "a viewer to whom it is writable leaves it open, and both are said": (
        link(TARGET, read_only(False, "viewer", administrator=False)),
        skips("unknown", "writable", "'viewer'", "'Acme Robotics' does not list you as an administrator", unknown=True),
    ),
    "without the members of the organization that is said too": (
        link(TARGET, read_only(False, "viewer")),
        skips("unknown", "writable", "'viewer'", "does not show whether you are an administrator", unknown=True),
    ),
    "a member to whom it is read-only leaves it open": (
        link(TARGET, read_only(True, "member", administrator=False)), skips("unknown", "read-only", "'member'", unknown=True),
    ),
    "an administrator of the organization to whom it is read-only leaves it open": (
        link(TARGET, read_only(True, "viewer", administrator=True)),
        skips("unknown", "read-only", "an administrator of 'Acme Robotics'", unknown=True),
    ),
    "a viewer to whom it is read-only cannot link": (
        link(TARGET, read_only(True, "viewer", administrator=False)), fails("'viewer'", "lower than Member", remedy=["Member"]),
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
    """It fails only if the server says that the person may not write, and no role that it shows says otherwise."""
    confirm(registry_writable, values, verdict)
