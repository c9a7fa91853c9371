"""RD004: wandb is online."""

from __future__ import annotations

import pytest
from registry_doctor_checks.mode_online import mode_online

from registry_doctor.facts import SETTINGS
from registry_doctor.settings import Sourced
from registry_doctor.testing import run_check
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    by,
    confirm,
    draft,
    each_of,
    fails,
    link,
    passes,
    settings,
    use,
    warns,
)

TARGET = "wandb-registry-model/detector"


def mode(value: str, source: str = "WANDB_MODE") -> Values:
    """The mode that is set."""
    return {SETTINGS: settings(mode=Sourced(value, source))}


CASES: Table = {
    "online passes": (draft(TARGET, mode("online")), passes("online")),
    "shared passes": (draft(TARGET, mode("shared")), passes()),
    "a draft cannot be linked offline": (
        draft(TARGET, mode("offline")),
        fails("offline", "WANDB_MODE", "cannot link", remedy=["export WANDB_MODE=online"]),
    ),
    "dryrun is another word for offline": (draft(TARGET, mode("dryrun")), fails("dryrun", "cannot link")),
    "a disabled run links nothing and says nothing": (
        draft(TARGET, mode("disabled")), fails("disabled", "nothing", remedy=["online"]),
    ),
    "a logged artifact can be linked in every mode, though not by a run": (
        link(TARGET, mode("offline")), warns("offline", "wandb.Api()", "run.link_artifact"),
    ),
    "a fetch works in every mode, though not by a run": (
        use(f"{TARGET}:v0", mode("disabled")), warns("disabled", "wandb.Api()", "run.use_artifact"),
    ),
    "a mode from a file is corrected there": (
        draft(TARGET, mode("offline", "wandb/settings")), fails("wandb/settings", remedy=["wandb/settings"]),
    ),
    "a run that is offline links nothing that was logged before either": (
        by("run.link_artifact", link(TARGET, mode("offline"))), fails("offline", "run.link_artifact", "NotImplementedError"),
    ),
    "link_model fails as link_artifact does": (
        by("run.link_model", draft("detector", mode("dryrun"))), fails("run.link_model", "NotImplementedError"),
    ),
    "a run that is offline fetches nothing": (
        by("run.use_artifact", use(f"{TARGET}:v0", mode("offline"))), fails("Cannot use artifact when in offline mode."),
    ),
    "use_model has words of its own": (
        by("run.use_model", use(f"{TARGET}:v0", mode("offline"))), fails("`use_model` not supported in offline mode."),
    ),
    "a disabled run returns None": (
        by("run.use_artifact", use(f"{TARGET}:v0", mode("disabled"))), fails("run.use_artifact", "returns None"),
    ),
    "a draft cannot be linked by itself, which would start a run": (
        by("artifact.link", draft(TARGET, mode("disabled"))), fails("artifact.link", "ArtifactNotLoggedError"),
    ),
    "a logged artifact can be linked by itself": (by("artifact.link", link(TARGET, mode("offline"))), passes("artifact.link also works")),
    "wandb.Api fetches in every mode": (by("api.artifact", use(f"{TARGET}:v0", mode("disabled"))), passes("api.artifact also works")),
    "without a path the mode is only worth knowing": (draft(None, mode("offline")), warns("offline", "wandb.Api()")),
}  # fmt: skip


@each_of(CASES)
def test_mode_online(values: Values, verdict: Verdict) -> None:
    """It fails only for what the SDK would refuse in that mode."""
    confirm(mode_online, values, verdict)


@pytest.mark.parametrize("source", ["wandb/settings", "~/.config/wandb/settings"])
def test_no_variable_is_exported_for_a_mode_from_a_file(source: str) -> None:
    """The snippet is for the environment alone."""
    outcome = run_check(mode_online, draft(TARGET, mode("offline", source)))
    assert [fix.snippet for fix in getattr(outcome, "fixes", ())] == [None]
