"""What a check is: a function from declared facts to a verdict, with the docstring as its page."""

from __future__ import annotations

import enum
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import field
from functools import cached_property
from inspect import cleandoc
from typing import TYPE_CHECKING, TypeAlias, get_args

from registry_doctor.domain.subjects import Subject, most_specific
from registry_doctor.domain.target_path import Changes, PathField
from registry_doctor.support.distributions import check_url
from registry_doctor.support.docstrings import docstring_in_source
from registry_doctor.support.records import record

if TYPE_CHECKING:
    from registry_doctor.facts.base import AnyFact, DeclaredFacts


class Severity(enum.Enum):
    """`ERROR`: wandb refuses, or acts outside a registry. `WARNING`: it works, but looks unintended."""

    ERROR = "error"
    WARNING = "warning"


class Applicability(enum.Enum):
    """How far a fix may be trusted; ordered from strong to weak."""

    SAFE = "safe"
    """Provably what was meant."""
    UNSAFE = "unsafe"
    """The most likely of several."""
    DISPLAY = "display"
    """A person has to act."""


@record(frozen=True)
class Fix:
    """One remedy, as data. Edits go by part of the path, so that fixes of several checks compose."""

    title: str
    """What to do, in a few words."""
    changes: Changes = field(default_factory=dict[PathField, "str | None"])
    """Edits of the path; empty if the path is not what is wrong."""
    applicability: Applicability = Applicability.DISPLAY
    steps: tuple[str, ...] = ()
    """What a person does, a sentence each."""
    snippet: str | None = None
    """Code or a command to copy."""

    def __post_init__(self) -> None:
        _require(str, self.title, *self.steps, *([] if self.snippet is None else [self.snippet]))
        _require(tuple, self.steps)
        _require(str, *(value for value in self.changes.values() if value is not None))
        if unknown := self.changes.keys() - set(get_args(PathField)):
            raise ValueError(f"a path has no such parts: {', '.join(map(str, unknown))}")
        _require(Applicability, self.applicability)
        if self.changes and self.applicability is Applicability.DISPLAY:
            raise ValueError("a fix that edits the path is safe or unsafe")
        if not self.changes and self.applicability is not Applicability.DISPLAY:
            raise ValueError("a fix without edits is for display")


@record(frozen=True)
class Pass:
    """All is well, in one sentence.

    `notable`: a person should read it before the call is made, because it says what the call will do.
    """

    message: str
    notable: bool = False

    def __post_init__(self) -> None:
        _require(str, self.message)
        _require(bool, self.notable)


@record(frozen=True)
class Fail:
    """Something is wrong, with the remedies, likeliest first."""

    message: str
    fixes: tuple[Fix, ...] = ()
    severity: Severity = Severity.ERROR
    leaves_unknown: frozenset[Subject] | None = None
    """The subjects that cannot be judged now; `None` blocks every check that requires this one. If the facts were
    already collected for the corrected value, nothing is unknown."""

    def __post_init__(self) -> None:
        _require(str, self.message)
        _require(tuple, self.fixes)
        _require(Fix, *self.fixes)
        _require(Severity, self.severity)
        _require((frozenset, type(None)), self.leaves_unknown)


@record(frozen=True)
class Skip:
    """The check does not apply, or nobody can know.

    `unknown`: an answer that the verdict needs did not come; the exit status is then 3. `hidden`: the server
    answered, but does not show to this person what the verdict needs.
    """

    reason: str
    unknown: bool = False
    hidden: bool = False
    leaves_unknown: frozenset[Subject] = frozenset()
    """The subjects that cannot be judged, as of a failure."""

    def __post_init__(self) -> None:
        _require(str, self.reason)
        _require(bool, self.unknown, self.hidden)
        _require(frozenset, self.leaves_unknown)


def _require(kind: type | tuple[type, ...], *values: object) -> None:
    """Fail in the check itself, not later in the report, if it returns a malformed outcome."""
    for value in values:
        if not isinstance(value, kind):
            wanted = kind.__name__ if isinstance(kind, type) else " or ".join(each.__name__ for each in kind)
            raise TypeError(f"{type(value).__name__} where {wanted} is needed")


Outcome: TypeAlias = "Pass | Fail | Skip"
Judge: TypeAlias = "Callable[[DeclaredFacts], Outcome]"

_CODE = re.compile(r"[A-Z]{2,}\d{3,}")


@record(frozen=True)
class Check:
    """A check, ready to be planned: its code, what it follows, what it reads, and the function."""

    code: str
    name: str
    requires: tuple[str, ...]
    """Codes that are judged before; their failures can block this check."""
    needs: tuple[AnyFact, ...]
    """Facts it cannot do without."""
    wants: tuple[AnyFact, ...]
    """Facts it reads with `facts.get`, which gives `None` where one is not available."""
    own_subjects: frozenset[Subject]
    """Subjects that it depends on in addition to those of its facts."""
    judge: Judge
    documentation: str
    own_group: str | None = None
    judges: frozenset[Subject] = frozenset()
    """The subjects that it says to judge; empty to derive them."""

    @cached_property
    def about(self) -> frozenset[Subject]:
        """The subjects that it depends on: while one of them is unknown, there is nothing to judge."""
        return self.own_subjects.union(*(fact.about for fact in self.needs))

    @cached_property
    def subjects(self) -> frozenset[Subject]:
        """The subjects that its result is about: those it says to judge, else the most specific one it depends on."""
        return self.judges or most_specific(self.about)

    @cached_property
    def declared(self) -> tuple[frozenset[AnyFact], frozenset[AnyFact]]:
        """What it needs and what it wants, to be looked up."""
        return frozenset(self.needs), frozenset(self.wants)

    @cached_property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.documentation.partition("\n")[0]

    @cached_property
    def docs(self) -> str:
        """Where its page is."""
        page = f"docs/checks/{self.code}.md"
        return check_url(self.code) or f"registry_doctor/{page}"

    @cached_property
    def group(self) -> str:
        """The heading under which reports show it: its own, else by the hundred of its code."""
        return self.own_group or GROUPS.get(self.code[:3], "Other checks")


GROUPS = {
    "RD0": "Environment and server",
    "RD1": "Credentials",
    "RD2": "Path",
    "RD3": "Organization and entity",
    "RD4": "Registry",
    "RD5": "Collection and version",
    "RD6": "Artifact",
    "RD9": "Doctor",
}
"""The headings of the built-in checks; a plugin may use them too."""

ENVIRONMENT_GROUPS = frozenset({GROUPS["RD0"], GROUPS["RD1"]})
"""Checks of server, settings and credentials: their results are the same for every path."""


def check(
    code: str,
    *,
    requires: Sequence[str] = (),
    needs: Sequence[AnyFact] = (),
    wants: Sequence[AnyFact] = (),
    about: Sequence[Subject] = (),
    judges: Sequence[Subject] = (),
    group: str | None = None,
) -> Callable[[Judge], Check]:
    """Make a check of a function. No registry is written to; the decorator returns a frozen object.

    Args: `code` is letters and a number, `RD302`; the name is the function's, in kebab case. `about`
    adds subjects that the check depends on although none of the facts it needs is about them. `judges` are the
    subjects that its result is about; by default the most specific one that it depends on. `group` is the heading
    in reports; by default that of the code's hundred.
    Raises ValueError for a malformed code or a function without a docstring.

    Example:
        >>> @check("XY001")
        ... def always_fine(facts):
        ...     '''Nothing can be wrong here.'''
        ...     return Pass("fine")
        >>> always_fine.name
        'always-fine'
    """
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not a check code such as 'RD302'")

    def make(judge: Judge) -> Check:
        name: str = getattr(judge, "__name__", code)
        page = judge.__doc__
        if not page and sys.flags.optimize > 1:  # a check is judged without its page, too
            page = docstring_in_source(judge) or f"{name.replace('_', ' ')}: python -OO has removed its page."
        if not page:
            raise ValueError(f"the check {code} has no docstring, which is its page")
        return Check(
            code, name.replace("_", "-"), tuple(requires), tuple(needs), tuple(wants), frozenset(about), judge,
            cleandoc(page), group, frozenset(judges),
        )  # fmt: skip

    return make
