"""The folder that a sandbox keeps its state in: the changes in a SQLite database, uploaded bytes in files.

SQLite is what makes it whole: a change is written and synchronized, or not at all, whatever kills the process; a full
disk takes nothing back; and as long as one process has the database open no other one can.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry_doctor.sandbox.errors import SandboxError, not_kept
from registry_doctor.sandbox.history.changes import Change, Uploaded, change_from_json
from registry_doctor.sandbox.storage import KeptFile

DATABASE = "state.sqlite"
FILES = "files"
APPLICATION = 0x77626472
"""Marks a SQLite database as the state of a sandbox (``PRAGMA application_id``)."""
FORMAT = 2
"""Of the tables and of the changes in them (``PRAGMA user_version``); a state of another format is refused."""

TABLES = """
CREATE TABLE secret (secret BLOB NOT NULL);
CREATE TABLE changes (number INTEGER PRIMARY KEY, moment REAL NOT NULL, nodes INTEGER NOT NULL, change TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Entry:
    """A change, when it was made, and how many nodes the database had made before."""

    moment: float
    nodes: int
    change: Change[object]


class StateFolder:
    """An open state; nobody else can open it until `close`."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        """Use `open`."""
        self.path = path
        self._files = path / FILES
        self._database = database

    @classmethod
    def open(cls, path: Path) -> StateFolder:
        """Open a state, or make the folder of a new one.

        Raises SandboxError if that cannot be, if another sandbox is using it, or if it holds something else.
        """
        try:
            # Keys and private texts are in it.
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            (path / FILES).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise SandboxError(f"the state cannot be kept in {path}: {error}") from error
        # Uses of the connection are never at the same time, but in whatever thread serves the request.
        try:
            database = sqlite3.connect(
                path / DATABASE, timeout=0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise SandboxError(f"the state cannot be kept in {path}: {error}") from error
        try:
            _take(database, path)
        except sqlite3.Error as error:
            database.close()
            raise SandboxError(_why_not(path, error)) from error
        except SandboxError:
            database.close()
            raise
        return cls(path, database)

    @property
    def is_new(self) -> bool:
        """True if nothing was ever kept in it."""
        return not _tables(self._database)

    def begin(self, secret: bytes, first: Entry) -> None:
        """Make a new state with its first change. Raises SandboxError."""
        try:
            with _transaction(self._database):
                for statement in TABLES.strip().splitlines():
                    self._database.execute(statement)
                self._database.execute("INSERT INTO secret VALUES (?)", (secret,))
                self._insert(first)
                self._database.execute(f"PRAGMA application_id = {APPLICATION}")
                self._database.execute(f"PRAGMA user_version = {FORMAT}")
        except sqlite3.Error as error:
            raise SandboxError(f"the state cannot be kept in {self.path}: {error}") from error

    def secret(self) -> bytes:
        """What addresses are signed with, so that those handed out before a restart hold afterwards."""
        secret = self._database.execute("SELECT secret FROM secret").fetchone()[0]
        assert isinstance(secret, bytes)
        return secret

    def entries(self) -> Iterator[Entry]:
        """All changes in their order. Raises SandboxError where one cannot be read, or its bytes are not there."""
        number = 0
        try:
            rows = self._database.execute("SELECT number, moment, nodes, change FROM changes ORDER BY number")
            for expected, (number, moment, nodes, text) in enumerate(rows, start=1):
                if number != expected:
                    raise ValueError(f"change {expected} is missing")
                change = change_from_json(json.loads(text), self._files)
                if isinstance(change, Uploaded):
                    _check(change)
                yield Entry(moment, nodes, change)
        except (sqlite3.Error, ValueError, OSError) as error:
            raise SandboxError(f"the state in {self.path} is damaged at change {number}: {error}") from error

    def append(self, entry: Entry) -> None:
        """Write a change down, for good when this returns. Raises Refusal, and then nothing was written."""
        try:
            self._insert(entry)
        except sqlite3.Error as error:
            raise not_kept(self.path, error) from error

    def keep(self, content: bytes) -> KeptFile:
        """Put bytes into a file named by their digest, for good when this returns. Raises Refusal."""
        file = self._files / hashlib.sha256(content).hexdigest()
        try:
            if not (file.exists() and file.stat().st_size == len(content)):
                self._write(file, content)
            _synchronize_folder(self._files)
        except OSError as error:
            raise not_kept(self.path, error) from error
        return KeptFile(file, len(content))

    def remove_all_but(self, files: Iterable[Path]) -> None:
        """Remove what was left behind by uploads that were never acknowledged. Raises SandboxError."""
        wanted = set(files)
        try:
            for file in self._files.iterdir():
                if file not in wanted:
                    file.unlink()
        except OSError as error:
            raise SandboxError(f"the state cannot be kept in {self.path}: {error}") from error

    def close(self) -> None:
        """Let others open it."""
        self._database.close()

    def _insert(self, entry: Entry) -> None:
        text = json.dumps(entry.change.as_json(), separators=(",", ":"))
        self._database.execute(
            "INSERT INTO changes (moment, nodes, change) VALUES (?, ?, ?)", (entry.moment, entry.nodes, text)
        )

    def _write(self, file: Path, content: bytes) -> None:
        """Write a file so that under its name there are never any but all bytes."""
        with tempfile.NamedTemporaryFile(dir=self._files, delete=False) as draft:
            try:
                draft.write(content)
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).replace(file)
            except OSError:
                Path(draft.name).unlink()
                raise


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Everything within, or nothing of it."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _take(database: sqlite3.Connection, path: Path) -> None:
    """Lock the database for this process alone, look whether it is ours, and let each commit reach the disk."""
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    with _transaction(database):  # the lock outlasts it, and ends with the process
        application, version = (
            database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        tables = _tables(database)
    if tables and application != APPLICATION:
        raise SandboxError(f"{path / DATABASE} is not the state of a sandbox")
    if tables and version != FORMAT:
        raise SandboxError(
            f"the state in {path} has format {version}, and this version reads format {FORMAT}: begin a new one"
        )
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    damage = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise SandboxError(f"the state in {path} is damaged: {damage}")


def _tables(database: sqlite3.Connection) -> bool:
    return bool(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _why_not(path: Path, error: sqlite3.Error) -> str:
    # Python 3.10 has no error codes; the texts are SQLite's own
    if "locked" in str(error):
        return f"another sandbox keeps its state in {path}"
    if "not a database" in str(error) or "malformed" in str(error):
        return f"the state in {path} is damaged: {error}"
    return f"the state cannot be kept in {path}: {error}"


def _check(upload: Uploaded) -> None:
    assert isinstance(upload.content, KeptFile)
    size = upload.content.file.stat().st_size
    if size != upload.content.size:
        raise ValueError(f"{upload.content.file} has {size} bytes, not {upload.content.size}")


def _synchronize_folder(folder: Path) -> None:
    """Make a new name in a folder last; Windows has no such call, and needs none."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
