"""The report of a preflight in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from registry_doctor.codebase.report.html import render
from registry_doctor.codebase.report.model import PreflightReport, TargetResult
from tests.codebase.report.test_hostile_names import HOSTILE
from tests.report.test_html import Structure

if TYPE_CHECKING:
    from tests.codebase.report.conftest import Preflights


def test_the_verdict_is_first_then_each_place_with_its_path(preflights: Preflights) -> None:
    """The path can be copied by itself."""
    report = PreflightReport(judged=(preflights.failing(), TargetResult(preflights.target(line=3), ())))
    shown = Structure(report._repr_html_())
    assert shown.texts["b"] == ["✗ 2 targets in 1 file: 1 finding", "RD302 organization-prefix"]
    assert shown.texts["code"] == ["src/train.py:12", preflights.corrected]


def test_python_shows_a_report_in_one_line(preflights: Preflights) -> None:
    """Whatever is in it."""
    assert repr(preflights.full()).startswith("<PreflightReport on ")
    assert "\n" not in repr(preflights.full())


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_from_outside_is_markup(preflights: Preflights, name: str) -> None:
    """Every tag is ours, and closed; no control character is left."""
    html = render(preflights.one(f"<script>&{name}"))
    assert "script" not in Structure(html).tags
    assert html.isprintable()
