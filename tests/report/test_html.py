"""The report for notebooks."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Suggestion
from registry_doctor.report.model import RequestedTarget

if TYPE_CHECKING:
    from tests.report.conftest import Reports

VOID = ("br",)


class Structure(HTMLParser):
    """Collects tags and text, and insists that every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1], []).append(data)


def test_a_notebook_shows_the_verdict_the_path_and_then_the_reason(reports: Reports) -> None:
    """Passes are only counted; the numbers are those of the text."""
    html = reports.example()._repr_html_()
    shown = Structure(html)
    assert shown.texts["b"] == ["✗ Link will not work: RD302 organization-prefix", "✗ RD302"]
    assert shown.texts["code"] == [reports.corrected]
    assert html.index("will not work") < html.index(reports.corrected) < html.index("is a team, not")
    assert shown.texts["small"] == [
        "1 other check passed, 2 blocked, as bob on wandb.example (2 requests, 10 ms).",
        "Settings and sources",
    ]


def test_the_path_is_selected_by_one_click(reports: Reports) -> None:
    """So that it can be copied without its surroundings; and code, too."""
    html = reports.example()._repr_html_()
    assert re.search(rf'<code style="user-select:all;[^>]*>{reports.corrected}</code>', html)


@pytest.mark.parametrize(("kind", "sign"), [("warning", "! "), ("unknown", "? "), ("crashed", "‽ ")])
def test_each_kind_of_result_is_named(reports: Reports, kind: str, sign: str) -> None:
    """Without colours, too, they can be told apart."""
    result = getattr(reports, kind)()
    assert f"{sign}{result.code}" in Structure(reports.report(result)._repr_html_()).texts["b"]


@pytest.mark.parametrize(
    ("kinds", "fail_on", "headline"),
    [
        (("passing",), "error", "✓ An artifact"),
        (("passing", "warning"), "error", "✓ An artifact"),
        (("warning",), "warning", "✗ Works, with warnings: RD205"),
        (("failing", "unknown"), "error", "✗ Link will not work: RD302"),
        (("unknown",), "error", "? Inconclusive"),
    ],
)
def test_the_headline_says_what_the_exit_status_says(
    reports: Reports, kinds: tuple[str, ...], fail_on: str, headline: str
) -> None:
    """In a few words."""
    results = [getattr(reports, kind)() for kind in kinds]
    target = RequestedTarget("p/c", "link", None, None)
    report = reports.report(*results, fail_on=fail_on, target=target)
    assert Structure(report._repr_html_()).texts["b"][0].startswith(headline)


def test_what_was_not_asked_is_said(reports: Reports) -> None:
    """As in the text."""
    assert "OFFLINE: only the form" in reports.report(reports.passing(), not_asked="offline")._repr_html_()


def test_a_notebook_shows_where_the_person_can_link(reports: Reports) -> None:
    """A row for each registry with its ready-made path."""
    shown = Structure(reports.environment()._repr_html_())
    assert [path.rpartition("/")[2] for path in shown.texts["code"]] == ["<collection>"] * 3
    assert {"yes", "no", "unknown"} <= set(shown.texts["td"])


def test_nothing_from_outside_is_markup(reports: Reports) -> None:
    """A name may hold tags, quotes and entities; they are shown as they are."""
    name = '<script>alert("\'&amp;")</script>'
    fix = ProposedFix(name, name, Applicability.SAFE, (name,), name)
    report = reports.report(
        replace(reports.failing(), message=name, fixes=(fix,)),
        suggestion=Suggestion(name, True, Applicability.SAFE, ()),
        notes=(name,),
    )
    shown = Structure(report._repr_html_())
    assert "script" not in shown.tags
    assert shown.texts["code"] == [name]
    assert shown.texts["pre"] == [name]


def test_the_key_is_never_in_the_html(reports: Reports) -> None:
    """Wherever it was pasted."""
    suggestion = Suggestion(f"{reports.key}/wandb-registry-model/x", True, Applicability.SAFE, ())
    report = reports.report(replace(reports.failing(), message=reports.key), suggestion=suggestion)
    assert reports.key not in report._repr_html_()
