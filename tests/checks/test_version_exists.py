"""RD503: the version or alias exists."""

from __future__ import annotations

from registry_doctor_checks.version_exists import version_exists

from registry_doctor.facts import VERSION, VERSIONS, AnyFact, Listing, Version
from registry_doctor.testing import run_check
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
    skips,
    unsafe,
    use,
    warns,
)

V0 = Version("v0", ("production", "v0"), "model")
V1 = Version("v1", ("latest", "v1"), "model")
ALL = Listing((V1, V0))


def path(version: str | None) -> str:
    """A path to fetch, with this version."""
    return "wandb-registry-model/detector" if version is None else f"wandb-registry-model/detector:{version}"


def found(typed: str | None, version: Version | None, listing: object = ALL) -> dict[AnyFact, object]:
    """What the collection has under this version or alias, and what else it has."""
    return {**at(version=typed), VERSION: version, VERSIONS: listing}


def of(typed: str | None, version: Version | None, listing: object = ALL) -> Values:
    """A fetch of this version."""
    return use(path(typed), found(typed, version, listing))


CASES: Table = {
    "an alias that is there passes": (of("production", V0), passes("'production'", "v0")),
    "a version that is there passes": (of("v1", V1), passes("v1")),
    "a link takes no version": (link(path(None), found(None, None)), skips("only a fetch")),
    "no version works, but had better be said": (of(None, V1), warns("no version", "v1", edits=[safe(version="latest")])),
    "no version, and the server finds none by the name alone": (
        of(None, None), fails("no version", edits=[safe(version="latest")], leaves=["version"]),
    ),
    "an abbreviated alias is likely": (
        of("prod", None), fails("'prod'", "'production'", edits=[unsafe(version="production")], leaves=["version"]),
    ),
    "an alias in capitals is certain": (of("Production", None), fails(edits=[safe(version="production")], leaves=["version"])),
    "another version is another version, and what there is is listed": (
        of("v9", None), fails("'v9'", "'detector'", "'v1' and 'v0'", "'latest'", "'production'", leaves=["version"]),
    ),
    "an alias like none there is": (of("staging", None), fails("'staging'", leaves=["version"], remedy=["version"])),
    "an alias with a slash makes wandb misread the organization, even where it is there": (
        of("rc/1", V1), fails("'rc/1'", "slash", edits=[safe(version="v1")], leaves=["version"]),
    ),
    "an alias with a slash that is not there": (of("rc/9", None), fails("'rc/9'", "slash", leaves=["version"])),
    "versions beyond the first page are said to be unsearched": (
        of("v9", None, Listing((V0,), complete=False)), fails("only 1", leaves=["version"]),
    ),
    "a collection without versions has none to name": (of("v0", None, Listing()), fails("none", leaves=["version"])),
}  # fmt: skip


@each_of(CASES)
def test_version_exists(values: Values, verdict: Verdict) -> None:
    """It fails for a fetch of a version or alias that is not in the collection, and lists those that are."""
    confirm(version_exists, values, verdict)


def test_a_list_that_is_whole_is_not_called_a_part() -> None:
    """Only versions beyond the first page are said to be unsearched."""
    assert "searched" not in repr(run_check(version_exists, of("v9", None)))
