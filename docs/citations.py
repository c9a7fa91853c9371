"""Where a text names a rule of `docs/evidence/`, and the heading that the rule has there.

A citation is the name of a page with numbers after it (`protocol 6`, `failures 3.1, 3.2`, `registry-rules 3 and 4`), the number of
a rule (`R2.13`), or other numbers alone in brackets (`(E2)`, `(T1, N1)`). A guess is `G1`, a reported failure `failures R5`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

EVIDENCE = Path(__file__).parent / "evidence"

PAGES = (
    "registry-rules",
    "protocol",
    "operations",
    "sdk-versions",
    "failures",
    "server-shapes",
    "public-reports",
    "guesses",
)
"""The pages that number their headings."""

_NUMBER = r"[A-Z]\d+[a-z]?(?:\.\d+)?|\d+(?:\.\d+)?"
_BETWEEN = r"(?:\.?,\s|\.?\s(?:and|to|or)\s|\.?,\s(?:and|or)\s)"
_OF_A_PAGE = rf"(?P<page>{'|'.join(PAGES)})(?:,?\ssections?)?\s(?P<listed>(?:{_NUMBER})(?:{_BETWEEN}(?:{_NUMBER}))*)\b(?![-=\w])"
_RULE = r"\bR\d+\.\d+\b"
_GUESS = r"\bG\d+\b"
_IN_BRACKETS = rf"(?<=\()(?<!\w\()(?P<alone>(?:[A-Z]\d+[a-z]?)(?:{_BETWEEN}(?:[A-Z]\d+[a-z]?))*)(?=\))"
_CITATION = re.compile(rf"(?<![\w-]){_OF_A_PAGE}|{_RULE}|{_GUESS}|{_IN_BRACKETS}")
_EACH = re.compile(_NUMBER)
_HEADING = re.compile(rf"#{{2,4}} (?P<title>(?:(?P<page>{'|'.join(PAGES)}) )?(?P<number>{_NUMBER}) .*)")


@dataclass(frozen=True)
class Rule:
    """A heading with a number."""

    page: str
    number: str
    title: str
    """The whole heading, its number included."""
    text: str
    """What stands below it, up to the next heading."""

    @property
    def anchor(self) -> str:
        """The page and the place in it, as GitHub names places."""
        words = re.sub(r"[^\w\- ]", "", self.title.lower())
        return f"{self.page}.md#{words.replace(' ', '-')}"


@dataclass(frozen=True)
class Citation:
    """A number that a text names, with the page if it names that too."""

    page: str | None
    number: str

    def __str__(self) -> str:
        return f"{self.page} {self.number}" if self.page else self.number


@cache
def rules() -> tuple[Rule, ...]:
    """Every numbered heading of the evidence, page by page."""
    return tuple(rule for page in PAGES for rule in _rules_of(page))


def _rules_of(page: str) -> Iterator[Rule]:
    text = (EVIDENCE / f"{page}.md").read_text(encoding="utf-8")
    for part in re.split(r"^(?=##)", text, flags=re.MULTILINE):
        first, _, rest = part.partition("\n")
        if heading := _HEADING.fullmatch(first):
            yield Rule(page, heading["number"], heading["title"], rest)


def cited(text: str) -> list[Citation]:
    """Every number that the text names, in its order."""
    return [citation for found in _CITATION.finditer(text) for _, citation in _numbers(found)]


def rule_of(citation: Citation) -> Rule | None:
    """The heading that a citation means; `None` if there is none."""
    for rule in rules():
        if rule.number == citation.number and citation.page in {None, rule.page}:
            return rule
    return None


def linked(text: str, evidence: str) -> str:
    """The text with a link at each number that it names; `evidence` is the way to the folder of the evidence."""
    return _CITATION.sub(lambda found: _with_links(found, evidence), text)


def _with_links(found: re.Match[str], evidence: str) -> str:
    """The citation with its numbers as links; the name of the page belongs to the first."""
    text, done = "", found.start()
    for (begins, ends), citation in _numbers(found):
        rule = rule_of(citation)
        if rule is None:
            raise LookupError(f"docs/evidence has no heading {citation}")
        first = done == found.start()
        between = "" if first else found.string[done:begins]
        words = found.string[done if first else begins : ends]
        text += f"{between}[{words}]({evidence}/{rule.anchor})"
        done = ends
    return text + found.string[done : found.end()]


def _numbers(found: re.Match[str]) -> Iterator[tuple[tuple[int, int], Citation]]:
    """The numbers of one citation, each with its place in the text."""
    page = found["page"]
    listed = "listed" if page else "alone" if found["alone"] else 0
    for number in _EACH.finditer(found[listed]):
        begins = found.start(listed) + number.start()
        yield (begins, begins + len(number[0])), Citation(page, number[0])
