"""The schema that is served is the evidence schema, and all of it is answered."""

from __future__ import annotations

import inspect

from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema

from registry_doctor.sandbox.binding import snake_case
from registry_doctor.sandbox.engine import INPUTS, OBJECTS, SCHEMA_FILE, load_schema

NOT_OFFERED_INPUTS = {
    "UploadPartsInput",
    "CompleteMultipartUploadArtifactInput",
    "NotifyScriptableRunAlertInput",
    "ProjectIconInput",
    "RateLimitsInput",
}


def test_every_field_has_a_resolver_or_an_attribute() -> None:
    """No field of a type with a Python class behind it can fail for want of an answer."""
    schema = build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))
    unanswered = []
    for bound in OBJECTS:
        for type_name in bound.type_names:
            type_ = schema.type_map[type_name]
            assert isinstance(type_, GraphQLObjectType)
            others = {name for more in OBJECTS if type_name in more.type_names for name in more.resolvers}
            attributes = {*dir(bound.source), *getattr(bound.source, "__dataclass_fields__", ())}
            unanswered += [
                f"{type_name}.{name}" for name in type_.fields if snake_case(name) not in others | attributes
            ]
    assert unanswered == []


def test_every_argument_is_taken_by_its_resolver() -> None:
    """A resolver has a parameter for each argument of its field."""
    schema = build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))
    missing = []
    for bound in OBJECTS:
        type_ = schema.type_map[bound.type_names[0]]
        assert isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items():
            resolver = bound.resolvers.get(snake_case(name))
            parameters = inspect.signature(resolver).parameters if resolver else {}
            missing += [
                f"{type_.name}.{name}({argument})"
                for argument in field.args
                if resolver and snake_case(argument) not in parameters
            ]
    assert missing == []


def test_every_resolver_answers_a_field() -> None:
    """No resolver is left behind by a change of the schema."""
    schema = build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))
    for bound in OBJECTS:
        for type_name in bound.type_names:
            type_ = schema.type_map[type_name]
            assert isinstance(type_, GraphQLObjectType)
            assert set(bound.resolvers) <= set(map(snake_case, type_.fields)), type_name


def test_every_input_has_a_class() -> None:
    """Inputs arrive typed, except those of operations that are refused."""
    schema = load_schema()
    inputs = {name for name, type_ in schema.type_map.items() if isinstance(type_, GraphQLInputObjectType)}
    assert inputs - NOT_OFFERED_INPUTS == {class_.__name__ for class_ in INPUTS}
