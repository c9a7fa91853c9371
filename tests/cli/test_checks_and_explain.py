"""`checks`, `explain`, and the pages that the documentation has of each check."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docs.citations import cited
from registry_doctor.checking.check_pages import Described, described, page, text_of
from registry_doctor.checking.plugins import Loaded, load_checks

if TYPE_CHECKING:
    from click.testing import Result

    Run = Callable[..., Result]

DOCS = Path(__file__).parents[2] / "docs"
CHECKS = described(load_checks(others=False))
CODES = [each.code for each in CHECKS]

DOCUMENTATION = """The sky is blue.

## Why it matters

One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen.

- first item
- second item

    verbatim   code

## Before / After

Before: `a`. After: `b`."""

AS_TEXT = """XY001 sky-blue

The sky is blue.

Why it matters

One two three four five six seven eight
nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen.

- first item
- second item

    verbatim   code

Before / After

Before: `a`.
After: `b`.

Judged after RD001, XY000. Provided by sky-checks.
"""


@pytest.fixture
def sky(monkeypatch: pytest.MonkeyPatch) -> Described:
    """A check of somebody else's, which is all there is."""
    check = Described("XY001", "sky-blue", "Other checks", ("XY000", "RD001"), "sky-checks", DOCUMENTATION)
    monkeypatch.setattr("registry_doctor.checking.check_pages.described", lambda _loaded: (check,))
    return check


def test_the_list_names_every_check(run: Run) -> None:
    """RD901, which is noticed while loading, too. Where all come from one distribution, no column says so."""
    result = run("checks", "--no-plugins")
    assert result.exit_code == 0
    rows = result.stdout.splitlines()[1:]
    assert [row.split()[0] for row in rows] == CODES
    assert "provider" not in result.stdout.splitlines()[0]
    assert "RD901" in CODES


def test_the_list_as_json_has_what_the_table_has(run: Run, sky: Described) -> None:
    """And the group, what is judged before, and the page."""
    found = json.loads(run("checks", "--format", "json").stdout)
    assert found == {
        "schema_version": 1,
        "checks": [
            {
                "code": "XY001",
                "name": "sky-blue",
                "group": "Other checks",
                "summary": "The sky is blue.",
                "requires": ["RD001", "XY000"],
                "provider": "sky-checks",
                "docs": sky.docs,
            }
        ],
    }


def test_a_plugin_that_did_not_load_makes_the_list_inconclusive(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its checks are missing from the list, and the reason stands on standard error."""
    monkeypatch.setattr(
        "registry_doctor.checking.plugins.load_checks", lambda others: Loaded((), (f"sky {others}\x1b",))
    )
    result = run("checks")
    assert (result.exit_code, result.stderr) == (3, "sky True\\x1b\n")


def test_a_page_is_readable_in_a_terminal(run: Run, sky: Described, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings, paragraphs that fit, lists, and code as it is."""
    monkeypatch.setattr("registry_doctor.cli.explain.terminal_width", lambda: 40)
    assert run("explain", sky.code).stdout == AS_TEXT


def test_a_page_as_json_has_the_whole_documentation(run: Run, sky: Described) -> None:
    """In Markdown, as it was written."""
    found = json.loads(run("explain", "XY001", "--format", "json").stdout)
    assert (found["code"], found["name"], found["documentation"]) == ("XY001", "sky-blue", sky.documentation)


@pytest.mark.parametrize("code", ["RD302", "rd302", "organization-prefix", "Organization-Prefix"])
def test_a_check_is_found_by_its_code_and_by_its_name(run: Run, code: str) -> None:
    """In any capitals."""
    assert run("explain", code).stdout.startswith("RD302 organization-prefix\n")


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("RD399", "RD302"),
        ("RD9O1", "RD901"),
        ("302", "RD302"),
        ("organisation-prefix", "organization-prefix"),
        ("nonsense\x1b[2J", "`wandb-registry checks` lists them"),
    ],
)
def test_an_unknown_code_is_answered_with_near_ones(run: Run, code: str, near: str) -> None:
    """Exit status 2, and nothing on standard output."""
    result = run("explain", code)
    assert (result.exit_code, result.stdout) == (2, "")
    assert near in result.stderr
    assert "\x1b" not in result.stderr


HEADINGS = (
    "What to do", "Before / After", "Why it matters", "What it looks at", "What wandb says", "How sure this is",
    "How to silence it",
)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=CODES)
def test_every_check_can_be_explained(run: Run, check: Described) -> None:
    """With what to do first, an example, why it matters, what it looks at, what wandb says, how sure that is, and how to silence it."""
    text = run("explain", check.code).stdout
    assert [line for line in text.splitlines() if line in HEADINGS] == list(HEADINGS)
    assert len(check.summary) <= 110


@pytest.mark.parametrize("check", CHECKS, ids=CODES)
def test_no_page_shows_the_number_of_a_rule(check: Described) -> None:
    """The number says nothing to a user; the generated page has links to the rules instead."""
    assert cited(check.documentation) == []


@pytest.mark.parametrize(
    "sources",
    [
        "(R2.13)", "(R4.6, R4.7)", "(R4.7 to R4.11)", "(protocol 6)", "(failures 3.3, R43; protocol 5)", "(registry-rules R2.1, 2.3)",
        "(registry-rules 3 and 4, protocol 7)", "(sdk-versions 0., 1., 5.)", "(registry-rules, sections 6 and 7)",
    ],
)  # fmt: skip
def test_sources_in_brackets_are_left_out(sources: str) -> None:
    """In each form in which a docstring may give them."""
    assert cited(sources)
    assert text_of(f"The sky is blue {sources}.", "XY001").startswith("The sky is blue.\n")


@pytest.mark.parametrize(
    "words",
    ["(3)", "(0.24 to 0.28 too)", "(see RD301)", "(release 2)", "(failures of networks)", "(protocol)"],
)
def test_other_brackets_stay(words: str) -> None:
    """They belong to the text."""
    assert text_of(f"The sky is blue {words}.", "XY001").startswith(f"The sky is blue {words}.")


@pytest.mark.parametrize("check", CHECKS, ids=CODES)
def test_explain_prints_what_the_page_says(run: Run, check: Described) -> None:
    """Word for word, without the signs of Markdown's headings."""

    def words(text: str) -> list[str]:
        return re.sub(r"^#+ ", "", text, flags=re.MULTILINE).split()

    on_the_page = words(page(check).rpartition("\n---\n")[0])
    assert words(run("explain", check.code).stdout)[: len(on_the_page)] == on_the_page


def test_a_page_says_how_to_silence_the_check() -> None:
    """With its own code, for one call and for a project; RD901 is no finding, and has no severity to change."""
    pages = {check.code: check.documentation for check in CHECKS}
    assert "--ignore RD302" in pages["RD302"]
    assert '    [tool.registry-doctor.ignore]\n    RD302 = "' in pages["RD302"]
    assert '`RD302 = "warning"`' in pages["RD302"]
    assert "--ignore RD901" in pages["RD901"]
    assert "severity" not in pages["RD901"]


def test_a_docstring_may_say_itself_how_to_silence_the_check() -> None:
    """Then nothing is added; a docstring of a stranger's check that has no sections is a page, too."""
    own = "The sky is blue.\n\n## How to silence it\n\nDo not look up."
    assert text_of(own, "XY001") == own
    assert text_of("The sky is blue.", "XY001").splitlines()[:3] == [
        "The sky is blue.", "", "## How to silence it",
    ]  # fmt: skip


def test_a_page_links_the_checks_that_are_judged_before() -> None:
    """Those that have pages; a stranger's check has none here."""
    check = Described(
        "XY001", "sky-blue", "Other checks", ("XY000", "RD001"), "sky-checks", "The sky is blue."
    )
    assert page(check, ["RD001"]) == (
        "# XY001 sky-blue\n\nThe sky is blue.\n\n---\n\nOther checks. Judged after [RD001](RD001.md), XY000.\n"
    )


def test_the_pages_are_written_and_old_ones_removed(tmp_path: Path) -> None:
    """By the program beside them."""
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "RD000.md").write_text("a check that is no more")
    program = runpy.run_path(str(DOCS / "generate.py"))
    program["write"](tmp_path)
    assert sorted(path.stem for path in (tmp_path / "checks").iterdir()) == [*CODES, "README"]


def test_links_between_pages_lead_somewhere() -> None:
    """Each page that a page names is there."""
    named = {code for check in CHECKS for code in re.findall(r"\]\((\w+)\.md\)", page(check, CODES))}
    assert named <= set(CODES)


def test_in_a_pipe_a_page_is_not_wrapped(run: Run) -> None:
    """A command in it can be copied, whatever its length; the page of a built-in check names its file."""
    text = run("explain", "RD302").stdout
    assert "For one call: `wandb-registry doctor --ignore RD302 …`. For a project," in text
    assert text.rstrip().endswith("Page: registry_doctor/docs/checks/RD302.md")
