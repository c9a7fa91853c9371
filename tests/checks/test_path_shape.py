"""RD201: the path has the form that wandb reads: a registry and a collection, perhaps after an organization."""

from __future__ import annotations

import pytest
from registry_doctor_checks.path_shape import path_shape

from registry_doctor.facts import (
    COLLECTION,
    REGISTRIES,
    REGISTRY,
    SETTINGS,
    AnyFact,
    Collection,
    Listing,
    Registry,
)
from registry_doctor.settings import Sourced
from registry_doctor.testing import run_check
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    at,
    by,
    confirm,
    draft,
    each_of,
    fails,
    in_code,
    link,
    passes,
    safe,
    settings,
    unsafe,
    use,
    warns,
)

MODEL = Registry("model", ("model",), False)
ENTITY = "acme-robotics_X7Q2"
SELECTION = "selectionPath=acme-robotics_X7Q2%2Fwandb-registry-model%2Fdetector&view=membership"
URL = f"https://forge.coreweave.com/wandb/orgs/Acme%20Robotics/registry/model?{SELECTION}"
PLAIN = safe(organization=None, registry="model", collection="detector", version=None)
LIKELY = unsafe(organization=None, registry="model", collection="detector", version=None)
WITH_ENTITY = safe(organization=ENTITY, registry="model", collection="detector", version=None)
IN_ACME = settings(organization=Sourced("Acme Robotics", "WANDB_ORGANIZATION"))


IN_CODE: Table = {
    "only a name is a collection of the run's project": (
        in_code(
            by(
                "run.link_artifact",
                link("best", {SETTINGS: settings(project=Sourced("training", "wandb.init"))}),
            )
        ),
        warns(
            "names no registry",
            "collection 'best' of project 'training'",
            leaves=["organization", "registry"],
        ),
    ),
}


def there(name: str | None, registry: str = "model") -> dict[AnyFact, object]:
    """The registry has a collection of this name, of all that the path may mean; `None`: of none."""
    if name is None:
        return {COLLECTION: None}
    return {**at(registry, name), COLLECTION: Collection(name, "model")}


GOOD: Table = {
    "two parts": (link("wandb-registry-model/detector"), passes("model", "detector")),
    "three parts": (link("Acme Robotics/wandb-registry-model/detector"), passes("Acme Robotics")),
    "spaces inside names stay": (link("wandb-registry-Fine-tuned Models/phi3 v2", there(None)), passes("Fine-tuned Models")),
    "a version does not count as a part": (use("wandb-registry-model/detector:a/b"), passes()),
    "a name alone is what link_model takes": (by("run.link_model", draft("detector")), passes("only a name")),
    "a forgotten prefix is another check's matter": (link("model/detector"), passes()),
}  # fmt: skip

MISSING: Table = {
    "no registry has the name in four parts": (
        link("a/b/c/d:v0", {**at("c", "d"), REGISTRY: None, REGISTRIES: Listing((MODEL,))}), fails("4 parts", "'c'", leaves=["registry"]),
    ),
    "the collection is forgotten": (link("wandb-registry-model"), fails("misread", leaves=["collection"])),
    "the registry is forgotten": (link("detector"), fails(leaves=["registry"])),
    "nothing is there": (link(""), fails(leaves=["registry", "collection"])),
    "the registry has no name": (link("wandb-registry-/detector"), fails(leaves=["registry"])),
    "that the registry has no name is said beside other problems": (
        link("'wandb-registry-/detector'"), fails("in quotes", "the registry has no name", leaves=["registry"]),
    ),
    "the collection is empty": (link("wandb-registry-model/"), fails("empty", leaves=["collection"])),
    "the collection is a space": (link("wandb-registry-model/ "), fails("empty", leaves=["collection"])),
    "a URL of a registry names no collection": (
        link("https://wandb.ai/orgs/Acme%20Robotics/registry/model"), fails("URL", leaves=["collection", "organization"]),
    ),
    "a URL of nothing that could be linked to": (
        link("https://wandb.ai/settings"), fails("URL", leaves=["registry", "collection"]),
    ),
}  # fmt: skip

EDITED: Table = {
    "an organization among four parts stays": (
        link(f"{ENTITY}/vision/wandb-registry-model/detector"), fails("4 parts", edits=[WITH_ENTITY]),
    ),
    "four parts without an organization lose what is too much": (
        link("vision/detectors/wandb-registry-model/detector"), fails("4 parts", edits=[PLAIN]),
    ),
    "four parts of which the first may be an organization that is not visible": (
        link("Hidden Corp/vision/wandb-registry-model/detector"), fails("4 parts", edits=[LIKELY]),
    ),
    "a doubled slash": (link("wandb-registry-model//detector"), fails("empty", edits=[PLAIN])),
    "four parts without an organization do not take that of the setting into the path": (
        link("vision/detectors/wandb-registry-model/detector", {SETTINGS: IN_ACME}), fails("4 parts", edits=[PLAIN]),
    ),
    "the forgotten prefix of four parts is a part of the same edit": (
        link("vision/detectors/model/detector", {**at(), REGISTRY: MODEL, REGISTRIES: Listing((MODEL,))}),
        fails("4 parts", edits=[PLAIN]),
    ),
    "nor is it certain with the forgotten prefix": (
        link("Hidden Corp/vision/model/detector", {**at(), REGISTRY: MODEL, REGISTRIES: Listing((MODEL,))}),
        fails("4 parts", edits=[LIKELY]),
    ),
    "so is a registry of almost that name": (
        link("vision/detectors/modle/detector:v0", {**at("modle"), REGISTRY: None, REGISTRIES: Listing((MODEL,))}),
        fails("4 parts", "'modle'", edits=[LIKELY], leaves=["registry"]),
    ),
    "where the registry could not be looked up the prefix is only likely": (
        link("vision/detectors/model/detector"),
        fails("4 parts", edits=[LIKELY]),
    ),
    "quotes": (link('"wandb-registry-model/detector"'), fails("quotes", edits=[PLAIN])),
    "a reference takes no path": (
        in_code(use("wandb-artifact:///Acme Robotics/wandb-registry-model/detector:v0/a/b.pt")),
        fails("takes no path", remedy=['artifact("Acme Robotics/wandb-registry-model/detector:v0").get_entry("a/b.pt")']),
    ),
    "a URI with a file": (
        use("wandb-artifact:///Acme Robotics/wandb-registry-model/detector:v0/a/b.pt"),
        fails("URI", edits=[safe(organization="Acme Robotics", registry="model", collection="detector", version="v0")]),
    ),
    "a URI of an ordinary artifact, pasted for a fetch": (
        use("wandb-artifact:///vision/detectors/yolo:v0"),
        fails("'vision/detectors/yolo:v0'", "outside any registry", leaves=["organization", "registry", "collection", "version"]),
    ),
    "a URL of an ordinary artifact, pasted for a link": (
        link("https://wandb.ai/vision/detectors/artifacts/model/yolo/v0"),
        fails("'vision/detectors/yolo'", "outside any registry", leaves=["organization", "registry", "collection", "version"]),
    ),
    "a URL without its scheme": (link(URL.removeprefix("https://")), fails("URL", edits=[WITH_ENTITY])),
    "a leading space": (link(" wandb-registry-model/detector"), fails("space", edits=[PLAIN])),
    "a space before a slash": (link("wandb-registry-model /detector"), fails("space", edits=[PLAIN])),
    "a percent-encoded registry": (
        link("wandb-registry-Fine-tuned%20Models/phi3"),
        fails("encoded", edits=[safe(organization=None, registry="Fine-tuned Models", collection="phi3", version=None)]),
    ),
    "an encoded slash makes one part of two": (link("wandb-registry-model%2Fdetector"), fails("slash", edits=[PLAIN])),
    "a backslash makes one part of two": (link("wandb-registry-model\\detector"), fails("backslash", edits=[PLAIN])),
    "a URL, pasted for a link, loses its version": (link(f"{URL}&version=v3"), fails("URL", edits=[WITH_ENTITY])),
    "a URL, pasted for a fetch, keeps its version": (
        use(f"{URL}&version=v3"),
        fails("URL", edits=[safe(organization=ENTITY, registry="model", collection="detector", version="v3")]),
    ),
    "a URL without a version, pasted for a fetch, means the latest": (
        use(URL), fails("URL", edits=[safe(organization=ENTITY, registry="model", collection="detector", version="latest")]),
    ),
    "a registry URI has no registry prefix": (
        use("registry:///Acme Robotics/model/detector:v0"),
        fails("URI", edits=[safe(organization="Acme Robotics", registry="model", collection="detector", version="v0")]),
    ),
    "an artifact URI has one": (
        link("wandb-artifact:///Acme Robotics/wandb-registry-model/detector:v0"),
        fails("URI", edits=[safe(organization="Acme Robotics", registry="model", collection="detector", version=None)]),
    ),
    "a space after the alias of a fetch is sent to the server": (
        use("wandb-registry-model/detector:production\n"),
        fails(edits=[safe(organization=None, registry="model", collection="detector", version="production")]),
    ),
    "a space before the alias of a fetch is sent to the server": (
        use("wandb-registry-model/detector: production"),
        fails(edits=[safe(organization=None, registry="model", collection="detector", version="production")]),
    ),
}  # fmt: skip

UNINTENDED: Table = {
    "a leading slash works for a link": (
        link("/wandb-registry-model/detector", there("detector")), warns("slash", edits=[safe(organization=None)]),
    ),
    "a leading slash works for a fetch": (
        use("/wandb-registry-model/detector:v0", there("detector")), warns("slash", edits=[safe(organization=None)]),
    ),
    "a slash at the end works for a run": (
        draft("wandb-registry-model/detector/", there("detector")), warns("ends with a slash", "Artifact.link() does not", edits=[safe(collection="detector")]),
    ),
    "a slash at the end works for what was logged and is linked by a run": (
        by("run.link_artifact", link("wandb-registry-model/detector/", there("detector"))), warns("ends with a slash", edits=[safe(collection="detector")]),
    ),
    "a link would make a collection with a space before its name": (
        link("wandb-registry-model/ detector", there(None)), warns("' detector'", edits=[safe(collection="detector")]),
    ),
    "a link would make a collection with a space after its name": (
        link("wandb-registry-model/detector ", there("detector")), warns("'detector '", edits=[safe(collection="detector")]),
    ),
    "a link would make an encoded collection": (
        link("wandb-registry-model/my%20model", there(None)), warns("my%20model", edits=[safe(collection="my model")]),
    ),
    "the project setting makes a registry path of a name": (
        link("detector", {SETTINGS: settings(project=Sourced("wandb-registry-model", "WANDB_PROJECT"))}),
        warns("wandb-registry-model", edits=[safe(registry="model")]),
    ),
}  # fmt: skip

ODD_COLLECTIONS: Table = {
    "a link to an existing collection of an odd name is meant": (
        link("wandb-registry-model/my%20model", there("my%20model")), passes(),
    ),
    "a fetch from an existing collection of an odd name is meant": (
        use("wandb-registry-model/my%20model:v0", there("my%20model")), passes(),
    ),
    "a fetch means the collection without `%xx` if that is there": (
        use("wandb-registry-model/my%20model:v0", there("my model")),
        fails("my%20model", "my model", edits=[safe(collection="my model")]),
    ),
    "a fetch means the collection without the space if that is there": (
        use("wandb-registry-model/detector :v0", there("detector")), fails("'detector '", edits=[safe(collection="detector")]),
    ),
    "a fetch from neither is RD502's matter": (use("wandb-registry-model/my%20model:v0", there(None)), passes()),
}  # fmt: skip


@each_of(GOOD)
def test_what_wandb_reads_as_it_is_meant_passes(values: Values, verdict: Verdict) -> None:
    """Two or three parts pass, whatever stands in them."""
    confirm(path_shape, values, verdict)


@each_of(IN_CODE)
def test_a_link_in_a_program_may_name_only_a_collection(values: Values, verdict: Verdict) -> None:
    """It is told where it lands."""
    confirm(path_shape, values, verdict)


@each_of(MISSING)
def test_a_missing_part_leaves_it_unknown(values: Values, verdict: Verdict) -> None:
    """Nothing can be suggested for a part that is not there."""
    confirm(path_shape, values, verdict)


@each_of(EDITED)
def test_what_changes_the_reading_is_edited_in_one_go(values: Values, verdict: Verdict) -> None:
    """The edit sets every part, version and prefix too, so that no other check has to."""
    confirm(path_shape, values, verdict)


@each_of(UNINTENDED)
def test_what_works_but_looks_unintended_is_a_warning(values: Values, verdict: Verdict) -> None:
    """wandb takes it, so it is no error."""
    confirm(path_shape, values, verdict)


@each_of(ODD_COLLECTIONS)
def test_what_is_there_tells_what_an_odd_collection_means(values: Values, verdict: Verdict) -> None:
    """A name with surrounding space or `%xx` may be the real one."""
    confirm(path_shape, values, verdict)


@pytest.mark.parametrize("target", [f"{URL}&version=v3", "registry:///Acme Robotics/model/detector:v0"])
def test_a_paste_is_one_problem(target: str) -> None:
    """The message speaks of the URL or URI, not of the parts in it."""
    outcome = run_check(path_shape, link(target))
    assert "; " not in getattr(outcome, "message", "; ")
