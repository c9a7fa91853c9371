"""Makes changes one after the other: each is written down before it is made, and so before it is answered."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from registry_doctor.sandbox.errors import SandboxError
from registry_doctor.sandbox.history.backend import Backend
from registry_doctor.sandbox.history.changes import Change, Uploaded, WorldAdded
from registry_doctor.sandbox.history.folder import Entry, StateFolder
from registry_doctor.sandbox.storage import KeptFile
from registry_doctor.sandbox.world import World, default_world
from registry_doctor.sandbox.world_document import world_document

T = TypeVar("T")


class History:
    """The changes of one backend, in memory alone or in a folder too."""

    def __init__(self, backend: Backend, folder: StateFolder | None = None) -> None:
        self._backend = backend
        self._folder = folder
        self._order = threading.Lock()

    @property
    def is_kept(self) -> bool:
        """True if the changes are written down in a folder."""
        return self._folder is not None

    def begin(self, world: World | None) -> None:
        """Begin with a world (None: the one of the state, or the example), or go on from the state in the folder.

        Raises WorldError for a world that does not hold together, and SandboxError for a state that was begun with
        another world, or that cannot be read.
        """
        if self._folder is not None and not self._folder.is_new:
            self._resume(self._folder, world)
            return
        first = Entry(time.time(), 0, WorldAdded(world or default_world()))
        self._make(
            first.moment, first.change
        )  # before anything is written: a world with mistakes begins no state
        if self._folder is not None:
            self._folder.begin(self._backend.database.blobs.secret, first)

    def make(self, change: Change[T]) -> T:
        """Make a change, once it is written down; raises what the change raises, and Refusal if it cannot be kept.

        Reads go on while it is being written down: only the change itself holds the database.
        """
        with self._order:
            entry = Entry(time.time(), self._backend.database.nodes_made, change)
            if self._folder is not None:
                self._folder.append(entry)
            return self._make(entry.moment, change)

    def upload(self, path: str, content: bytes) -> None:
        """Keep bytes under a storage path. Raises Refusal if they cannot be kept."""
        self.make(Uploaded(path, content if self._folder is None else self._folder.keep(content)))

    def close(self) -> None:
        """Nothing more will be made."""
        if self._folder is not None:
            with self._order:
                self._folder.close()

    def _make(self, moment: float, change: Change[T]) -> T:
        database = self._backend.database
        with database.lock:
            database.moment = moment
            return change.make(self._backend)

    def _resume(self, folder: StateFolder, world: World | None) -> None:
        """Make all changes of the folder again."""
        database = self._backend.database
        database.blobs.secret = folder.secret()
        files: set[Path] = set()
        for number, entry in enumerate(folder.entries(), start=1):
            change = entry.change
            if number == 1 and world is not None:
                _refuse_another_world(folder.path, change, world)
            if entry.nodes != database.nodes_made:
                # Ids would no longer be those that were handed out.
                raise SandboxError(
                    f"the state in {folder.path} was made by a sandbox with other rules, as change {number} shows: "
                    "begin a new one"
                )
            if isinstance(change, Uploaded) and isinstance(change.content, KeptFile):
                files.add(change.content.file)
            with suppress(Exception):  # what was refused when it was asked for is refused again
                self._make(entry.moment, change)
        folder.remove_all_but(files)


def _refuse_another_world(path: Path, first: Change[object], world: World) -> None:
    begun_with = first.world if isinstance(first, WorldAdded) else None
    if begun_with is None or _text(begun_with) != _text(world):
        raise SandboxError(
            f"the state in {path} was begun with another world: go on with it without naming a world, "
            "or keep this one elsewhere"
        )


def _text(world: World) -> str:
    return json.dumps(world_document(world), sort_keys=True)
