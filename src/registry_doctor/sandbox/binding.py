"""Tying the schema's types to Python: resolvers by function name, other fields by attribute.

``camelCase`` names of the schema are ``snake_case`` names here: `Project.artifactType` is resolved by a function
`artifact_type`, or read from an attribute `artifact_type`; arguments and inputs arrive in the same way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from registry_doctor.sandbox.errors import Refusal
from registry_doctor.sandbox.without_effect import has_no_effect

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

F = TypeVar("F", bound=Callable[..., object])


def snake_case(name: str) -> str:
    """``artifactID`` -> ``artifact_id``, ``hexMD5`` -> ``hex_md5``, ``rampIDType`` -> ``ramp_id_type``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


class ObjectFields:
    """The resolvers of one or several object types whose values are of the Python class `source`."""

    def __init__(self, source: type, *type_names: str) -> None:
        self.source = source
        self.type_names = type_names
        self.resolvers: dict[str, Callable[..., object]] = {}

    def field(self, resolver: F) -> F:
        """Resolve the field of the function's name with it: called as ``resolver(source, session, **arguments)``."""
        self.resolvers[resolver.__name__.rstrip("_")] = resolver
        return resolver


def bind_schema(
    schema: GraphQLSchema,
    objects: Iterable[ObjectFields],
    inputs: Iterable[type[DataclassInstance]],
    concrete_types: Mapping[str, Callable[[object], str]],
) -> None:
    """Give every field of the schema its resolver, every input its class, every abstract type its choice.

    The classes of inputs are dataclasses with the names of the schema and the fields that matter here. Another field
    is refused by name, unless it is one of those without effect.
    """
    resolvers: defaultdict[str, dict[str, Callable[..., object]]] = defaultdict(dict)
    for bound in objects:
        for name in bound.type_names:
            resolvers[name] |= bound.resolvers
    classes = {class_.__name__: class_ for class_ in inputs}
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            _bind_object(type_, resolvers[type_.name])
        elif isinstance(type_, GraphQLInputObjectType) and type_.name in classes:
            _bind_input(type_, classes[type_.name])
        elif isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType)):
            type_.resolve_type = _chooser(concrete_types[type_.name])


def _bind_object(type_: GraphQLObjectType, resolvers: Mapping[str, Callable[..., object]]) -> None:
    for name, field in type_.fields.items():
        for argument_name, argument in field.args.items():
            argument.out_name = snake_case(argument_name)
        resolver = resolvers.get(snake_case(name))
        field.resolve = _attribute(snake_case(name)) if resolver is None else _adapted(resolver)


def _bind_input(type_: GraphQLInputObjectType, class_: type[DataclassInstance]) -> None:
    for name, field in type_.fields.items():
        field.out_name = snake_case(name)
    known = {field.name for field in fields(class_)}
    not_served = {
        snake_case(name): f"{type_.name}.{name}"
        for name in type_.fields
        if snake_case(name) not in known and not has_no_effect(type_.name, name)
    }

    def build(values: dict[str, object]) -> object:
        for name, value in values.items():
            if value is not None and name in not_served:
                raise Refusal(
                    501,
                    f"the sandbox does not serve {not_served[name]}; see docs/sandbox.md",
                    "NOT_IMPLEMENTED",
                )
        return class_(**{name: value for name, value in values.items() if name in known})

    # graphql-core documents `out_type` as what a schema's owner may set on an input type
    type_.out_type = build  # type: ignore[method-assign,assignment]


def _chooser(choose: Callable[[object], str]) -> Callable[..., str]:
    return lambda value, _info, _type: choose(value)


def _attribute(name: str) -> Callable[..., object]:
    read = attrgetter(name)
    return lambda source, _info: read(source)


class _Info(Protocol):
    """What is used of graphql-core's info, whose class takes type arguments in some versions only."""

    @property
    def context(self) -> object: ...


def _adapted(resolver: Callable[..., object]) -> Callable[..., object]:
    def resolve(source: object, info: _Info, **arguments: object) -> object:
        return resolver(source, info.context, **arguments)

    return resolve
