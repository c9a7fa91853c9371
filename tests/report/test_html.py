"""The report for notebooks."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Suggestion

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


def test_a_notebook_shows_findings_and_the_path(reports: Reports) -> None:
    """What failed, what it blocks, and the corrected path as code; passes are only counted."""
    shown = Structure(reports.example()._repr_html_())
    assert shown.texts["code"] == [reports.corrected]
    assert "RD302 organization-prefix" in shown.texts["td"]
    assert "blocked: RD402, RD401" in shown.texts["small"]
    assert "RD001" not in str(shown.texts)
    assert shown.texts["b"] == ["Findings"]


@pytest.mark.parametrize("kind", ["warning", "unknown", "crashed"])
def test_each_kind_of_result_is_named(reports: Reports, kind: str) -> None:
    """Without colours, too, they can be told apart."""
    assert kind in Structure(reports.report(getattr(reports, kind)())._repr_html_()).texts["td"]


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
