"""The sandbox as others use it: a world served on the loopback interface by a thread of this process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from registry_doctor.sandbox.errors import SandboxError
from registry_doctor.sandbox.world import World, load_world

if TYPE_CHECKING:
    from typing_extensions import Self

    from registry_doctor.sandbox.application import Application
    from registry_doctor.sandbox.requestlog import LogEntry

LARGEST_PORT = 65535
LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1"}


class Sandbox:
    """A running local backend; use it as a context manager, or call `stop`."""

    def __init__(self, application: Application, host: str, port: int) -> None:
        """Use `start`."""
        from registry_doctor.sandbox.http import LoopbackServer

        self._application = application
        # Not the application's own method: `renew` puts another one in its place.
        self._server = LoopbackServer(host, port, lambda request: self._application.serve(request))
        application.backend.base_url = f"http://{host}:{self._server.port}"
        self._server.start()

    @classmethod
    def start(
        cls,
        world: World | Mapping[str, object] | str | Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        state: str | Path | None = None,
    ) -> Sandbox:
        """Serve a world, given as such, as a document or as a file, on a port (0: any free one).

        With `state`, a folder, everything that is done is kept there, and a later start goes on from it: without a
        world, or with the one that it was begun with. Without a world and a state it is a small example.

        Raises WorldError for a malformed world, and SandboxError for a host that is not this machine's loopback
        address, a port that cannot be had, or a state that cannot be read or written, that another sandbox is
        using, or that was begun with another world.
        """
        if host not in LOOPBACK:
            raise SandboxError(
                f"the sandbox listens only on the loopback address (127.0.0.1), not on '{host}'"
            )
        if not 0 <= port <= LARGEST_PORT:
            raise SandboxError(f"cannot listen on port {port}: ports are 0 to {LARGEST_PORT}")
        # These need the extra; the package itself is importable without it.
        from registry_doctor.sandbox.application import Application
        from registry_doctor.sandbox.history.folder import StateFolder

        known = None if world is None else _world(world)
        application = Application(None if state is None else StateFolder.open(Path(state)))
        try:
            application.history.begin(known)
            return cls(application, LOOPBACK[host], port)
        except OSError as error:
            application.history.close()
            raise SandboxError(f"cannot listen on {host}:{port}: {error}") from error
        except BaseException:
            application.history.close()
            raise

    @property
    def base_url(self) -> str:
        """What to give as ``WANDB_BASE_URL``."""
        return self._application.backend.base_url

    @property
    def log(self) -> list[LogEntry]:
        """The requests served so far, newest last."""
        return self._application.log.entries()

    def add_world(self, world: World | Mapping[str, object] | str | Path) -> None:
        """Add a world to the one that is served. Raises WorldError."""
        from registry_doctor.sandbox.history.changes import WorldAdded

        self._application.history.make(WorldAdded(_world(world)))

    def renew(self, world: World | Mapping[str, object] | str | Path | None = None) -> None:
        """Serve only this world (None: the example), at the same address; log and faults are empty.

        Requests that are being answered end as they began. Raises WorldError, and SandboxError if a state is kept.
        """
        from registry_doctor.sandbox.application import Application

        if self._application.history.is_kept:
            raise SandboxError("a sandbox that keeps its state cannot be renewed")
        fresh = Application()
        fresh.history.begin(None if world is None else _world(world))
        fresh.backend.base_url = self.base_url
        old, self._application = self._application, fresh
        old.faults.end()

    def set_faults(self, faults: Iterable[Mapping[str, object]]) -> None:
        """Make the next matching answers fail; replaces the faults that are left."""
        from registry_doctor.sandbox.faults import read_fault

        self._application.faults.replace([read_fault(fault) for fault in faults])

    def set_quirks(self, names: Iterable[str]) -> None:
        """Answer in exactly these shapes from now on (docs/sandbox.md). Raises WorldError for an unknown quirk."""
        self._application.set_quirks(list(names))

    def api_key(self, username: str) -> str | None:
        """The key of an account, also of one that was made while the sandbox runs; None if it has no key."""
        user = self._application.backend.database.users.get(username)
        return user.api_keys[0].secret if user and user.api_keys else None

    def stop(self) -> None:
        """Stop serving; a second time does nothing."""
        self._application.faults.end()
        self._server.stop()
        self._application.history.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _world(world: World | Mapping[str, object] | str | Path) -> World:
    if isinstance(world, World):
        return world
    return load_world(world) if isinstance(world, (str, Path)) else World.from_document(world)
