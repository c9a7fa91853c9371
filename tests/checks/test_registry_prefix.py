"""RD202: the project part of the path begins with exactly `wandb-registry-`."""

from __future__ import annotations

from registry_doctor_checks.registry_prefix import registry_prefix

from registry_doctor.facts import (
    DESTINATION,
    REGISTRIES,
    REGISTRY,
    SETTINGS,
    AnyFact,
    Listing,
    Registry,
    Unavailable,
)
from registry_doctor.settings import Sourced
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    at,
    by,
    confirm,
    each_of,
    fails,
    in_code,
    link,
    passes,
    safe,
    settings,
    skips,
    unsafe,
    use,
    warns,
)

MODEL = Registry("model", ("model",), False)
ALL = Listing((MODEL, Registry("dataset", ("dataset",), False), Registry("Golden Datasets", None, False)))

TWINS = Listing((*ALL.rows, Registry("golden-dataset", None, False)))


def there(name: str) -> dict[AnyFact, object]:
    """The registry of this name is there."""
    return {**at(name), REGISTRY: Registry(name, None, False), REGISTRIES: ALL}


NOT_THERE: dict[AnyFact, object] = {REGISTRY: None, REGISTRIES: ALL}

NOT_JUDGED: Table = {
    "a registry passes": (link("wandb-registry-model/detector"), passes("registry")),
    "a registry that is not there passes": (link("wandb-registry-modle/detector", NOT_THERE), passes()),
    "four parts are RD201's": (link("vision/detectors/model/detector", NOT_THERE), skips("RD201")),
    "a legacy path is RD204's": (link("vision/model-registry/detector"), skips("legacy")),
    "without a project there is nothing to judge": (link("detector"), skips()),
    "a pasted URL is RD201 alone": (
        link("https://wandb.ai/orgs/A/registry/model?selectionPath=acme%2Fwandb-registry-model%2Fdetector"), skips("URL"),
    ),
    "a pasted URI is RD201 alone": (link("registry:///Acme Robotics/model/detector"), skips("URI")),
    "a doubled prefix passes if there is such a registry": (
        link("wandb-registry-wandb-registry-model/detector", there("wandb-registry-model")), passes("wandb-registry-model"),
    ),
}  # fmt: skip

IN_A_PROJECT = settings(entity=Sourced("vision", "wandb.init"), project=Sourced("training", "wandb.init"))

IN_CODE: Table = {
    "a link to another project says where it lands": (
        in_code(by("run.link_artifact", link("ensemble/best", {SETTINGS: IN_A_PROJECT}))),
        warns("collection 'best' of project 'vision/ensemble'", leaves=["organization", "registry"]),
    ),
    "a link to the run's own project is right": (
        in_code(by("run.link_artifact", link("vision/training/best", {SETTINGS: IN_A_PROJECT}))), skips("own project"),
    ),
}  # fmt: skip

FAULTY: Table = {
    "if the server could not list the registries, nothing is known about this one": (
        link("100%/detector", {REGISTRY: None, REGISTRIES: Unavailable("the server could not say", unknown=True)}),
        fails("does not begin with", edits=[unsafe(registry="100%")], leaves=["registry"]),
    ),
    "the prefix is missing in a link": (
        link("model/detector", there("model")),
        fails("'model'", "does not begin with", "ordinary project 'model' of 'vision'", edits=[safe(registry="model")]),
    ),
    "the prefix is missing after an organization": (
        link("acme-robotics_X7Q2/model/detector", there("model")),
        fails("ordinary project 'model' of 'acme-robotics_X7Q2'", "outside any registry", edits=[safe(registry="model")]),
    ),
    "the prefix is missing in a fetch": (
        use("model/detector:v0", there("model")),
        fails("looks in the ordinary project 'model' of 'vision'", edits=[safe(registry="model")]),
    ),
    "the prefix has capitals": (
        link("Wandb-Registry-model/detector", there("model")),
        fails("'Wandb-Registry-model'", "does not spell", edits=[safe(registry="model")]),
    ),
    "the prefix has underscores": (
        link("wandb_registry_model/detector", there("model")), fails("does not spell", edits=[safe(registry="model")]),
    ),
    "half of the prefix is missing": (
        link("registry-model/detector", there("model")), fails("does not begin", edits=[safe(registry="model")]),
    ),
    "the prefix is doubled": (
        link("wandb-registry-wandb-registry-model/detector", there("model")), fails("twice", edits=[safe(registry="model")]),
    ),
    "a part of an ordinary project that names the calling entity makes room for the organization": (
        link("vision/model/detector", there("model")),
        fails("of 'vision'", edits=[safe(organization="acme-robotics_X7Q2", registry="model")]),
    ),
    "the prefix stands alone in a part of its own": (
        link("wandb-registry/model/detector", there("model")),
        fails(edits=[safe(organization=None, registry="model", collection="detector", version=None)]),
    ),
    "a dash of another kind": (link("wandb\u2013registry\u2013model/detector", there("model")), fails("does not spell", edits=[safe(registry="model")])),
    "the registry stands one part too early in a link": (
        link("wandb-registry-model/detector/v3", there("model")),
        fails("'detector'", edits=[safe(registry="model", organization=None, collection="detector", version=None)]),
    ),
    "the registry stands one part too early in a fetch": (
        use("wandb-registry-model/detector/v3", there("model")),
        fails("'detector'", edits=[safe(registry="model", organization=None, collection="detector", version="v3")]),
    ),
    "the server's spelling of the registry is written": (
        link("Model/detector", {**at("Model"), REGISTRY: MODEL, REGISTRIES: ALL}), fails(edits=[safe(registry="model")]),
    ),
}  # fmt: skip

UNCERTAIN: Table = {
    "a plural is certain, since it is the only other spelling": (
        link("Models/detector", {**at("Models"), **NOT_THERE}),
        fails("No registry 'Models'", "'model'", edits=[safe(registry="model")], leaves=["registry"]),
    ),
    "a slip of the pen is likely": (
        link("modle/detector", {**at("modle"), **NOT_THERE}), fails(edits=[unsafe(registry="model")], leaves=["registry"]),
    ),
    "of two other spellings neither is certain": (
        link("golden datasets/x", {**at("golden datasets"), REGISTRY: None, REGISTRIES: TWINS}),
        fails(edits=[unsafe(registry="Golden Datasets"), unsafe(registry="golden-dataset")], leaves=["registry"]),
    ),
    "without a registry of that or a near name nothing is suggested": (
        link("detectors/yolo", {**at("detectors"), **NOT_THERE}),
        fails("ordinary project 'detectors'", "'dataset'", leaves=["registry"], remedy=["wandb-registry-"]),
    ),
    "a doubled prefix without either registry names what there is": (
        link("wandb-registry-wandb-registry-speech/x", {**at("wandb-registry-speech"), **NOT_THERE}),
        fails("twice", "visible to you", leaves=["registry"]),
    ),
    "without a known organization the name itself is the likeliest registry": (
        link("model/detector", {DESTINATION: Unavailable("the organization of this path is not known")}),
        fails("'model'", edits=[unsafe(registry="model")]),
    ),
    "without a known organization nobody knows whether a registry is called so": (
        link("wandb-registry-wandb-registry-model/x", {DESTINATION: Unavailable("the organization of this path is not known")}),
        skips("unknown"),
    ),
    "where the server does not say whether it is there, the name itself is the likeliest registry": (
        link("modle/x", {**at("modle"), REGISTRY: Unavailable("the server refused to say", unknown=True), REGISTRIES: ALL}),
        fails("'modle'", edits=[unsafe(registry="modle")], leaves=["registry"]),
    ),
}  # fmt: skip


@each_of(NOT_JUDGED)
def test_a_registry_or_what_another_check_judges_does_not_fail(values: Values, verdict: Verdict) -> None:
    """What wandb takes for a registry passes, and what other checks judge is left to them."""
    confirm(registry_prefix, values, verdict)


@each_of(IN_CODE)
def test_a_link_in_a_program_to_an_ordinary_project_is_legitimate(values: Values, verdict: Verdict) -> None:
    """It is told where it lands, and what concerns registries is not judged."""
    confirm(registry_prefix, values, verdict)


@each_of(FAULTY)
def test_the_registry_behind_a_faulty_prefix_is_certain(values: Values, verdict: Verdict) -> None:
    """If the registry is there, the edit is safe, and the message says where the call would act."""
    confirm(registry_prefix, values, verdict)


@each_of(UNCERTAIN)
def test_without_that_registry_a_near_one_is_named(values: Values, verdict: Verdict) -> None:
    """Nothing is guessed where no registry has that or a near name."""
    confirm(registry_prefix, values, verdict)
