"""Once the site has an address, each format leads from a code to its page; before, none shows an address."""

from __future__ import annotations

import json

import pytest

from registry_doctor.codebase.report import html, text
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.support import distributions
from tests.codebase.report.conftest import RENDERERS, Preflights

SITE = "https://doctor.example/site"
PAGE = f"{SITE}/checks/RD302/"
LEADS = {
    "github": f"More: {PAGE}. Corrected",
    "markdown": f'<a href="{PAGE}"><b>RD302',
    "gitlab": f"More: {PAGE}. Corrected",
    "junit": f"More: {PAGE}. Corrected",
    "sarif": f'"helpUri": {json.dumps(PAGE)}',
    "html": f'<a href="{PAGE}"',
    "terminal": f"\x1b]8;;{PAGE}\x1b\\RD302\x1b]8;;\x1b\\",
}
"""How each format leads there."""


def rendered(report: PreflightReport, format_: str) -> str:
    """The report in a format."""
    if format_ == "terminal":
        return text.render(report, color=True)
    return html.render(report) if format_ == "html" else RENDERERS[format_](report)


@pytest.mark.parametrize("format_", LEADS)
def test_a_code_leads_to_its_page(
    preflights: Preflights, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    """And shows no address while there is none."""
    report = PreflightReport(judged=(preflights.failing(),))
    before = rendered(report, format_)
    assert "More: " not in before
    assert "<a " not in before
    assert "\x1b]8" not in before
    monkeypatch.setattr(distributions, "DOCUMENTATION", SITE)
    assert LEADS[format_] in rendered(report, format_)
