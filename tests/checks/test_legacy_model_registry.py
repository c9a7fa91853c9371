"""RD204: the path does not name the legacy Model Registry, and the method is not `run.link_model`."""

from __future__ import annotations

from registry_doctor_checks.legacy_model_registry import legacy_model_registry

from registry_doctor.domain.subjects import Subject
from registry_doctor.facts import LEGACY, AnyFact, Legacy, Successor, Unavailable
from tests.checks.conftest import (
    ERIN,
    ERIN_HERSELF,
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
    safe,
    unsafe,
    use,
    warns,
)

TYPED = "vision/model-registry/detector"
LOST: tuple[Subject, ...] = ("organization", "registry")


def successor(registry: str, entity: str = "acme-robotics_X7Q2") -> Successor:
    """The collection `detector` in a registry."""
    return Successor(entity, f"wandb-registry-{registry}", "detector", "model")


def told(redirect: Successor | None = None, *namesakes: Successor) -> dict[AnyFact, object]:
    """What the server tells of the path."""
    return {LEGACY: Legacy(redirect, namesakes)}


IN_MODEL = {"organization": "acme-robotics_X7Q2", "registry": "model", "collection": "detector"}
WITHOUT_PREFIX = {**IN_MODEL, "organization": None}

CASES: Table = {
    "a registry passes": (link("wandb-registry-model/detector"), passes()),
    "a project of a similar name passes": (link("vision/model-registry-2/detector"), passes()),
    "a redirect tells for certain": (
        link(TYPED, told(successor("model"))),
        fails("legacy", "wandb-registry-model/detector", edits=[safe(**IN_MODEL)], leaves=LOST),
    ),
    "a redirect goes before registries with such a collection": (
        link(TYPED, told(successor("vision-mr-migrated"), successor("model"))),
        fails(edits=[safe(**{**IN_MODEL, "registry": "vision-mr-migrated"})], leaves=LOST),
    ),
    "a redirected fetch works": (
        use(f"{TYPED}:v0", told(successor("model"))), warns("wandb-registry-model", edits=[safe(**IN_MODEL)]),
    ),
    "the only registry with such a collection is likely": (
        link(TYPED, told(None, successor("model"))),
        fails("wandb-registry-model", edits=[unsafe(**IN_MODEL)], leaves=LOST),
    ),
    "of several registries none is chosen": (
        link(TYPED, told(None, successor("model"), successor("Golden Datasets"))),
        fails("Several registries", "wandb-registry-model", "wandb-registry-Golden Datasets", leaves=LOST),
    ),
    "without such a collection nothing is suggested": (link(TYPED, told()), fails("legacy", leaves=LOST, remedy=["registry"])),
    "where nothing is known of it nothing is suggested": (
        link(TYPED, {LEGACY: Unavailable("not asked")}), fails("legacy", leaves=LOST),
    ),
    "link_model links there by a name alone": (
        by("run.link_model", draft("detector", told(None, successor("model")))),
        fails(
            "run.link_model", "'vision/model-registry/detector'", edits=[unsafe(**WITHOUT_PREFIX)], leaves=LOST,
            remedy=['run.link_artifact(artifact, "wandb-registry-model/detector")', "run.log_artifact"],
        ),
    ),
    "link_model follows a redirect": (
        by("run.link_model", draft("detector", told(successor("model")))), fails(edits=[safe(**WITHOUT_PREFIX)], leaves=LOST),
    ),
    "link_model of a name that no registry has": (
        by("run.link_model", draft("fresh", told())), fails("'vision/model-registry/fresh'", leaves=LOST, remedy=["run.link_artifact"]),
    ),
    "link_model refuses other types": (
        by("run.link_model", draft("detector", told(), kind="dataset")),
        fails("'dataset'", "You can only use this method for 'model' artifacts", leaves=LOST),
    ),
    "link_model refuses a path, which is one for link_artifact": (
        by("run.link_model", draft("wandb-registry-model/detector")),
        fails("Do not append the entity or project name", remedy=['run.link_artifact(artifact, "wandb-registry-model/detector")']),
    ),
    "link_model refuses a legacy path": (
        by("run.link_model", draft(TYPED, told(None, successor("model")))),
        fails("Do not append", edits=[unsafe(**IN_MODEL)], leaves=LOST, remedy=['"acme-robotics_X7Q2/wandb-registry-model/detector"']),
    ),
    "use_model takes the path as it is": (by("run.use_model", use("wandb-registry-model/detector:v0")), passes()),
    "a path without a prefix stays without": (
        link("model-registry/detector", told(None, successor("model"))), fails(edits=[unsafe(**WITHOUT_PREFIX)], leaves=LOST),
    ),
    "a person in several organizations needs the prefix": (
        use("model-registry/detector:v0", told(None, successor("model")), through=ERIN_HERSELF, viewer=ERIN),
        fails(edits=[unsafe(**IN_MODEL)], leaves=LOST),
    ),
}  # fmt: skip


@each_of(CASES)
def test_legacy_model_registry(values: Values, verdict: Verdict) -> None:
    """The redirect is certain, the only registry with that collection likely, and nothing else is suggested."""
    confirm(legacy_model_registry, values, verdict)
