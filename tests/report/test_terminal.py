"""Text of others in a terminal: visible, harmless, without the key, and not too long."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Status, Suggestion
from registry_doctor.report.model import EffectivePath, Provenance, Report, RequestedTarget
from registry_doctor.report.text import render
from registry_doctor.support.terminal_text import encodable, inert_json, visible

if TYPE_CHECKING:
    from tests.report.conftest import Reports

HOSTILE = "x\x1b]0;owned\x07\r\n\u202eevil\u2066\x9b2J\udc80"
NEUTRAL = r"x\x1b]0;owned\x07\r\n\u202eevil\u2066\x9b2J\udc80"


def _everywhere(reports: Reports, text: str) -> Report:
    fix = ProposedFix(text, text, Applicability.SAFE, (text,), text)
    result = reports.result("RD302", text, Status.FAIL, text, fixes=(fix,), group=text)
    blocked = replace(reports.blocked("RD401", text), code=text)
    place = replace(
        (reports.environment().places or ())[0], organization=text, registry=text, target_path=text
    )
    context = replace(
        reports.report().context,
        base_url=Provenance(text, text),
        entity=Provenance(text, text),
        credentials=Provenance(text, text),
        viewer=text,
        server_version=text,
    )
    return reports.report(
        result,
        blocked,
        target=RequestedTarget(text, "link", text, text, (text,)),
        suggestion=Suggestion(f"{text}/", False, Applicability.SAFE, ()),
        resolved=EffectivePath(text, text, text, text),
        context=context,
        places=(place,),
        teams={text: text},
        notes=(text,),
    )


@pytest.mark.parametrize("with_path", [True, False])
@pytest.mark.parametrize("verbose", [True, False])
def test_nothing_from_outside_acts_on_the_terminal(reports: Reports, with_path: bool, verbose: bool) -> None:
    """Escape sequences, line breaks and changes of direction are shown and do nothing."""
    report = _everywhere(reports, HOSTILE)
    text = render(replace(report, places=None) if with_path else report, verbose=verbose)
    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    assert text.splitlines()[-1] == f"{NEUTRAL}/"


def test_enormous_names_are_cut(reports: Reports) -> None:
    """A megabyte from a server makes no megabyte of text."""
    report = replace(_everywhere(reports, "x" * 1_000_000), places=None)
    assert len(render(report)) < 50_000


@pytest.mark.parametrize("color", [False, True])
def test_the_key_is_never_in_the_text(reports: Reports, color: bool) -> None:
    """Wherever it was pasted, also where a cut would go through it."""
    for text in (reports.key, "x" * 590 + reports.key, "x" * 1010 + reports.key):
        shown = render(_everywhere(reports, text), color=color, verbose=True)
        assert reports.key not in shown
        assert reports.key[:12] not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Fine-tuned Models", "Fine-tuned Models"),
        ("模型 é", "模型 é"),
        ("a\tb\x7f", r"a\tb\x7f"),
        ("nbsp\xa0", r"nbsp\xa0"),
        ("\U000e0001", r"\U000e0001"),
        ("x" * 20, "xxxxxxxxx…"),
        ("\x1b" * 20, r"\x1b\x1b\…"),
    ],
)
def test_invisible_characters_become_visible_ones(text: str, shown: str) -> None:
    """Letters of all scripts stay; the limit holds after escaping, too."""
    assert visible(text, limit=20 if len(text) < 20 else 10) == shown


@pytest.mark.parametrize(
    "char",
    ["\x00", "\x1b", "\t", "\r", "\n", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\ud800", "\U000e0001"],
    ids=ascii,
)
@pytest.mark.parametrize("beside", ["plain", "模型"])
def test_nothing_in_json_acts_on_a_terminal_and_all_of_it_can_be_read_back(char: str, beside: str) -> None:
    """Whether anything else in it is beyond ASCII or not."""
    written = inert_json(json.dumps([beside + char], ensure_ascii=False))
    assert char not in written
    assert written.isprintable()
    assert json.loads(written) == [beside + char]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "✓ é …"), ("latin-1", "+ é ..."), ("ascii", r"+ \xe9 ..."), (None, r"+ \xe9 ...")],
)
def test_signs_that_a_terminal_cannot_show_are_replaced(encoding: str | None, shown: str) -> None:
    """Writing a report never fails for its characters."""
    assert encodable("✓ é …", encoding) == shown
