"""The reports on all targets as one document."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import Result, Status
from registry_doctor.codebase.report.json import LocatedReports
from registry_doctor.report.model import Report

if TYPE_CHECKING:
    from registry_doctor.codebase.report.model import PreflightReport
    from tests.codebase.report.conftest import Preflights

SCHEMA = Path(__file__).parents[3] / "docs" / "report.schema.json"


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
    return Draft202012Validator(schema)


def failed(code: str, severity: Severity = Severity.ERROR) -> Result:
    """A failing check."""
    return Result(code, "a-check", "Checks", Status.FAIL, severity, "wrong", f"docs/checks/{code}.md", "us")


def full_reports(preflight: PreflightReport, report: Report) -> dict[str, Report]:
    """For each path a report with the failures that were found, and one about an entity."""
    return {
        each.target.text: replace(
            report,
            target=replace(report.target, input=each.target.text),
            results=(*(failed(f.code, f.severity) for f in each.findings), failed("RD301")),
        )
        for each in preflight.judged
    }


def written(preflight: PreflightReport, report: Report, *, backwards: bool = False) -> str:
    """The document, its reports added in one order or the other."""
    stream = io.StringIO()
    kept = full_reports(preflight, report)
    with LocatedReports() as reports:
        for each in reversed(preflight.judged) if backwards else preflight.judged:
            reports.add(each.target, kept[each.target.text])
        reports.write(preflight, stream)
    return stream.getvalue()


def test_the_document_fits_the_published_schema(preflights: Preflights, report: Report) -> None:
    """Which knows each of its keys."""
    document = json.loads(written(preflights.full(), report))
    validator().validate(document)
    assert not validator().is_valid({**document, "surprise": 1})
    assert not validator().is_valid({**document, "open": [{}]})


def test_reports_are_in_the_order_of_their_locations(preflights: Preflights, report: Report) -> None:
    """In whatever order they came."""
    text = written(preflights.full(), report)
    assert written(preflights.full(), report, backwards=True) == text
    located = [each["location"] for each in json.loads(text)["reports"]]
    assert [(each["file"], each["cell"], each["line"]) for each in located] == [
        ("nb/link it.ipynb", 3, 2),
        ("src/train.py", None, 12),
        ("src/train.py", None, 20),
        ("src/train.py", None, 21),
        ("src/train.py", None, 22),
        ("src/use.py", None, 1),
    ]


def test_each_report_has_the_verdict_of_its_location(preflights: Preflights, report: Report) -> None:
    """Silenced findings and checks that cannot be judged there do not count."""
    document = json.loads(written(preflights.full(), report))
    assert document["exit_code"] == 1
    assert [(each["exit_code"], each["ok"]) for each in document["reports"]] == [
        (1, False),
        (1, False),
        (0, True),
        (0, True),
        (3, False),
        (0, True),
    ]
    assert [each["silenced"] for each in document["reports"]] == [
        [],
        [],
        [{"code": "RD502", "reason": "on purpose"}],
        [{"code": "RD302", "reason": "it is in the baseline"}],
        [],
        [],
    ]
    assert {tuple(each["not_judged"]) for each in document["reports"]} == {("RD301",)}
    assert [each["code"] for each in document["reports"][2]["results"]] == ["RD502", "RD205", "RD301"]
    assert document["reports"][4]["notes"][-1] == "RD301 cannot be judged: the entity comes from outside"


def test_a_suggestion_that_does_not_apply_at_a_location_is_left_out(
    preflights: Preflights, report: Report
) -> None:
    """The full report does not know the location."""
    suggestions = [each["suggestion"] for each in json.loads(written(preflights.full(), report))["reports"]]
    assert [each and each["target_path"] for each in suggestions] == [preflights.corrected] * 2 + [None] * 4


def test_a_preflight_without_targets_is_a_document_too(preflights: Preflights, report: Report) -> None:
    """With an empty list."""
    document = json.loads(written(replace(preflights.full(), judged=()), report))
    validator().validate(document)
    assert (document["reports"], document["exit_code"], document["ordinary"]) == ([], 3, 40)


def test_a_report_that_many_targets_share_is_kept_once(preflights: Preflights, report: Report) -> None:
    """A thousand uses of one path cost no thousand reports."""
    with LocatedReports() as reports:
        for line in range(1, 1001):
            reports.add(preflights.target(line=line), report)
        spool = reports._spool
        assert spool is not None
        assert spool.seek(0, 2) < 10_000


def test_the_file_is_gone_whatever_happens(
    preflights: Preflights, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left behind by a failure, and nothing can be added afterwards."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt), LocatedReports() as reports:
        reports.add(preflights.target(), report)
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="inside the context"):
        reports.add(preflights.target(), replace(report))


def test_no_key_is_in_the_file_or_the_document(preflights: Preflights, report: Report) -> None:
    """It is masked before it is kept."""
    preflight = preflights.one(preflights.key)
    with LocatedReports() as reports:
        for each in preflight.judged:
            target = replace(report.target, input=preflights.key)
            reports.add(each.target, replace(report, target=target, secrets=tuple(preflight.secrets)))
        spool = reports._spool
        assert spool is not None
        spool.seek(0)
        assert preflights.key.encode() not in spool.read()
        stream = io.StringIO()
        reports.write(preflight, stream)
    assert preflights.key not in stream.getvalue()
