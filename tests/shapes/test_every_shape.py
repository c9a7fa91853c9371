"""Each shape of a real server that the evidence has is played by a test, or it is said why not."""

from __future__ import annotations

import re

import pytest

from tests.places import ROOT
from tests.shapes import test_commands

PAGE = ROOT / "docs" / "evidence" / "server-shapes.md"

PLAYED = {
    "T1": ["test_the_personal_entity_among_the_teams_stays_personal"],
    "T1b": ["test_the_personal_entity_is_listed_where_the_server_shows_it"],
    "T2": ["test_the_personal_entity_is_listed_where_the_server_shows_it"],
    "T2b": ["test_an_account_without_a_personal_entity_has_no_entity_of_its_name"],
    "E1": [
        "test_a_failing_resolver_is_unknown_with_the_words_of_the_server",
        "test_a_resolver_that_fails_once_changes_nothing",
        "test_trouble_is_unknown_for_every_command",
    ],
    "E2": ["test_a_failing_resolver_is_unknown_with_the_words_of_the_server"],
    "E3": ["test_an_error_without_data_is_unknown"],
    "E4": ["test_a_refusal_with_the_path_of_the_registry_is_an_answer"],
    "E5": ["test_not_logged_in_is_a_key_that_is_not_accepted"],
    "E6": ["test_an_entity_that_is_refused_with_its_path_is_not_there"],
    "E7": [
        "test_an_older_server_without_the_entity_of_an_organization_is_named",
        "test_a_field_that_one_type_lacks_is_still_asked_of_the_others",
    ],
    "N1": ["test_a_person_who_is_lost_for_something_below_is_unknown"],
    "N2": ["test_a_registry_that_is_lost_for_its_types_is_asked_for_without_them"],
    "P1": [
        "test_an_empty_first_page_is_not_the_end_of_a_list",
        "test_lists_with_an_empty_first_page_are_shown",
    ],
    "K1": ["test_a_key_that_the_organization_does_not_accept_is_named_as_a_cause"],
    "U1": ["test_an_entity_that_is_not_there_is_not_called_personal"],
    "V1": ["test_a_person_without_a_username_has_a_default_entity"],
    "R1": ["test_a_right_that_the_list_of_members_contradicts_is_unknown"],
}
NOT_PLAYED = {
    "L1": "the doctor does not look at these headers",
    "S1": "no query uses these fields",
    "real-types": "the schema of the sandbox has them; tests/faults/test_nulls.py makes each of them null",
}


def test_every_shape_of_the_evidence_is_in_a_table() -> None:
    """A shape that is added to the page has to be played."""
    shapes = re.findall(r"^## (\S+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(shapes) == set(PLAYED) | set(NOT_PLAYED)
    assert not set(PLAYED) & set(NOT_PLAYED)


@pytest.mark.parametrize("name", sorted({name for names in PLAYED.values() for name in names}))
def test_every_test_in_the_table_is_there(name: str) -> None:
    """No shape rests on a test that was renamed or taken out."""
    assert callable(getattr(test_commands, name))
