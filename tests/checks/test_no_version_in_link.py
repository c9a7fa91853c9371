"""RD203: a link names a collection, not a version of it."""

from __future__ import annotations

import pytest
from registry_doctor_checks.no_version_in_link import no_version_in_link

from registry_doctor.checking.check import Fail
from registry_doctor.testing import run_check
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    confirm,
    each_of,
    fails,
    link,
    passes,
    safe,
    skips,
    use,
)

CASES: Table = {
    "a collection passes": (link("wandb-registry-model/detector"), passes("no version")),
    "a fetch takes a version": (use("wandb-registry-model/detector:v0"), skips("fetch")),
    "the version of a pasted URL is RD201's": (link("https://wandb.ai/a/b/artifacts/model/detector/v3"), passes()),
    "the version of a pasted URI is RD201's": (link("registry:///Acme Robotics/model/detector:v0"), passes()),
    "the version of four parts is RD201's": (link("a/b/c/d:v0"), skips("RD201")),
    "latest is given by the server": (
        link("wandb-registry-model/detector:latest"), fails(":latest", edits=[safe(version=None)]),
    ),
    "a version is given by the server": (link("wandb-registry-model/detector:v3"), fails(":v3", edits=[safe(version=None)])),
    "an alias belongs into the argument": (
        link("Acme Robotics/wandb-registry-model/detector:best"),
        fails(":best", edits=[safe(version=None)], remedy=['aliases=["best"]']),
    ),
    "a colon without anything is sent too": (link("wandb-registry-model/detector:"), fails(edits=[safe(version=None)])),
}  # fmt: skip


@each_of(CASES)
def test_no_version_in_link(values: Values, verdict: Verdict) -> None:
    """A version or alias in a link is taken out; an alias is to be passed as such."""
    confirm(no_version_in_link, values, verdict)


@pytest.mark.parametrize("version", ["latest", "v0", "v12", ""])
def test_what_the_server_gives_is_not_offered_as_an_alias(version: str) -> None:
    """`latest` and `v0` cannot be asked for at a link."""
    outcome = run_check(no_version_in_link, link(f"wandb-registry-model/detector:{version}"))
    assert isinstance(outcome, Fail)
    assert [(fix.snippet, fix.steps) for fix in outcome.fixes] == [(None, ())]
