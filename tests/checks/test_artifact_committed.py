"""RD602: the version is complete: logged, uploaded, and not deleted."""

from __future__ import annotations

from registry_doctor_checks.artifact_committed import artifact_committed

from registry_doctor.facts import SOURCE, VERSION, AnyFact, SourceArtifact, Unavailable, Version
from tests.checks.conftest import (
    VISION,
    Table,
    Values,
    Verdict,
    confirm,
    draft,
    each_of,
    fails,
    link,
    passes,
    skips,
    use,
)

TARGET = "wandb-registry-model/detector"
TROUBLE = Unavailable("internal error", unknown=True)


def logged(state: str | None) -> Values:
    """A link of a logged version in this state."""
    source: dict[AnyFact, object] = {SOURCE: SourceArtifact("v0", "model", state, VISION)}
    return link(TARGET, source)


def linked(state: str | None) -> Values:
    """A fetch of a version in this state."""
    version: dict[AnyFact, object] = {VERSION: Version("v0", (), "model", state)}
    return use(f"{TARGET}:v0", version)


CASES: Table = {
    "a committed version can be linked": (logged("COMMITTED"), passes("complete")),
    "a pending one cannot": (logged("PENDING"), fails("pending", "not finished", remedy=["Wait"])),
    "a deleted one cannot": (logged("DELETED"), fails("deleted", remedy=["Log it again"])),
    "a committed version can be fetched": (linked("COMMITTED"), passes()),
    "a pending one cannot be fetched": (linked("PENDING"), fails("pending", remedy=["Wait"])),
    "a deleted one cannot be fetched": (linked("DELETED"), fails("deleted")),
    "an older server does not tell": (logged(None), skips("unknown")),
    "an older server does not tell a fetch either": (linked(None), skips("unknown")),
    "a version that is not there is RD601's": (link(TARGET, {SOURCE: None}), skips()),
    "a version that is not there to be fetched is RD503's": (use(f"{TARGET}:v9", {VERSION: None}), skips()),
    "a server in trouble does not tell, and a verdict needs it": (link(TARGET, {SOURCE: TROUBLE}), skips("internal", unknown=True)),
    "a draft has no version yet": (draft(TARGET), skips()),
}  # fmt: skip


@each_of(CASES)
def test_artifact_committed(values: Values, verdict: Verdict) -> None:
    """It fails only for a version that is there and, as the server says, not complete."""
    confirm(artifact_committed, values, verdict)
