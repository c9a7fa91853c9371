"""GraphQL: documents in, answers with their HTTP status out (protocol 6)."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from registry_doctor.sandbox.absent import absence_in_document
from registry_doctor.sandbox.binding import bind_schema
from registry_doctor.sandbox.errors import Refusal
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.mutations.collections import (
    COLLECTION_MUTATION_FIELDS,
    COLLECTION_MUTATION_INPUTS,
)
from registry_doctor.sandbox.mutations.linking import LINKING_FIELDS, LINKING_INPUTS
from registry_doctor.sandbox.mutations.logging import LOGGING_FIELDS, LOGGING_INPUTS
from registry_doctor.sandbox.mutations.manifests import MANIFEST_FIELDS, MANIFEST_INPUTS
from registry_doctor.sandbox.mutations.payloads import PAYLOAD_INPUTS, Mutation
from registry_doctor.sandbox.mutations.refused import REFUSED_FIELDS
from registry_doctor.sandbox.mutations.registries import REGISTRY_FIELDS, REGISTRY_INPUTS
from registry_doctor.sandbox.mutations.run_files import RUN_FILES_FIELDS, RUN_FILES_INPUTS
from registry_doctor.sandbox.mutations.runs import RUN_MUTATION_FIELDS, RUN_MUTATION_INPUTS
from registry_doctor.sandbox.mutations.versions import VERSION_FIELDS, VERSION_INPUTS
from registry_doctor.sandbox.resolvers.account import ACCOUNT_FIELDS
from registry_doctor.sandbox.resolvers.artifact import ARTIFACT_FIELDS, ARTIFACT_INPUTS, creator_type
from registry_doctor.sandbox.resolvers.collection import COLLECTION_FIELDS, collection_type
from registry_doctor.sandbox.resolvers.file import FILE_FIELDS
from registry_doctor.sandbox.resolvers.project import PROJECT_FIELDS
from registry_doctor.sandbox.resolvers.query import QUERY_FIELDS, Root
from registry_doctor.sandbox.resolvers.run import RUN_FIELDS
from registry_doctor.sandbox.resolvers.run_history import HISTORY_FIELDS
from registry_doctor.sandbox.session import Session

SCHEMA_FILE = Path(__file__).with_name("schema.graphql")
OBJECTS = (
    *QUERY_FIELDS,
    *ACCOUNT_FIELDS,
    *PROJECT_FIELDS,
    *COLLECTION_FIELDS,
    *ARTIFACT_FIELDS,
    *FILE_FIELDS,
    *RUN_FIELDS,
    *HISTORY_FIELDS,
    *LINKING_FIELDS,
    *LOGGING_FIELDS,
    *MANIFEST_FIELDS,
    *VERSION_FIELDS,
    *COLLECTION_MUTATION_FIELDS,
    *REGISTRY_FIELDS,
    *RUN_MUTATION_FIELDS,
    *RUN_FILES_FIELDS,
    *REFUSED_FIELDS,
)
INPUTS = (
    *ARTIFACT_INPUTS,
    *PAYLOAD_INPUTS,
    *LINKING_INPUTS,
    *LOGGING_INPUTS,
    *MANIFEST_INPUTS,
    *VERSION_INPUTS,
    *COLLECTION_MUTATION_INPUTS,
    *REGISTRY_INPUTS,
    *RUN_MUTATION_INPUTS,
    *RUN_FILES_INPUTS,
)
INTERNAL_FAULT = 422
"""What an own bug answers: clients would retry a 500 for minutes (protocol 6)."""


@dataclass(frozen=True)
class Operation:
    """A parsed and validated request: errors if it cannot be executed."""

    name: str
    kind: str
    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    absence: Refusal | None = None


@dataclass(frozen=True)
class Answer:
    """The JSON body of an answer and its HTTP status."""

    status: int
    body: JsonObject


class Engine:
    """Executes documents on the evidence schema; parsing and validation of a text happen once."""

    def __init__(self) -> None:
        self.schema = load_schema()

    def operation(self, text: str, wanted: str | None) -> Operation:
        """Parse and validate; the name is read from the document if the request gives none (protocol 2)."""
        return _operation(text, wanted)

    def execute(
        self, operation: Operation, session: Session, variables: Mapping[str, JsonValue], wanted: str | None
    ) -> Answer:
        """Execute an operation for a viewer; what can be answered is answered beside the errors."""
        if operation.absence is not None:
            raise operation.absence
        if operation.document is None:
            return Answer(
                400,
                {
                    "errors": [_described(error, "GRAPHQL_VALIDATION_FAILED") for error in operation.errors],
                    "data": None,
                },
            )
        root = Mutation() if operation.kind == "mutation" else Root()
        with session.database.lock:
            result = execute_sync(
                self.schema,
                operation.document,
                root_value=root,
                context_value=session,
                variable_values=dict(variables),
                operation_name=wanted or None,
            )
        return _answer(result)


@lru_cache(maxsize=1)
def load_schema() -> GraphQLSchema:
    """The evidence schema with its resolvers; it holds no state, so all sandboxes share it."""
    schema = build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))
    concrete_types = {"ArtifactCollection": collection_type, "ArtifactCreator": creator_type}
    bind_schema(schema, OBJECTS, INPUTS, concrete_types)
    return schema


@lru_cache(maxsize=512)
def _operation(text: str, wanted: str | None) -> Operation:
    """All sandboxes share what was parsed, as they share the schema."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return Operation("", "query", None, (error,))
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    chosen = [node for node in operations if not wanted or (node.name and node.name.value == wanted)]
    if not chosen:
        return Operation(wanted or "", "query", None, (GraphQLError(f"Unknown operation named '{wanted}'."),))
    kind = "mutation" if chosen[0].operation is OperationType.MUTATION else "query"
    errors = tuple(validate(load_schema(), document))
    return Operation(
        _name(chosen[0]), kind, None if errors else document, errors, absence_in_document(errors)
    )


def _name(operation: OperationDefinitionNode) -> str:
    """The operation's name; of an anonymous one the first field's."""
    if operation.name:
        return operation.name.value
    first = operation.selection_set.selections[0]
    return first.name.value if isinstance(first, FieldNode) else ""


def _answer(result: ExecutionResult) -> Answer:
    if not result.errors:
        return Answer(200, {"data": result.data})
    errors = [(_status(error), _described(error, "BAD_USER_INPUT")) for error in result.errors]
    return Answer(errors[0][0], {"errors": [described for _, described in errors], "data": result.data})


def _status(error: GraphQLError) -> int:
    if isinstance(error.original_error, Refusal):
        return error.original_error.status
    return 400 if _is_about_the_request(error) else INTERNAL_FAULT


def _is_about_the_request(error: GraphQLError) -> bool:
    """Variables that do not fit raise a GraphQLError, in newer graphql-core wrapped in another one."""
    return error.original_error is None or isinstance(error.original_error, GraphQLError)


def _described(error: GraphQLError, code: str) -> JsonObject:
    path: JsonValue = list(error.path) if error.path else []
    original = error.original_error
    if isinstance(original, Refusal):
        return {"message": original.message, "path": path, "extensions": {"code": original.code}}
    if original is not None and not _is_about_the_request(error):
        where = "".join(traceback.format_exception(original)[-2:])
        return {
            "message": error.message,
            "path": path,
            "extensions": {"code": "SANDBOX_FAULT", "where": where},
        }
    return {"message": error.message, "path": path, "extensions": {"code": code}}
