"""Messages of public reports, which the catalogue was not made from, are explained as what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.reader import lines_in_text
from registry_doctor.support.toml import load_toml

HERE = Path(__file__).parent
EVIDENCE = HERE.parents[1] / "docs" / "evidence" / "public-reports.md"


def reports() -> list[dict[str, str]]:
    """The rows of `public_reports.toml`."""
    rows = load_toml((HERE / "public_reports.toml").read_text(encoding="utf-8"))["report"]
    assert isinstance(rows, list)
    return rows


@pytest.mark.parametrize("report", reports(), ids=lambda report: report["source"].partition("github.com/")[2])
def test_a_reported_message_is_explained_once(report: dict[str, str]) -> None:
    """One failure is one explanation, with its likeliest cause first; an error of Python is none."""
    explanations = find(lines_in_text(report["text"].strip("\n"))).explanations
    assert [each.id for each in explanations] == ([report["entry"]] if "entry" in report else [])
    if "first" in report:
        assert explanations[0].causes[0].check == report["first"]
    if "says" in report:
        assert report["says"] in " ".join(each.text for each in explanations[0].causes)


def test_every_report_stands_in_the_evidence() -> None:
    """With its address, under the heading that the catalogue cites."""
    page = EVIDENCE.read_text(encoding="utf-8")
    sections = {part.partition(" ")[0]: part for part in page.split("\n### public-reports ")[1:]}
    assert len(reports()) >= 35
    for report in reports():
        assert report["source"] in sections[str(report["heading"])], report["source"]
