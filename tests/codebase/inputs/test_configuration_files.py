"""Target paths in YAML, TOML and JSON: every one is found at its place, and ordinary texts are not."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.codebase.inputs.configuration_files import (
    ConfigurationFile,
    configuration_files,
    targets_in_configuration,
)
from registry_doctor.codebase.inputs.configurations.json_files import read_json
from registry_doctor.codebase.inputs.configurations.toml_files import read_toml
from registry_doctor.codebase.inputs.configurations.tree import (
    BrokenConfiguration,
    MappingNode,
    Node,
    PositionedText,
)
from registry_doctor.codebase.inputs.configurations.yaml_files import read_yaml
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.source.found import FoundComment, KnownText, LiteralPart, Unreadable

SAMPLES = Path(__file__).parent / "configurations"

Row = tuple[str, int, str, frozenset[str]]
"""File, line, purpose with path, and what else is said."""

READERS: dict[str, Callable[[PositionedText], list[Node]]] = {
    "toml": read_toml,
    "json": read_json,
    "yaml": read_yaml,
    "yml": read_yaml,
}
AROUND = {"toml": ("v = ", ""), "json": ('{"v": ', "}"), "yaml": ("v: ", ""), "yml": ("v: ", "")}
"""What makes a document of one value."""

_MARK = re.compile(r"#> (link|use) ([^;]*?)((?:; [a-z]+=[^;]*)*)$")

IN_JSON: list[Row] = [
    (
        "services/launch.json",
        7,
        "link acme-robotics/wandb-registry-model/detector",
        frozenset({"entity=vision"}),
    ),
    ("services/launch.json", 9, "use wandb-registry-model/éé", frozenset({"entity=vision"})),
]
"""What stands in the JSON samples, which can have no marks."""


def read(
    folder: Path, supplied: dict[str, str] | None = None, *, named: bool = False
) -> list[Target | OpenTarget | Unreadable]:
    """All that is found in a folder, without the ignore comments."""
    return [
        each
        for file in configuration_files([folder], folder)
        for each in targets_in_configuration(ConfigurationFile(file.path, named), folder, supplied or {})
        if not isinstance(each, FoundComment)
    ]


def read_text(
    folder: Path,
    name: str,
    text: str | bytes,
    supplied: dict[str, str] | None = None,
    *,
    named: bool = False,
) -> list[Target | OpenTarget | Unreadable]:
    """All that is found in one file with this text."""
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return read(folder, supplied, named=named)


def paths(found: list[Target | OpenTarget | Unreadable]) -> list[str]:
    """What is found, in short."""
    return [
        f"{each.for_} {each.text}"
        if isinstance(each, Target)
        else f"{each.for_} ?{each.template}"
        if isinstance(each, OpenTarget)
        else f"unreadable: {each.reason}"
        for each in found
    ]


def as_marked(found: Target | OpenTarget | Unreadable) -> Row:
    """A found target as marks say it."""
    assert not isinstance(found, Unreadable), found
    place = found.location
    if isinstance(found, OpenTarget):
        return place.file, place.line, f"{found.for_} ?{found.template}", frozenset()
    said = {
        "entity": found.given.entity,
        "project": found.given.project,
        "type": found.call.type,
        "aliases": ",".join(found.call.aliases),
        "ignore": ",".join(code for each in found.ignores for code in each.codes),
    }
    rows = {f"{key}={value}" for key, value in said.items() if value}
    if found.unknown_entity is not None:
        rows.add("entity=?")
    return place.file, place.line, f"{found.for_} {found.text}", frozenset(rows)


def expected() -> list[Row]:
    """All that the marks of the samples say."""
    rows = list(IN_JSON)
    for path in SAMPLES.rglob("*"):
        if path.suffix in (".yaml", ".yml", ".toml"):
            for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
                if found := _MARK.search(line):
                    said = frozenset(each for each in found[3].split("; ") if each)
                    rows.append(
                        (path.relative_to(SAMPLES).as_posix(), number, f"{found[1]} {found[2]}", said)
                    )
    return rows


def test_every_path_is_found_with_what_is_known_of_it_and_nothing_else_is() -> None:
    """Each mark in the samples is a target that is found there; decoys, lists of packages and reports have none."""
    found, wanted = Counter(map(as_marked, read(SAMPLES))), Counter(expected())
    assert sorted((found - wanted).elements(), key=str) == []
    assert sorted((wanted - found).elements(), key=str) == []
    assert len(wanted) > 45


def test_each_part_has_its_position() -> None:
    """The literal at the span has the value that contains the part, so that it can be edited there."""
    checked = 0
    for target in read(SAMPLES):
        for part in getattr(target, "parts", ()):
            assert isinstance(part, LiteralPart)
            span = part.span
            assert span is not None
            lines = (
                (SAMPLES / span.file).read_text(encoding="utf-8").split("\n")[span.line - 1 : span.end_line]
            )
            lines[-1] = lines[-1][: span.end_column - 1]
            literal = "\n".join(lines)[span.column - 1 :]
            kind = span.file.rpartition(".")[2]
            before, after = AROUND[kind]
            tree = READERS[kind](PositionedText("x", before + literal + after))[0]
            assert isinstance(tree, MappingNode)
            scalar = tree.nodes["v"]
            assert getattr(scalar, "text", None) == part.literal
            assert part.literal[part.offset :].startswith(part.text)
            checked += 1
    assert checked > 45


PURPOSES = [
    ("target_path", "link"),
    ("linkTo", "link"),
    ("REGISTRY_OUTPUT", "link"),
    ("publish", "link"),
    ("artifact", "use"),
    ("model_path", "use"),
    ("input", "use"),
    ("load_from", "use"),
    ("pretrained", "use"),
    ("anything", "link"),
    ("anything_else", "link"),
]


@pytest.mark.parametrize(("key", "for_"), PURPOSES)
def test_the_key_names_the_purpose_of_a_path(tmp_path: Path, key: str, for_: str) -> None:
    """By its words, in whatever spelling."""
    path = "acme/wandb-registry-model/detector"
    assert paths(read_text(tmp_path, "c.json", f'{{"{key}": "{path}"}}')) == [f"{for_} {path}"]


@pytest.mark.parametrize(
    ("text", "for_"),
    [
        ("publish: {model: PATH}", "link"),
        ("publish:\n  - PATH", "link"),
        ("input: {output: PATH}", "link"),
        ("{path: PATH, for: use}", "use"),
        ("{path: PATH, method: run.use_artifact}", "use"),
        ("{class_path: my.LinkModel, init_args: {path: PATH}}", "link"),
        ("{_target_: my.load_model, path: PATH}", "use"),
        ("path: PATH:v0", "use"),
        ("publish: PATH:v0", "link"),
    ],
)
def test_outer_keys_and_sibling_values_decide_if_the_key_does_not(
    tmp_path: Path, text: str, for_: str
) -> None:
    """The nearest word decides; without one a version means a use."""
    found = read_text(tmp_path, "c.yaml", text.replace("PATH", "wandb-registry-model/x"))
    assert [each.for_ for each in found if isinstance(each, Target)] == [for_]


ORDINARY = [
    "wandb-registry-model",
    "model/detector:v0",
    "https://github.com/acme/wandb-registry-tools/issues/1",
    "https://registry.npmjs.org/a/b",
    "docker.io/acme/wandb-registry-proxy",
    "ghcr.io/model-registry/server:latest",
    "src/wandb-registry-model/train.py",
    "../wandb-registry-model/detector",
    "services/model-registry/app",
    "acme/registry-proxy/main",
    "acme/wandb-registry-action/setup@v1",
    "wandb-registry doctor acme/wandb-registry-model/detector",
    "wandb-registry preflight src/x",
    "Please link to wandb-registry-model/detector, not to others",
    "first line\nwandb-registry-model/detector\n",
    "wandb-registry-*/model",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_are_left_alone(tmp_path: Path, text: str) -> None:
    """File names, repositories, images, commands and sentences are not paths."""
    assert read_text(tmp_path, "c.json", json.dumps({"name": text})) == []


@pytest.mark.parametrize(
    ("text", "supplied", "expected"),
    [
        ("p: wandb-registry-${r}/x\nr: model", {}, "link wandb-registry-model/x"),
        ("p: wandb-registry-${r}/x\nr: model", {"r": "dataset"}, "link wandb-registry-dataset/x"),
        ("p: wandb-registry-${a.r}/x\na: {r: model}", {"r": "dataset"}, "link wandb-registry-dataset/x"),
        ("p: wandb-registry-${l[1]}/x\nl: [a, b]", {}, "link wandb-registry-b/x"),
        ("p: wandb-registry-${oc.env:R}/x", {}, "link ?wandb-registry-{R}/x"),
        ("p: wandb-registry-${oc.env:R}/x", {"R": "model"}, "link wandb-registry-model/x"),
        ("p: wandb-registry-${oc.env:R,'model'}/x", {}, "link wandb-registry-model/x"),
        ("p: wandb-registry-${oc.env:R,${d}}/x\nd: deep", {}, "link wandb-registry-deep/x"),
        ("p: wandb-registry-${R:-model}/x", {}, "link wandb-registry-model/x"),
        ("p: wandb-registry-${R:-model}/x", {"R": "data"}, "link wandb-registry-data/x"),
        ("p: wandb-registry-$R/x", {"R": "data"}, "link wandb-registry-data/x"),
        ("p: wandb-registry-{{ registry }}/x", {"registry": "data"}, "link wandb-registry-data/x"),
        ("p: wandb-registry-%(r)s/x", {}, "link ?wandb-registry-{r}/x"),
        ("p: wandb-registry-${a}/x\na: ${b}\nb: ${a}", {}, "link ?wandb-registry-{a}/x"),
        ("p: wandb-registry-${a}/x\na: {b: c}", {}, "link ?wandb-registry-{a}/x"),
        ("p: wandb-registry-${a}/x\na: null", {}, "link ?wandb-registry-{a}/x"),
        ("p: wandb-registry-${a}/x\na: 3", {}, "link wandb-registry-3/x"),
        ("base: wandb-registry-m/x\nload: ${base}", {}, "use wandb-registry-m/x"),
    ],
)
def test_a_reference_is_resolved_or_can_be_supplied(
    tmp_path: Path, text: str, supplied: dict[str, str], expected: str
) -> None:
    """In the file, with defaults, or by `--set`; it is never dropped."""
    assert set(paths(read_text(tmp_path, "c.yaml", text, supplied))) == {expected}


def test_the_value_of_an_anchor_has_the_purposes_of_its_aliases(tmp_path: Path) -> None:
    """The key of the anchor makes no target if it names no purpose."""
    text = "shared: &p wandb-registry-m/x\nload: *p\npublish: {to: *p}\n"
    assert sorted(paths(read_text(tmp_path, "c.yaml", text))) == [
        "link wandb-registry-m/x",
        "use wandb-registry-m/x",
    ]


BROKEN = [
    (
        "c.yaml",
        "link: wandb-registry-model/x\n  b: [",
        "not readable as YAML: mapping values are not allowed",
        2,
        4,
    ),
    (
        "c.yaml",
        "link: wandb-registry-model/x\nb: \x07",
        "not readable as YAML: it contains a character that YAML does not allow",
        2,
        4,
    ),
    ("c.toml", "link = 'wandb-registry-model/x'\nb = ", "not readable as TOML: Invalid value", 2, None),
    (
        "c.json",
        '{"link": "wandb-registry-model/x",\n "b" 3}',
        "not readable as JSON: a colon is expected",
        2,
        6,
    ),
    ("c.json", '{"link": "wandb-registry-model/x"', "not readable as JSON: a comma or } is expected", 1, 34),
]


@pytest.mark.parametrize(("name", "text", "reason", "line", "column"), BROKEN)
def test_a_broken_file_is_reported_with_its_place(
    tmp_path: Path, name: str, text: str, reason: str, line: int, column: int | None
) -> None:
    """If it contains something like a registry path."""
    (found,) = read_text(tmp_path, name, text)
    assert isinstance(found, Unreadable)
    assert (found.file, found.line) == (name, line)
    assert found.reason.startswith(reason)
    assert column is None or found.column == column


def test_a_broken_file_without_a_path_is_reported_only_if_it_was_named(tmp_path: Path) -> None:
    """Templates of YAML are common and not a preflight's business."""
    text = "a: {{ registry/x }}{"
    assert read_text(tmp_path, "c.yaml", text) == []
    assert paths(read(tmp_path, named=True))[0].startswith("unreadable: not readable as YAML")


def test_a_large_file_is_reported_only_if_it_contains_something_like_a_path(tmp_path: Path) -> None:
    """It is not read."""
    filler = b"# " + b"x" * 1_000_000
    assert read_text(tmp_path, "c.yaml", filler) == []
    assert paths(read_text(tmp_path, "c.yaml", filler + b"\nlink: wandb-registry-m/x/")) == [
        "unreadable: larger than 1 MB"
    ]


@pytest.mark.parametrize("name", ["deep.json", "deep.yaml", "deep.toml"])
def test_what_is_nested_too_deeply_is_reported(tmp_path: Path, name: str) -> None:
    """And nothing is raised."""
    start = "a = " if name.endswith("toml") else ""
    (found,) = read_text(tmp_path, name, start + "[" * 20_000 + '"wandb-registry-m/x/y"')
    assert isinstance(found, Unreadable)


def test_anchors_that_unfold_without_end_are_read_quickly_or_refused(tmp_path: Path) -> None:
    """Aliases are not unfolded; inherited keys are counted."""
    laughs = "a0: &a0 [wandb-registry-m/x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)
    )
    assert paths(read_text(tmp_path, "c.yaml", laughs)) == ["link wandb-registry-m/x"]
    itself = "a: &a\n  - *a\n  - {<<: [], b: wandb-registry-m/x}\n"
    assert paths(read_text(tmp_path, "c.yaml", itself)) == ["link wandb-registry-m/x"]
    merges = "m0: &m0 {k: wandb-registry-m/x/}\n" + "".join(
        f"m{n}: &m{n} {{<<: *m{n - 1}, k{n}: v}}\n" for n in range(1, 1000)
    )
    assert paths(read_text(tmp_path, "c.yaml", merges)) == ["unreadable: its anchors expand to too many keys"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_marks_and_line_ends_do_not_move_the_place(tmp_path: Path, encoding: str, ending: str) -> None:
    """Lines and columns are those that an editor shows."""
    text = ending.join(["a: ü", "bé: wandb-registry-m/ü", "", "c: 'wandb-registry-m/y'"])
    found = read_text(tmp_path, "c.yaml", text.encode(encoding))
    assert [(each.location.line, each.location.column) for each in found if isinstance(each, Target)] == [
        (2, 5),
        (4, 4),
    ]


def test_bytes_that_are_not_text_are_reported(tmp_path: Path) -> None:
    """Latin-1 is not an encoding of YAML."""
    assert paths(read_text(tmp_path, "c.yaml", b"link: wandb-registry-m/\xe9/x")) == [
        "unreadable: not readable as text: it is not UTF-8"
    ]


def test_what_git_ignores_and_what_other_tools_write_is_not_read(tmp_path: Path) -> None:
    """The same rules as for code; a file that is named is read."""
    for name in ("out/c.yaml", "package-lock.json", "node_modules/x/c.json", "kept.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('{"link": "wandb-registry-m/x"}', encoding="utf-8")
    (tmp_path / ".gitignore").write_text("out/\n", encoding="utf-8")
    assert [each.path.name for each in configuration_files([tmp_path], tmp_path)] == ["kept.yaml"]
    named = list(configuration_files([Path("package-lock.json")], tmp_path))
    assert [(each.path.name, each.named) for each in named] == [("package-lock.json", True)]


def test_an_unknown_entity_is_reported(tmp_path: Path) -> None:
    """So that what depends on it is not judged."""
    (found,) = read_text(tmp_path, "c.yaml", "link: wandb-registry-m/x\nentity: ${oc.env:TEAM}\n")
    assert isinstance(found, Target)
    assert found.unknown_entity == "'TEAM' is an environment variable without a default"


def test_a_default_in_an_interpolation_can_be_edited_there(tmp_path: Path) -> None:
    """Its part is at its offset in the literal, under the name that replaces it."""
    (found,) = read_text(tmp_path, "c.yaml", 'link: "${oc.env:P, wandb-registry-m/x}"\n')
    assert isinstance(found, Target)
    (part,) = found.parts
    assert (part.text, part.names) == ("wandb-registry-m/x", ("P",))
    assert part.literal[part.offset : part.offset + len(part.text)] == part.text
    assert KnownText(found.parts).text == found.text


TOML_TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet='ab.=[]{}",\\#\n\'x1- "', max_size=60),
)


@given(TOML_TEXTS)
def test_the_scan_of_toml_agrees_with_the_parser_or_refuses(text: str) -> None:
    """Whatever tomllib accepts is located, but for its rarest spellings; the rest is refused, not raised."""
    try:
        read_toml(PositionedText("x", text))
    except BrokenConfiguration as problem:
        assert problem.reason != "the positions of its values cannot be determined", text


@given(
    st.sampled_from([".yaml", ".toml", ".json"]), st.one_of(st.binary(max_size=200), st.text(max_size=100))
)
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, suffix: str, data: bytes | str) -> None:
    """Alone, and around a registry path."""
    folder = tmp_path_factory.mktemp("fuzz", numbered=True)
    file = folder / f"c{suffix}"
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    for content in (
        raw,
        b'link: "wandb-registry-m/x" ' + raw,
        raw + b'\nlink = "wandb-registry-m/x/"',
        codecs.BOM_UTF16_LE + raw,
    ):
        file.write_bytes(content)
        for found in targets_in_configuration(ConfigurationFile(file, True), folder, {}):
            assert isinstance(found, (Target, OpenTarget, Unreadable))
