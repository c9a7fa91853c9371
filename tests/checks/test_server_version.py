"""RD003: the server supports what this call of wandb needs.

That wandb 0.31.0 works without a feature whose field the server knows, and is refused where it does not know the
field, is shown in `tests/sdk/test_server_features.py`.
"""

from __future__ import annotations

from registry_doctor_checks.server_version import server_version

from registry_doctor.facts import REFUSED_FIELDS, SDK_VERSION, SERVER, AnyFact, Server, Unavailable
from registry_doctor.support.versions import read_version
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    confirm,
    draft,
    each_of,
    fails,
    link,
    passes,
    skips,
    use,
    warns,
)

PATH = "wandb-registry-model/detector"
FETCH = f"{PATH}:v0"
BY_NAME = "PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP"
FILES = "ARTIFACT_COLLECTION_MEMBERSHIP_FILES"
IN_LINK = "ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE"
ALL = frozenset({BY_NAME, FILES, IN_LINK})


def server(
    features: frozenset[str] | None,
    version: str | None = "0.85.0",
    *,
    sdk: str | None = "0.31.0",
    refused: tuple[str, ...] = (),
) -> dict[AnyFact, object]:
    """What the server tells of itself and refused to know, and the wandb that calls it."""
    return {
        SERVER: Server(version, features),
        SDK_VERSION: read_version(sdk) if sdk else Unavailable("wandb is not installed"),
        REFUSED_FIELDS: frozenset(refused),
    }


SILENT: dict[AnyFact, object] = {
    **server(None),
    SERVER: Unavailable("the server could not say", unknown=True),
}

FEATURES: Table = {
    "all that a fetch needs": (use(FETCH, server(ALL)), passes("supports")),
    "all that a link needs": (link(PATH, server(ALL)), passes("supports")),
    "a feature of other calls is not needed": (use(FETCH, server(ALL - {IN_LINK})), passes("supports")),
    "without the link in the answer wandb asks once more": (link(PATH, server(ALL - {IN_LINK})), passes("one more request")),
    "a draft needs no feature": (draft(PATH, server(frozenset({IN_LINK}))), passes()),
    "a draft whose link is read back needs one": (draft(PATH, server(frozenset({FILES}))), warns(BY_NAME)),
    "a logged artifact is fetched first": (link(PATH, server(ALL - {BY_NAME})), warns(f"'{BY_NAME}'", "wandb 0.31.0")),
    "a fetch without the way by name": (
        use(FETCH, server(ALL - {BY_NAME})),
        warns(f"'{BY_NAME}'", remedy=["upgrade it to 0.70", "pip install 'wandb<0.28.1'"]),
    ),
    "a fetch without the files": (use(FETCH, server(ALL - {FILES})), warns(f"'{FILES}'")),
    "wandb 0.28.0 goes another way": (use(FETCH, server(frozenset({IN_LINK}), sdk="0.28.0")), passes()),
    "a wandb that is not installed is taken for the newest": (use(FETCH, server(ALL - {FILES}, sdk=None)), warns("but wandb requests")),
    "all features off is known, too": (use(FETCH, server(frozenset())), warns(BY_NAME)),
}  # fmt: skip

UNKNOWN: Table = {
    "no list of features": (use(FETCH, server(None, None)), skips("does not report its features")),
    "no answer is no reason for an exit status of its own": (use(FETCH, SILENT), skips("could not say")),
    "a version without a list settles nothing": (use(FETCH, server(None)), skips("does not report its features")),
}  # fmt: skip

REFUSED: Table = {
    "the field of the fetch": (
        use(FETCH, server(None, None, refused=("Project.artifactCollectionMembership",))),
        fails("'Project.artifactCollectionMembership'", "wandb 0.31.0", "no other way", remedy=["0.70", "pip install 'wandb<0.28.1'"]),
    ),
    "the field of the download": (use(FETCH, server(None, "0.66.0", refused=("ArtifactCollectionMembership.files",))), fails("'ArtifactCollectionMembership.files'")),
    "the field of the source's fetch": (link(PATH, server(ALL, refused=("Project.artifactCollectionMembership",))), fails("no other way")),
    "a field of the doctor's own": (use(FETCH, server(ALL, refused=("Project.readOnly", "Project.members"))), passes()),
    "a field of the download in a link": (link(PATH, server(ALL, refused=("ArtifactCollectionMembership.files",))), passes()),
    "wandb 0.28.0 has another way": (
        use(FETCH, server(None, "0.66.0", sdk="0.28.0", refused=("Project.artifactCollectionMembership",))), skips("does not report its features"),
    ),
}  # fmt: skip

FLOORS: Table = {
    "0.31.0 is made for 0.70": (
        use(FETCH, server(ALL, "0.69.1")), warns("the server has version 0.69.1", "0.70", remedy=["to 0.70 or newer", "pip install 'wandb<0.28.1'"]),
    ),
    "and works with it": (use(FETCH, server(ALL, "0.70.0")), passes()),
    "0.28.0 is made for 0.65": (use(FETCH, server(ALL, "0.64.0", sdk="0.28.0")), warns("0.65", remedy=["pip install 'wandb<0.28.0'"])),
    "0.26.0 is made for 0.63": (use(FETCH, server(ALL, "0.62.2", sdk="0.26.0")), warns("0.63", remedy=["pip install 'wandb<0.26.0'"])),
    "0.25.1 works with 0.62": (use(FETCH, server(ALL, "0.62.2", sdk="0.25.1")), passes()),
    "0.24.0 is made for 0.50": (use(FETCH, server(ALL, "0.49.0", sdk="0.24.0")), warns("0.50", remedy=["pip install 'wandb<0.24.0'"])),
    "0.23.1 takes no short path there": (
        use(FETCH, server(ALL, "0.49.0", sdk="0.23.1")), warns("without an organization", remedy=["name the organization's entity"]),
    ),
    "0.23.1 takes the organization's name there": (use(f"acme-robotics_X7Q2/{FETCH}", server(ALL, "0.49.0", sdk="0.23.1")), passes()),
    "a version that cannot be read settles nothing": (use(FETCH, server(ALL, "saas-2026-11")), passes()),
    "features go before the version": (use(FETCH, server(ALL - {BY_NAME}, "0.66.0")), warns(BY_NAME)),
}  # fmt: skip


@each_of(FEATURES)
def test_features_decide(values: Values, verdict: Verdict) -> None:
    """What wandb looks at before it asks, it does without; the rest is at least worth a warning."""
    confirm(server_version, values, verdict)


@each_of(UNKNOWN)
def test_what_the_server_does_not_tell_is_no_failure(values: Values, verdict: Verdict) -> None:
    """And leaves the diagnosis as certain as it was."""
    confirm(server_version, values, verdict)


@each_of(REFUSED)
def test_a_field_that_the_server_refused_to_know_is_an_error(values: Values, verdict: Verdict) -> None:
    """The doctor asked with the same field, so that wandb is refused as well."""
    confirm(server_version, values, verdict)


@each_of(FLOORS)
def test_a_version_that_is_told_is_compared_with_what_wandb_is_made_for(
    values: Values, verdict: Verdict
) -> None:
    """The doctor never fails a call for that alone."""
    confirm(server_version, values, verdict)
