"""The queries of `ls`: valid on the evidence schema, page after page."""

from __future__ import annotations

import pytest
from graphql import build_schema, parse, validate

from registry_doctor.facts.questions import listing as listing_questions
from registry_doctor.facts.questions.listing import (
    AskCollectionPage,
    AskProjectPage,
    AskRegistryPage,
    AskRolePage,
    AskVersionPage,
    AskVersionsWithAlias,
    Page,
)
from registry_doctor.queries.question import Question, compose
from registry_doctor.transport import JsonValue
from tests.places import SCHEMA_TEXT

SCHEMA = build_schema(SCHEMA_TEXT)

QUESTIONS: list[Question[object]] = [
    question
    for after in (None, "a cursor")
    for question in (
        AskRegistryPage("Acme Robotics", after=after),
        AskRolePage("Acme Robotics", after=after),
        AskProjectPage("vision", after=after),
        AskCollectionPage("acme", "wandb-registry-model", after=after),
        AskVersionPage("acme", "wandb-registry-model", "detector", after=after),
        AskVersionsWithAlias("acme", "wandb-registry-model", "detector", "production"),
    )
]


def test_every_kind_of_question_is_in_the_list_above() -> None:
    """No question can be sent that the tests of this file do not look at."""
    kinds = {
        value
        for value in vars(listing_questions).values()
        if isinstance(value, type) and issubclass(value, Question) and hasattr(value, "selection")
    } - {Question, listing_questions.PageQuestion}
    assert kinds == {type(question) for question in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: type(question).__name__)
def test_every_question_selects_only_what_released_sdks_select(question: Question[object]) -> None:
    """The first page and those behind a cursor: the real server refuses a query for one unknown field."""
    document = compose([question])
    assert validate(SCHEMA, parse(document.text)) == []
    one_at_most = isinstance(question, AskVersionsWithAlias)
    assert one_at_most or "pageInfo { hasNextPage endCursor }" in document.text


def test_all_questions_together_are_one_valid_query() -> None:
    """Registries and roles go out in one document."""
    assert validate(SCHEMA, parse(compose(QUESTIONS).text)) == []


def test_a_page_is_a_question_of_its_own() -> None:
    """Neither a cursor nor a size may be mistaken for another."""
    pages = [
        AskProjectPage("vision"),
        AskProjectPage("vision", after="x"),
        AskProjectPage("vision", first=3),
        AskProjectPage("speech"),
    ]
    assert len(set(pages)) == len(pages)


@pytest.mark.parametrize(
    ("value", "page"),
    [
        (None, None),
        ({"projects": None}, None),
        ({"projects": {"edges": []}}, Page(())),
        (
            {
                "projects": {
                    "edges": [{"node": {"name": "a"}}, {"node": None}, None],
                    "pageInfo": {"hasNextPage": True, "endCursor": "x"},
                }
            },
            Page(("a",), "x"),
        ),
        (
            {
                "projects": {
                    "edges": [{"node": {"name": "a"}}],
                    "pageInfo": {"hasNextPage": False, "endCursor": "x"},
                }
            },
            Page(("a",)),
        ),
    ],
)
def test_a_page_tells_its_rows_and_where_the_next_one_begins(
    value: JsonValue, page: Page[str] | None
) -> None:
    """Rows that the server hides are left out; without a list there is no page."""
    assert AskProjectPage("vision").parse(value, []) == page
