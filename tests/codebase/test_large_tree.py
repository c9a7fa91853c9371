"""A large tree costs few requests, and the memory of a batch, not of the tree."""

from __future__ import annotations

from pathlib import Path

import pytest

import registry_doctor
from benchmarks.many_targets import KEY, paths, world, write_tree
from registry_doctor.sandbox import Sandbox, World

pytestmark = pytest.mark.slow

REGISTRIES, COLLECTIONS = 50, 100


def test_five_thousand_targets_need_at_most_forty_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they share is asked once, and the rest in batches; every one of them is judged."""
    write_tree(tmp_path / "tree", paths(REGISTRIES * COLLECTIONS, COLLECTIONS))
    with Sandbox.start(World.from_document(world(REGISTRIES, COLLECTIONS))) as sandbox:
        for name, value in {
            "HOME": str(tmp_path),
            "NO_PROXY": "127.0.0.1",
            "WANDB_API_KEY": KEY,
            "WANDB_BASE_URL": sandbox.base_url,
        }.items():
            monkeypatch.setenv(name, value)
        report = registry_doctor.preflight(tmp_path / "tree")
        served = len(sandbox.log)
    assert (len(report.judged), report.exit_code) == (REGISTRIES * COLLECTIONS, 0)
    assert report.requests.count == served <= 40
