"""`--shape`: the same verdicts with tokens in the place of names, and no name is left."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from registry_doctor.bundle.making import Made
from registry_doctor.bundle.reading import load_bundle
from registry_doctor.bundle.replaying import replay
from registry_doctor.bundle.shaping import shaped
from registry_doctor.checking.plugins import load_checks
from registry_doctor.transport import JsonValue
from tests.bundle.test_schema import validator

if TYPE_CHECKING:
    from tests.bundle.conftest import Case

OURS = load_checks(others=False)
PLANTED = (
    "Zanzibar-Quokka",
    "zanzibar",
    "jane.quokka@zanzibar.example",
    "host.quokka.example",
    "Qu%C3%B6kkah",
)
FIXED = re.compile(r"\.(?:query|question|kind|for|fail_on|method|given|not_asked)$")
"""Values that this project chooses; a reader refuses others."""


def judged(made: Made) -> list[object]:
    """Codes, statuses, the suggestion but for its path, and the exit status."""
    report, suggestion = made.report, made.report.suggestion
    results: list[object] = [(each.code, each.status, each.severity, each.unknown) for each in report.results]
    return [*results, report.exit_code, suggestion and (suggestion.verified, suggestion.remaining)]


def test_every_case_is_judged_as_with_its_names(cases: Mapping[str, Case]) -> None:
    """Codes, statuses, exit status; the file says so itself, and its replay agrees with it."""
    for name, case in cases.items():
        found = shaped(case.made, OURS)
        assert judged(found) == judged(case.made), name
        assert json.loads(found.text)["replay"] == {"same": True, "differing": []}, name
        assert replay(load_bundle(BytesIO(found.text.encode())), OURS).verdicts == (), name


@pytest.mark.parametrize("part", ["call", "settings", "server"])
def test_no_name_is_left_wherever_it_stands(cases: Mapping[str, Case], part: str) -> None:
    """Every text of a bundle is planted with names, addresses and hosts, all places at once."""
    whole = json.loads(cases["registry-misspelt"].made.text)
    for name in PLANTED:
        edited = json.loads(json.dumps(whole))
        edited[part] = _everywhere(whole[part], f".{part}", name)
        found = shaped(replace(cases["registry-misspelt"].made, text=json.dumps(edited)), OURS).text.lower()
        for word in re.findall(r"[a-z]{6,}", name.lower()):
            if word != "example":
                assert word not in found, (name, word, found[max(0, found.find(word) - 200) :][:300])


def _everywhere(value: JsonValue, place: str, name: str) -> JsonValue:
    if isinstance(value, str):
        return value if FIXED.search(place) else f"{name} '{name.upper()}' {value}/{name}"
    if isinstance(value, dict):
        return {key: _everywhere(each, f"{place}.{key}", name) for key, each in value.items()}
    if isinstance(value, list):
        return [_everywhere(each, place, name) for each in value]
    return value


def test_equal_names_have_equal_tokens(cases: Mapping[str, Case]) -> None:
    """In the path, in the server's answers, and in the report's words; as long as the name."""
    document = json.loads(shaped(cases["link-org-entity"].made, OURS).text)
    entity, project, collection = document["call"]["target"].split("/")
    assert project.startswith("wandb-registry-")
    assert (len(entity), len(collection)) == (len("acme-robotics_X7Q2"), len("detector"))
    assert document["report"]["resolved"]["entity"] == entity
    assert entity in json.dumps(document["server"])
    assert entity != "acme-robotics_X7Q2"


def test_a_shaped_bundle_fits_the_schema(cases: Mapping[str, Case]) -> None:
    """It is a bundle as any other."""
    for name in ("registry-misspelt", "host-unreachable", "link-display-name"):
        assert list(validator().iter_errors(json.loads(shaped(cases[name].made, OURS).text))) == [], name


def test_versions_and_the_variables_of_a_connection_stay(cases: Mapping[str, Case]) -> None:
    """They name nobody, and a verdict may depend on them."""
    made = cases["registry-misspelt"].made
    whole = json.loads(made.text)
    whole["versions"]["libraries"]["certifi"] = "2026.10.19.post1"
    whole["variables"] = ["SSL_CERT_FILE", "WANDB_API_KEY"]
    found = json.loads(shaped(replace(made, text=json.dumps(whole)), OURS).text)
    assert found["versions"]["libraries"]["certifi"] == "2026.10.19.post1"
    assert found["variables"] == ["SSL_CERT_FILE", "WANDB_API_KEY"]
