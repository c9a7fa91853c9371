"""RD401: the registry exists and is visible to you."""

from __future__ import annotations

from registry_doctor_checks.registry_exists import registry_exists

from registry_doctor.facts import REGISTRIES, REGISTRY, AnyFact, Listing, Registry, Unavailable
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
    safe,
    unsafe,
    use,
    warns,
)

MODEL = Registry("model", ("model",), False)
ALL = Listing((MODEL, Registry("dataset", ("dataset",), False)))


def found(name: str, registry: Registry | None, listing: object = ALL) -> dict[AnyFact, object]:
    """What the server has under this name, and what else is visible."""
    return {**at(name), REGISTRY: registry, REGISTRIES: listing}


CASES: Table = {
    "a registry that is there passes": (link("wandb-registry-model/x", found("model", MODEL)), passes("'model'", "Acme Robotics")),
    "the server may spell it differently and take it all the same": (
        link("wandb-registry-Model/x", found("Model", MODEL)), warns("'model'", "'Model'", edits=[safe(registry="model")]),
    ),
    "a plural is certainly the only other spelling": (
        link("wandb-registry-models/x", found("models", None)),
        fails("'models'", "not found", "not visible to you", "'dataset'", edits=[safe(registry="model")], leaves=["registry"]),
    ),
    "a slip of the pen is likely": (
        use("wandb-registry-datatset/x:v0", found("datatset", None)),
        fails("'datatset'", edits=[unsafe(registry="dataset")], leaves=["registry"]),
    ),
    "a registry that nobody has heard of may be hidden": (
        link("wandb-registry-secret/x", found("secret", None)),
        fails("'secret'", "not visible to you", "You can see 'model' and 'dataset'", leaves=["registry"], remedy=["administrator"]),
    ),
    "registries beyond the first page are said to be unsearched": (
        link("wandb-registry-secret/x", found("secret", None, Listing((MODEL,), complete=False))),
        fails("only the first 1", leaves=["registry"]),
    ),
    "without a list the registry is missing all the same": (
        link("wandb-registry-secret/x", found("secret", None, Unavailable("the server refused to say"))),
        fails("'secret'", leaves=["registry"]),
    ),
    "where none is visible none is listed": (
        link("wandb-registry-secret/x", found("secret", None, Listing())), fails("not visible", leaves=["registry"]),
    ),
}  # fmt: skip


@each_of(CASES)
def test_registry_exists(values: Values, verdict: Verdict) -> None:
    """It fails if the server shows no such registry, and names near ones; another spelling is a warning."""
    confirm(registry_exists, values, verdict)
