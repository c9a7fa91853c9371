"""The sample project: every call is found, at the right line, with the right path; nothing else is."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.source.found import FoundCall, FoundText, KnownText, Unreadable

SAMPLES = Path(__file__).parent / "samples"
SHAPES = Path(__file__).parent / "shapes"

_MARK = re.compile(r"#> ((?:run|artifact|api)\.\w+) (.*?)(?= #> |$)")


@dataclass(frozen=True)
class Expected:
    """What a line's mark says: `#> METHOD TARGET; entity=…; type=…`; a `?` marks an unknown value."""

    file: str
    cell: int | None
    line: int
    method: str
    target: str
    said: frozenset[tuple[str, str]]


def marks(text: str, file: str, cell: int | None = None) -> Iterator[Expected]:
    """The marks in a text, by line."""
    for number, line in enumerate(text.split("\n"), start=1):
        for method, rest in _MARK.findall(line):
            target, *said = rest.strip().split("; ")
            pairs = ((each if "=" in each else f"{each}=") for each in said)
            values = frozenset((key, value) for key, _, value in (pair.partition("=") for pair in pairs))
            yield Expected(file, cell, number, method, target, values)


def expected_in(folder: Path) -> list[Expected]:
    """All that the marks of a folder say."""
    found: list[Expected] = []
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder).as_posix()
        if path.suffix == ".py":
            found += marks(text_of(path), file)
        elif path.suffix == ".ipynb":
            for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
                if cell["cell_type"] == "code":
                    found += marks("".join(cell["source"]), file, number)
    return found


def text_of(path: Path) -> str:
    """A sample's text; one of them is in Latin-1."""
    data = path.read_bytes()
    return data.decode("latin-1" if b"coding: latin-1" in data[:80] else "utf-8")


def shown(value: FoundText) -> str:
    """A value as marks write it."""
    return value.text if isinstance(value, KnownText) else f"?{value.template}"


def as_marked(call: FoundCall) -> Expected:
    """A found call in the form of a mark."""
    said = {
        name: shown(value)
        for name in ("entity", "project", "organization", "type", "artifact")
        if (value := getattr(call, name)) is not None
    }
    if call.aliases:
        said["aliases"] = ",".join(map(shown, call.aliases))
    if call.purpose == "use" and call.registry_bound == "ordinary":
        said["ordinary"] = ""
    place = call.location
    return Expected(
        place.file, place.cell, place.line, str(call.method), shown(call.target), frozenset(said.items())
    )


def calls_in(folder: Path) -> tuple[Sequence[FoundCall], Sequence[Unreadable]]:
    """What is found in a folder."""
    found = list(find_calls([folder], root=folder))
    calls = [each for each in found if isinstance(each, FoundCall)]
    return calls, [each for each in found if isinstance(each, Unreadable)]


@pytest.mark.parametrize("folder", [SAMPLES, SHAPES], ids=["samples", "shapes"])
def test_every_call_is_found_with_what_is_known_of_it_and_nothing_else_is(folder: Path) -> None:
    """Each mark in the samples is a call that is found there, and there is no other."""
    calls, unreadable = calls_in(folder)
    assert unreadable == []
    found, expected = Counter(map(as_marked, calls)), Counter(expected_in(folder))
    assert sorted((found - expected).elements(), key=str) == []
    assert sorted((expected - found).elements(), key=str) == []


def test_the_samples_are_many() -> None:
    """The sample project has more than sixty calls, and the shapes are of twenty-five files."""
    assert len({replace(each, target="", said=frozenset()) for each in expected_in(SAMPLES)}) >= 60
    assert len(list(SHAPES.glob("**/*.py"))) + len(list(SHAPES.glob("**/*.ipynb"))) >= 25


@pytest.mark.parametrize("folder", [SAMPLES, SHAPES], ids=["samples", "shapes"])
def test_the_column_is_that_of_the_methods_name(folder: Path) -> None:
    """Counted in characters from 1, also after letters outside ASCII."""
    for call in calls_in(folder)[0]:
        if call.location.cell is None and call.location.file not in ("aliases.py",):
            line = text_of(folder / call.location.file).split("\n")[call.location.line - 1]
            name = re.match(r"\w*", line[call.location.column - 1 :])
            assert name is not None
            assert name[0] in (str(call.method).partition(".")[2], "artifact_versions"), call


@pytest.mark.parametrize("folder", [SAMPLES, SHAPES], ids=["samples", "shapes"])
def test_each_part_of_a_path_has_its_position(folder: Path) -> None:
    """The text between its quotes is what it contributes, so that it can be edited there."""
    checked = 0
    for call in calls_in(folder)[0]:
        for part in call.target.parts:
            span = getattr(part, "span", None)
            if span is None or span.cell is not None:
                continue
            lines = text_of(folder / span.file).split("\n")[span.line - 1 : span.end_line]
            lines[-1] = lines[-1][: span.end_column - 1]
            literal = "\n".join(lines)[span.column - 1 :]
            assert literal[-1] in "'\""
            assert getattr(part, "literal", "")[part.offset : part.offset + len(part.text)] == part.text  # type: ignore[union-attr]  # it has a span
            checked += part.text in literal
    assert checked > 20
