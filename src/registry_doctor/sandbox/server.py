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
    from registry_doctor.sandbox.http import LoopbackServer
    from registry_doctor.sandbox.requestlog import LogEntry

LARGEST_PORT = 65535
LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1"}


class Sandbox:
    """A running local backend; use it as a context manager, or call `stop`."""

    def __init__(self, application: Application, server: LoopbackServer) -> None:
        """Use `start`."""
        self._application = application
        self._server = server
        server.start()

    @classmethod
    def start(
        cls, world: World | Mapping[str, object] | str | Path, *, host: str = "127.0.0.1", port: int = 0
    ) -> Sandbox:
        """Serve a world, given as such, as a document or as a file, on a port (0: any free one).

        Raises WorldError for a malformed world, and SandboxError for a host that is not this machine's loopback
        address or a port that cannot be had.
        """
        if host not in LOOPBACK:
            raise SandboxError(
                f"the sandbox listens on the loopback address alone (127.0.0.1), not on '{host}'"
            )
        if not 0 <= port <= LARGEST_PORT:
            raise SandboxError(f"cannot listen on port {port}: ports are 0 to {LARGEST_PORT}")
        # These need the extra; the package itself is importable without it.
        from registry_doctor.sandbox.application import Application
        from registry_doctor.sandbox.http import LoopbackServer
        from registry_doctor.sandbox.populate import populate

        application = Application()
        populate(application.database, _world(world))
        try:
            server = LoopbackServer(LOOPBACK[host], port, application.serve)
        except OSError as error:
            raise SandboxError(f"cannot listen on {host}:{port}: {error}") from error
        application.base_url = f"http://{LOOPBACK[host]}:{server.port}"
        return cls(application, server)

    @property
    def base_url(self) -> str:
        """What to give as ``WANDB_BASE_URL``."""
        return self._application.base_url

    @property
    def log(self) -> list[LogEntry]:
        """The requests served so far, newest last."""
        return self._application.log.entries()

    def add_world(self, world: World | Mapping[str, object] | str | Path) -> None:
        """Add a world to the one that is served."""
        from registry_doctor.sandbox.populate import populate

        populate(self._application.database, _world(world))

    def set_faults(self, faults: Iterable[Mapping[str, object]]) -> None:
        """Make the next matching answers fail; replaces the faults that are left."""
        from registry_doctor.sandbox.faults import Fault

        self._application.faults.replace([Fault.from_document(fault) for fault in faults])

    def stop(self) -> None:
        """Stop serving; a second time does nothing."""
        self._application.faults.end()
        self._server.stop()

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
