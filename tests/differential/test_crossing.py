"""What counts as a place that the call as typed could mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.differential.crossing import crossed
from tests.differential.worlds import Document
from tests.sdk.conftest import Case

WORLD: Document = {
    "orgs": [{"name": "Acme", "entity": "acme_X"}, {"name": "model", "entity": "model_Y"}],
    "teams": [{"name": "vision", "org": "Acme"}],
}


@pytest.mark.parametrize(
    ("target", "entity", "registry", "crosses"),
    [
        ("wandb-registry-main/model:newest", "acme_X", "main", False),
        ("wandb-registry-ma-in/model/v0", "acme_X", "main", False),
        ("vision/wandb-registry-main/model", "acme_X", "main", False),
        ("wandb-registry-wandb-registr-ytwice/x", "acme_X", "wandb-registry-twice", False),
        ("model/wandb-registry-main/x", "acme_X", "main", True),
        ("Acme/wandb-registry-main/x", "model_Y", "main", True),
        ("wandb-registry-other/x", "acme_X", "main", True),
        ("wandb-registry-main/x", "nobody", "main", True),
    ],
)
def test_another_organization_or_registry_than_one_that_is_named(
    target: str, entity: str, registry: str, crosses: bool
) -> None:
    """A collection that is called as an organization names none."""
    case = Case("", Path("world.yaml"), "", None, target, "use", {}, (), {}, {})
    outcome = {"entity": entity, "project": f"wandb-registry-{registry}"}
    assert (crossed(WORLD, case, outcome) is not None) is crosses
