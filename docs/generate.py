"""Write what is made of docstrings: `docs/checks/`, a page for each built-in check and a list, and `docs/facts.md`;
and `docs/known-errors.md`, which is made of the catalogue of errors. Numbers of rules become links to `docs/evidence/`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from docs.citations import cited, linked, rule_of
from registry_doctor import facts
from registry_doctor.checking.check_pages import Described, described, page
from registry_doctor.checking.plugins import load_checks
from registry_doctor.facts import Fact
from registry_doctor.known_errors.page import known_errors_page

HERE = Path(__file__).parent
CHECKS_HEAD = """# All checks

Each check answers one question about a link or a fetch. Its page says what to do, why, and what wandb says. In a terminal,
`wandb-registry explain CODE` shows the same. [Write a check](../writing-a-check.md) of your own, or
[silence one](../configuration.md).
"""
FACTS_HEAD = """# Facts

What a check can declare in `needs` and `wants`; all are in `registry_doctor.facts`. A fact *speaks of* names: while one of them is
unknown, because a check that you require has failed and left it so, your check is blocked.

| fact | type | what it is | speaks of |
|---|---|---|---|
"""


def write(folder: Path) -> None:
    """Write every page, and remove the pages of checks that are no more."""
    loaded = load_checks(others=False)
    checks = described(loaded)
    documentation = {each.check.code: each.check.documentation for each in loaded.checks}
    codes = [check.code for check in checks]
    pages = folder / "checks"
    pages.mkdir(exist_ok=True)
    for old in pages.glob("*.md"):
        if old.stem not in codes:
            old.unlink()
    (pages / "README.md").write_text(checks_page(checks), encoding="utf-8", newline="\n")
    for check in checks:
        text = page(check, codes) + evidence(documentation.get(check.code, ""))
        (pages / f"{check.code}.md").write_text(text, encoding="utf-8", newline="\n")
    (folder / "facts.md").write_text(facts_page(), encoding="utf-8", newline="\n")
    (folder / "known-errors.md").write_text(errors_page(), encoding="utf-8", newline="\n")


def checks_page(checks: Sequence[Described]) -> str:
    """The list of all checks, under the headings of the report."""
    lines = [CHECKS_HEAD]
    for group, members in groupby(checks, key=lambda each: each.group):
        lines += [f"\n## {group}\n", "\n| code | name | what holds when it passes |\n|---|---|---|\n"]
        for each in members:
            summary = " ".join(each.summary.split()).replace("|", "\\|")
            lines.append(f"| [{each.code}]({each.code}.md) | {each.name} | {summary} |\n")
    return "".join(lines)


def evidence(documentation: str) -> str:
    """The end of a check's page: links to the rules that its docstring names, each once."""
    rules = dict.fromkeys(rule for citation in cited(documentation) if (rule := rule_of(citation)))
    links = [f"- [{rule.title}](../evidence/{rule.anchor})\n" for rule in rules]
    return "".join(["\nWhat this rests on:\n\n", *links]) if links else ""


def facts_page() -> str:
    """All public facts, with their types and what stands below each in the source."""
    rows = []
    for name, kind, words in sorted(_documented()):
        if name in facts.__all__:
            fact = getattr(facts, name)
            assert isinstance(fact, Fact)
            about = ", ".join(sorted(fact.about)) or "–"
            rows.append(f"| `{name}` | `{kind.replace('|', chr(92) + '|')}` | {words} | {about} |\n")
    return FACTS_HEAD + linked("".join(rows), "evidence")


def errors_page() -> str:
    """All known errors; the source of each is a link."""
    lines = known_errors_page().splitlines(keepends=True)
    return "".join(linked(line, "evidence") if line.startswith("Source: ") else line for line in lines)


def _documented() -> Iterator[tuple[str, str, str]]:
    """The facts that the modules define: name, type, and the string below."""
    for file in sorted(Path(facts.__file__).parent.glob("*.py")):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        for node, below in pairwise(body):
            match node, below:
                case (
                    ast.AnnAssign(ast.Name(name), ast.Subscript(ast.Name("Fact"), kind)),
                    ast.Expr(ast.Constant(str(words))),
                ):
                    yield name, ast.unparse(kind), " ".join(words.split())


if __name__ == "__main__":
    write(HERE)
