"""The page of each check, made of its docstring: for `explain`, for `checks` and for the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from registry_doctor.check import GROUPS
from registry_doctor.plugins import CODE, NAME, PAGE, Loaded, Provided
from registry_doctor.report import DISTRIBUTION


@dataclass(frozen=True)
class Described:
    """What there is to say about a check, whether it is judged or, as RD901, noticed while loading."""

    code: str
    name: str
    group: str
    requires: tuple[str, ...]
    provider: str
    documentation: str
    """The whole docstring, in Markdown; its first line is the summary."""

    @property
    def summary(self) -> str:
        """What holds when the check passes, in one sentence."""
        return self.documentation.partition("\n")[0]

    @property
    def docs(self) -> str:
        """The page's path."""
        return f"docs/checks/{self.code}.md"


_RULE = re.compile(r" \(R\d+\.\d+(?:, R\d+\.\d+)*\)")
"""The rule book's number that a docstring gives as its source; it says nothing to the reader of a page."""


def text_of(documentation: str) -> str:
    """A docstring as its page shows it."""
    return _RULE.sub("", documentation.strip())


def described(loaded: Loaded) -> tuple[Described, ...]:
    """All checks that can appear in a report, in code order."""
    plugin_loaded = Described(CODE, NAME, GROUPS[CODE[:3]], (), DISTRIBUTION, text_of(PAGE))
    return tuple(sorted((plugin_loaded, *map(_described, loaded.checks)), key=lambda each: each.code))


def page(check: Described, paged: Iterable[str] = ()) -> str:
    """The Markdown page of a check. Codes in `paged` have pages beside it and become links."""
    known = frozenset(paged)
    body = check.documentation.replace("\nAfter: ", "\n\nAfter: ")
    text = f"# {check.code} {check.name}\n\n{body}\n\n---\n\n{check.group}."
    if check.requires:
        codes = ", ".join(
            f"[{code}]({code}.md)" if code in known else code for code in sorted(check.requires)
        )
        text += f" Judged after {codes}."
    return f"{text}\n"


def _described(provided: Provided) -> Described:
    check = provided.check
    return Described(
        check.code, check.name, check.group, check.requires, provided.provider, text_of(check.documentation)
    )
