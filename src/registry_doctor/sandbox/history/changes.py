"""The four ways in which the database is changed from outside: as data, and how each is made.

A change is made by the same code when it is asked for and when it is made again after a restart. It takes all it
depends on from itself and from the database (the time is `Database.now`): made in the same order on the same
beginning, changes lead to the same database, ids included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from registry_doctor.sandbox.engine import Answer
from registry_doctor.sandbox.history.backend import Backend
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.mutations.streaming import stream_into_run
from registry_doctor.sandbox.populate import populate
from registry_doctor.sandbox.storage import KeptFile
from registry_doctor.sandbox.world import World
from registry_doctor.sandbox.world_document import world_document

T = TypeVar("T", covariant=True)


class Change(Protocol[T]):
    """What is done to the database, and what comes of it."""

    def make(self, backend: Backend) -> T:
        """Do it. The caller holds the database still, and has set its time."""

    def as_json(self) -> JsonObject:
        """The change as `change_from_json` reads it."""


@dataclass(frozen=True)
class WorldAdded:
    """A world was added, by whoever runs the sandbox."""

    world: World

    def make(self, backend: Backend) -> None:
        """Add it. Raises WorldError; what stands before the mistake has been added by then."""
        populate(backend.database, self.world)

    def as_json(self) -> JsonObject:
        """The change as `change_from_json` reads it."""
        return {"kind": "world", "world": world_document(self.world)}


@dataclass(frozen=True)
class Mutated:
    """A person sent a GraphQL mutation."""

    username: str
    text: str
    operation: str | None
    variables: Mapping[str, JsonValue]

    def make(self, backend: Backend) -> Answer:
        """Execute it; refusals are in the answer."""
        session = backend.session(backend.database.users[self.username])
        operation = backend.engine.operation(self.text, self.operation)
        return backend.engine.execute(operation, session, self.variables, self.operation)

    def as_json(self) -> JsonObject:
        """The change as `change_from_json` reads it."""
        return {
            "kind": "mutation",
            "username": self.username,
            "text": self.text,
            "operation": self.operation,
            "variables": dict(self.variables),
        }


@dataclass(frozen=True)
class Streamed:
    """A run of a person sent a message of its stream."""

    username: str
    entity: str
    project: str
    run: str
    content: JsonValue

    def make(self, backend: Backend) -> JsonObject:
        """Take it in and return the answer. Raises Refusal."""
        session = backend.session(backend.database.users[self.username])
        return stream_into_run(session, self.entity, self.project, self.run, self.content)

    def as_json(self) -> JsonObject:
        """The change as `change_from_json` reads it."""
        return {
            "kind": "stream",
            "username": self.username,
            "entity": self.entity,
            "project": self.project,
            "run": self.run,
            "content": self.content,
        }


@dataclass(frozen=True)
class Uploaded:
    """Bytes were put at a signed address."""

    path: str
    content: bytes | KeptFile

    def make(self, backend: Backend) -> None:
        """Keep them under their path."""
        backend.database.blobs.put(self.path, self.content)

    def as_json(self) -> JsonObject:
        """The change as `change_from_json` reads it; only bytes that are in a file can be written down."""
        assert isinstance(self.content, KeptFile)
        return {
            "kind": "upload",
            "path": self.path,
            "digest": self.content.file.name,
            "size": self.content.size,
        }


def change_from_json(value: JsonValue, files: Path) -> Change[object]:
    """The change that was written down; `files` is the folder of the bytes that were kept.

    Raises ValueError if it is none, and WorldError for a world that is not valid any more.
    """
    match value:
        case {"kind": "world", "world": dict(document)}:
            return WorldAdded(World.from_document(document))
        case {
            "kind": "mutation",
            "username": str(username),
            "text": str(text),
            "operation": str() | None as operation,
            "variables": dict(variables),
        }:
            return Mutated(username, text, operation, variables)
        case {
            "kind": "stream",
            "username": str(username),
            "entity": str(entity),
            "project": str(project),
            "run": str(run),
            "content": content,
        }:
            return Streamed(username, entity, project, run, content)
        case {"kind": "upload", "path": str(path), "digest": str(digest), "size": int(size)}:
            return Uploaded(path, KeptFile(files / digest, size))
    raise ValueError("it is no change that this version knows")
