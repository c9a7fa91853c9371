"""RD604: the project of the artifact is visible to you."""

from __future__ import annotations

from registry_doctor_checks.source_visible import source_visible

from registry_doctor.domain.organizations import Entity
from registry_doctor.facts import CALL, SOURCE, Call, SourceArtifact, Unavailable
from tests.checks.conftest import Table, Values, Verdict, confirm, each_of, fails, passes, skips

LINK = Call("wandb-registry-model/x", "link", "acme/wandb-registry-model/detector:v0")


def logged_in(entity: Entity | None) -> Values:
    """An artifact that was logged in this entity, or in one that is hidden."""
    return {CALL: LINK, SOURCE: SourceArtifact("v0", "model", "COMMITTED", entity)}


CASES: Table = {
    "a visible source passes": (logged_in(Entity("vision", "team")), passes("vision")),
    "a hidden source cannot be linked": (logged_in(None), fails("not visible", leaves=["entity"])),
    "an artifact that is not there is RD601's": ({CALL: LINK, SOURCE: None}, skips()),
    "a draft has no source": ({CALL: Call("a/b", type="model"), SOURCE: Unavailable("a draft")}, skips("a draft")),
    "what the server could not say is unknown": ({CALL: LINK, SOURCE: Unavailable("no answer", unknown=True)}, skips(unknown=True)),
    "a fetch needs no source": ({CALL: Call("a/b", "use"), SOURCE: None}, skips()),
}  # fmt: skip


@each_of(CASES)
def test_source_visible(values: Values, verdict: Verdict) -> None:
    """Only a link needs the source."""
    confirm(source_visible, values, verdict)
