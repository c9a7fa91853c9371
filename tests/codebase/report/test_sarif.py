"""SARIF 2.1.0, against the schema that OASIS publishes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, FormatChecker

from registry_doctor.checking.plugins import Loaded
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.codebase.report.sarif import SCHEMA, render
from tests.codebase.report.conftest import Preflights
from tests.codebase.report.test_hostile_names import HOSTILE


@cache
def validator() -> Draft4Validator:
    """The published schema, byte for byte."""
    schema = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    Draft4Validator.check_schema(schema)
    assert schema["id"] == SCHEMA
    return Draft4Validator(schema, format_checker=FormatChecker())


def run(report: PreflightReport) -> dict[str, Any]:
    """The only run of the log."""
    log = json.loads(render(report))
    found: dict[str, Any] = log["runs"][0]
    return found


def test_the_log_fits_the_published_schema(preflights: Preflights) -> None:
    """With everything in it, and with nothing."""
    for report in (preflights.full(), PreflightReport()):
        validator().validate(json.loads(render(report)))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_fit_the_schema(preflights: Preflights, name: str) -> None:
    """In paths, files and messages."""
    validator().validate(json.loads(render(preflights.one(name))))


def test_each_result_has_a_rule_a_level_and_a_physical_location(preflights: Preflights) -> None:
    """Silenced findings, too."""
    found = run(preflights.full())
    rules = found["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == ["RD205", "RD302", "RD502"]
    assert [
        (
            each["ruleId"],
            rules[each["ruleIndex"]]["id"],
            each["level"],
            each["locations"][0]["physicalLocation"]["artifactLocation"],
            each["locations"][0]["physicalLocation"]["region"],
        )
        for each in found["results"]
    ] == [
        (code, code, level, {"uri": uri, "uriBaseId": "%SRCROOT%"}, region)
        for code, level, uri, region in [
            ("RD302", "error", "nb/link%20it.ipynb", {"startLine": 1}),
            ("RD302", "error", "src/train.py", {"startLine": 12, "startColumn": 5}),
            ("RD502", "error", "src/train.py", {"startLine": 20, "startColumn": 5}),
            ("RD205", "warning", "src/train.py", {"startLine": 20, "startColumn": 5}),
            ("RD302", "error", "src/train.py", {"startLine": 21, "startColumn": 5}),
        ]
    ]


def test_a_finding_in_a_notebook_names_its_cell(preflights: Preflights) -> None:
    """Whose lines are not those of the file."""
    location = run(preflights.full())["results"][0]["locations"][0]
    assert location["message"]["text"] == location["logicalLocations"][0]["name"] == "cell 3, line 2"


def test_silenced_findings_are_suppressed_with_their_reason(preflights: Preflights) -> None:
    """In the source, or by the baseline; the others say that they are not (§3.27.23)."""
    assert [each["suppressions"] for each in run(preflights.full())["results"]] == [
        [],
        [],
        [{"kind": "inSource", "justification": "on purpose"}],
        [],
        [{"kind": "external", "justification": "it is in the baseline"}],
    ]


def test_rules_are_the_pages_of_the_checks(preflights: Preflights) -> None:
    """What `explain` says is what a reader of the log sees."""
    rule = run(preflights.full())["tool"]["driver"]["rules"][1]
    assert rule["name"] == "organization-prefix"
    summary = "The path names an organization of the calling entity, spelled exactly."
    assert rule["shortDescription"] == {"text": summary}
    assert rule["fullDescription"]["text"].startswith(
        "wandb compares the part before the registry, letter by letter"
    )
    assert rule["help"]["markdown"].startswith("# RD302 organization-prefix\n\n" + summary)
    assert "## What to do" in rule["help"]["text"]


def test_a_rule_of_an_unknown_check_has_code_and_name(preflights: Preflights) -> None:
    """Its page may have been left out."""
    log = json.loads(render(preflights.full(), Loaded(())))
    assert log["runs"][0]["tool"]["driver"]["rules"][1] == {"id": "RD302", "name": "organization-prefix"}
    validator().validate(log)


def test_all_that_is_no_finding_is_a_notification(preflights: Preflights) -> None:
    """A run in which not all could be judged was not a success."""
    invocation = run(preflights.full())["invocations"][0]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 1)
    said = [(each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]]
    assert said == [
        ("note", "the server is older than the questions"),
        ("warning", "inconclusive: link to wandb-registry-model/who: RD402 the server refused to say"),
        (
            "note",
            "not judged: link to wandb-registry-model/who: RD301 cannot be judged: the entity comes from outside",
        ),
        (
            "note",
            "not known from the source: use wandb-registry-{{REGISTRY}}/detector:v0: REGISTRY is an environment"
            " variable. Values can be supplied: --set REGISTRY=VALUE",
        ),
        ("warning", "not read: not Python 3: invalid syntax"),
        ("note", "unused ignore comment: it silences nothing: RD203. Remove it"),
    ]
    clean = run(PreflightReport(judged=(preflights.failing(),)))["invocations"][0]
    assert (clean["executionSuccessful"], clean["exitCode"]) == (True, 1)


@settings(deadline=None)
@given(file=st.one_of(st.sampled_from(HOSTILE), st.text()).filter(bool))
def test_a_file_is_a_uri_that_gives_it_back(file: str) -> None:
    """Byte for byte, with nothing in it that a URI may not have."""
    preflights = Preflights()
    location = run(PreflightReport(judged=(preflights.failing(preflights.target(file)),)))["results"][0][
        "locations"
    ][0]["physicalLocation"]["artifactLocation"]
    uri = location["uri"]
    assert uri.isascii()
    parts = urlsplit(uri)
    assert (parts.query, parts.fragment) == ("", "")
    assert parts.scheme == ("" if "uriBaseId" in location else "file")
    content = unquote_to_bytes(parts.path)
    expected = (file.encode("utf-8", each) for each in ("surrogateescape", "surrogatepass"))
    try:
        bytes_ = next(expected)
    except UnicodeEncodeError:
        bytes_ = file.encode("utf-8", "surrogatepass")
    assert content.removeprefix(b"/") == bytes_.removeprefix(b"/")


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("/abs/a b.py", "file:///abs/a%20b.py"),
        ("C:/work/a.py", "file:///C%3A/work/a.py"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_a_file_outside_the_root_has_a_whole_uri(preflights: Preflights, file: str, uri: str) -> None:
    """Which no base precedes."""
    found = run(PreflightReport(judged=(preflights.failing(preflights.target(file)),)))["results"][0]
    location = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == uri
    assert ("uriBaseId" in location) == (not uri.startswith("file:"))


@pytest.mark.parametrize("text", ["{0}", "[click](https://evil.example)", "[a][b](1)"])
def test_no_name_is_a_placeholder_or_a_link(preflights: Preflights, text: str) -> None:
    """Which plain messages have in SARIF (§3.11.5, §3.11.6)."""
    message = run(preflights.one(text))["results"][0]["message"]["text"]
    assert "](" not in message.replace("\\](", "")
    assert "{0}" not in message.replace("{{0}}", "")


def test_fingerprints_stay_when_lines_move(preflights: Preflights) -> None:
    """So that a moved finding is the same one."""
    before, after = (
        run(PreflightReport(judged=(preflights.failing(preflights.target(line=line)),)))["results"][0]
        for line in (3, 90)
    )
    assert before["partialFingerprints"] == after["partialFingerprints"]
