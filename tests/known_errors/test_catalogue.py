"""The catalogue is whole, and an entry that is not is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry_doctor.checking.plugins import load_checks
from registry_doctor.known_errors.catalogue import BrokenCatalogue, catalogue, read_catalogue, tell_tale_words
from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.reader import lines_in_text
from tests.places import ROOT

GOOD = """
[[message]]
id = "one"
texts = ["something happened to '{entity}'"]
call = "link"
source = "nowhere"

[[message.cause]]
check = "RD302"
why = "it is {entity|somebody}."
fix = "Do it."
"""

RESERVED = {"RD001", "RD002", "RD003", "RD405"}
"""Codes that a release may lack."""


def test_every_cause_names_an_existing_check() -> None:
    """So that `explain` has a page for it, and a live diagnosis can confirm it."""
    codes = {each.check.code for each in load_checks(others=False).checks} | RESERVED
    named = {cause.check for entry in catalogue() for cause in entry.causes if cause.check is not None}
    assert named - codes == set()


def test_every_entry_has_a_source_and_sentences() -> None:
    """A cause is what is wrong, a fix what to do; both end like sentences."""
    for entry in catalogue():
        assert entry.source
        for cause in entry.causes:
            assert cause.why.endswith("."), entry.id
            assert cause.fix.endswith("."), entry.id
            assert "support" not in cause.fix.lower(), entry.id


def test_every_entry_has_a_section_in_the_documentation() -> None:
    """The report links to it, and the section links to the evidence."""
    (found,) = find(lines_in_text("Unable to find organization for entity 'vision'.")).explanations
    for entry in catalogue():
        file, _, anchor = replace(found, id=entry.id).docs.partition("#")
        assert f"\n## {anchor}\n" in (ROOT / file.removeprefix("registry_doctor/")).read_text(
            encoding="utf-8"
        )


def test_an_entry_is_filled_in_with_the_names_of_a_message() -> None:
    """Or with other words where the message has none."""
    (entry,) = read_catalogue(GOOD)
    (found,) = entry.occurrences("x something happened to 'bob' y")
    assert entry.causes_of(found.names, "link")[0].text == "it is 'bob'."
    assert entry.causes_of({}, None)[0].text == "it is somebody."


def test_every_message_has_a_tell_tale_word() -> None:
    """Lines without one are not looked at more closely."""
    for entry in catalogue():
        for wording in entry.wordings:
            assert any(word in wording.anchor for word in tell_tale_words()), entry.id


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('id = "one"', "", "id must be a non-empty string"),
        ('id = "one"', "id = 1", "id must be a non-empty string"),
        ("texts = [\"something happened to '{entity}'\"]", "texts = []", "texts must be a list"),
        ("texts = [\"something happened to '{entity}'\"]", "texts = ['{entity} …']", "has no words"),
        ("to '{entity}'", "to '{nobody}'", "unknown name: nobody"),
        ("{entity|somebody}", "{nobody|somebody}", "unknown name: nobody"),
        ('call = "link"', 'call = "unlink"', "'unlink' is not a call"),
        ('call = "link"', 'call = "link"\nseverity = "fatal"', "'fatal' is not a valid Severity"),
        ('call = "link"', 'call = "link"\ngeneric = "yes"', "generic must be true or false"),
        ('call = "link"', 'call = "link"\nmethod = "nope"', "'nope' is not a method"),
        ('call = "link"', 'call = "link"\ncal = "link"', "unknown key: cal"),
        ('source = "nowhere"', "", "source must be a non-empty string"),
        ('check = "RD302"', 'check = "302"', "'302' is not a code"),
        ('check = "RD302"', 'call = "both"', "'both' is not a call"),
        ('why = "it is {entity|somebody}."', "", "why must be a non-empty string"),
        ("[[message.cause]]", "[message.other]", "cause is missing"),
        ("[[message]]", "[[massage]]", "is missing"),
    ],
)
def test_a_broken_entry_is_refused(before: str, after: str, words: str) -> None:
    """With the entry and what is wrong."""
    assert before in GOOD
    with pytest.raises(BrokenCatalogue, match=words):
        read_catalogue(GOOD.replace(before, after))


def test_no_two_entries_have_one_id() -> None:
    """Programs identify the messages by it."""
    with pytest.raises(BrokenCatalogue, match="used twice: one"):
        read_catalogue(GOOD + GOOD)
