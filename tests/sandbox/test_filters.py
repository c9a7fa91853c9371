"""Mongo-style filters and pages, by themselves."""

from __future__ import annotations

import json

import pytest

from registry_doctor.sandbox.errors import Refusal
from registry_doctor.sandbox.filters import parse_filter
from registry_doctor.sandbox.jsontypes import JsonObject
from registry_doctor.sandbox.paging import page

MODEL: JsonObject = {"name": "model", "id": 7, "tags": ["a", "b"], "description": None}

PASSES: list[tuple[JsonObject, bool]] = [
    ({}, True),
    ({"name": "model"}, True),
    ({"name": "Model"}, False),
    ({"id": 7}, True),
    ({"name": {"$eq": "model"}}, True),
    ({"name": {"$ne": "model"}}, False),
    ({"name": {"$in": ["model", "x"]}}, True),
    ({"name": {"$nin": ["model", "x"]}}, False),
    ({"name": {"$regex": "^mod"}}, True),
    ({"name": {"$regex": "^del"}}, False),
    ({"name": {"$contains": "ode"}}, True),
    ({"tags": {"$contains": "a"}}, True),
    ({"tags": "b"}, True),
    ({"tags": {"$all": ["a", "b"]}}, True),
    ({"tags": {"$all": ["a", "c"]}}, False),
    ({"tags": {"$size": 2}}, True),
    ({"description": {"$exists": False}}, True),
    ({"name": {"$exists": True}}, True),
    ({"id": {"$gt": 6, "$lte": 7}}, True),
    ({"id": {"$lt": 7}}, False),
    ({"id": {"$gte": "7"}}, False),
    ({"name": {"$not": {"$regex": "x"}}}, True),
    ({"$not": {"name": "model"}}, False),
    ({"$and": [{"name": "model"}, {"id": 7}]}, True),
    ({"$or": [{"name": "x"}, {"id": 7}]}, True),
    ({"$nor": [{"name": "x"}, {"id": 8}]}, True),
    ({"name": "model", "id": 8}, False),
]

NAMES: list[tuple[JsonObject, set[str] | None]] = [
    ({"name": "a"}, {"a"}),
    ({"name": {"$in": ["a", "b"]}}, {"a", "b"}),
    ({"$or": [{"name": "a"}, {"name": "b"}]}, {"a", "b"}),
    ({"$or": [{"name": "a"}, {"id": 1}]}, None),
    ({"$and": [{"name": {"$in": ["a", "b"]}}, {"name": "b"}]}, {"b"}),
    ({"name": {"$regex": "a"}}, None),
    ({"id": 1}, None),
]

REFUSED = [
    "[]",
    "{",
    '{"$where": 1}',
    '{"name": {"$near": 1}}',
    '{"$and": 1}',
    '{"name": {"$regex": "("}}',
    '{"name": {"$in": 1}}',
]


@pytest.mark.parametrize(("expression", "passes"), PASSES, ids=[json.dumps(case[0]) for case in PASSES])
def test_a_filter_passes_what_mongo_would(expression: JsonObject, passes: bool) -> None:
    """One record against every operator."""
    assert parse_filter(json.dumps(expression)).matches(MODEL.get) is passes


@pytest.mark.parametrize(("expression", "names"), NAMES, ids=[json.dumps(case[0]) for case in NAMES])
def test_names_that_a_filter_pins_down_are_known(expression: JsonObject, names: set[str] | None) -> None:
    """Those are looked up instead of searched for."""
    assert parse_filter(json.dumps(expression)).names() == names


@pytest.mark.parametrize("text", REFUSED)
def test_a_filter_that_makes_no_sense_is_refused(text: str) -> None:
    """The client hears of it as a bad request."""
    with pytest.raises(Refusal) as refusal:
        parse_filter(text)
    assert refusal.value.status == 400


def test_pages_follow_each_other_by_their_cursors() -> None:
    """All items come once, in order, and the last page says so."""
    items = list(range(7))
    seen: list[int] = []
    cursor = None
    while True:
        current = page(items, 3, cursor)
        seen += [edge.node for edge in current.edges]
        cursor = current.page_info.end_cursor
        assert current.total_count == 7
        if not current.page_info.has_next_page:
            break
    assert seen == items


def test_a_page_is_capped() -> None:
    """Whoever asks for too much gets what is allowed, and the next page."""
    current = page(list(range(20)), 15, largest=10)
    assert (len(current.edges), current.page_info.has_next_page) == (10, True)


@pytest.mark.parametrize(("first", "after"), [(-1, None), (1, "x"), (1, "Y3Vyc29yOng=")])
def test_a_page_that_cannot_be_is_refused(first: int, after: str | None) -> None:
    """A negative size and a made-up cursor are bad requests."""
    with pytest.raises(Refusal) as refusal:
        page([1], first, after)
    assert refusal.value.status == 400
