"""`--shape` with names, addresses and texts planted anywhere by hypothesis: none of them is in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry_doctor.bundle import shaping
from registry_doctor.checking.plugins import load_checks
from registry_doctor.transport import JsonValue
from tests.bundle.test_schema import validator
from tests.bundle.test_shaping import FIXED
from tests.shapes.reports import TROUBLES

if TYPE_CHECKING:
    from registry_doctor.bundle.making import Made
    from tests.bundle.conftest import Case

OURS = load_checks(others=False)
BASES = ("registry-misspelt", "link-org-entity", "host-unreachable", "use-alias")
KNOWN = (*TROUBLES, "permission denied", "user is not logged in")
"""What the server says to everybody."""
Place = tuple[str | int, ...]


class Bases:
    """Bundles by the id of their case; no dataclass, of which hypothesis would write all into a failure."""

    def __init__(self, made: Mapping[str, Made]) -> None:
        self.made = made


@pytest.fixture(scope="session")
def bases(cases: Mapping[str, Case]) -> Bases:
    """A link and a fetch, a correction, and a server that is not there."""
    return Bases({name: cases[name].made for name in BASES})


WORDS = st.lists(
    st.text("bcdfghjklmnpqrtvwxyz", min_size=7, max_size=12).filter(lambda word: len(set(word)) > 4),
    min_size=1, max_size=3,
)  # fmt: skip
"""No words of any language, so that they are found again wherever they are left."""
FORMS = (
    "{0}", "{0}-{1}", "{0} {1}", "{0}_{1}/wandb-registry-{2}", "{0}.{1}@{2}.example", "https://{0}.example/orgs/{1}?selectionPath={2}",
    "entity '{0}' not found: \"{1}\" ({2})", "{0}: permission denied for {1}", "/home/{0}/.netrc", "%5B{0}%5D", "{0}\n{1}\t{2}", "é{0}ß",
)  # fmt: skip


@st.composite
def planted_texts(draw: st.DrawFn) -> str:
    """A name, an address, a sentence or a path with names in it."""
    words = [*draw(WORDS), "quokkaberry", "zanzibarfox"]
    styled = [draw(st.sampled_from([word, word.upper(), word.title()])) for word in words]
    return draw(st.sampled_from(FORMS)).format(*styled)


def places(value: JsonValue, place: Place = ()) -> Iterator[Place]:
    """Where a text stands that comes from outside."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*place, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*place, number))
    elif isinstance(value, str) and not FIXED.search("." + ".".join(map(str, place)).rstrip(".0123456789")):
        yield place


def put(document: Any, place: Place, text: str) -> None:
    """Write the text there."""
    for step in place[:-1]:
        document = document[step]
    document[place[-1]] = text


def plant_errors(chance: Random, document: Any, texts: list[str]) -> None:
    """Errors with names in their paths and codes, fields that an older server does not know, statuses, odd fields."""
    for request in document["server"]["requests"]:
        request["status"] = chance.choice([200, 403, 500])
        request["said"] = chance.choice(texts)
        request["left_out"] = ["Project.readOnly", chance.choice(texts), f"Query.{chance.choice(texts)}"]
        for answer in request["answers"]:
            message = chance.choice([*KNOWN, *texts])
            path = ["q0", chance.choice(texts), 3, "organizations"]
            answer["errors"] = [{"message": message, "path": path, "code": chance.choice(texts)}]
            if isinstance(answer["value"], dict):
                answer["value"][chance.choice(texts)] = chance.choice(texts)


def skeleton(value: JsonValue) -> object:
    """Types, nulls, numbers and how deep; of objects only how many entries, since the names of some are replaced."""
    if isinstance(value, dict):
        return [skeleton(each) for each in value.values()]
    if isinstance(value, list):
        return [skeleton(each) for each in value]
    return "" if isinstance(value, str) else value


def shaped_alike(made: Made) -> str:
    """The shape with the same letters each time, so that a failure can be found again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shaping, "_DRAWN", lambda: Random(0))
        return shaping.shaped(made, OURS).text


DRAWN = settings(
    max_examples=30,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # an example takes too long to be made small
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@DRAWN
@given(
    base=st.sampled_from(BASES), texts=st.lists(planted_texts(), min_size=1, max_size=8),
    seed=st.integers(0, 2**32), with_errors=st.booleans(),
)  # fmt: skip
def test_nothing_that_is_planted_is_left(
    bases: Bases, base: str, texts: list[str], seed: int, with_errors: bool
) -> None:
    """In whatever place, in whatever case; types, nulls, statuses and what the server says to everybody stay."""
    made, chance = bases.made[base], Random(seed)
    document = json.loads(made.text)
    parts = {part: document[part] for part in ("call", "settings", "server", "variables")}
    found = list(places(parts))
    for place in chance.sample(found, min(12, len(found))):
        put(parts, place, chance.choice(texts))
    if with_errors:
        plant_errors(chance, document, texts)
    whole = json.dumps(document)
    result = shaped_alike(replace(made, text=whole))
    left = result.lower()
    words = {word for word in re.findall(r"[a-z]{7,}", whole.lower()) if planted_word(word)}
    assert [word for word in words if word in left] == []
    after = json.loads(result)
    for part in ("call", "settings", "server"):
        assert skeleton(after[part]) == skeleton(document[part]), part
    for before, now in zip(document["server"]["requests"], after["server"]["requests"], strict=True):
        assert now["status"] == before["status"]
        kept = [error["message"] for answer in before["answers"] for error in answer["errors"]]
        told = [error["message"] for answer in now["answers"] for error in answer["errors"]]
        assert [each for each in kept if each in KNOWN] == [each for each in told if each in KNOWN]
    assert list(validator().iter_errors(after)) == []


def planted_word(word: str) -> bool:
    """Whether a word was planted: no word of our own has no vowel, but for the two that are named."""
    return word in ("quokkaberry", "zanzibarfox") or not set(word) & set("aeious")


@pytest.mark.slow
@DRAWN
@given(name=WORDS.map(lambda words: "-".join(words)), seed=st.integers(0, 2**32))
def test_a_name_has_one_token_wherever_it_stands(bases: Bases, name: str, seed: int) -> None:
    """In the call, in the settings, among an answer's names and in its value."""
    made, chance = bases.made["link-org-entity"], Random(seed)
    document = json.loads(made.text)
    answers = [each for request in document["server"]["requests"] for each in request["answers"]]
    spots: list[Place] = [("call", "target"), ("call", "artifact"), ("settings", "project", "value")]
    for place in chance.sample(spots, chance.randint(1, len(spots))):
        put(document, place, name)
    answer = chance.choice([each for each in answers if each["names"]])
    answer["names"][0] = name
    if isinstance(answer["value"], dict):
        answer["value"]["name"] = name
    before = list(places(document))
    after = json.loads(shaped_alike(replace(made, text=json.dumps(document))))
    tokens = {at(after, place) for place in before if place[0] != "report" and at(document, place) == name}
    assert len(tokens) == 1
    assert name not in tokens


def at(document: Any, place: Place) -> str:
    """The text there."""
    for step in place:
        document = document[step]
    return str(document)


@pytest.mark.parametrize("message", KNOWN)
def test_an_answer_of_a_server_in_trouble_is_judged_alike(bases: Bases, message: str) -> None:
    """Its status and words stay: without the status, null with an error would be a refusal."""
    from registry_doctor.bundle.reading import read_bundle
    from registry_doctor.bundle.replaying import replay

    made = bases.made["link-org-entity"]
    document = json.loads(made.text)
    for request in document["server"]["requests"]:
        request["status"] = 500
        for answer in request["answers"]:
            answer["value"], answer["errors"] = None, [{"message": message, "path": ["q0"], "code": None}]
    plain = replay(read_bundle(document), OURS).report
    found = shaping.shaped(replace(made, text=json.dumps(document)), OURS)
    assert (found.report.exit_code, plain.exit_code) == (3, 3)
    assert message in found.text
