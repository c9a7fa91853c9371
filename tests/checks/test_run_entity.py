"""RD307: the run that makes the call can start in its entity and project."""

from __future__ import annotations

from registry_doctor_checks.run_entity import run_entity

from registry_doctor.domain.organizations import Entity
from registry_doctor.facts import RUN_ENTITY, RUN_PROJECT, AnyFact, CallingEntity, RunProject
from tests.checks.conftest import (
    ACME,
    ALICE,
    ALICE_HERSELF,
    CAROL,
    Table,
    Values,
    Verdict,
    by,
    confirm,
    draft,
    each_of,
    fails,
    in_a_sweep,
    link,
    passes,
    skips,
    use,
    warns,
)

TARGET = "wandb-registry-model/detector"
ITS_OWN = Entity("acme-robotics_X7Q2", "organization", ACME)
LOOKED_AT: dict[AnyFact, object] = {RUN_PROJECT: RunProject("detectors", read_only=True)}


def run_in(entity: Entity | None, name: str) -> dict[AnyFact, object]:
    """The run would be started there."""
    return {RUN_ENTITY: CallingEntity(name, "--entity", entity)}


CASES: Table = {
    "a team can have runs": (draft(TARGET), passes("vision")),
    "a personal entity can have runs": (draft(TARGET, through=ALICE_HERSELF, viewer=ALICE), passes("alice")),
    "an organization's own entity cannot": (
        draft(TARGET, through=ITS_OWN), fails("'acme-robotics_X7Q2'", "the entity of an organization", remedy=["vision", 'wandb.init(entity="vision"']),
    ),
    "someone without a team there is told to ask": (
        draft(TARGET, through=ITS_OWN, viewer=CAROL), fails("'acme-robotics_X7Q2'", remedy=["Ask"]),
    ),
    "a logged artifact needs no run": (link(TARGET, through=ITS_OWN), skips("no run")),
    "a fetch may go through an organization's own entity": (use(f"{TARGET}:v0", through=ITS_OWN), skips("no run")),
    "a run that links what was logged needs a place, too": (
        by("run.link_artifact", link(TARGET, run_in(ITS_OWN, ITS_OWN.name))), fails("the entity of an organization", "--entity", remedy=["vision"]),
    ),
    "a run in an entity that is not there": (
        by("run.link_artifact", link(TARGET, run_in(None, "nobody"))), fails("'nobody'", "not visible to you", remedy=["vision"]),
    ),
    "a link without a run needs none": (
        by("artifact.link", link(TARGET, run_in(ITS_OWN, ITS_OWN.name))), skips("no run"),
    ),
    "a run that fetches needs a place": (
        by("run.use_artifact", use(f"{TARGET}:v0", through=ITS_OWN)), fails("the entity of an organization"),
    ),
    "a project in which one may only look": (
        draft(TARGET, LOOKED_AT), fails("'vision'", "'detectors'", "only read", remedy=["administrator of 'vision'", "Member"]),
    ),
    "a project in which one may write": (draft(TARGET, {RUN_PROJECT: RunProject("detectors", read_only=False)}), passes()),
    "a project that is not there yet": (draft(TARGET, {RUN_PROJECT: None}), passes()),
    "a server that does not tell": (draft(TARGET, {RUN_PROJECT: RunProject("detectors", None)}), passes()),
    "in a sweep no entity is given to wandb.init": (
        draft(TARGET, in_a_sweep(), through=ITS_OWN), fails("the entity of an organization", remedy=["wandb sweep --entity vision"]),
    ),
    "without a path such an entity is only worth knowing": (draft(None, through=ITS_OWN), warns("'acme-robotics_X7Q2'")),
}  # fmt: skip


@each_of(CASES)
def test_run_entity(values: Values, verdict: Verdict) -> None:
    """It fails for a draft whose run would be started in an organization's own entity."""
    confirm(run_entity, values, verdict)
