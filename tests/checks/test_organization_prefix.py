"""RD302: the path names an organization of the calling entity, spelled exactly."""

from __future__ import annotations

import pytest
from registry_doctor_checks.organization_prefix import organization_prefix

from registry_doctor.facts import CANDIDATES, SETTINGS, AnyFact, Candidate
from registry_doctor.settings import Sourced
from tests.checks.conftest import (
    ACME,
    ALICE,
    ALICE_HERSELF,
    ERIN,
    ERIN_HERSELF,
    RIVAL,
    Table,
    Values,
    Verdict,
    confirm,
    each_of,
    fails,
    link,
    passes,
    safe,
    settings,
    skips,
    unsafe,
    use,
)

PATH = "wandb-registry-model/detector"
TO_ACME = safe(organization="acme-robotics_X7Q2")
SETTING: dict[AnyFact, object] = {
    SETTINGS: settings(organization=Sourced("Rival Corp", "WANDB_ORGANIZATION"))
}


def candidates(acme: int, rival: int) -> dict[AnyFact, object]:
    """How much of the path each organization has."""
    return {CANDIDATES: (Candidate(ACME, acme), Candidate(RIVAL, rival))}


CASES: Table = {
    "the display name passes": (link(f"Acme Robotics/{PATH}"), passes("Acme Robotics")),
    "the entity name passes": (link(f"acme-robotics_X7Q2/{PATH}"), passes("Acme Robotics")),
    "a person in several organizations names one": (use(f"Rival Corp/{PATH}:v0", through=ERIN_HERSELF, viewer=ERIN), passes()),
    "a path without a prefix is not judged": (link(PATH), skips("no organization")),
    "the setting is RD306's": (link(PATH, SETTING), skips("no organization")),
    "an organization of the person, but not of the entity, is RD305's": (
        link(f"Rival Corp/{PATH}", viewer=ERIN), skips("RD305"),
    ),
    "the name of a team means its organization": (
        link(f"vision/{PATH}"), fails("'vision'", "'Acme Robotics'", "acme-robotics_X7Q2", edits=[TO_ACME]),
    ),
    "the name of another team means that one's organization": (
        use(f"rivals/{PATH}:v0", through=ERIN_HERSELF, viewer=ERIN), fails("'rivals'", edits=[safe(organization="rival-corp")]),
    ),
    "somebody else's organization can only have been meant for the only one": (
        link(f"Rival Corp/{PATH}", candidates(1, 0)),
        fails("'Rival Corp'", "'Acme Robotics'", edits=[unsafe(organization="acme-robotics_X7Q2")]),
    ),
    "where the only one has nothing of the path, the rest cannot be judged": (
        link(f"Rival Corp/{PATH}", candidates(0, 0)),
        fails("'Rival Corp'", edits=[unsafe(organization="acme-robotics_X7Q2")], leaves=["organization"]),
    ),
    "the person's own name is no organization": (
        use(f"alice/{PATH}:v0", candidates(3, 0), through=ALICE_HERSELF, viewer=ALICE),
        fails("'alice'", edits=[unsafe(organization="acme-robotics_X7Q2")]),
    ),
    "of several organizations the one that has most of the path is likely": (
        use(f"globex/{PATH}:v0", candidates(1, 3), through=ERIN_HERSELF, viewer=ERIN),
        fails("'globex'", edits=[unsafe(organization="rival-corp")]),
    ),
    "of several organizations that have nothing of the path none is chosen": (
        use(f"globex/{PATH}:v0", candidates(0, 0), through=ERIN_HERSELF, viewer=ERIN),
        fails("'globex'", "Acme Robotics", "Rival Corp", leaves=["organization"], remedy=["acme-robotics_X7Q2", "rival-corp"]),
    ),
}  # fmt: skip


@each_of(CASES)
def test_organization_prefix(values: Values, verdict: Verdict) -> None:
    """A prefix passes only as the display or entity name of the organization that the entity reaches."""
    confirm(organization_prefix, values, verdict)


@pytest.mark.parametrize(
    "typed",
    [
        "acme robotics",
        "ACME ROBOTICS",
        "acme-robotics",
        "acme-robotics-org",
        "Acme-Robotics_x7q2",
        "acmerobotics",
    ],
)
def test_another_spelling_is_certain(typed: str) -> None:
    """Other capitals, other separators, a guessed suffix and a lost hash can mean no other organization."""
    confirm(organization_prefix, link(f"{typed}/{PATH}"), fails(repr(typed), edits=[TO_ACME]))
