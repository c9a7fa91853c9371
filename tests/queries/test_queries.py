"""The queries we can send: only what the evidence schema has, and nothing that an old server refused."""

from __future__ import annotations

from inspect import isabstract

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    parse,
    validate,
)

from registry_doctor.facts import legacy_registry as legacy
from registry_doctor.facts.questions import identity as identity_questions
from registry_doctor.facts.questions import registry as registry_questions
from registry_doctor.queries.field_types import type_of
from registry_doctor.queries.question import Field, Question, compose, fields_refused
from registry_doctor.transport import GraphQLError
from tests.places import SCHEMA_TEXT

SCHEMA = build_schema(SCHEMA_TEXT)

QUESTIONS: list[Question[object]] = [
    identity_questions.AskViewer(),
    identity_questions.AskServer(),
    identity_questions.AskEntity("vision"),
    identity_questions.AskArtifact("vision", "detectors", "yolo:v0"),
    identity_questions.AskSourceCollection("vision", "detectors", "yolo"),
    registry_questions.AskRegistry("acme", "wandb-registry-model"),
    registry_questions.AskMembers("acme", "wandb-registry-model"),
    registry_questions.AskAdministrators("acme"),
    registry_questions.AskRegistries("Acme Robotics"),
    registry_questions.AskCollection("acme", "wandb-registry-model", "detector"),
    registry_questions.AskCollections("acme", "wandb-registry-model"),
    registry_questions.AskVersion("acme", "wandb-registry-model", "detector:v0"),
    registry_questions.AskVersions("acme", "wandb-registry-model", "detector"),
    registry_questions.AskDownload("acme", "wandb-registry-model", "detector", "v0"),
    legacy.AskRedirect("vision", "detector:latest"),
    legacy.AskNamesakes("Acme Robotics", "detector"),
]


def test_every_kind_of_question_is_in_the_list_above() -> None:
    """No question can be sent that the tests of this file do not look at."""
    modules = (identity_questions, registry_questions, legacy)
    kinds = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Question) and not isabstract(value)
    }
    assert kinds == {type(question) for question in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: type(question).__name__)
def test_every_question_selects_only_what_released_sdks_select(question: Question[object]) -> None:
    """A query of one question is valid on the evidence schema: the real server refuses unknown fields."""
    assert validate(SCHEMA, parse(compose([question]).text)) == []


def test_all_questions_together_are_one_valid_query() -> None:
    """Questions of a level go out in one document, each under an alias of its own."""
    document = compose(QUESTIONS)
    assert validate(SCHEMA, parse(document.text)) == []
    assert len(document.questions) == len(QUESTIONS)


def test_names_travel_as_variables_and_never_as_text_of_the_query() -> None:
    """A hostile name cannot change the query."""
    name = '"){viewer{id}} #\n'
    document = compose([identity_questions.AskEntity(name)])
    assert name not in document.text
    assert name in document.variables.values()


def test_what_an_older_server_does_not_know_is_left_out() -> None:
    """The fields and arguments named in its refusal are not selected again, wherever they stand."""
    errors = [
        GraphQLError('Cannot query field "readOnly" on type "Project".', (), None),
        GraphQLError('Unknown argument "filters" on field "Entity.artifactCollections".', (), None),
        GraphQLError("Cannot query field 'entityType' on type 'Entity'. Did you mean 'id'?", (), None),
    ]
    refused = fields_refused(errors)
    assert refused == {"Project.readOnly", "Entity.artifactCollections(filters)", "Entity.entityType"}
    text = compose(QUESTIONS, refused).text
    assert not any(name in text for name in ("readOnly", "filters", "entityType"))
    assert validate(SCHEMA, parse(text)) == []


def test_a_field_is_left_out_of_its_own_type_only() -> None:
    """The project of a sequence that a server does not know says nothing about the project of a query."""
    error = GraphQLError('Cannot query field "project" on type "ArtifactSequence".', (), None)
    asked = [
        identity_questions.AskArtifact("vision", "detectors", "yolo:v0"),
        legacy.AskNamesakes("Acme Robotics", "detector"),
    ]
    text = compose(asked, fields_refused([error])).text
    assert "artifactSequence { name }" in text
    assert text.count("project") == 2  # of the query, and of the collection
    assert validate(SCHEMA, parse(text)) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('Cannot query field "files" on type "Artifact".', {"Artifact.files"}),
        ('Unknown argument "first" on field "teams" of type "User".', {"User.teams(first)"}),
        ('Cannot query field "files".', {"files"}),
        ("project 'field' not found", set()),
    ],
)
def test_what_a_server_does_not_know_is_named_with_its_type(words: str, expected: set[str]) -> None:
    """Both forms that servers use; without a type the name counts for every type."""
    assert fields_refused([GraphQLError(words, (), None)]) == expected


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: type(question).__name__)
def test_the_type_of_every_field_that_is_selected_is_that_of_the_schema(question: Question[object]) -> None:
    """What is known of types without a schema at hand agrees with it."""

    def compare(one: Field, parent: str) -> None:
        kind = SCHEMA.type_map[parent]
        assert isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType))
        if one.fields:
            below = get_named_type(kind.fields[one.name].type).name
            assert type_of(parent, one.name) == below
            for each in one.fields:
                compare(each, below)

    compare(question.selection(), "Query")


def test_a_question_of_which_nothing_is_left_is_not_asked() -> None:
    """It gets no alias, so that the rest of the document stays valid."""
    document = compose(QUESTIONS, frozenset({"serverInfo"}))
    assert not any(
        isinstance(question, identity_questions.AskServer) for question in document.questions.values()
    )
