"""The pages that `make docs` writes are up to date."""

from __future__ import annotations

from pathlib import Path

from docs.generate import evidence, write

DOCS = Path(__file__).parents[2] / "docs"


def pages(folder: Path) -> dict[str, str]:
    """The generated pages of a folder, by their names."""
    files = [*(folder / "checks").iterdir(), folder / "facts.md", folder / "known-errors.md"]
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}


def test_every_page_is_as_it_would_be_written_now(tmp_path: Path) -> None:
    """Run `make docs` and commit what changes."""
    write(tmp_path)
    assert pages(DOCS) == pages(tmp_path)


def test_a_check_leads_to_the_rules_that_its_docstring_names() -> None:
    """Each once, by the heading of the rule; without any there is nothing to show."""
    lines = evidence("A role (R4.7), and once more (R4.7), and a refusal (protocol 6).").splitlines()
    assert lines[1:3] == ["What this rests on:", ""]
    assert lines[3].startswith("- [R4.7 Default roles](../evidence/registry-rules.md#r47-")
    assert lines[4].startswith("- [protocol 6 ")
    assert len(lines) == 5
    assert evidence("Nothing.") == ""
