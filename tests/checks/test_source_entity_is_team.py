"""RD304: the artifact to link was logged, or will be logged, in a team."""

from __future__ import annotations

from registry_doctor_checks.source_entity_is_team import source_entity_is_team

from tests.checks.conftest import (
    ALICE,
    ALICE_HERSELF,
    CAROL,
    ERIN,
    ERIN_HERSELF,
    Table,
    Values,
    Verdict,
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
MINE = "alice/scratch/mine:v0"

CASES: Table = {
    "an artifact of a team passes": (link(TARGET), passes("'vision' is a team")),
    "a run of a team passes": (draft(TARGET), passes("vision")),
    "a fetch may go through a personal entity": (use(TARGET, through=ALICE_HERSELF, viewer=ALICE), skips("fetch")),
    "an artifact that was logged under a person": (
        link(TARGET, artifact=MINE, through=ALICE_HERSELF, viewer=ALICE),
        fails("personal entity 'alice'", MINE, leaves=["person"], remedy=["'vision'", "'speech'", f"wandb-registry relog {MINE} --to vision/scratch --link {TARGET}"]),
    ),
    "a run that would log under a person": (
        draft(TARGET, through=ALICE_HERSELF, viewer=ALICE),
        fails("the run", "personal entity 'alice'", "default entity of alice", leaves=["person"], remedy=["start the run in", 'entity="vision"', "export WANDB_ENTITY=vision"]),
    ),
    "without a team the command lacks only that": (
        link(TARGET, artifact=MINE, through=ALICE_HERSELF, viewer=CAROL),
        fails("personal", leaves=["person"], remedy=["administrator", f"relog {MINE} --to TEAM/scratch --link {TARGET}"]),
    ),
    "someone without a team is told to ask": (
        draft(TARGET, through=ALICE_HERSELF, viewer=CAROL), fails("personal", leaves=["person"], remedy=["administrator", "Acme Robotics"]),
    ),
    "of several organizations the teams of the one that is meant are offered": (
        draft(f"Rival Corp/{TARGET}", through=ERIN_HERSELF, viewer=ERIN), fails("'erin'", leaves=["person"], remedy=['entity="rivals"']),
    ),
    "of several organizations, none of them named, all teams are offered": (
        draft(TARGET, through=ERIN_HERSELF, viewer=ERIN), fails("'erin'", leaves=["person"], remedy=["'vision'", "'rivals'"]),
    ),
    "in a sweep no entity is given to wandb.init": (
        draft(TARGET, in_a_sweep(), through=ALICE_HERSELF, viewer=ALICE),
        fails("personal", leaves=["person"], remedy=["Make the sweep under a team", "wandb sweep --entity vision"]),
    ),
    "nor by Launch": (
        draft(TARGET, in_a_sweep("launch"), through=ALICE_HERSELF, viewer=ALICE),
        fails("personal", leaves=["person"], remedy=["wandb launch --entity vision"]),
    ),
    "what was logged is logged again elsewhere": (
        link(TARGET, in_a_sweep(), artifact=MINE, through=ALICE_HERSELF, viewer=ALICE),
        fails("personal", leaves=["person"], remedy=["relog"]),
    ),
    "without a path a personal default entity is only worth knowing": (
        draft(None, through=ALICE_HERSELF, viewer=ALICE), warns("personal entity 'alice'", remedy=["vision"]),
    ),
}  # fmt: skip


@each_of(CASES)
def test_source_entity_is_team(values: Values, verdict: Verdict) -> None:
    """It fails for links out of a personal entity, names teams, and leaves the path to be judged."""
    confirm(source_entity_is_team, values, verdict)
