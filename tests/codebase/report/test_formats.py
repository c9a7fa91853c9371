"""One way to all formats."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest

from registry_doctor.checking.plugins import Loaded
from registry_doctor.codebase.report import formats, sarif, text
from tests.codebase.report.conftest import RENDERERS, Preflights


@dataclass(frozen=True)
class TextOptions:
    """How the text format looks."""

    color: bool = False
    verbose: bool = False
    quiet: bool = False
    width: int | None = None


def test_each_format_is_its_modules(preflights: Preflights) -> None:
    """But JSON, which is made of the full reports."""
    report = preflights.full()
    expected = {each: render(report) for each, render in RENDERERS.items()}
    assert {*expected, "json"} == set(formats.FORMATS)
    assert {each: formats.render(report, each, TextOptions()) for each in expected} == expected


@pytest.mark.parametrize("format_", ["json", "yaml"])
def test_what_cannot_be_rendered_is_an_error(preflights: Preflights, format_: str) -> None:
    """Not an empty text."""
    with pytest.raises(ValueError, match=format_):
        formats.render(preflights.full(), format_, TextOptions())


def test_text_looks_as_asked_and_sarif_quotes_the_checks_that_were_judged(preflights: Preflights) -> None:
    """The others have no choice."""
    report = preflights.full()
    look = TextOptions(color=True, verbose=True, quiet=True, width=50)
    expected = text.render(report, color=True, verbose=True, quiet=True, width=50)
    assert formats.render(report, "text", look) == expected
    assert formats.render(report, "sarif", look, Loaded(())) == sarif.render(report, Loaded(()))


def test_the_names_of_the_formats_cost_nothing() -> None:
    """The command line lists them in its help."""
    program = (
        "import sys, registry_doctor.codebase.report.formats;"
        "sys.exit(bool({'json', 'click', 'requests', 'xml', 'registry_doctor.report.model'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
