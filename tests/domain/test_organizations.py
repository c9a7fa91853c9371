"""What a wrong organization name meant, and how far that is certain."""

from __future__ import annotations

import pytest

from registry_doctor.domain.organizations import Entity, Organization, Team, Viewer, correct

ACME = Organization("Acme Robotics", "acme-robotics_X7Q2")
RIVAL = Organization("Rival Corp", "rival-corp")
VISION = Entity("vision", "team", ACME)
ERIN = Entity("erin", "personal", None, (ACME, RIVAL))
BOB = Entity("bob", "personal", None, (ACME,))
VIEWER = Viewer(
    "erin", "erin", (Team("vision", ACME), Team("rivals", RIVAL), Team("orphans", None)), (ACME, RIVAL)
)


@pytest.mark.parametrize(
    ("named", "entity", "organization", "certain"),
    [
        ("vision", VISION, ACME, True),  # the team's own name
        ("rivals", VISION, RIVAL, True),  # a team of another organization means that one
        ("acme robotics", VISION, ACME, True),  # other capitals
        ("ACME-ROBOTICS_x7q2", VISION, ACME, True),
        ("acme-robotics", VISION, ACME, True),  # the hash lost
        ("acme-robotics-org", VISION, ACME, True),  # a guessed suffix
        ("Acme_Robotics", ERIN, ACME, True),
        ("https://acme-robotics.wandb.io", VISION, ACME, True),
        ("rival corp", ERIN, RIVAL, True),
        ("Somebody Else", VISION, ACME, False),  # the only one within reach
        ("Somebody Else", BOB, ACME, False),
    ],
)
def test_a_wrong_name_means_the_organization_that_it_spells_or_whose_team_it_is(
    named: str, entity: Entity, organization: Organization, certain: bool
) -> None:
    """What can mean no other organization is certain; the only one within reach is a guess."""
    found = correct(named, entity, VIEWER)
    assert found is not None
    assert (found.organization, found.certain) == (organization, certain)


@pytest.mark.parametrize("named", ["Somebody Else", "https://example.com", "orphans"])
def test_a_name_that_resembles_none_of_several_organizations_means_none(named: str) -> None:
    """Nothing is guessed among several."""
    assert correct(named, ERIN, VIEWER) is None


def test_a_spelling_that_fits_two_organizations_means_neither() -> None:
    """`acme` and `ACME` are two organizations."""
    two = Entity("erin", "personal", None, (Organization("acme", "acme_1"), Organization("ACME", "acme_2")))
    assert correct("Acme", two, None) is None
