"""RD301: the calling entity exists and belongs to an organization."""

from __future__ import annotations

from registry_doctor_checks.organization_resolves import organization_resolves

from registry_doctor.domain.organizations import Entity, Organization
from tests.checks.conftest import (
    ACME,
    ALICE,
    ALICE_HERSELF,
    CAROL,
    ERIN,
    ERIN_HERSELF,
    LONER,
    NOBODY_ELSE,
    ORPHANS,
    Table,
    Values,
    Verdict,
    calling_entity,
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
OLD_SERVER = Entity("vision", "team", Organization("Acme Robotics", None))
ITS_OWN = Entity("acme-robotics_X7Q2", "organization", ACME)

CASES: Table = {
    "a team reaches its organization": (link(TARGET), passes("vision", "Acme Robotics")),
    "a person reaches their organization": (use(TARGET, through=ALICE_HERSELF, viewer=ALICE), passes("Acme Robotics")),
    "a person may reach several": (use(TARGET, through=ERIN_HERSELF, viewer=ERIN), passes("Acme Robotics", "Rival Corp")),
    "an organization's own entity reaches it": (use(TARGET, through=ITS_OWN), passes("Acme Robotics")),
    "an unknown entity": (
        draft(TARGET, calling_entity("visoin", None)),
        fails("'visoin'", "WANDB_ENTITY", "not visible", leaves=["entity"], remedy=["export WANDB_ENTITY=vision"]),
    ),
    "an unknown entity of a fetch": (
        use(TARGET, calling_entity("visoin", None)), fails("'visoin'", leaves=["entity"], remedy=["vision"]),
    ),
    "an artifact in an unknown project": (
        link(TARGET, calling_entity("nowhere", None, "the path of the artifact nowhere/x/y:v0"), artifact="nowhere/x/y:v0"),
        fails("'nowhere'", leaves=["entity"], remedy=["Log the artifact again", 'wandb.init(entity="vision"']),
    ),
    "an artifact whose project is hidden": (
        link(TARGET, calling_entity(None, None)), fails("vision/detectors/yolo:v0", "not visible", leaves=["entity"]),
    ),
    "no entity at all": (draft(TARGET, calling_entity(None, None)), fails("no default entity", leaves=["entity"])),
    "a team outside any organization": (
        link(TARGET, artifact="orphans/lost/lost:v0", through=ORPHANS),
        fails("team 'orphans'", "no organization", leaves=["entity"], remedy=["wandb-registry relog orphans/lost/lost:v0 --to vision/lost"]),
    ),
    "a person in no organization, though in no team either, is told to ask": (
        draft(TARGET, through=NOBODY_ELSE, viewer=LONER),
        fails("personal entity 'loner'", "no organization", leaves=["entity"], remedy=["administrator"]),
    ),
    "only teams in an organization are offered": (
        draft(TARGET, calling_entity("nowhere", None), viewer=CAROL), fails("nowhere", leaves=["entity"], remedy=["administrator"]),
    ),
    "an organization whose own entity the server does not show is there, and nothing is claimed": (
        link(TARGET, through=OLD_SERVER), skips("unknown", "Acme Robotics", unknown=True),
    ),
}  # fmt: skip


@each_of(CASES)
def test_organization_resolves(values: Values, verdict: Verdict) -> None:
    """It fails if no organization can be reached through the calling entity, and says where that comes from."""
    confirm(organization_resolves, values, verdict)
