"""RD307: the run that logs the draft can be started where it would be."""

from __future__ import annotations

from registry_doctor_checks.run_entity import run_entity

from registry_doctor.organizations import Entity
from tests.checks.conftest import (
    ACME,
    ALICE,
    ALICE_HERSELF,
    CAROL,
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
    warns,
)

TARGET = "wandb-registry-model/detector"
ITS_OWN = Entity("acme-robotics_X7Q2", "organization", ACME)

CASES: Table = {
    "a team can have runs": (draft(TARGET), passes("vision")),
    "a personal entity can have runs": (draft(TARGET, through=ALICE_HERSELF, viewer=ALICE), passes("alice")),
    "an organization's own entity cannot": (
        draft(TARGET, through=ITS_OWN), fails("'acme-robotics_X7Q2'", "own entity", remedy=["vision", 'wandb.init(entity="vision"']),
    ),
    "someone without a team there is told to ask": (
        draft(TARGET, through=ITS_OWN, viewer=CAROL), fails("'acme-robotics_X7Q2'", remedy=["Ask"]),
    ),
    "a logged artifact needs no run": (link(TARGET, through=ITS_OWN), skips("no run")),
    "a fetch may go through an organization's own entity": (use(f"{TARGET}:v0", through=ITS_OWN), skips("no run")),
    "without a path such an entity is only worth knowing": (draft(None, through=ITS_OWN), warns("'acme-robotics_X7Q2'")),
}  # fmt: skip


@each_of(CASES)
def test_run_entity(values: Values, verdict: Verdict) -> None:
    """It fails for a draft whose run would be started in an organization's own entity."""
    confirm(run_entity, values, verdict)
