"""The manifest: what it lists is read, every fault is told with its place, and what is written is read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from registry_doctor.codebase.inputs.manifest import (
    TARGET_KEYS,
    read_manifest,
    read_manifest_file,
    write_manifest,
)
from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.source.found import Location, Unreadable
from registry_doctor.facts.call import METHODS, Call, purpose_of
from registry_doctor.settings import Given

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs/registry-preflight.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)

WHOLE = """\
version: 1
targets:
  - path: acme-robotics/wandb-registry-model/detector  # the nightly job
    for: link
    type: model
    entity: vision
    project: detectors
    aliases: [candidate]
    as: TRAINING_KEY
    method: run.link_artifact
  # registry-doctor: ignore[RD401] it is made later
  - path: 'wandb-registry-model/other:v0'
    for: use
    organization: acme-robotics
"""


def read(text: str) -> tuple[list[Target], list[Unreadable]]:
    """The targets and the faults of a text."""
    found = list(read_manifest(text, "m.yaml"))
    return (
        [each for each in found if isinstance(each, Target)],
        [each for each in found if isinstance(each, Unreadable)],
    )


def test_what_is_listed_is_read_with_its_place() -> None:
    """Path, what it is for, surroundings, key variable, ignore comments, and the literal that can be edited."""
    (first, second), problems = read(WHOLE)
    assert problems == []
    assert first.call == Call(
        "acme-robotics/wandb-registry-model/detector",
        "link",
        type="model",
        aliases=("candidate",),
        method="run.link_artifact",
    )
    assert (first.given.entity, first.given.project, first.key_variable) == (
        "vision",
        "detectors",
        "TRAINING_KEY",
    )
    assert first.given.source("entity") == "the manifest"
    assert first.location == Location("m.yaml", None, 3, 11)
    assert second.call == Call("wandb-registry-model/other:v0", "use")
    assert second.given.organization == "acme-robotics"
    assert [each.codes for each in second.ignores] == [("RD401",)]
    (part,) = second.parts
    assert part.span is not None
    assert (part.span.line, part.span.column, part.span.end_column) == (12, 11, 42)


def test_the_schema_is_one() -> None:
    """And has the keys that the reader knows, and the methods of wandb."""
    Draft202012Validator.check_schema(SCHEMA)
    properties = SCHEMA["$defs"]["target"]["properties"]
    assert tuple(properties) == TARGET_KEYS
    assert tuple(properties["method"]["enum"]) == METHODS
    links = [method for method in METHODS if purpose_of(method) == "link"]
    assert SCHEMA["$defs"]["target"]["allOf"][1]["else"]["properties"]["method"]["enum"] == links


TARGET = "version: 1\ntargets:\n  - path: a/wandb-registry-b/c\n    for: link\n"

FAULTS = [
    ("", "a manifest must be a mapping with 'version' and 'targets'", 1, 1),
    ("- a", "a manifest must be a mapping with 'version' and 'targets'", 1, 1),
    ("targets: []", "`version` must be 1", 1, 1),
    ("version: '1'\ntargets: []", "`version` must be 1", 1, 1),
    ("version: 1", "`targets` must be a list", 1, 1),
    ("version: 1\ntargets: {}", "`targets` must be a list", 2, 1),
    ("version: 1\ntargets: []\ntarget: []", "unknown key 'target'; did you mean `targets`?", 3, 1),
    (
        "version: 1\ntargets: []\n---\na: b",
        "a manifest must be one YAML document; a second one starts here",
        4,
        1,
    ),
    ("version: 1\ntargets: [a]", "a target must be a mapping with 'path' and 'for'", 2, 11),
    ("version: 1\ntargets:\n  - for: link", "the target has no `path`", 3, 5),
    ("version: 1\ntargets:\n  - path: 12\n    for: link", "`path` must be a string; put it in quotes", 3, 11),
    ("version: 1\ntargets:\n  - path: ''\n    for: link", "`path` must be a string", 3, 11),
    ("version: 1\ntargets:\n  - path: a\n    for: lnk", "`for` must be `link`, `use` or `collection`", 4, 5),
    ("version: 1\ntargets:\n  - path: a", "`for` must be `link`, `use` or `collection`", 3, 5),
    (TARGET + "    entitiy: x", "unknown key 'entitiy'; did you mean `entity`?", 5, 5),
    (TARGET + "    entity: 12", "`entity` must be a string; put it in quotes", 5, 13),
    (TARGET + "    entity: [x]", "`entity` must be a string", 5, 13),
    (
        TARGET + "    artifact: a/b/c:v0\n    type: x",
        "`artifact` and `type` cannot be used together: an artifact has its own type",
        6,
        5,
    ),
    (TARGET + "    aliases: best", "`aliases` must be a list of strings", 5, 14),
    (TARGET + "    aliases: [1]", "`aliases` must be a list of strings", 5, 14),
    (TARGET + "    method: run.link", "unknown `method`; did you mean `run.link_model`?", 5, 5),
    (TARGET + "    method: api.artifact", "`api.artifact` is for a use, but `for` is link", 5, 5),
    (
        "version: 1\ntargets:\n  - path: a\n    for: use\n    aliases: [x]",
        "`aliases` is only for links, but this target is a use",
        5,
        5,
    ),
    (
        TARGET + "    as: 0123456789abcdef0123456789abcdef01234567",
        "`as` must be the name of the environment variable that holds the key, in upper case; never the key itself",
        5,
        5,
    ),
    (
        "version: 1\ntargets: [",
        "not readable as YAML: ",
        2,
        11,
    ),
]


@pytest.mark.parametrize(("text", "reason", "line", "column"), FAULTS)
def test_every_mistake_is_reported_with_its_position(text: str, reason: str, line: int, column: int) -> None:
    """In words that say what to write; a key is never shown, and a target with a fault is not examined."""
    targets, problems = read(text)
    assert targets == []
    assert [(each.line, each.column) for each in problems] == [(line, column)]
    assert problems[0].reason.startswith(reason)


def test_the_other_targets_are_examined_all_the_same() -> None:
    """One with a fault does not hide them."""
    targets, problems = read(TARGET + "  - path: x\n")
    assert (len(targets), len(problems)) == (1, 1)


TEXTS = st.sampled_from(
    ["", "a", "link", "use", "12", "KEY", "key", "run.link_model", "api.artifact", "x: y # z"]
)
VALUES = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(0, 2), st.just(1.0), st.lists(TEXTS, max_size=2)
)
TARGETS = st.fixed_dictionaries(
    {"path": TEXTS, "for": st.sampled_from(["link", "use"])},
    optional={
        "artifact": TEXTS,
        "type": TEXTS,
        "entity": VALUES,
        "aliases": VALUES,
        "as": TEXTS,
        "method": st.sampled_from([*METHODS, "other"]),
        "other": VALUES,
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "version": st.sampled_from([1, 1, 1, 1.0, True, "1", 2, None]),
        "targets": st.lists(st.one_of(TARGETS, VALUES), max_size=3),
    },
    optional={"more": VALUES},
)


@given(
    st.one_of(DOCUMENTS, st.fixed_dictionaries({}, optional={"version": VALUES, "targets": VALUES}), VALUES)
)
def test_reader_and_schema_agree(document: object) -> None:
    """A document is valid by the schema if, and only if, the reader finds no fault in it."""
    _, problems = read(yaml.safe_dump(document))
    assert (problems == []) == VALIDATOR.is_valid(document), (document, problems)


@pytest.mark.parametrize(("text", "reason", "line", "column"), FAULTS)
def test_the_schema_refuses_the_same(text: str, reason: str, line: int, column: int) -> None:
    """What one says is wrong the other does not let pass."""
    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        return
    assert len(documents) != 1 or not VALIDATOR.is_valid(documents[0])


NAMES = st.text(min_size=1, max_size=20)
WRITTEN = st.builds(
    lambda path, for_, artifact, type_, aliases, entity, project, organization, variable, place: Target(
        Location(*place),
        Call(
            path,
            for_,
            artifact=artifact if for_ == "link" else None,
            type=type_ if artifact is None or for_ == "use" else None,
            aliases=tuple(aliases) if for_ == "link" else (),
            method="run.link_artifact" if for_ == "link" else "run.use_artifact",
        ),
        Given(entity=entity, project=project, organization=organization),
        key_variable=variable,
    ),
    NAMES,
    st.sampled_from(["link", "use"]),
    st.none() | NAMES,
    st.none() | NAMES,
    st.lists(NAMES, max_size=2),
    st.none() | NAMES,
    st.none() | NAMES,
    st.none() | NAMES,
    st.sampled_from([None, "KEY"]),
    st.tuples(st.text(max_size=10), st.none() | st.just(1), st.integers(1, 9), st.just(1)),
)


def essence(target: Target) -> tuple[object, ...]:
    """What a manifest keeps of a target."""
    given_ = target.given
    return target.call, given_.entity, given_.project, given_.organization, target.key_variable


@given(st.lists(WRITTEN, max_size=5))
def test_what_is_written_is_read_back(targets: list[Target]) -> None:
    """Each target once, whatever is in its names and places, and valid by the schema."""
    text = write_manifest(targets)
    back, problems = read(text)
    assert problems == []
    assert {essence(each) for each in back} == {essence(each) for each in targets}
    assert len(back) == len({essence(each) for each in targets})
    assert VALIDATOR.is_valid(yaml.safe_load(text))
    assert write_manifest(reversed(targets)) == text


def test_a_written_manifest_has_the_locations_of_each_target() -> None:
    """Sorted and without repetition, so that small changes make small differences."""
    call = Call("b/wandb-registry-m/x", "link", method="run.link_artifact")
    targets = [
        Target(Location("z.py", None, 9, 1), call, Given(entity="vision"), "the variable is not known"),
        Target(Location("a.ipynb", 3, 2, 1), call, Given(entity="vision")),
        Target(Location("a.py", None, 1, 1), Call("a/wandb-registry-m/y:v0", "use"), key_variable="KEY"),
    ]
    assert write_manifest(targets) == (
        "# Targets of the W&B Registry, for `wandb-registry preflight`.\n"
        "version: 1\n"
        "targets:\n"
        "  # a.py:1\n"
        '  - path: "a/wandb-registry-m/y:v0"\n'
        "    for: use\n"
        '    as: "KEY"\n'
        "  # a.ipynb: cell 3, line 2\n"
        "  # z.py:9\n"
        "  # the entity is unknown: the variable is not known\n"
        '  - path: "b/wandb-registry-m/x"\n'
        "    for: link\n"
        '    entity: "vision"\n'
        '    method: "run.link_artifact"\n'
    )
    assert yaml.safe_load(write_manifest([])) == {"version": 1, "targets": []}


@given(st.binary(max_size=200))
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """What is not a manifest is reported."""
    file = tmp_path_factory.mktemp("fuzz") / "m.yaml"
    file.write_bytes(data)
    assert all(isinstance(each, (Target, Unreadable)) for each in read_manifest_file(file, file.parent))


def test_a_file_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    """With what the system says."""
    (found,) = read_manifest_file(tmp_path, tmp_path)
    assert isinstance(found, Unreadable)
    assert found.reason == "the file cannot be opened: Is a directory"
