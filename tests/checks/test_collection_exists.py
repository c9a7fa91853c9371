"""RD502: the collection exists; a link does not create a misspelled copy of an existing one."""

from __future__ import annotations

from registry_doctor_checks.collection_exists import collection_exists

from registry_doctor.facts import COLLECTION, COLLECTIONS, AnyFact, Collection, Listing, Unavailable
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

DETECTOR = Collection("detector", "model")
ALL = Listing((DETECTOR, Collection("whisper", "model")))


def path(collection: str) -> str:
    """A target path with this collection."""
    return f"wandb-registry-model/{collection}"


def found(name: str, collection: Collection | None, listing: object = ALL) -> dict[AnyFact, object]:
    """What the registry has under this name, and what else it has."""
    return {**at(collection=name), COLLECTION: collection, COLLECTIONS: listing}


OF_A_LINK: Table = {
    "a collection that is there passes": (link(path("detector"), found("detector", DETECTOR)), passes("'detector'")),
    "a new one is made": (link(path("brand-new"), found("brand-new", None)), passes("'brand-new'", "will create")),
    "a near namesake is pointed out": (
        link(path("detecter"), found("detecter", None)), warns("'detecter'", "'detector'", edits=[unsafe(collection="detector")]),
    ),
    "a namesake in capitals is pointed out": (
        link(path("Detector"), found("Detector", None)), warns("'Detector'", "'detector'", edits=[unsafe(collection="detector")]),
    ),
    "another number is another collection": (
        link(path("detector-2"), found("detector-2", None, Listing((Collection("detector-1", "model"),)))), passes("will create"),
    ),
    "an extended name is another collection": (link(path("detector-large"), found("detector-large", None)), passes()),
    "collections beyond the first page are said to be unsearched": (
        link(path("new"), found("new", None, Listing((DETECTOR,), complete=False))), passes("only the first 1"),
    ),
    "without a list a new one is made": (link(path("new"), found("new", None, Unavailable("refused"))), passes("will create")),
}  # fmt: skip

OF_A_USE: Table = {
    "a collection that is there passes": (use(path("detector:v0"), found("detector", DETECTOR)), passes("'detector'")),
    "a slip of the pen is likely": (
        use(path("detecter:v0"), found("detecter", None)),
        fails("'detecter'", "'whisper'", edits=[unsafe(collection="detector")], leaves=["collection"]),
    ),
    "other capitals are certainly the only other spelling": (
        use(path("Detector:v0"), found("Detector", None)), fails(edits=[safe(collection="detector")], leaves=["collection"]),
    ),
    "without a near one nothing is suggested": (
        use(path("segmenter:v0"), found("segmenter", None)),
        fails("'segmenter'", "not visible to you", "'detector' and 'whisper'", leaves=["collection"]),
    ),
    "space and `%xx` in a name of which the clean form is not there either": (
        use(path("my%20model:v0"), found("my%20model", None)), fails("my%20model", leaves=["collection"]),
    ),
    "collections beyond the first page are said to be unsearched": (
        use(path("new:v0"), found("new", None, Listing((DETECTOR,), complete=False))),
        fails("only the first 1", leaves=["collection"]),
    ),
}  # fmt: skip


@each_of(OF_A_LINK)
def test_a_link_makes_a_missing_collection(values: Values, verdict: Verdict) -> None:
    """It never fails as an error for a link; a near namesake is a warning."""
    confirm(collection_exists, values, verdict)


@each_of(OF_A_USE)
def test_a_fetch_needs_the_collection(values: Values, verdict: Verdict) -> None:
    """It fails for a fetch from a collection that is not there, and names near ones."""
    confirm(collection_exists, values, verdict)
