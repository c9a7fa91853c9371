"""What the sandbox does not have is refused with a sentence that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
import wandb

from registry_doctor.pytest_sandbox import WandbSandbox

SWEEP = {"method": "grid", "parameters": {"x": {"values": [1, 2]}}}


def _log_to_region() -> None:
    with wandb.init(project="p") as run:
        run.log_artifact(wandb.Artifact("a", "dataset", storage_region="coreweave-us")).wait()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: wandb.sweep(SWEEP, project="training"), "the sandbox does not have sweeps"),
        (lambda: cast(Any, wandb.Api()).sweep("training/s1"), "the sandbox does not have sweeps"),
        (lambda: list(wandb.Api().project("training").sweeps()), "the sandbox does not have sweeps"),
        (
            lambda: wandb.init(project="p", fork_from="other?_step=3"),
            "the sandbox cannot fork or rewind runs",
        ),
        (lambda: wandb.init(project="p", mode="shared"), "the sandbox does not have the mode 'shared'"),
        (_log_to_region, "invalid storageRegion: coreweave-us: the sandbox has no storage regions"),
    ],
    ids=["sweep", "one sweep", "sweeps", "fork", "shared", "region"],
)
def test_what_is_not_here_is_refused(
    wandb_sandbox: WandbSandbox, call: Callable[[], object], said: str
) -> None:
    """At once, and never with a complaint about the schema."""
    with pytest.raises(Exception, match=said):
        call()


def test_a_console_log_is_not_given_as_empty(wandb_sandbox: WandbSandbox) -> None:
    """It cannot be read here."""
    with wandb.init(project="p", id="r1"):
        pass
    with pytest.raises(Exception, match="the sandbox does not have console logs"):
        list(wandb.Api().run("p/r1").console_logs())
