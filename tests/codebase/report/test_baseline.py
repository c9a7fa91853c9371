"""The baseline silences known findings, as often as they are known, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.checking.check import Severity
from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.report.baseline import SILENCED, Baseline, MalformedBaseline
from registry_doctor.codebase.report.model import Finding, TargetResult
from registry_doctor.codebase.source.found import Location
from registry_doctor.facts import Call


def judged(
    path: str, *codes: str, file: str = "train.py", line: int = 1, silenced: str | None = None
) -> TargetResult:
    """A target with these findings."""
    findings = tuple(
        Finding(code, "a-name", Severity.ERROR, "wrong", "docs", silenced=silenced) for code in codes
    )
    return TargetResult(Target(Location(file, None, line, 1), Call(path)), findings)


def counted(*all_judged: TargetResult) -> list[str]:
    """Codes that still count."""
    return [finding.code for each in all_judged for finding in each.counted("error")]


def test_what_is_in_the_baseline_does_not_count_wherever_its_line_has_moved() -> None:
    """A finding is identified by file, code and target path."""
    baseline = Baseline.of([judged("model/c", "RD202", line=3)])
    silenced, gone = baseline.silence([judged("model/c", "RD202", line=30)])
    assert counted(*silenced) == []
    assert [finding.silenced for finding in silenced[0].findings] == [SILENCED]
    assert gone == 0


@pytest.mark.parametrize(
    "new",
    [
        judged("model/c", "RD401"),
        judged("model/d", "RD202"),
        judged("model/c", "RD202", file="other.py"),
    ],
    ids=["another code", "another path", "another file"],
)
def test_what_is_new_counts(new: TargetResult) -> None:
    """And the number of entries that no longer match is returned."""
    silenced, gone = Baseline.of([judged("model/c", "RD202")]).silence([new])
    assert counted(*silenced) == [finding.code for finding in new.findings]
    assert gone == 1


def test_a_second_finding_of_the_same_kind_counts() -> None:
    """One is known, so one is silenced."""
    silenced, _ = Baseline.of([judged("model/c", "RD202")]).silence(
        [judged("model/c", "RD202"), judged("model/c", "RD202", line=9)]
    )
    assert counted(*silenced) == ["RD202"]


def test_what_the_source_silences_needs_no_place_in_the_baseline() -> None:
    """Neither is it written there, nor does it use up what is."""
    assert not Baseline.of([judged("model/c", "RD202", silenced="on purpose")]).counts


@given(
    st.lists(
        st.builds(judged, st.text(), st.sampled_from(["RD202", "RD401"]), file=st.text(min_size=1)),
        max_size=8,
    )
)
def test_a_baseline_is_read_as_it_was_written(found: list[TargetResult]) -> None:
    """Whatever the names are, and in one order."""
    baseline = Baseline.of(found)
    assert Baseline.parse(baseline.dump()) == baseline
    assert Baseline.of(reversed(found)).dump() == baseline.dump()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "its schema_version must be 1"),
        ('{"schema_version": 2, "findings": []}', "its schema_version must be 1"),
        ('{"schema_version": 1}', "its findings must be a list"),
        ('{"schema_version": 1, "findings": [1]}', "finding 1"),
        ('{"schema_version": 1, "findings": [{"file": "a", "code": "b"}]}', "finding 1"),
        (
            json.dumps(
                {
                    "schema_version": 1,
                    "findings": [{"file": "a", "code": "b", "target": "c", "count": 0}],
                }
            ),
            "count",
        ),
    ],
)
def test_a_broken_baseline_is_refused_with_the_place(text: str, says: str) -> None:
    """Nothing is silenced by half a file."""
    with pytest.raises(MalformedBaseline, match=says):
        Baseline.parse(text)
