"""What the sandbox serves, what it refuses, and what the page says of both: held against the installed wandb."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

from registry_doctor.sandbox.engine import load_schema
from registry_doctor.sandbox.operations import read_operation
from registry_doctor.sandbox.without_effect import ANY_INPUT, ARGUMENTS, INPUT_FIELDS
from tests.sandbox.sdk_documents import Document, sdk_documents

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
ROW = re.compile(r"^\| (?P<names>`[A-Z].*?`) \| (?P<state>served|refused) \|", re.MULTILINE)
UNKNOWN_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")
ASSEMBLED = {
    "DeleteRun": "Mutation.deleteRun",
    "Run": "Query.project",
    "RunFiles": "Query.project",
    "RunFullHistory": "Query.project",
    "Runs": "Query.project",
    "UpsertBucket": "Mutation.upsertBucket",
    "UseArtifact": "Mutation.useArtifact",
    "createLaunchAgent": "Mutation.createLaunchAgent",
    "pushToRunQueue": "Mutation.pushToRunQueue",
    "pushToRunQueueByName": "Mutation.pushToRunQueueByName",
}
"""What the documents ask for that wandb puts together while it runs."""


def _page() -> dict[str, str]:
    """What the page says of each operation and field."""
    rows = ROW.finditer(PAGE.read_text(encoding="utf-8"))
    return {name: row["state"] for row in rows for name in re.findall(r"`(\S+)`", row["names"])}


def _handled() -> dict[str, str]:
    """What the handlers do with each operation of the schema."""
    states: dict[str, str] = {}
    for kind in ("Query", "Mutation"):
        type_ = load_schema().type_map[kind]
        assert isinstance(type_, GraphQLObjectType)
        states |= dict.fromkeys((f"{kind}.{name}" for name in type_.fields), "served")
    return states


def _not_in_the_schema(document: Document) -> set[str]:
    """The fields that a document selects and the sandbox does not know."""
    errors = read_operation(load_schema(), document.text or "{ viewer { id } }", None).errors
    return {f"{found[2]}.{found[1]}" for error in errors if (found := UNKNOWN_FIELD.match(error.message))}


def test_the_page_says_what_the_handlers_do() -> None:
    """Every operation has its row, and every row is true; the page also names all that the SDK asks for in vain."""
    handled = _handled()
    missing = {name for document in sdk_documents() for name in _not_in_the_schema(document)}
    missing |= {name for name in ASSEMBLED.values() if name not in handled}
    assert _page() == handled | dict.fromkeys(missing, "refused")


def test_the_page_lists_what_has_no_effect() -> None:
    """Fields of inputs and arguments, by name."""
    text = PAGE.read_text(encoding="utf-8")
    names = {
        *ANY_INPUT,
        *ARGUMENTS,
        *INPUT_FIELDS,
        *(name for each in INPUT_FIELDS.values() for name in each),
    }
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def test_what_has_no_effect_is_in_the_schema() -> None:
    """No entry stays behind when the schema changes."""
    schema = load_schema()
    for name, fields in INPUT_FIELDS.items():
        type_ = schema.type_map[name]
        assert isinstance(type_, GraphQLInputObjectType)
        assert fields <= set(type_.fields)
    for argument in ARGUMENTS:
        owner, field, name = re.split(r"[.()]", argument)[:3]
        type_ = schema.type_map[owner]
        assert isinstance(type_, GraphQLObjectType)
        assert name in type_.fields[field].args


def test_the_documents_of_the_sdk_are_found() -> None:
    """Those of the modules and of the binary, and no name of an assembled one is new or gone."""
    documents = sdk_documents()
    assert {"GetViewer", "LinkArtifact", "FetchRegistry", "CreateTeam", "UpsertBucket"} <= {
        document.name for document in documents if document.text
    }
    assert {document.name for document in documents if not document.text} == set(ASSEMBLED)


@pytest.mark.parametrize("source", sorted({document.source.split(":")[0] for document in sdk_documents()}))
def test_what_the_sdk_can_send_is_served_or_refused_by_name(client: Client, source: str) -> None:
    """Every document of a module, sent without variables: none fails in the sandbox, none is half understood."""
    for document in sdk_documents():
        if document.source.split(":")[0] != source or document.text is None:
            continue
        reply = client.ask("bob", document.text)
        messages = [str(message) for message in reply.messages]
        if read_operation(load_schema(), document.text, None).errors:
            assert reply.status in (400, 501)
            assert messages[-1].lower().startswith("the sandbox does not "), messages
            assert f'"{document.name}"' in messages[-1]
        else:
            assert reply.status in (200, 400, 404, 501), (document.name, messages)
            assert not any("sandbox" in message and document.name not in message for message in messages)


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (
            'mutation { upsertModel(input: {name: "x", entityName: "vision", framework: "keras"}) { inserted } }',
            "UpsertModelInput.framework",
        ),
        (
            'mutation { createTeam(input: {teamName: "x", storageBucketInfo: "s3"}) { entity { name } } }',
            "CreateTeamInput.storageBucketInfo",
        ),
        ("mutation { upsertSweep(input: {}) { sweep { id } } }", "upsertSweep"),
        ("{ viewer(id: 1) { username } }", 'Unknown argument "id" on field "viewer" of type "Query".'),
    ],
)
def test_what_is_not_served_is_refused_by_name(client: Client, document: str, name: str) -> None:
    """A mutation, an argument, a field of an input: never ignored."""
    reply = client.ask("alice", document)
    assert reply.status in (400, 501)
    assert name in str(reply.messages[0])


def test_a_field_of_an_input_is_refused_in_variables_too(client: Client) -> None:
    """Nothing is made."""
    document = "mutation M($input: UpsertModelInput!) { upsertModel(input: $input) { inserted } }"
    reply = client.ask("bob", document, input={"name": "x", "entityName": "vision", "framework": "keras"})
    assert (reply.status, "UpsertModelInput.framework" in str(reply.messages[0])) == (501, True)
    assert client.ask("bob", '{ project(entityName: "vision", name: "x") { name } }')["project"] is None
