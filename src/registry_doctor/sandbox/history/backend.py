"""What a change is made on: the database, the engine, and the address to hand out."""

from __future__ import annotations

from dataclasses import dataclass, field

from registry_doctor.sandbox.access import Access
from registry_doctor.sandbox.engine import Engine
from registry_doctor.sandbox.model import User
from registry_doctor.sandbox.session import Session
from registry_doctor.sandbox.state import Database
from registry_doctor.sandbox.storage import StorageUrls


@dataclass
class Backend:
    """One database with what it takes to answer from it."""

    database: Database = field(default_factory=Database)
    engine: Engine = field(default_factory=Engine)
    base_url: str = ""

    def session(self, viewer: User) -> Session:
        """A request of this person."""
        database = self.database
        return Session(database, Access(database, viewer), StorageUrls(self.base_url, database.blobs))
