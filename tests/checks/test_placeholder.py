"""RD207: the path, the artifact and the entity contain no placeholder."""

from __future__ import annotations

from dataclasses import replace

import pytest
from registry_doctor_checks.placeholder import placeholder

from registry_doctor.checking.check import Pass
from registry_doctor.facts import COLLECTION, REGISTRY, SETTINGS, SOURCE, AnyFact, Collection, Registry
from registry_doctor.settings import Sourced
from registry_doctor.testing import run_check
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
    settings,
    use,
)

TARGET = "wandb-registry-model/detector"


def entity(name: str) -> dict[AnyFact, object]:
    """`WANDB_ENTITY` is this."""
    return {SETTINGS: settings(entity=Sourced(name, "WANDB_ENTITY"))}


CASES: Table = {
    "real names pass": (link(TARGET), passes()),
    "every placeholder of the target is told at once": (
        link("<org>/wandb-registry-<registry>/<collection>"),
        fails("<org>", "<registry>", "<collection>", leaves=["organization", "registry", "collection"]),
    ),
    "a registry to be filled in": (
        link("wandb-registry-{REGISTRY}/detector"),
        fails("{REGISTRY}", leaves=["registry"], remedy=["registry", "wandb-registry doctor"]),
    ),
    "a collection to be filled in": (link("wandb-registry-model/$COLLECTION"), fails("$COLLECTION", leaves=["collection"])),
    "a collection is there that is called like a placeholder": (
        use("wandb-registry-model/<report>:v0", {COLLECTION: Collection("<report>", "report")}), passes(),
    ),
    "a collection is there that is not called so": (
        link("wandb-registry-model/ $NAME", {COLLECTION: Collection("$NAME", "model")}), fails("$NAME", leaves=["collection"]),
    ),
    "in a sweep the entity that is given does not matter": (
        draft(TARGET, {SETTINGS: replace(settings(entity=Sourced("<team>", "--entity")), entity_for_run=Sourced("vision", "WANDB_ENTITY"))}),
        passes(),
    ),
    "an organization to be filled in": (link(f"your-org-name/{TARGET}"), fails("your-org-name", leaves=["organization"])),
    "a version to be filled in": (use(f"{TARGET}:<version>"), fails("<version>", leaves=["version"])),
    "an artifact to be filled in hides the calling entity too": (
        link(TARGET, artifact="<entity>/<project>/<artifact>:v0"),
        fails("artifact", "<entity>", leaves=["artifact", "entity"]),
    ),
    "the words of the documentation's examples, which are names one by one": (
        use("entity/project/model:latest"), fails("entity", "project", leaves=["organization", "registry"])
    ),
    "the same words before an artifact": (
        link(TARGET, {SOURCE: None}, artifact="entity/project/walk:v0"),
        fails("entity/project", leaves=["artifact", "entity"]),
    ),
    "an artifact that is there may have such a name": (link(TARGET, artifact="entity/project/walk:v0"), passes()),
    "the words of documents, as whole parts and after the prefix": (
        draft("ORG_ENTITY_NAME/wandb-registry-REGISTRY_NAME/COLLECTION_NAME", {COLLECTION: None, REGISTRY: None}),
        fails("ORG_ENTITY_NAME", "REGISTRY_NAME", "COLLECTION_NAME", leaves=["organization", "registry", "collection"]),
    ),
    "words in small letters with hyphens": (
        draft("your-organization-org/wandb-registry-model/collection-name", {COLLECTION: None}),
        fails("your-organization-org", "collection-name", leaves=["organization", "collection"]),
    ),
    "a registry that is there may be called so": (
        use("wandb-registry-registry-name/detector:v0", {REGISTRY: Registry("registry-name", None, None)}), passes(),
    ),
    "an entity that is called entity": (use("entity/wandb-registry-model/project:latest"), passes()),
    "an entity to be filled in": (draft(TARGET, entity("your_entity")), fails("your_entity", leaves=["entity"])),
    "an entity to be filled in matters to a fetch": (use(f"{TARGET}:v0", entity("<team>")), fails("<team>", leaves=["entity"])),
    "the entity does not matter where an artifact was logged": (link(TARGET, entity("your_entity")), passes()),
}  # fmt: skip


@each_of(CASES)
def test_placeholder(values: Values, verdict: Verdict) -> None:
    """It fails for what this call would take for a name, and leaves that name unknown."""
    confirm(placeholder, values, verdict)


@pytest.mark.parametrize(
    "name", ["model", "your-models", "my-org", "organization", "Fine-tuned Models", "v2 50%", "a<b", "テスト"]
)
def test_a_name_that_only_looks_unusual_is_none(name: str) -> None:
    """Real names with such words or characters pass."""
    assert isinstance(run_check(placeholder, link(f"wandb-registry-{name}/{name}")), Pass)


@pytest.mark.parametrize(
    "text",
    [
        "<org>",
        "{REGISTRY}",
        "${REGISTRY}",
        "$REGISTRY",
        "your_entity",
        "YOUR_ENTITY",
        "your-team",
        "[registry]",
        "%(registry)s",
    ],
)
def test_every_usual_notation_is_known(text: str) -> None:
    """Angle brackets, braces, variables and `your_…` are placeholders wherever they stand."""
    verdict = fails(text, leaves=["collection"])
    verdict.confirm(run_check(placeholder, link(f"wandb-registry-model/{text}")))
