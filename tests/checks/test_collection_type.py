"""RD501: the collection accepts artifacts of this type."""

from __future__ import annotations

import pytest
from registry_doctor_checks.collection_type import collection_type

from registry_doctor.facts import (
    COLLECTION,
    COLLECTIONS,
    VERSION,
    AnyFact,
    Collection,
    Listing,
    Unavailable,
    Version,
)
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

TARGET = "wandb-registry-Golden Datasets/weights"
ALL = Listing(
    (Collection("weights", "model"), Collection("raw_images", "dataset"), Collection("frames", "dataset"))
)


def holding(kind: str | None, version: Version | None = None) -> dict[AnyFact, object]:
    """The type of the collection, and the version that a fetch names."""
    there = Collection("weights", kind)
    return {**at("Golden Datasets", "weights", "v0"), COLLECTION: there, COLLECTIONS: ALL, VERSION: version}


CASES: Table = {
    "the same type passes": (link(TARGET, holding("model")), passes("'model'")),
    "another type can never be linked to it": (
        draft(TARGET, holding("model"), kind="dataset"),
        fails("'weights'", "'model'", "'dataset'", remedy=["'raw_images' or 'frames'", "another name"]),
    ),
    "a logged artifact's own type counts": (link(TARGET, holding("dataset")), fails("'weights'", "'dataset'", "'model'")),
    "a fetch that asks for the same type passes": (use(f"{TARGET}:v0", holding("model"), kind="model"), passes()),
    "a fetch that asks for another type is refused": (
        use(f"{TARGET}:v0", holding("model"), kind="dataset"), fails("'model'", "'dataset'", remedy=["leave out the type", "model"]),
    ),
    "a fetch is compared with the version where its type is known": (
        use(f"{TARGET}:v0", holding(None, Version("v0", (), "model")), kind="dataset"), fails("'model'", "'dataset'"),
    ),
    "a collection that the link would make has no type": (
        link(TARGET, {**at(), COLLECTION: None, COLLECTIONS: ALL, VERSION: None}), skips("does not exist yet"),
    ),
    "an older server does not tell": (link(TARGET, holding(None)), skips("unknown")),
}  # fmt: skip


@each_of(CASES)
def test_collection_type(values: Values, verdict: Verdict) -> None:
    """It fails if the collection that is there holds another type than the artifact's or the fetch's."""
    confirm(collection_type, values, verdict)


@pytest.mark.parametrize(
    "values",
    [draft(TARGET, holding("model"), kind=None), use(f"{TARGET}:v0", holding("model"))],
    ids=["link", "use"],
)
def test_without_a_type_nothing_is_judged(values: Values) -> None:
    """The type is then not available, which is no missing answer: a skip, and not inconclusive."""
    with pytest.raises(Unavailable) as missing:
        run_check(collection_type, values)
    assert not missing.value.unknown
