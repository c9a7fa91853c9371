"""What a client sends: the operation of a document, its root fields, and what of it the schema does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    validate,
)

from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue

NOT_IN_THE_SCHEMA = ("Cannot query field", "Unknown argument", "Unknown type", "Field ")
_QUOTED = re.compile(r"'([^']*)'")
_UNKNOWN_ARGUMENT = re.compile(r"(Unknown argument '\w+' on field) '(\w+)\.(\w+)'")


@dataclass(frozen=True)
class RootField:
    """A field at the top of an operation, and the key that the answer has for it (its alias, if it has one)."""

    name: str
    key: str


@dataclass(frozen=True)
class Operation:
    """A request that was parsed and validated. With errors it cannot be executed."""

    text: str
    name: str
    kind: str
    document: DocumentNode | None
    roots: tuple[RootField, ...] = ()
    errors: tuple[GraphQLError, ...] = field(default=(), compare=False)


@lru_cache(maxsize=512)
def read_operation(schema: GraphQLSchema, text: str, wanted: str | None) -> Operation:
    """The wanted operation of a document, validated; all sandboxes share what was read."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return Operation(text, "", "query", None, errors=(error,))
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    chosen = [node for node in operations if not wanted or (node.name and node.name.value == wanted)]
    if not chosen:
        unknown = GraphQLError(f"Unknown operation named '{wanted}'.")
        return Operation(text, wanted or "", "query", None, errors=(unknown,))
    kind = "mutation" if chosen[0].operation is OperationType.MUTATION else "query"
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    roots = tuple(dict.fromkeys(_roots(chosen[0].selection_set, fragments, ())))
    name = chosen[0].name.value if chosen[0].name else next((root.name for root in roots), "")
    return Operation(text, name, kind, document, roots, tuple(validate(schema, document)))


def _roots(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], inside: tuple[str, ...]
) -> Iterator[RootField]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            alias = selection.alias or selection.name
            yield RootField(selection.name.value, alias.value)
        elif isinstance(selection, InlineFragmentNode):
            yield from _roots(selection.selection_set, fragments, inside)
        elif isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if name in fragments and name not in inside:  # a fragment may, wrongly, hold itself
                yield from _roots(fragments[name].selection_set, fragments, (*inside, name))


def validation_errors(operation: Operation, *, older: bool) -> list[JsonValue]:
    """The errors of an operation that cannot be executed, in the words of the real server.

    Where it needs something that the sandbox does not have, the last one names the operation: not for what only an
    `older` server lacks.
    """
    errors: list[JsonValue] = [_described(_in_real_words(error.message)) for error in operation.errors]
    unknown = any(error.message.startswith(NOT_IN_THE_SCHEMA) for error in operation.errors)
    if unknown and not older:
        name = f'the {operation.kind} "{operation.name}"'
        errors.append(_described(f"The sandbox does not serve {name} as it was sent; see docs/sandbox.md."))
    return errors


def _described(message: str) -> JsonObject:
    return {"message": message, "path": [], "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}


def _in_real_words(message: str) -> str:
    """The real server quotes with ``"``, and names the type of an unknown argument after its field."""
    return _QUOTED.sub(r'"\1"', _UNKNOWN_ARGUMENT.sub(r"\1 '\3' of type '\2'", message))
