"""What people paste is read as the path they mean."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from registry_doctor.domain.interpretation import Purpose, clean, find_placeholder, interpret

URL = "https://forge.coreweave.com/wandb/orgs/Acme%20Robotics/registry/model"


@pytest.mark.parametrize(
    ("text", "for_", "meant"),
    [
        ("wandb-registry-model/detector", "link", "wandb-registry-model/detector"),
        ("Acme Robotics/wandb-registry-model/detector", "link", "Acme Robotics/wandb-registry-model/detector"),
        ("wandb-registry-Fine-tuned Models/phi3", "link", "wandb-registry-Fine-tuned Models/phi3"),
        ("wandb-registry-model/détecteur 🚗", "link", "wandb-registry-model/détecteur 🚗"),
        ("wandb-registry-model/detector:v0", "use", "wandb-registry-model/detector:v0"),
        ("wandb-registry-model/detector:v0", "link", "wandb-registry-model/detector"),
        ("wandb-registry-model/c:a/b", "use", "wandb-registry-model/c:a/b"),
        # the prefix
        ("model/detector", "link", "wandb-registry-model/detector"),
        ("Wandb-Registry-model/detector", "link", "wandb-registry-model/detector"),
        ("wandb_registry_model/detector", "link", "wandb-registry-model/detector"),
        ("registry/model/detector", "link", "wandb-registry-model/detector"),
        ("wandb-registry/model/detector", "link", "wandb-registry-model/detector"),
        ("wandb–registry–model/detector", "link", "wandb-registry-model/detector"),
        ("wandb-registry-model/detector/v3", "use", "wandb-registry-model/detector:v3"),
        # the shape
        (" wandb-registry-model/detector", "link", "wandb-registry-model/detector"),
        (" Acme Robotics /wandb-registry-model/c", "link", "Acme Robotics/wandb-registry-model/c"),
        ("wandb-registry-Fine-tuned%20Models/phi3", "link", "wandb-registry-Fine-tuned Models/phi3"),
        ("Acme%20Robotics/wandb-registry-model/c", "link", "Acme Robotics/wandb-registry-model/c"),
        ("wandb-registry-model%2Fdetector", "link", "wandb-registry-model/detector"),
        ("wandb-registry-model\\detector", "link", "wandb-registry-model/detector"),
        ("wandb-registry-model//detector", "link", "wandb-registry-model/detector"),
        ("wandb-registry-model/detector/", "link", "wandb-registry-model/detector"),
        ("/wandb-registry-model/detector", "link", "wandb-registry-model/detector"),
        ("'wandb-registry-model/detector:v0'", "use", "wandb-registry-model/detector:v0"),
        ("“wandb-registry-model/detector”", "link", "wandb-registry-model/detector"),
        ("acme/vision/wandb-registry-model/detector", "link", "acme/wandb-registry-model/detector"),
        # URLs and URIs
        (f"{URL}?selectionPath=acme_X7%2Fwandb-registry-model%2Fdetector&version=v3", "use", "acme_X7/wandb-registry-model/detector:v3"),
        (f"{URL}?selectionPath=acme_X7%2Fwandb-registry-model%2Fdetector&version=v3", "link", "acme_X7/wandb-registry-model/detector"),
        (f"{URL}?selectionPath=acme_X7%2Fwandb-registry-Fine-tuned%20Models%2Fphi3", "use", "acme_X7/wandb-registry-Fine-tuned Models/phi3:latest"),
        ("https://wandb.ai/registry/model?selectionPath=acme%2Fwandb-registry-m%2Fc&view=versions", "link", "acme/wandb-registry-m/c"),
        ("https://acme.wandb.io/acme_X7/wandb-registry-model/artifacts/model/detector/v2", "use", "acme_X7/wandb-registry-model/detector:v2"),
        ("wandb.ai/orgs/acme/registry/m?selectionPath=acme%2Fwandb-registry-m%2Fc", "link", "acme/wandb-registry-m/c"),
        ("wandb-artifact:///Acme/wandb-registry-model/detector:v1", "use", "Acme/wandb-registry-model/detector:v1"),
        ("wandb-artifact:///Acme/wandb-registry-model/detector:v1", "link", "Acme/wandb-registry-model/detector"),
        ("registry:///Acme/model/detector:v1", "use", "Acme/wandb-registry-model/detector:v1"),
    ],
)  # fmt: skip
def test_the_path_that_was_meant_is_read(text: str, for_: Purpose, meant: str) -> None:
    """Registry, collection, version and organization come out of whatever was written."""
    assert str(interpret(text, for_).intended) == meant


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("wandb-registry-model", ["collection"]),
        ("wandb-registry-model/", ["collection"]),
        ("wandb-registry-model/:v0", ["collection"]),
        ("wandb-registry-/detector", ["registry"]),
        ("detector", ["registry"]),
        ("", ["registry", "collection"]),
        ("   ", ["registry", "collection"]),
        ("///", ["registry", "collection"]),
        (URL, ["collection"]),
        ("https://wandb.ai/", ["registry", "collection"]),
        ("https://[broken", ["registry", "collection"]),
        ("registry://", ["registry", "collection"]),
    ],
)
def test_a_part_that_is_not_there_is_named_as_missing(text: str, missing: list[str]) -> None:
    """Nothing is invented: there is no path, a problem is told, and the missing parts are listed."""
    reading = interpret(text, "link")
    assert reading.intended is None
    assert list(reading.missing) == missing
    assert reading.problems


@pytest.mark.parametrize(
    "text",
    [
        "wandb-registry-model/detector",
        "/wandb-registry-model/c",
        "model/c",
        "team/wandb-registry-x/a b",
        "wandb-registry-m/c%20d",
    ],
)
def test_a_text_of_two_or_three_plain_parts_has_no_problem_of_shape(text: str) -> None:
    """Prefix, names and a leading slash are other checks' matter, or only a warning."""
    assert interpret(text, "link").problems == ()


def test_a_doubled_prefix_may_be_a_registry_of_that_odd_name() -> None:
    """Only the server can tell, so both names are candidates, the typed one first."""
    reading = interpret("wandb-registry-wandb-registry-model/c", "link")
    assert (reading.registries, reading.prefix_fault) == (("wandb-registry-model", "model"), "doubled")


def test_a_doubled_prefix_one_part_too_early_is_misplaced_first_of_all() -> None:
    """Whether there is a registry of that odd name or not: wandb takes it for an organization."""
    reading = interpret("wandb-registry-wandb-registry-model/detector/v0", "link")
    assert (reading.registries, reading.prefix_fault) == (("wandb-registry-model", "model"), "misplaced")
    assert str(reading.intended) == "wandb-registry-wandb-registry-model/detector"


def test_a_collection_with_space_or_encoding_may_be_meant_as_typed_or_cleaned() -> None:
    """Both names are candidates, the typed one first."""
    assert interpret("wandb-registry-m/raw%20images ", "use").collections == ("raw%20images ", "raw images")


def test_of_several_parts_before_the_registry_each_may_be_the_organization() -> None:
    """They are kept in order."""
    assert interpret("acme/vision/wandb-registry-model/c", "link").organizations == ("acme", "vision")


def test_the_legacy_model_registry_is_recognised_by_its_project_exactly() -> None:
    """`model-registry`, and nothing like it."""
    assert interpret("vision/model-registry/c", "link").legacy
    assert not interpret("vision/Model-Registry/c", "link").legacy
    assert not interpret("vision/model-registry-2/c", "link").legacy


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<org>", "<org>"), ("wandb-registry-<registry>", "<registry>"), ("{REGISTRY}", "{REGISTRY}"),
        ("${TEAM}", "${TEAM}"), ("$TEAM", "$TEAM"), ("your_entity", "your_entity"), ("YOUR-TEAM-NAME", "YOUR-TEAM-NAME"),
        ("COLLECTION_NAME", "COLLECTION_NAME"), ("my-team-name", "my-team-name"), ("[registry]", "[registry]"), ("[your team]", "[your team]"), ("[final]", None), ("set [test]", None),
        ("%(registry)s", "%(registry)s"), ("model", None), ("team-awesome", None), ("registry", None),
        ("ORG_ENTITY_NAME", "ORG_ENTITY_NAME"), ("wandb-registry-REGISTRY_NAME", "REGISTRY_NAME"), ("team-name", "team-name"),
        ("your-organization-org", "your-organization-org"), ("collection-name", "collection-name"), ("YOUR_TEAM_ENTITY", "YOUR_TEAM_ENTITY"),
        ("insert-org-name", "insert-org-name"), ("MODEL_NAME", "MODEL_NAME"), ("...", "..."), ("user", None), ("dataset", None), ("MODEL", None),
        ("Fine-tuned Models", None), ("my-model", None), ("entity-linking", None), ("projects", None), ("", None),
    ],
)  # fmt: skip
def test_a_placeholder_is_told_from_a_name(text: str, found: str | None) -> None:
    """Brackets, braces, variables and the words of examples are placeholders; ordinary names are not."""
    assert find_placeholder(text) == found


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [(" a ", "a"), ("a%20b", "a b"), ("100%", "100%"), ("a%2", "a%2"), ("ein%C3%BC", "einü"), ("a b", "a b")],
)
def test_cleaning_takes_surrounding_space_and_percent_encoding_away(name: str, cleaned: str) -> None:
    """A percent sign that encodes nothing stays."""
    assert clean(name) == cleaned


@settings(max_examples=800)
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet=st.sampled_from(list("ab/: %20<>{}\\\u202e?&=")), max_size=40),
        st.text(max_size=30).map(lambda tail: f"https://wandb.ai/orgs/a/registry/b?selectionPath={tail}"),
    ),
    st.sampled_from(["link", "use"]),
)
def test_no_text_makes_the_reading_fail_and_a_read_path_is_a_registry_path(text: str, for_: Purpose) -> None:
    """Either a registry path of this grammar comes out, or the missing parts are named."""
    reading = interpret(text, for_)
    assert (reading.intended is None) == bool(reading.missing)
    if reading.intended is not None:
        assert reading.legacy or reading.intended.registry
        assert reading.intended.collection
        assert for_ == "use" or reading.intended.version is None
