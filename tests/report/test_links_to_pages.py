"""Once the site has an address, each code of a report is a link to its page; before, no address is shown at all."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from registry_doctor.checking.plugins import load_checks
from registry_doctor.report import html, text
from registry_doctor.support import distributions
from tests.report.conftest import Reports

SITE = "https://doctor.example/site"
PAGE = f"{SITE}/checks/RD302/"
LINK = f"\x1b]8;;{PAGE}\x1b\\RD302\x1b]8;;\x1b\\"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site has an address."""
    monkeypatch.setattr(distributions, "DOCUMENTATION", SITE)


@pytest.mark.parametrize("verbose", [False, True])
def test_a_terminal_gets_links_that_change_nothing_that_is_seen(
    reports: Reports, monkeypatch: pytest.MonkeyPatch, verbose: bool
) -> None:
    """Without the links, the text is the one that it is without an address; the last line is the path alone."""
    report = reports.report(reports.failing())
    before = text.render(report, color=True, verbose=verbose, width=80)
    assert "\x1b]8" not in before
    monkeypatch.setattr(distributions, "DOCUMENTATION", SITE)
    after = text.render(report, color=True, verbose=verbose, width=80)
    assert after.count(LINK) == 1
    assert after.replace(LINK, "RD302") == before
    assert "\x1b]8" not in after.splitlines()[-1]


@pytest.mark.usefixtures("site")
def test_text_without_colours_stays_plain(reports: Reports) -> None:
    """A file or a pipe gets no escape sequence."""
    assert "\x1b" not in text.render(reports.report(reports.failing()), width=80)


def test_html_links_the_code(reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only with an address."""
    report = reports.report(reports.failing())
    assert "<a " not in html.render(report)
    monkeypatch.setattr(distributions, "DOCUMENTATION", SITE)
    assert re.search(rf'<a href="{re.escape(PAGE)}"[^>]*><b[^>]*>✗ RD302</b></a>', html.render(report))


@pytest.mark.usefixtures("site")
def test_a_plugins_code_has_no_link(reports: Reports) -> None:
    """Its page is not on the site."""
    theirs = replace(reports.failing(), code="MY001", provider="theirs")
    report = reports.report(theirs)
    assert SITE not in text.render(report, color=True) + html.render(report)


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ("docs/checks/RD302.md", PAGE),
        ("docs/known-errors.md#client-id", f"{SITE}/known-errors/#client-id"),
        ("docs/checks/README.md", f"{SITE}/checks/"),
    ],
)
def test_a_page_has_the_address_that_the_site_gives_it(
    monkeypatch: pytest.MonkeyPatch, page: str, url: str
) -> None:
    """Without an address it is the path in the installed package."""
    monkeypatch.setattr(distributions, "DOCUMENTATION", None)
    assert distributions.page_address(page) == f"registry_doctor/{page}"
    assert distributions.page_url(page) is None
    monkeypatch.setattr(distributions, "DOCUMENTATION", SITE)
    assert distributions.page_address(page) == url


@pytest.mark.usefixtures("site")
def test_docs_in_json_is_the_address() -> None:
    """JSON and the compact format show what the check says of itself."""
    (check,) = (each.check for each in load_checks(others=False).checks if each.check.code == "RD302")
    assert replace(check).docs == PAGE  # a copy, since a check keeps what it has worked out
