"""RD404: the registry accepts artifacts of this type."""

from __future__ import annotations

import pytest
from registry_doctor_checks.registry_accepts_type import registry_accepts_type

from registry_doctor.facts import REGISTRIES, REGISTRY, AnyFact, Listing, Registry, Unavailable
from registry_doctor.testing import run_check
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    at,
    confirm,
    draft,
    each_of,
    fails,
    link,
    passes,
    skips,
    use,
)

TARGET = "wandb-registry-model/frames"
ALL = Listing((
    Registry("model", ("model",), False),
    Registry("dataset", ("dataset",), False),
    Registry("Golden Datasets", None, False),
    Registry("archive", ("dataset",), True),
))  # fmt: skip


def accepting(types: tuple[str, ...] | None) -> dict[AnyFact, object]:
    """The types that the registry takes; `None` for every type."""
    return {**at(collection="frames"), REGISTRY: Registry("model", types, False), REGISTRIES: ALL}


def untold(*, withheld: bool) -> dict[AnyFact, object]:
    """A registry of which the server does not say what it takes."""
    return {**accepting(None), REGISTRY: Registry("model", None, False, types_told=False, withheld=withheld)}


CASES: Table = {
    "a type that is listed passes": (link(TARGET, accepting(("dataset", "model"))), passes("'model'")),
    "a registry may take every type": (draft(TARGET, accepting(None), kind="anything"), passes("every type")),
    "a type that is not listed is refused, and registries that take it are named": (
        draft(TARGET, accepting(("model",)), kind="dataset"),
        fails("'model'", "'dataset'", leaves=None, remedy=["'dataset' or 'Golden Datasets'", "administrator"]),
    ),
    "capitals count in a type": (draft(TARGET, accepting(("model",)), kind="Model"), fails("'Model'", leaves=None)),
    "a registry may take no type yet": (draft(TARGET, accepting(()), kind="dataset"), fails("no type", leaves=None)),
    "a fetch adds nothing": (use(f"{TARGET}:v0", accepting(("model",)), kind="dataset"), skips("fetch")),
    "an older server does not tell": (link(TARGET, untold(withheld=False)), skips("unknown: the server does not report")),
    "a server that should know and gives null leaves it open": (
        link(TARGET, untold(withheld=True)), skips("unknown: the server does not report", unknown=True),
    ),
    "without a registry there is nothing to judge": (link(TARGET, {**accepting(None), REGISTRY: None}), skips()),
}  # fmt: skip


@each_of(CASES)
def test_registry_accepts_type(values: Values, verdict: Verdict) -> None:
    """It fails for a link of a type that is not among those that the registry lists."""
    confirm(registry_accepts_type, values, verdict)


def test_a_registry_that_the_person_cannot_link_to_is_not_offered() -> None:
    """Another registry that takes the type, but is read-only to the person, would only fail later."""
    outcome = run_check(registry_accepts_type, draft(TARGET, accepting(("model",)), kind="dataset"))
    assert "archive" not in repr(outcome)


def test_without_artifact_and_type_nothing_is_judged() -> None:
    """The type is then not available, which is no missing answer: a skip, and not inconclusive."""
    with pytest.raises(Unavailable) as missing:
        run_check(registry_accepts_type, draft(TARGET, accepting(("model",)), kind=None))
    assert not missing.value.unknown
