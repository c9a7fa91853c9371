"""What a resolver works with: the database, who asks, and the addresses to hand out."""

from __future__ import annotations

from dataclasses import dataclass

from registry_doctor.sandbox.access import Access
from registry_doctor.sandbox.model import User
from registry_doctor.sandbox.quirks import Quirk
from registry_doctor.sandbox.state import Database
from registry_doctor.sandbox.storage import StorageUrls


@dataclass(frozen=True)
class Session:
    """One request of one viewer."""

    database: Database
    access: Access
    urls: StorageUrls

    @property
    def viewer(self) -> User:
        """Whose key came with the request."""
        return self.access.viewer

    def has(self, quirk: Quirk) -> bool:
        """True if the server answers in this shape."""
        return quirk in self.database.server.quirks
