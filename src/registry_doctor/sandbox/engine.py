"""GraphQL: documents in, answers with their HTTP status out (protocol 6)."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    execute_sync,
)

from registry_doctor.sandbox.absent import absence_in_document
from registry_doctor.sandbox.binding import bind_schema
from registry_doctor.sandbox.errors import Refusal
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.mutations.accounts import ACCOUNT_MUTATION_FIELDS, ACCOUNT_MUTATION_INPUTS
from registry_doctor.sandbox.mutations.collections import (
    COLLECTION_MUTATION_FIELDS,
    COLLECTION_MUTATION_INPUTS,
)
from registry_doctor.sandbox.mutations.linking import LINKING_FIELDS, LINKING_INPUTS
from registry_doctor.sandbox.mutations.logging import LOGGING_FIELDS, LOGGING_INPUTS
from registry_doctor.sandbox.mutations.manifests import MANIFEST_FIELDS, MANIFEST_INPUTS
from registry_doctor.sandbox.mutations.payloads import PAYLOAD_INPUTS, Mutation
from registry_doctor.sandbox.mutations.registries import REGISTRY_FIELDS, REGISTRY_INPUTS
from registry_doctor.sandbox.mutations.run_files import RUN_FILES_FIELDS, RUN_FILES_INPUTS
from registry_doctor.sandbox.mutations.runs import RUN_MUTATION_FIELDS, RUN_MUTATION_INPUTS
from registry_doctor.sandbox.mutations.versions import VERSION_FIELDS, VERSION_INPUTS
from registry_doctor.sandbox.operations import Operation, read_operation, validation_errors
from registry_doctor.sandbox.quirks import Quirk
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
    *ACCOUNT_MUTATION_FIELDS,
    *RUN_FILES_FIELDS,
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
    *ACCOUNT_MUTATION_INPUTS,
    *RUN_FILES_INPUTS,
)
INTERNAL_FAULT = 422
"""What an own bug answers: clients would retry a 500 for minutes (protocol 6)."""


@dataclass(frozen=True)
class Answer:
    """The JSON body of an answer and its HTTP status."""

    status: int
    body: JsonObject


class Engine:
    """Executes documents on the evidence schema; parsing and validation of a text happen once."""

    def operation(self, text: str, wanted: str | None) -> Operation:
        """Parse and validate; the name is read from the document if the request gives none (protocol 2)."""
        return read_operation(load_schema(), text, wanted)

    def execute(
        self,
        operation: Operation,
        session: Session,
        variables: Mapping[str, JsonValue],
        wanted: str | None,
        refusals: Mapping[str, Refusal] | None = None,
    ) -> Answer:
        """Execute an operation for a viewer; what can be answered is answered beside the errors.

        `refusals` are root fields that fail, and how. Raises Refusal for what W&B has and the sandbox does not.
        """
        older = session.has(Quirk.NO_ORG_ENTITY_FIELD) and not operation.errors
        if older:
            operation = read_operation(load_schema(older=True), operation.text, wanted)
        if absence := absence_in_document(operation.kind, operation.name, operation.errors):
            raise absence
        if operation.document is None or operation.errors:
            return Answer(400, {"errors": validation_errors(operation, older=older), "data": None})
        root = Mutation() if operation.kind == "mutation" else Root()
        with session.database.lock:
            result = execute_sync(
                load_schema(older=older),
                operation.document,
                root_value=root,
                context_value=session,
                variable_values=dict(variables),
                operation_name=wanted or None,
                middleware=[_refusing(refusals)] if refusals else None,
            )
        return _answer(result)


def refused_answer(operation: Operation, refusals: Mapping[str, Refusal], status: int) -> Answer:
    """The answer to an operation of which nothing is executed: null at every root field, errors at these."""
    errors: list[JsonValue] = [
        refusals[root.name].as_json([root.key]) for root in operation.roots if root.name in refusals
    ]
    return Answer(status, {"errors": errors, "data": {root.key: None for root in operation.roots}})


class _Path(Protocol):
    @property
    def prev(self) -> object: ...


class _Info(Protocol):
    @property
    def field_name(self) -> str: ...

    @property
    def path(self) -> _Path: ...


def _refusing(refusals: Mapping[str, Refusal]) -> Callable[..., object]:
    def middleware(
        resolve: Callable[..., object], source: object, info: _Info, **arguments: object
    ) -> object:
        if info.path.prev is None and info.field_name in refusals:
            raise refusals[info.field_name]
        return resolve(source, info, **arguments)

    return middleware


@lru_cache(maxsize=2)
def load_schema(*, older: bool = False) -> GraphQLSchema:
    """The evidence schema with its resolvers; it holds no state, so all sandboxes share it.

    That of an older server has no field ``Organization.orgEntity``.
    """
    schema = build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))
    if older:
        organization = schema.type_map["Organization"]
        assert isinstance(organization, GraphQLObjectType)
        del organization.fields["orgEntity"]
    concrete_types = {"ArtifactCollection": collection_type, "ArtifactCreator": creator_type}
    bind_schema(schema, OBJECTS, INPUTS, concrete_types)
    return schema


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
    path: list[JsonValue] = list(error.path) if error.path else []
    original = error.original_error
    if isinstance(original, Refusal):
        return original.as_json(error.path or ())
    if original is not None and not _is_about_the_request(error):
        where = "".join(traceback.format_exception(original)[-2:])
        return {
            "message": error.message,
            "path": path,
            "extensions": {"code": "SANDBOX_FAULT", "where": where},
        }
    return {"message": error.message, "path": path, "extensions": {"code": code}}
