"""A pytest plugin for tests of code that uses wandb: the fixture `wandb_sandbox` (docs/testing-your-code.md).

The unmodified SDK then speaks to a local backend with a fresh world, and to nothing else. The plugin is found by
pytest wherever the package is installed, so it imports nothing until a test asks for the fixture.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

if TYPE_CHECKING:
    from registry_doctor.sandbox import Sandbox, World
    from registry_doctor.sandbox.requestlog import LogEntry

    WorldChoice: TypeAlias = World | Mapping[str, object] | str | Path

EXTRA = ("graphql", "waitress", "werkzeug", "yaml")
"""Modules that come with the extra `sandbox`."""
LOOPBACK = "127.0.0.1"


class WandbSandbox:
    """What a test has of the sandbox that wandb uses while it runs."""

    def __init__(self, sandbox: Sandbox, world: World, user: str | None) -> None:
        """Use the fixture. Raises ValueError for a user who has no key in this world."""
        self._sandbox = sandbox
        self.base_url = sandbox.base_url
        """What ``WANDB_BASE_URL`` is."""
        self.world = world
        """The world that the test began with."""
        self.keys = _keys(world)
        """The API key of every user and service account that has one."""
        self.user = next(iter(self.keys), None) if user is None else user
        """Whose key ``WANDB_API_KEY`` is: the first user's, unless the mark names another one."""
        if self.user is not None:
            self._key(self.user)

    @property
    def log(self) -> list[LogEntry]:
        """The requests served in this test so far, newest last: `operation`, `kind`, `path`, `status`, `user`, `ms`."""
        return self._sandbox.log

    @contextmanager
    def as_user(self, username: str) -> Iterator[None]:
        """Let wandb be another person. Raises ValueError for one without a key, and within an active run."""
        key = self._key(username)
        _refuse_active_run()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WANDB_API_KEY", key)
            _forget_settings_and_session()
            try:
                yield
            finally:
                _forget_settings_and_session()

    def set_faults(self, faults: Iterable[Mapping[str, object]]) -> None:
        """Make the next matching answers fail or come late: see docs/sandbox.md."""
        self._sandbox.set_faults(faults)

    def set_quirks(self, names: Iterable[str]) -> None:
        """Answer in exactly these shapes of real servers: see docs/sandbox.md. Raises WorldError for other names."""
        self._sandbox.set_quirks(names)

    def add_world(self, world: WorldChoice) -> None:
        """Add to the world that is served; `world` and `keys` stay as they were."""
        self._sandbox.add_world(world)

    def _key(self, username: str) -> str:
        key = self.keys.get(username) or self._sandbox.api_key(username)
        if key is None:
            others = f"{', '.join(self.keys)} have" if self.keys else "nobody has one"
            raise ValueError(f"'{username}' has no key in this world; {others}")
        return key


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers",
        "wandb_world(world, user=None): the world of `wandb_sandbox`, a mapping or a file beside the test; "
        "wandb is signed in as `user` (default: the first one)",
    )


@pytest.fixture(scope="session")
def wandb_sandbox_server() -> Iterator[Sandbox]:
    """The server behind `wandb_sandbox`: one for the whole session, so that its address stays the same."""
    if any(importlib.util.find_spec(module) is None for module in EXTRA):
        pytest.fail(
            "wandb_sandbox needs the extra: pip install 'wandb-registry-doctor[sandbox]'", pytrace=False
        )
    from registry_doctor.sandbox import Sandbox

    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def wandb_world() -> WorldChoice | None:
    """The world of tests without the mark; override it in a conftest. None is a small example."""
    return None


@pytest.fixture
def wandb_sandbox(
    request: pytest.FixtureRequest,
    wandb_sandbox_server: Sandbox,
    wandb_world: WorldChoice | None,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[WandbSandbox]:
    """A local W&B with a fresh world, and an environment in which wandb knows of nothing else."""
    from registry_doctor.sandbox import WorldError

    mark = request.node.get_closest_marker("wandb_world")
    try:
        world = _load(mark.args[0] if mark and mark.args else wandb_world, request.path.parent)
        wandb_sandbox_server.renew(world)
        sandbox = WandbSandbox(wandb_sandbox_server, world, mark.kwargs.get("user") if mark else None)
    except (WorldError, ValueError) as error:
        pytest.fail(f"wandb_world: {error}", pytrace=False)
    _forget_settings_and_session()
    _set_environment(monkeypatch, sandbox, tmp_path_factory.mktemp("wandb"))
    yield sandbox
    sandbox.set_faults([])  # a run that is left could not end
    _forget_settings_and_session()
    # `monkeypatch` does not know what wandb itself set for its processes; it puts back the rest.
    for name in _wandb_variables():
        del os.environ[name]


def _load(choice: WorldChoice | None, folder: Path) -> World:
    """The world that was chosen; a file is beside the test."""
    from registry_doctor.sandbox import World, default_world, load_world

    if choice is None:
        return default_world()
    if isinstance(choice, World):
        return choice
    return load_world(folder / choice) if isinstance(choice, (str, Path)) else World.from_document(choice)


def _keys(world: World) -> dict[str, str]:
    keys = {user.username: user.api_keys for user in world.users}
    keys |= {account.username: account.api_keys for team in world.teams for account in team.service_accounts}
    return {username: each[0] for username, each in keys.items() if each}


def _set_environment(monkeypatch: pytest.MonkeyPatch, sandbox: WandbSandbox, folder: Path) -> None:
    """Through the test's own `monkeypatch`: what the test also sets is then taken back in the right order."""
    for name in _wandb_variables():
        monkeypatch.delenv(name)
    variables = {
        "WANDB_BASE_URL": sandbox.base_url,
        "WANDB_DIR": folder,
        "WANDB_CONFIG_DIR": folder / "config",
        "WANDB_CACHE_DIR": folder / "cache",
        "WANDB_DATA_DIR": folder / "data",
        "WANDB_ARTIFACT_DIR": folder / "artifacts",
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_SILENT": "true",
        "NETRC": folder / "netrc",
    }
    if sandbox.user is not None:
        variables["WANDB_API_KEY"] = sandbox.keys[sandbox.user]
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, LOOPBACK, prepend=",")


def _wandb_variables() -> list[str]:
    return [name for name in os.environ if name.startswith("WANDB_")]


def _refuse_active_run() -> None:
    wandb = sys.modules.get("wandb")
    if wandb is not None and getattr(wandb, "run", None) is not None:
        raise ValueError("a run is active, and belongs to the person who started it: finish it first")


def _forget_settings_and_session() -> None:
    """Let wandb read its settings and its key again; this ends runs that are left, and wandb's service process.

    wandb keeps both for the life of the process, whatever the environment becomes. `teardown` ends runs too, but
    leaves the last one in `wandb.run`, which `finish` does not (SDK 0.22 to 0.31).
    """
    wandb = sys.modules.get("wandb")
    if wandb is None or not hasattr(wandb, "teardown"):  # a stand-in for wandb has none
        return
    if wandb.run is not None:
        wandb.finish()
    wandb.teardown()
