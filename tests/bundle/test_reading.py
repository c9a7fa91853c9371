"""Whatever is in a file, it is judged or refused with a clear message: nothing crashes, nothing acts on a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_doctor.bundle import reading
from registry_doctor.bundle.model import Bundle, MalformedBundle
from registry_doctor.bundle.reading import load_bundle
from registry_doctor.bundle.replaying import replay
from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.runner import UnknownCode
from registry_doctor.report.text import render
from registry_doctor.transport import JsonValue

if TYPE_CHECKING:
    from tests.bundle.conftest import Case

OURS = load_checks(others=False)

WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "v0", "a/b/c:d", "\x1b[2J", "‮", "\ud800", "wandb-registry-model", "//", "a" * 3000]),
)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)
many = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip


def load(content: bytes) -> Bundle:
    return load_bundle(BytesIO(content))


def places(value: JsonValue, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The ways to all values in a document."""
    found = [way] if way else []
    if isinstance(value, dict):
        for key, each in value.items():
            found += places(each, (*way, key))
    elif isinstance(value, list):
        for number, each in enumerate(value[:3]):
            found += places(each, (*way, number))
    return found


def changed(document: JsonValue, way: tuple[str | int, ...], new: JsonValue, remove: bool) -> JsonValue:
    """The document with another value at the end of this way, or without it."""
    copy = deepcopy(document)
    below: JsonValue = copy
    for number, key in enumerate(way):
        last = number == len(way) - 1
        if isinstance(below, dict) and isinstance(key, str) and key in below:
            if last and remove:
                del below[key]
            elif last:
                below[key] = new
            else:
                below = below[key]
        elif isinstance(below, list) and isinstance(key, int) and key < len(below):
            if last:
                below[key] = new
            else:
                below = below[key]
    return copy


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\xff\xfe", "not UTF-8 text"),
        (b"{", "not valid JSON, or it is cut off: "),
        (b"PK\x03\x04", "not valid JSON"),
        (b"null", "the bundle must be an object"),
        (b"[]", "the bundle must be an object"),
        (b"{}", "not a bundle of registry doctor"),
        (b'{"results": [], "target": {}}', "a report, not a bundle"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 10_000, "a number that is too long"),
        (
            b'{"kind": "registry-doctor-bundle", "schema_version": 9, "tool": {"name": "x", "version": "9.1"}}',
            "registry doctor 9.1 wrote it; update registry doctor",
        ),
        (b'{"kind": "registry-doctor-bundle"}', "tool is missing"),
        (b'{"kind": "registry-doctor-bundle", "tool": 1}', "tool must be an object"),
    ],
)
def test_a_file_that_is_no_bundle_is_told_for_what_it_is(content: bytes, words: str) -> None:
    """Also what to do, where something can be done."""
    with pytest.raises(MalformedBundle) as raised:
        load(content)
    assert words in str(raised.value)


def test_a_file_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a device goes on."""
    monkeypatch.setattr(reading, "LARGEST_BUNDLE", 1 << 20)
    stream = BytesIO(b" " * (3 << 20))
    with pytest.raises(MalformedBundle, match="larger than 1 MiB"):
        load_bundle(stream)
    assert stream.tell() == (1 << 20) + 1


def test_a_place_that_is_wrong_is_named(cases: Mapping[str, Case]) -> None:
    """With all keys that lead to it."""
    document = json.loads(cases["link-short"].made.text)
    document["server"]["requests"][0]["answers"][1]["names"] = [1]
    with pytest.raises(MalformedBundle) as raised:
        load(json.dumps(document).encode())
    assert str(raised.value) == "server.requests[0].answers[1].names must only contain strings"


@given(data=st.data())
@many
def test_a_truncated_bundle_is_refused(cases: Mapping[str, Case], data: st.DataObject) -> None:
    """Wherever it was cut off."""
    content = cases["registry-misspelt"].made.text.strip().encode()
    end = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(MalformedBundle):
        load(content[:end])


@given(content=st.binary(max_size=200))
@many
def test_arbitrary_bytes_are_refused(content: bytes) -> None:
    """And nothing else happens."""
    with pytest.raises(MalformedBundle):
        load(content)


@given(data=st.data())
@many
def test_a_bundle_with_strange_values_is_judged_or_refused(
    cases: Mapping[str, Case], data: st.DataObject
) -> None:
    """No exception but the two that are told, and nothing that a terminal would act upon."""
    name = data.draw(
        st.sampled_from(["registry-misspelt", "use-alias-missing", "placeholders", "host-unreachable"])
    )
    document: JsonValue = json.loads(cases[name].made.text)
    ways = places(document)
    for _ in range(data.draw(st.integers(1, 4))):
        way = data.draw(st.sampled_from(ways))
        document = changed(document, way, data.draw(VALUES), data.draw(st.booleans()))
    try:
        replayed = replay(load(json.dumps(document).encode()), OURS)
    except (MalformedBundle, UnknownCode):
        return
    assert replayed.report.exit_code in (0, 1, 3)
    shown = render(replayed.report, verbose=True)
    assert [char for char in shown if not char.isprintable() and char != "\n"] == []
    replayed.report.to_json().encode()
