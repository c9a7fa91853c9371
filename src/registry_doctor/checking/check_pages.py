"""The page of each check, made from its docstring: for `explain`, for `checks` and for the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from registry_doctor.checking.check import GROUPS
from registry_doctor.checking.plugins import CODE, NAME, PAGE, Loaded, Provided
from registry_doctor.support.distributions import DISTRIBUTION, check_url
from registry_doctor.support.records import record


@record(frozen=True)
class Described:
    """A check as it is described to users, including RD901, which is noticed while plugins load."""

    code: str
    name: str
    group: str
    requires: tuple[str, ...]
    provider: str
    documentation: str
    """The whole page, in Markdown: the docstring, whose first line is the summary, and how to silence the check."""

    @property
    def summary(self) -> str:
        """What holds when the check passes, in one sentence."""
        return self.documentation.partition("\n")[0]

    @property
    def page(self) -> str:
        """The name of its page in the repository."""
        return f"docs/checks/{self.code}.md"

    @property
    def docs(self) -> str:
        """Where its page is."""
        return check_url(self.code) or f"registry_doctor/{self.page}"


_PAGE = r"(?:registry-rules|protocol|operations|sdk-versions|failures|server-shapes|guesses)(?:, sections)?"
_NUMBER = r"(?:[A-Z]\d+[a-z]?(?:\.\d+)?|\d+(?:\.\d+)?)\.?"
_SOURCES = re.compile(
    rf"\s\((?:{_PAGE}\s{_NUMBER}|R\d+\.\d+)(?:(?:[,;]|\sand|\sto|\sor)\s(?:{_PAGE}\s)?{_NUMBER})*\)"
)
"""The rules that a docstring gives as its sources, in brackets; they say nothing to the reader of a page."""


SILENCING = "## How to silence it"

_SILENCING = f"""{SILENCING}

For one call: `wandb-registry doctor --ignore CODE …`. For a project, write the reason in `pyproject.toml`:

    [tool.registry-doctor.ignore]
    CODE = "why it may be ignored here"

or the same line in the table `[ignore]` of `registry-doctor.toml`."""

_LESS = """

To keep the result, but only as a warning, set its severity there, in the table `[tool.registry-doctor.severity]`
or `[severity]`: `CODE = "warning"`."""
"""For all checks but RD901, which has no severity."""


def text_of(documentation: str, code: str) -> str:
    """A docstring as its page shows it: without sources, and with a section about silencing, if it has none."""
    text = _SOURCES.sub("", documentation.strip())
    if SILENCING in text.splitlines():
        return text
    silencing = _SILENCING if code == CODE else _SILENCING + _LESS
    return f"{text}\n\n{silencing.replace('CODE', code)}"


def described(loaded: Loaded) -> tuple[Described, ...]:
    """All checks that can appear in a report, in code order."""
    plugin_loaded = Described(CODE, NAME, GROUPS[CODE[:3]], (), DISTRIBUTION, text_of(PAGE, CODE))
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
        check.code,
        check.name,
        check.group,
        check.requires,
        provided.provider,
        text_of(check.documentation, check.code),
    )
