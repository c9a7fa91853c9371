"""RD403: you may use and download what is in the registry."""

from __future__ import annotations

from registry_doctor_checks.registry_downloadable import registry_downloadable

from registry_doctor.facts import DOWNLOAD, AnyFact, Download
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    at,
    confirm,
    each_of,
    fails,
    link,
    passes,
    skips,
    use,
)

TARGET = "wandb-registry-model/detector:production"


def tried(download: Download | None) -> dict[AnyFact, object]:
    """What came of asking for one file."""
    return {**at(version="production"), DOWNLOAD: download}


CASES: Table = {
    "someone who gets a file passes": (use(TARGET, tried(Download(None))), passes("download")),
    "a refused file is a role below Viewer": (
        use(TARGET, tried(Download("permission denied"))),
        fails("permission denied", "'model'", "lower than Viewer", remedy=["administrator", "Acme Robotics", "Viewer"]),
    ),
    "a link downloads nothing": (link("wandb-registry-model/detector", tried(None)), skips("link")),
    "without a version there is nothing to try": (use(TARGET, tried(None)), skips("unknown")),
}  # fmt: skip


@each_of(CASES)
def test_registry_downloadable(values: Values, verdict: Verdict) -> None:
    """It fails if the server refuses the files of the version."""
    confirm(registry_downloadable, values, verdict)
