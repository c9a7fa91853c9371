"""Our grammar is the SDK's own: both parse the same texts, and no difference is found."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings
from wandb.sdk.artifacts._validators import ArtifactPath, is_artifact_registry_project

from registry_doctor.domain.target_path import (
    MalformedPath,
    TargetPath,
    is_registry_project,
    organization_named,
)

ODD = st.text(alphabet=st.sampled_from(list("ab/:: %20wé\u202e\u0000\n\\-_.\U0001f600")), max_size=24)
PARTS = st.sampled_from(
    ["", " ", "wandb-registry-", "wandb-registry-model", "Wandb-Registry-model", "wandb-registry-wandb-registry-x",
     "Acme Robotics", "vision", "model-registry", "https:", "detector", "a:b", "名前"]
)  # fmt: skip
JOINED = st.lists(PARTS, max_size=5).map("/".join)
WITH_VERSION = st.builds(lambda path, version: f"{path}:{version}", JOINED, ODD)
TEXTS = st.one_of(st.text(max_size=40), ODD, JOINED, WITH_VERSION)


def parsed_by_sdk(text: str) -> tuple[str | None, str | None, str] | str:
    """What the SDK reads: prefix, project and name, or its words of refusal."""
    try:
        path = ArtifactPath.from_str(text)
    except ValueError as refusal:
        return str(refusal)
    return path.prefix, path.project, path.name


def parsed_by_us(text: str) -> tuple[str | None, str | None, str] | str:
    """What we read, in the same form."""
    try:
        path = TargetPath.parse(text)
    except MalformedPath as refusal:
        return str(refusal)
    return path.prefix, path.project, path.name


@settings(max_examples=1500)
@example("wandb-registry-model/detector:a/b")
@example("///")
@example(":")
@given(TEXTS)
def test_every_text_is_parsed_as_the_sdk_parses_it(text: str) -> None:
    """Prefix, project and name, or the refusal with its words, are the same for any text."""
    assert parsed_by_us(text) == parsed_by_sdk(text)


@settings(max_examples=500)
@given(TEXTS)
def test_a_path_is_a_registry_path_exactly_when_the_sdk_thinks_so(text: str) -> None:
    """The registry of a parsed path is there if and only if the SDK takes it for a registry path."""
    try:
        ours = TargetPath.parse(text)
    except MalformedPath:
        return
    assert (ours.registry is not None) == ArtifactPath.from_str(text).is_registry_path()


@settings(max_examples=300)
@given(st.one_of(PARTS, st.text(max_size=24)))
def test_a_project_is_a_registry_exactly_when_the_sdk_thinks_so(project: str) -> None:
    """The prefix rule is the SDK's."""
    assert is_registry_project(project) == is_artifact_registry_project(project)


@settings(max_examples=500)
@given(TEXTS)
def test_printing_a_parsed_path_gives_the_text_back(text: str) -> None:
    """Nothing is lost or changed between parsing and printing."""
    try:
        path = TargetPath.parse(text)
    except MalformedPath:
        return
    assert str(path) == text


@settings(max_examples=500)
@given(TEXTS)
def test_a_link_takes_its_organization_from_the_part_that_the_sdk_takes(text: str) -> None:
    """For a link it is the first of three parts, and an empty one is none."""
    try:
        expected = ArtifactPath.from_str(text).prefix or None
    except ValueError:
        return
    assert organization_named(text, "link") == expected


@settings(max_examples=500)
@given(TEXTS)
def test_a_fetch_takes_its_organization_by_counting_slashes_as_the_sdk_does(text: str) -> None:
    """For a fetch it is what stands before the first of exactly two slashes, alias included."""
    try:
        ArtifactPath.from_str(text)
    except ValueError:
        return
    expected = text.split("/")[0] if text.count("/") == 2 else None
    assert organization_named(text, "use") == expected


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ("model/c", {"registry": "model"}, "wandb-registry-model/c"),
        ("wandb-registry-model/c", {"organization": "acme"}, "acme/wandb-registry-model/c"),
        ("acme/wandb-registry-model/c", {"organization": None}, "wandb-registry-model/c"),
        ("wandb-registry-model/c:latest", {"version": None}, "wandb-registry-model/c"),
        ("wandb-registry-model/c", {"version": "v0"}, "wandb-registry-model/c:v0"),
        (
            "wandb-registry-model/c:v1",
            {"collection": "d", "registry": "Golden Data"},
            "wandb-registry-Golden Data/d:v1",
        ),
    ],
)
def test_an_edit_changes_the_named_parts_and_no_other(
    before: str, changes: dict[str, str | None], after: str
) -> None:
    """Edits go by part, and the rest of the path keeps the shape that was typed."""
    assert str(TargetPath.parse(before).edit(changes)) == after  # type: ignore[arg-type]  # parametrize widens the keys
