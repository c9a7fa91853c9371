"""The JSON report against its published schema, and what scripts may rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import Suggestion
from registry_doctor.report.json import document
from registry_doctor.report.model import EffectivePath, Ignored, RequestedTarget

if TYPE_CHECKING:
    from registry_doctor.report.model import Report
    from tests.report.conftest import Reports

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


def closed(schema: object) -> object:
    """The same schema, which knows no key that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: closed(value) for key, value in schema.items()}
    return strict | {"additionalProperties": False} if schema.get("type") == "object" else strict


@cache
def validator() -> Draft202012Validator:
    schema = closed(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert isinstance(schema, dict)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def examples(reports: Reports) -> dict[str, Report]:
    """Reports in which every key and every kind of value occurs."""
    return {
        "one error": reports.example(),
        "environment": reports.environment(),
        "each kind of result": reports.report(
            reports.passing(),
            reports.warning(),
            reports.unknown(),
            reports.crashed(),
            reports.skipped(),
            notes=("a note",),
            ignored=(
                Ignored("RD502", "on purpose", "registry-doctor.toml", True),
                Ignored("RD9", "why", "pyproject.toml", None),
            ),
            resolved=EffectivePath("Acme", "acme", "wandb-registry-model", "detector", "v0"),
            target=RequestedTarget("wandb-registry-model/detector:v0", "use", None, None),
        ),
        "not enough": reports.report(
            reports.failing(), suggestion=Suggestion("a/b", False, Applicability.UNSAFE, ("RD304", "RD402"))
        ),
    }


@pytest.mark.parametrize("name", ["one error", "environment", "each kind of result", "not enough"])
def test_every_report_fits_the_published_schema(reports: Reports, name: str) -> None:
    """Which knows each key that a report has."""
    validator().validate(json.loads(examples(reports)[name].to_json()))


def test_reports_on_many_targets_fit_the_schema(reports: Reports) -> None:
    """Each with the place of its target in a file; a report without one does not."""
    report = document(reports.example())
    location = {"file": "train.py", "line": 3, "column": 9, "cell": None}
    many = {"schema_version": 1, "exit_code": 1, "reports": [{**report, "location": location}]}
    validator().validate(many)
    assert not validator().is_valid({**many, "reports": [report]})


@pytest.mark.parametrize(
    "broken",
    [
        {"exit_code": 2},
        {"schema_version": 2},
        {"surprise": 1},
        {
            "suggestion": {
                "target_path": "a",
                "verified": True,
                "applicability": "safe",
                "remaining": ["RD304"],
            }
        },
        {"suggestion": {"target_path": "a", "verified": False, "applicability": "display", "remaining": []}},
        {"results": [{"code": "RD1"}]},
    ],
)
def test_the_schema_refuses_what_is_no_report(reports: Reports, broken: Mapping[str, object]) -> None:
    """It says more than that there is JSON."""
    assert not validator().is_valid({**document(reports.example()), **broken})


def test_the_example_has_the_values_that_scripts_read(reports: Reports) -> None:
    """The verdict, the path to use, and for each planned check what became of it."""
    report = json.loads(reports.example().to_json())
    assert (report["ok"], report["exit_code"]) == (False, 1)
    assert report["suggestion"] == {
        "target_path": reports.corrected,
        "changed": True,
        "verified": True,
        "applicability": "safe",
        "remaining": [],
    }
    assert report["target"]["for"] == "link"
    assert report["context"]["entity"] == {"value": "vision", "source": "default entity of bob"}
    assert {
        each["code"]: (each["status"], each["severity"], each["blocked_by"]) for each in report["results"]
    } == {
        "RD001": ("pass", None, None),
        "RD302": ("fail", "error", None),
        "RD401": ("blocked", None, "RD302"),
        "RD402": ("blocked", None, "RD302"),
        "RD503": ("skip", None, None),
    }
    assert "places" not in report


def test_places_tell_whether_every_type_is_accepted_and_who_may_link(reports: Reports) -> None:
    """Null stands for every type, and for a right that the server does not tell."""
    places = json.loads(reports.environment().to_json())["places"]
    assert [(each["accepted_types"], each["can_link"]) for each in places] == [
        (["model", "onnx"], True),
        (None, False),
        ([], None),
    ]


@pytest.mark.parametrize("name", ["\x1b[2J\x00\n\u2028", 'a"b\\c', "模型", "x" * 100_000])
def test_names_are_kept_to_the_letter(reports: Reports, name: str) -> None:
    """JSON has escapes of its own; nothing is cut or replaced for a terminal's sake."""
    report = reports.report(target=RequestedTarget(name, "link", name, name, (name,)))
    target = json.loads(report.to_json())["target"]
    assert target == {"input": name, "for": "link", "artifact": name, "type": name, "aliases": [name]}


def test_the_key_is_never_in_the_json(reports: Reports) -> None:
    """Wherever it was pasted."""
    message = f"the server says {reports.key}"
    report = reports.report(
        replace(reports.failing(), message=message), target=RequestedTarget(reports.key, "link", None, None)
    )
    assert reports.key not in report.to_json()
    assert json.loads(report.to_json())["results"][0]["message"] == "the server says ****0002"


def test_json_needs_no_tabulate_and_no_click() -> None:
    """A report for a machine loads nothing that is for people."""
    program = (
        "import sys, registry_doctor.report.json; sys.exit(bool({'click', 'tabulate'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_description_names_every_key_of_the_schema() -> None:
    """Nothing that scripts may rely on is left out of `docs/report.md`."""
    description = SCHEMA.with_name("report.md").read_text(encoding="utf-8")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    keys = {key for definition in schema["$defs"].values() for key in definition.get("properties", ())}
    assert [key for key in sorted(keys) if f"`{key}`" not in description] == []
