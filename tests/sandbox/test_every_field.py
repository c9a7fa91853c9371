"""Every field of the schema can be asked for: none fails for a fault of the sandbox's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from registry_doctor.sandbox.engine import load_schema

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

REQUIRED = {
    "name": '"detector:v0"',
    "aliasName": '"latest"',
    "liveKeys": '["loss"]',
    "specs": '["{\\"keys\\": [\\"loss\\"]}"]',
    "storageLayout": '"V2"',
    "manifestVersion": '"1"',
}
REGISTRY = 'project(entityName: "acme-robotics_X7Q2", name: "wandb-registry-model")'
STARTS = [
    ("viewer", "User"),
    ("serverInfo", "ServerInfo"),
    ('user(username: "gina")', "User"),
    ("users(first: 5)", "UserConnection"),
    ('entity(name: "vision")', "Entity"),
    ('entity(name: "acme-robotics_X7Q2")', "Entity"),
    ('organization(name: "Acme Robotics")', "Organization"),
    ('models(entityName: "vision")', "ProjectConnection"),
    (REGISTRY, "Project"),
    ('project(entityName: "vision", name: "detectors")', "Project"),
    ('project(entityName: "vision", name: "training")', "Project"),
]


class Everything:
    """Selects all fields of a type; each type is opened once, elsewhere only its plain fields are taken."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._opened: set[str] = set()
        self._fields = 0

    def of(self, type_: GraphQLNamedType) -> str:
        """A selection set for the type."""
        if isinstance(type_, GraphQLUnionType):
            return (
                "{ __typename " + " ".join(f"... on {one.name} {self.of(one)}" for one in type_.types) + " }"
            )
        assert isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType))
        first_time = type_.name not in self._opened
        self._opened.add(type_.name)
        parts = ["__typename"]
        for name, field in type_.fields.items():
            kind = get_named_type(field.type)
            self._fields += 1
            call = f"f{self._fields}: {name}{_arguments(field.args)}"
            if is_leaf_type(kind):
                parts.append(call)
            elif first_time:
                parts.append(f"{call} {self.of(kind)}")
        if isinstance(type_, GraphQLInterfaceType):
            parts += [f"... on {one.name} {self.of(one)}" for one in self._schema.get_possible_types(type_)]
        return "{ " + " ".join(parts) + " }"


def _arguments(arguments: dict[str, GraphQLArgument]) -> str:
    needed = [
        f"{name}: {REQUIRED[name]}" for name, argument in arguments.items() if is_required_argument(argument)
    ]
    return f"({', '.join(needed)})" if needed else ""


@pytest.mark.parametrize(("start", "type_name"), STARTS, ids=[start for start, _ in STARTS])
def test_all_that_can_be_asked_is_answered(client: Client, start: str, type_name: str) -> None:
    """Below every start, for an admin who may see everything: status 200, without errors."""
    client.ask(
        "alice",
        """mutation { upsertBucket(input: {entityName: "vision", modelName: "training", name: "detector:v0"}) { bucket { id } } }""",
    )
    schema = load_schema()
    document = f"{{ start: {start} {Everything(schema).of(schema.type_map[type_name])} }}"
    reply = client.ask("alice", document)
    assert (reply.messages, reply.status) == ([], 200)
    assert reply["start"] is not None
