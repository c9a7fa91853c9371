"""RD305: the calling entity belongs to the organization that the path names."""

from __future__ import annotations

from registry_doctor_checks.source_in_organization import source_in_organization

from registry_doctor.domain.organizations import Team, Viewer
from registry_doctor.facts import SETTINGS, AnyFact
from registry_doctor.settings import Sourced
from tests.checks.conftest import (
    ACME,
    ERIN,
    ERIN_HERSELF,
    RIVAL,
    RIVALS,
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
    settings,
    skips,
    use,
)

PATH = "wandb-registry-model/detector"
SPY = "rivals/spy/spy:v0"
IN_BOTH_WITH_ONE_TEAM = Viewer("ines", "rivals", (Team("rivals", RIVAL),), (ACME, RIVAL))
SETTING: dict[AnyFact, object] = {
    SETTINGS: settings(organization=Sourced("Rival Corp", "WANDB_ORGANIZATION"))
}

CASES: Table = {
    "the entity's own organization passes": (link(f"Acme Robotics/{PATH}"), passes()),
    "a person reaches every organization of theirs": (
        use(f"Rival Corp/{PATH}:v0", through=ERIN_HERSELF, viewer=ERIN), passes(),
    ),
    "without a prefix there is nothing to compare": (link(PATH), skips("no organization")),
    "the setting is RD306's": (link(PATH, SETTING, viewer=ERIN), skips("no organization")),
    "an organization that the person is not in is RD302's": (link(f"Rival Corp/{PATH}"), passes()),
    "a team's name is RD302's": (link(f"rivals/{PATH}", viewer=ERIN), passes()),
    "an artifact of the other organization": (
        link(f"Acme Robotics/{PATH}", artifact=SPY, through=RIVALS, viewer=ERIN),
        fails("'Acme Robotics'", "'rivals'", "'Rival Corp'", leaves=["entity"], remedy=["'vision'", 'entity="vision"']),
    ),
    "the entity name of the other organization counts too": (
        link(f"acme-robotics_X7Q2/{PATH}", artifact=SPY, through=RIVALS, viewer=ERIN),
        fails("'Acme Robotics'", leaves=["entity"]),
    ),
    "someone without a team there is told to ask": (
        link(f"Acme Robotics/{PATH}", artifact=SPY, through=RIVALS, viewer=IN_BOTH_WITH_ONE_TEAM),
        fails("'rivals'", leaves=["entity"], remedy=["Ask an administrator of 'Acme Robotics'", "Rival Corp"]),
    ),
    "a fetch through the other organization's team": (
        use(f"Acme Robotics/{PATH}:v0", through=RIVALS, viewer=ERIN),
        fails("'rivals'", "default entity of erin", leaves=["entity"], remedy=['wandb.Api(overrides={"entity": "vision"})']),
    ),
    "a run in a sweep": (
        draft(f"Acme Robotics/{PATH}", in_a_sweep(), through=RIVALS, viewer=ERIN),
        fails("'rivals'", leaves=["entity"], remedy=["wandb sweep --entity vision"]),
    ),
    "a fetch by a run goes through the run's entity": (
        by("run.use_artifact", use(f"Acme Robotics/{PATH}:v0", through=RIVALS, viewer=ERIN)),
        fails("'rivals'", leaves=["entity"], remedy=['wandb.init(entity="vision"']),
    ),
    "a fetch by someone without a team there goes through the personal entity": (
        use(f"Acme Robotics/{PATH}:v0", through=RIVALS, viewer=IN_BOTH_WITH_ONE_TEAM),
        fails("'rivals'", leaves=["entity"], remedy=['wandb.Api(overrides={"entity": "ines"})']),
    ),
}  # fmt: skip


@each_of(CASES)
def test_source_in_organization(values: Values, verdict: Verdict) -> None:
    """It fails if the person is in the named organization and the calling entity in another."""
    confirm(source_in_organization, values, verdict)
