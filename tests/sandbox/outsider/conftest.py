"""A sandbox for a whole module, with wandb set up for it: for tests that read what one fixture has logged."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import wandb

from registry_doctor.sandbox import Sandbox, default_world

TEAM = "research"


@pytest.fixture(scope="module")
def sandbox_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """What `wandb_sandbox` is for a test: the small example, as ada."""
    folder = tmp_path_factory.mktemp("wandb")
    variables = {
        "WANDB_API_KEY": default_world().users[0].api_keys[0],
        "WANDB_DIR": folder,
        "WANDB_CONFIG_DIR": folder / "config",
        "WANDB_CACHE_DIR": folder / "cache",
        "WANDB_DATA_DIR": folder / "data",
        "WANDB_ARTIFACT_DIR": folder / "artifacts",
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_SILENT": "true",
        "NETRC": folder / "netrc",
    }
    with Sandbox.start() as sandbox, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WANDB_")]:
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, str(value))
        patch.setenv("WANDB_BASE_URL", sandbox.base_url)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1", prepend=",")
        wandb.teardown()
        yield sandbox
        wandb.teardown()
        for name in [name for name in os.environ if name.startswith("WANDB_") and name not in variables]:
            del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The SDK leaves temporary folders to the garbage collector, which warns of each."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """They are collected here, and not in a test of something else."""
    yield
    gc.collect()
