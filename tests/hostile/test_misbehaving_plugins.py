"""Checks of others that do everything wrong: each is told as one, and the diagnosis goes on."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_doctor.checking.check import Applicability, Check, Fail, Fix, Outcome, Pass, Skip
from registry_doctor.checking.plugins import Loaded, Provided, gather, load_checks
from registry_doctor.checking.results import Status
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call, DeclaredFacts
from registry_doctor.report.model import Report
from registry_doctor.settings import Given, read_settings

Anything = Callable[..., object]


class Unspeakable(Exception):
    """An exception that has no words."""

    def __str__(self) -> str:
        raise RuntimeError("no words")

    __repr__ = __str__


def made(**parts: object) -> Check:
    """A check made by hand of whatever there is."""
    plain: dict[str, object] = {
        "code": "XY001", "name": "theirs", "requires": (), "needs": (), "wants": (), "own_subjects": frozenset(),
        "judge": lambda facts: Pass("fine"), "documentation": "All is well.",
    }  # fmt: skip
    return Check(**{**plain, **parts})  # type: ignore[arg-type]  # what a plugin could do


def raising(problem: BaseException) -> Anything:
    """A function that raises this, whatever it is called with."""

    def fail(*_arguments: object) -> object:
        raise problem

    return fail


def half() -> Iterator[object]:
    """Ends the process after the first check."""
    yield made()
    raise SystemExit(4)


LOADERS: dict[str, Anything] = {
    "ends the process": raising(SystemExit(3)),
    "ends the process half way": half,
    "closes a generator": raising(GeneratorExit()),
    "raises what has no words": raising(Unspeakable()),
    "gives nothing": lambda: None,
    "gives a number": lambda: 3,
    "gives text": lambda: "ab",
    "gives what has no words": lambda: [Unspeakable()],
    "gives no code": lambda: [made(code=None)],
    "gives a list for a code": lambda: [made(code=["XY001"])],
    "gives no name": lambda: [made(name="")],
    "requires a number": lambda: [made(requires=3)],
    "requires no codes": lambda: [made(requires=(3,))],
    "needs no facts": lambda: [made(needs=("TARGET",))],
    "has no function": lambda: [made(judge=None)],
    "requires itself": lambda: [made(requires=("XY001",))],
    "reuses a code": lambda: [made(), made()],
}


@pytest.mark.parametrize("loads", LOADERS.values(), ids=LOADERS)
def test_a_plugin_that_cannot_be_loaded_is_a_problem_and_no_crash(
    loads: Anything, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence at least, and at most the check that was in order."""
    module = types.ModuleType("hostile_plugin")
    vars(module)["load"] = loads
    monkeypatch.setitem(sys.modules, "hostile_plugin", module)
    loaded = gather([EntryPoint("theirs", "hostile_plugin:load", "registry_doctor.checks")])
    assert loaded.problems
    assert all("hostile_plugin" in each for each in loaded.problems)
    assert len(loaded.checks) <= 1


def deep(facts: object) -> object:
    """Never comes back."""
    return deep(facts)


JUDGES: dict[str, Anything] = {
    "returns nothing": lambda facts: None,
    "returns text": lambda facts: "fine",
    "returns a class": lambda facts: Pass,
    "ends the process": raising(SystemExit(0)),
    "raises what has no words": raising(Unspeakable()),
    "closes a generator": raising(GeneratorExit()),
    "never comes back": deep,
    "reads what it did not declare": lambda facts: facts[3],
    "passes with a number": lambda facts: Pass(3),  # type: ignore[arg-type]
    "skips with nothing": lambda facts: Skip(None),  # type: ignore[arg-type]
    "skips perhaps": lambda facts: Skip("x", "yes"),  # type: ignore[arg-type]
    "fails with nothing": lambda facts: Fail(None),  # type: ignore[arg-type]
    "has text for a fix": lambda facts: Fail("x", ("do it",)),  # type: ignore[arg-type]
    "has no fixes": lambda facts: Fail("x", None),  # type: ignore[arg-type]
    "has text for a severity": lambda facts: Fail("x", (), "error"),  # type: ignore[arg-type]
    "leaves a number": lambda facts: Fail("x", leaves_unknown=3),  # type: ignore[arg-type]
    "has a number for a title": lambda facts: Fail("x", (Fix(3),)),  # type: ignore[arg-type]
    "has text for steps": lambda facts: Fail("x", (Fix("x", steps="abc"),)),  # type: ignore[arg-type]
    "has numbers for steps": lambda facts: Fail("x", (Fix("x", steps=(3,)),)),  # type: ignore[arg-type]
    "has a number for a snippet": lambda facts: Fail("x", (Fix("x", snippet=3),)),  # type: ignore[arg-type]
    "edits with a number": lambda facts: Fail("x", (Fix("x", {"registry": 3}, Applicability.SAFE),)),  # type: ignore[dict-item]
    "edits no part of a path": lambda facts: Fail("x", (Fix("x", {"host": "x"}, Applicability.SAFE),)),  # type: ignore[dict-item]
    "edits for display": lambda facts: Fail("x", (Fix("x", {"registry": "x"}),)),
    "is safe without edits": lambda facts: Fail("x", (Fix("x", {}, Applicability.SAFE),)),
}  # fmt: skip


def diagnosed(judge: Callable[[DeclaredFacts], Outcome], documentation: str = "All is well.") -> Report:
    """An offline diagnosis with our own checks and this one."""
    own = load_checks(others=False).checks
    theirs = Provided(made(judge=judge, documentation=documentation), "their-checks")
    settings = read_settings(Given(), environ={})
    return examine(Call("wandb-registry-model/x"), settings, Loaded((*own, theirs)), Options(offline=True))


def shown(report: Report) -> list[str]:
    """In all formats that show it to people; and JSON can be read."""
    json.loads(report.to_json())
    return [str(report), report.to_json(), report._repr_html_()]


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
def test_a_check_that_says_what_no_check_can_say_has_crashed(judge: Anything) -> None:
    """It is inconclusive, all others are judged, and every format can show it."""
    report = diagnosed(judge)  # type: ignore[arg-type]  # what a plugin could do
    theirs = next(each for each in report.results if each.code == "XY001")
    assert theirs.status is Status.ERROR
    assert "crashed" in theirs.message
    assert len(report.results) > 30
    assert all(shown(report))


def test_whoever_interrupts_is_obeyed() -> None:
    """That is no fault of a check."""
    with pytest.raises(KeyboardInterrupt):
        diagnosed(raising(KeyboardInterrupt()))  # type: ignore[arg-type]  # what a plugin could do


TEXTS = st.text() | st.text("\x1b[2J\x07\n\r\u202e\u2028:#%<>&|`*_]'\"\\0a ") | st.just("x" * 1_000_000)


@settings(deadline=None, max_examples=25)
@given(TEXTS, TEXTS, TEXTS)
def test_whatever_a_check_says_acts_on_nothing(message: str, title: str, snippet: str) -> None:
    """Control characters and changes of direction are escapes; no line is a command of a CI server."""
    report = diagnosed(
        lambda facts: Fail(message, (Fix(title, steps=(snippet, message), snippet=snippet),)), message or "x"
    )
    for text in shown(report):
        assert all(char.isprintable() or char == "\n" for char in text)
    assert not any(line.lstrip().startswith("::") for line in str(report).splitlines()[1:-1])
    assert len(str(report)) < 100_000
