"""Every rule that code, checks, tests and pages name is a heading of `docs/evidence/`, and says how it is known."""

from __future__ import annotations

import io
import json
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.citations import EVIDENCE, PAGES, Citation, Rule, cited, linked, rule_of, rules
from registry_doctor.checking.check import Check
from registry_doctor.checking.plugins import load_checks

ROOT = Path(__file__).parents[2]
FOLDERS = ("src", "checks", "tests", "docs", "benchmarks")
KINDS = {".py", ".md", ".toml", ".yaml", ".yml", ".graphql"}
GRADE = r"(?:proven|likely|guess|unknown)(?: \([^()]+\))?"
KNOWN = re.compile(rf"\n\nGrade: {GRADE}(?:, {GRADE})*\. Source: \S.*\.\n")
OF_PARTS = re.compile(
    r"\n\nGrade: of each (rule|record|section) below\. Source: of each \1 below\.(?: .*)?\n"
)
GROUPED = re.compile(r"(?:registry-rules|failures|sdk-versions) \d")
UNNUMBERED = re.compile(r"(?<![\w/-])(?:registry-rules|sdk-versions|server-shapes)(?=[\s,;)])")


def files() -> list[Path]:
    """Every file whose text may name a rule; this one shows wrong names."""
    found = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.suffix in KINDS]
    return sorted({*found, *ROOT.glob("*.md")} - {Path(__file__)})


def prose(file: Path) -> Iterator[tuple[int, str]]:
    """The text of a file with its lines; of Python, comments and strings."""
    text = file.read_text(encoding="utf-8", errors="replace")  # some samples have other encodings
    if file.suffix != ".py":
        yield 1, text
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in {tokenize.COMMENT, tokenize.STRING}:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError):
        return  # a sample of broken code


FILES = files()
TEXTS = [(file, line, text) for file in FILES for line, text in prose(file)]


def place(file: Path, line: int) -> str:
    """Where a text begins."""
    return f"{file.relative_to(ROOT).as_posix()}:{line}"


def test_every_number_that_is_named_is_a_heading() -> None:
    """A reader who searches the pages for it finds it."""
    missing = [
        f"{place(file, line)}: {citation}"
        for file, line, text in TEXTS
        for citation in cited(text)
        if rule_of(citation) is None
    ]
    assert missing == []


def test_citations_are_found_all_over_the_project() -> None:
    """The search reaches each of the folders that name rules."""
    counted = Counter(file.relative_to(ROOT).parts[0] for file, _, text in TEXTS for _ in cited(text))
    assert {"src", "checks", "tests", "docs"} <= set(counted)
    assert sum(counted.values()) > 300


def test_a_page_of_rules_is_never_named_without_a_number() -> None:
    """A citation in another form than those of `docs/citations.py` would not be checked."""
    odd = [
        f"{place(file, line)}: {text[found.start() : found.end() + 30]!r}"
        for file, line, text in TEXTS
        for found in UNNUMBERED.finditer(text)
        if EVIDENCE not in file.parents and file.name != "citations.py"
        if not any(
            text.startswith(str(citation.page), found.start())
            for citation in cited(text[found.start() :])[:1]
        )
    ]
    assert odd == []


@pytest.mark.parametrize("page", PAGES)
def test_no_number_is_given_twice_on_a_page(page: str) -> None:
    """A number leads to one place."""
    numbers = Counter(rule.number for rule in rules() if rule.page == page)
    assert numbers
    assert [number for number, count in numbers.items() if count > 1] == []


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.page} {rule.number}")
def test_every_heading_says_how_sure_it_is_and_where_it_is_from(rule: Rule) -> None:
    """First of all; only a heading that groups others leaves it to them."""
    below = "\n" + rule.text
    assert KNOWN.match(below) or (OF_PARTS.match(below) and GROUPED.match(rule.title)), below[:120]


def test_links_to_the_evidence_lead_somewhere() -> None:
    """Page and heading exist."""
    anchors = {rule.anchor for rule in rules()}
    broken = []
    for file in FILES:
        if file.suffix == ".md":
            for target in re.findall(r"\]\(([^)\s]*)\)", file.read_text(encoding="utf-8")):
                path, _, anchor = target.partition("#")
                page = file.parent / path
                if "://" in target or not path or page.resolve().parent != EVIDENCE:
                    continue
                if not page.is_file() or (anchor and f"{page.name}#{anchor}" not in anchors):
                    broken.append(f"{place(file, 1)}: {target}")
    assert broken == []


def test_every_page_of_evidence_is_listed() -> None:
    """`docs/evidence/README.md` names each of its neighbours."""
    named = set(re.findall(r"\]\(([\w.-]+)\)", (EVIDENCE / "README.md").read_text(encoding="utf-8")))
    assert {file.name for file in EVIDENCE.iterdir()} - {"README.md"} <= named


def test_what_a_guess_is_seen_in_is_there() -> None:
    """The modules of the sandbox, and the checks."""
    page = (EVIDENCE / "guesses.md").read_text(encoding="utf-8")
    modules = {ROOT / "src" / "registry_doctor" / name for name in re.findall(r"`(sandbox/[\w/.]+)`", page)}
    checks = {ROOT / "docs" / "checks" / f"{code}.md" for code in re.findall(r"\bRD\d{3}\b", page)}
    assert modules
    assert checks
    assert [file for file in sorted(modules | checks) if not file.is_file()] == []


def test_no_field_is_both_nullable_and_not() -> None:
    """`real-types.json` says one thing of each field."""
    types = json.loads((EVIDENCE / "real-types.json").read_text(encoding="utf-8"))
    assert set(types["nullable"]).isdisjoint(types["non_null"])


GRADES = {"proven": "proven", "likely": "likely", "guess": "guess", "not known": "unknown"}
"""The words of a page, and the grades that they stand for."""
SURE = "## How sure this is"
CHECKS = [each.check for each in load_checks(others=False).checks]


def grades_of(rule: Rule) -> set[str]:
    """The grades in the line below the heading."""
    line = rule.text.partition("Grade: ")[2].partition(". Source: ")[0]
    return {grade for grade in GRADES.values() if grade in line}


def statements(check: Check) -> list[tuple[str, list[Rule]]]:
    """The section about certainty, cut after each citation: the words, and the rules that they rest on."""
    parts = re.split(r"(\([^()]*\))", check.documentation.partition(SURE)[2])
    return [
        (words.lower(), [rule for each in cited(sources) if (rule := rule_of(each))])
        for words, sources in zip(parts[::2], parts[1::2], strict=False)
    ]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_check_says_how_sure_it_is_as_the_evidence_does(check: Check) -> None:
    """It begins with the grade; of each rule that a statement rests on, the evidence has a grade that the words have."""
    assert check.documentation.partition(SURE)[2].split()[0] in {"Proven", "Proven:", "Likely:", "A"}
    assert statements(check)
    wrong = [
        (words, rule.title, grades_of(rule))
        for words, found in statements(check)
        for rule in found
        if not grades_of(rule) & {grade for word, grade in GRADES.items() if word in words}
    ]
    assert wrong == []
    assert all(found for _, found in statements(check))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_no_check_states_as_a_fact_what_is_less_than_proven(check: Check) -> None:
    """Where a rule that it cites has no proof, or a guess names the check, the page says so."""
    told = " ".join(words for words, _ in statements(check))
    for rule in (rule for each in cited(check.documentation) if (rule := rule_of(each))):
        grades = grades_of(rule)
        assert "proven" in grades or any(word in told for word, grade in GRADES.items() if grade in grades), (
            rule
        )
    on_page = {rule.number for _, found in statements(check) for rule in found}
    seen = {
        rule.number
        for rule in rules()
        if rule.page == "guesses" and check.code in rule.text.partition("Seen in: ")[2]
    }
    assert seen <= on_page


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(R2.13)", ["R2.13"]),
        ("(R4.6, R4.7)", ["R4.6", "R4.7"]),
        ("registry-rules R2.1, 2.3", ["registry-rules R2.1", "registry-rules 2.3"]),
        ("registry-rules 3 and 4, protocol 7", ["registry-rules 3", "registry-rules 4", "protocol 7"]),
        ("registry-rules, sections 6 and 7, for", ["registry-rules 6", "registry-rules 7"]),
        ("failures 3.3, R43; protocol 5", ["failures 3.3", "failures R43", "protocol 5"]),
        ("sdk-versions 0., 1., 5.", ["sdk-versions 0", "sdk-versions 1", "sdk-versions 5"]),
        ("R4.7 to R4.11", ["R4.7", "R4.11"]),
        ("as it was seen (T2b, E1)", ["T2b", "E1"]),
        ("a guess of ours (G3)", ["G3"]),
        ("failures = 3, transport.failures, 3 failures", []),
        ("print(A1) and of(V1)", []),
    ],
)
def test_each_form_of_citation_is_understood(text: str, numbers: list[str]) -> None:
    """Numbers go with the page that stands before them."""
    assert [str(citation) for citation in cited(text)] == numbers


def test_a_number_that_is_no_heading_is_noticed() -> None:
    """The page that is named counts, and the whole number."""
    assert rule_of(Citation(None, "R2.13"))
    assert not rule_of(Citation(None, "R2.99"))
    assert not rule_of(Citation("protocol", "R2.13"))
    assert not rule_of(Citation("protocol", "99"))


def test_a_citation_becomes_links() -> None:
    """Each number leads to its heading; what stands between them stays."""
    text = linked("Source: protocol 6; failures 3.1, 3.2", "../evidence")
    assert re.sub(r"\]\([^)]*\)", "]", text) == "Source: [protocol 6]; [failures 3.1], [3.2]"
    assert text.count("](../evidence/failures.md#failures-3") == 2
    with pytest.raises(LookupError, match=r"R2\.99"):
        linked("(R2.99)", "evidence")
