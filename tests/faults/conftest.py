"""A home without anything in it, a key that must never be seen, and a sandbox to be disturbed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox
from tests.faults.commands import KEY
from tests.places import ACME_WORLD

SURROUNDINGS = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NETRC"),
    *("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"),
)


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing that the developer has set or stored takes part; bob's key is the one that is sent."""
    for name in list(os.environ):
        if name.startswith("WANDB_") or name.upper() in SURROUNDINGS:
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    monkeypatch.chdir(home)
    return home


@pytest.fixture(scope="session")
def acme_server() -> Iterator[Sandbox]:
    """The example world on a real socket."""
    with Sandbox.start(ACME_WORLD) as running:
        yield running


@pytest.fixture
def sandbox(acme_server: Sandbox, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The example world as at the beginning, and the environment in which it is asked."""
    acme_server.renew(ACME_WORLD)
    monkeypatch.setenv("WANDB_BASE_URL", acme_server.base_url)
    yield acme_server
    acme_server.set_faults([])
