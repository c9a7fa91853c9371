"""The read-only guard of the transport, compared with a real GraphQL parser."""

from __future__ import annotations

from contextlib import suppress

import graphql
import pytest
import responses
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode, OperationType
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.support.redaction import Secret
from registry_doctor.transport import Basic, Deadline, HttpTransport, NotAQuery
from registry_doctor.transport.documents import query_names

SELECTIONS = [
    "{ a }",
    "{ mutation { subscription } }",
    '{ a(text: "} mutation { x") }',
    '{ a(text: "\\"} mutation { x", object: {query: [1, -2.5e3, $v, null, RED]}) }',
    '{ a(text: """ " "" \\""" } mutation { x """) b }',
    '{ a(text: "", more: """""") }',
    "{ a # } mutation { x\n }",
    "{ ...mutation ... on mutation @include(if: true) { a } ... { b: c } }",
]
HEADS = [
    "query",
    "query Q",
    "query mutation",
    "query Q($v: [In!]! = {a: {b: 1}} @d)",
    "query @d(x: {y: 1}) @e",
    "",
]
FRAGMENTS = ["fragment F on mutation", "fragment mutation on T @d(x: [1])"]
OTHERS = ["mutation", "mutation M", "mutation query", "subscription", "subscription query($v: In)"]
SCHEMA = [
    "type query { a: Int }",
    "extend type T { a: Int }",
    "schema { query: T }",
    "scalar query",
    "enum query { A }",
]
SPACES = ["", " ", "\n", ",", "\ufeff", "# mutation {\n", "\t\r\n"]

read_only = st.builds(str.__add__, st.sampled_from(HEADS + FRAGMENTS), st.sampled_from(SELECTIONS))
writing = st.builds(str.__add__, st.sampled_from(OTHERS), st.sampled_from(SELECTIONS)) | st.sampled_from(
    SCHEMA
)
space = st.sampled_from(SPACES)
TOKENS = [
    "query",
    "mutation",
    "fragment",
    "on",
    "type",
    "a",
    "1",
    "$",
    ":",
    "=",
    "@",
    "!",
    "|",
    "&",
    "...",
    "\\",
    "#",
    "\n",
]
BRACKETS_AND_QUOTES = ["{", "}", "(", ")", "[", "]", '"', '"""', "{a}", '"x"']


def is_read_only(document: graphql.DocumentNode) -> bool:
    return all(
        isinstance(definition, FragmentDefinitionNode)
        or (isinstance(definition, OperationDefinitionNode) and definition.operation is OperationType.QUERY)
        for definition in document.definitions
    )


@given(st.lists(st.tuples(space, read_only), min_size=1, max_size=4), space)
def test_documents_of_queries_and_fragments_are_accepted_with_their_names(
    parts: list[tuple[str, str]], end: str
) -> None:
    text = "".join(gap + definition for gap, definition in parts) + end
    names = tuple(
        definition.name.value if definition.name else None
        for definition in graphql.parse(text).definitions
        if isinstance(definition, OperationDefinitionNode)
    )
    if names:
        assert query_names(text) == names
    else:
        with pytest.raises(NotAQuery):
            query_names(text)


@given(st.lists(read_only, max_size=3), writing, st.lists(read_only, max_size=3), space)
def test_a_document_with_anything_else_in_it_is_refused(
    before: list[str], other: str, after: list[str], gap: str
) -> None:
    text = (gap + "\n").join([*before, other, *after])
    assert not is_read_only(graphql.parse(text))
    with pytest.raises(NotAQuery):
        query_names(text)


@given(st.lists(st.sampled_from(TOKENS + BRACKETS_AND_QUOTES), max_size=24), st.sampled_from(["", " "]))
def test_the_guard_is_never_more_lenient_than_the_parser(tokens: list[str], gap: str) -> None:
    text = gap.join(tokens)
    try:
        query_names(text)
    except NotAQuery:
        return
    try:
        document = graphql.parse(text)
    except graphql.GraphQLSyntaxError:
        return  # a server refuses it as well
    assert is_read_only(document)


@given(st.text(max_size=200))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    with suppress(NotAQuery):
        assert query_names(text)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "contains no query"),
        ("# query { a }", "contains no query"),
        ("fragment F on T { a }", "contains no query"),
        ("mutation { a }", "`mutation` at its top level"),
        ("query { a } mutation M { b }", "`mutation` at its top level"),
        ("{ a } subscription { b }", "`subscription` at its top level"),
        ("Query { a }", "`Query` at its top level"),
        ('"a description" query { a }', "at its top level"),
        ("query { a", "ends before its brackets are closed"),
        ("query Q", "ends before a definition in it does"),
        ("{ a ) }", "brackets of the document do not match"),
        ("{ a } }", "at its top level"),
        ('{ a(b: "c) }', "cannot be read as GraphQL"),
        ('{ a(b: """c") }', "cannot be read as GraphQL"),
        ('{ a(b: """c) } mutation { d }', "cannot be read as GraphQL"),
        ("{ a } \x00", "cannot be read as GraphQL"),
        ("query A mutation B { c }", "does not have the form"),
        ("query A($a: B) ($c: D) { e }", "does not have the form"),
        ("fragment on on T { a } { b }", "does not have the form"),
        ("fragment F { a } { b }", "does not have the form"),
    ],
)
def test_a_refusal_says_why_and_nothing_is_sent(document: str, reason: str) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as server:
        with HttpTransport(
            "https://h.example", Basic(Secret("k" * 40)), deadline=Deadline.after(5)
        ) as transport:
            with pytest.raises(NotAQuery, match=reason):
                transport.query(document, {})
            assert transport.requests_sent == 0
        assert not server.calls
