"""Small files whose values, depths or numbers grow without end: they cost nothing but themselves."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.evaluation import limits
from registry_doctor.codebase.source.found import FoundCall, Unreadable

START = 'import os, wandb\nrun = wandb.init(entity="vision", project="p")\n'
END = "run.link_artifact(a, s)\n"
GOOD = 'import wandb\nrun = wandb.init(entity="vision", project="p")\nrun.use_artifact("wandb-registry-/det:v1")\n'

CALLS_FOR_A_STEP = 60
CALLS_FOR_A_CHARACTER = 60
"""How many Python functions are called, at most, for a step of the budget and for a character of the file."""


class _TooManyCalls(BaseException):
    pass


def _searched(folder: Path, text: str) -> tuple[list[FoundCall], list[Unreadable]]:
    """What is found in the file and a good one beside it, with a bound on the function calls that it takes."""
    (folder / "explodes.py").write_text(text, encoding="utf-8")
    (folder / "good.py").write_text(GOOD, encoding="utf-8")
    left = CALLS_FOR_A_STEP * limits.FEWEST_STEPS + CALLS_FOR_A_CHARACTER * len(text) + 100_000

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal left
        if event == "call":
            left -= 1
            if left < 0:
                raise _TooManyCalls

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        found = list(find_calls([folder], root=folder))
    finally:
        sys.setprofile(before)
    calls = [each for each in found if isinstance(each, FoundCall)]
    return calls, [each for each in found if isinstance(each, Unreadable)]


def _assert_survived(calls: list[FoundCall], problems: list[Unreadable]) -> None:
    assert "good.py" in {each.location.file for each in calls}
    assert {each.file for each in problems} <= {"explodes.py"}
    assert "explodes.py" in {each.location.file for each in calls} | {each.file for each in problems}


def _lines(count: int, line: Callable[[int], str]) -> str:
    return "\n".join(map(line, range(count))) + "\n"


def _repeated(first: str, line: str, count: int = 40) -> str:
    return START + f"s = {first}\n" + f"{line}\n" * count + END


BOMBS = {
    "a text added to itself": _repeated('"a"', "s = s + s"),
    "a text added in place": _repeated('"a"', "s += s"),
    "an f-string of itself": _repeated('"a"', 's = f"{s}{s}"'),
    "a format of itself": _repeated('"a"', 's = "{0}{0}{0}".format(s)'),
    "a percent format of itself": _repeated('"a"', 's = "%s%s%s" % (s, s, s)'),
    "a text that is padded": _repeated('"a"', "s = (s + s).zfill(1999)"),
    "a text put between its letters": _repeated('"a"', 's = s.replace("a", s + s)'),
    "a text put between all letters": _repeated('"a"', 's = s.replace("", s + s)'),
    "a text joined with itself": _repeated('"a"', "s = s.join([s, s, s])"),
    "a list added to itself": _repeated('["a"]', "s = s + s").replace("a, s)", 'a, "/".join(s))'),
    "a list spread twice": _repeated('["a"]', "s = [*s, *s]"),
    "a list in a list": _repeated('["a"]', "s = [s, s, s]"),
    "a deep list": _repeated('["a"]', "s = [s]", 3_000),
    "a list appended to itself": _repeated('["a"]', "s.append(s)"),
    "a list extended by itself": _repeated('["a"]', "s.extend(s)"),
    "a dictionary of itself": _repeated('{"a": "b"}', 's = {"a": s, "b": s, "c": s}'),
    "a dictionary updated with itself": _repeated('{"a": "b"}', "s.update(x=s, y=s)"),
    "an element set to the whole": _repeated('{"a": "b"}', 's["a"] = s; s["b"] = s'),
    "arguments spread many times": _repeated("[1]", "s = s + s", 14) + f"print({'*s, ' * 2_000})\n",
    "a run of runs": _repeated('"a"', "s = wandb.init(entity=s, project=s)"),
    "a function of two of itself": START
    + 's = "a"\n'
    + _lines(40, lambda n: f"def f{n}(x):\n    return f{n + 1}(x) + f{n + 1}(x)")
    + "s = f0(s)\n"
    + END,
    "a recursive function": START + "def f(x):\n    return f(x + x) + f(x)\ns = f('a')\n" + END,
    "defaults that call": START
    + _lines(30, lambda n: f"def f{n}(x=f{n - 1}(), y=f{n - 1}()):\n    return x + y")
    + "s = f29()\n"
    + END,
    "classes with two bases each": START
    + "class A0: pass\nclass B0: pass\n"
    + _lines(
        30, lambda n: f"class A{n + 1}(A{n}, B{n}): pass\nclass B{n + 1}(A{n}, B{n}): pass"
    )
    + "s = A30().missing\n"
    + END,
    "thousands of names and one attribute": START
    + 's = "a"\nrun.x = 1\n'
    + _lines(4_000, lambda n: f"x{n} = s")
    + END,
    "an attribute set and its name again": START
    + 's = "a"\n'
    + _lines(2_000, lambda n: f"y{n} = s")
    + "c.x = 1\nc = 1\n" * 2_000
    + END,
    "thousands of names and branches": START
    + 's = "a"\n'
    + _lines(1_500, lambda n: f"x{n} = s")
    + _lines(1_500, lambda n: f"if y{n}:\n    x{n} = 'b'")
    + END,
    "a long chain of elif": START
    + "if c: s = 'a'\n"
    + _lines(1_500, lambda n: f"elif c == {n}: s = 'a{n}'")
    + END,
    "a function left a thousand times": START
    + "def f(a, s):\n"
    + _lines(1_000, lambda n: f"    if c{n}:\n        return {n}")
    + "".join(f"    {END}" for _ in range(300)),
    "functions that all call each other": START + "def f(): f(); g()\n" * 2_000 + "s = f()\n" + END,
    "thousands of functions": START + _lines(3_000, lambda n: f"def f{n}(): return f{n + 1}()") + "s = f0()\n" + END,
    "thousands of classes": START + _lines(2_000, lambda n: f"class C{n}(C{n - 1}): x = 1") + "s = C1999().y\n" + END,
    "many parameters and callers": START
    + f"def f({', '.join(f'p{n}=1' for n in range(300))}): pass\n"
    + "f()\n" * 1_000
    + "s = 'a'\n"
    + END,
    "an f-string of thousands of parts": START + "s = 'a'\ns = f'" + "{s}" * 5_000 + "'\n" + END,
    "a sum of thousands of branches": START
    + _lines(300, lambda n: f"x{n} = 'a' if c{n} else 'b'")
    + f"s = {' + '.join(f'x{n}' for n in range(300))}\n"
    + END,
    "an environment default a thousand deep": START
    + "s = 'a'\n"
    + _lines(1_500, lambda n: f"s = os.getenv('A{n}', s)")
    + END,
    "an enormous number": START + f"s = f'{{{hex(16**6_000)}}}'\n" + END,
    "an enormous power": START + "s = str(9**9**9**9)\n" + END,
    "an enormous width": START + "s = f'{1:0000000000000000100000000000}'\n" + END,
    "an enormous precision": START + "s = '%.999999999f' % 1.5\n" + END,
    "a width of zeros": START + f"s = '%{'0' * 9_000}' % 1\n" + END,
    "braces without an end": START + f"s = '{'{' + 'a' * 9_000}'.format(1)\n" + END,
    "a deep expression": START + f"s = {'(' * 150}'a'{')' * 150}\n" + END,
    "a deep attribute": START + f"s = x{'.y' * 3_000}\n" + END,
    "a chain of methods": START + f"s = x{'.y()' * 1_500}\n" + END,
    "a long sum of differences": START + f"s = x{' - y + z' * 1_500}\n" + END,
    "a deep negation": START + f"s = {'-' * 3_000}x\n" + END,
    "a deep lambda": START + f"s = {'lambda: ' * 500}1\n" + END,
    "null bytes": START + "s = '\0'\n" + END,
    "one line of literals with an accent": START + "s = 'é'\nx = ['é'" + ", 'b'" * 20_000 + "]\n" + END,
    "an import with an endless name": f"import {'a' * 5_000}\nfrom {'b' * 5_000} import *\n" + START + "s = str(c)\n" + END,
    "an import of many folders": f"import {'.'.join('a' * 3_000)}\n" + START + "s = 'a'\n" + END,
    "an endless name": START + "s = " + "x" * 100_000 + "\n" + END,
    "an encoding that takes quadratic time": "# coding: punycode\n" + START + "s = 'a'\n" + END,
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_explodes_costs_only_itself(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind of explosion ends after a bounded number of steps; the good file's call is found."""
    monkeypatch.setattr(limits, "FEWEST_STEPS", 10_000)
    _assert_survived(*_searched(tmp_path, BOMBS[name]))


def test_what_an_imported_module_costs_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that imports an exploding module is searched to its end."""
    monkeypatch.setattr(limits, "FEWEST_STEPS", 1_000)
    (tmp_path / "explodes.py").write_text(START + _lines(3_000, lambda n: f"def f{n}(): return {n}") * 3)
    (tmp_path / "user.py").write_text(f"from explodes import f1\nx = f1()\n{GOOD}")
    calls = [each for each in find_calls([tmp_path], root=tmp_path) if isinstance(each, FoundCall)]
    assert [each.location.line for each in calls] == [5]


_VALUES = ["s", "t", '"a"', "[s, t]", '{"a": s, "b": t}', "x", "1"]
_expressions = st.recursive(
    st.sampled_from(_VALUES),
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("f'{{{}}}{{{}}}'".format, st.sampled_from("st"), st.sampled_from("st")),
        st.builds("'{{0}}{{1}}'.format({}, {})".format, inner, inner),
        st.builds("('%s%s' % ({}, {}))".format, inner, inner),
        st.builds("[*{}, *{}]".format, inner, inner),
        st.builds("{{'a': {}, 'b': {}, **t}}".format, inner, inner),
        st.builds("str({}).replace('a', {})".format, inner, inner),
        st.builds("'/'.join([{}, {}])".format, inner, inner),
        st.builds("({} if x else {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("f({}, {})".format, inner, inner),
        st.builds("C({}).y".format, inner),
        st.builds("[{} for i in {}]".format, inner, inner),
        st.builds("dict(a={}, b={})".format, inner, inner),
        st.builds("os.path.join({}, {})".format, inner, inner),
        st.builds("wandb.Api(overrides={{'entity': {}}})".format, inner),
        st.builds("{}[{}]".format, st.sampled_from("st"), inner),
        st.builds("(lambda i: {})({})".format, inner, inner),
    ),
    max_leaves=5,
)
_statements = st.one_of(
    st.builds("{} = {}".format, st.sampled_from(["s", "t", "c.y", "t['k']"]), _expressions),
    st.builds("{} += {}".format, st.sampled_from("st"), _expressions),
    st.builds("s.{}({})".format, st.sampled_from(["append", "extend", "update", "add"]), _expressions),
    st.builds("if x:\n    s = {}\nelse:\n    t = {}".format, _expressions, _expressions),
    st.builds("for t in {}:\n    s = {}".format, _expressions, _expressions),
    st.builds("try:\n    s = {}\nexcept E:\n    t = {}".format, _expressions, _expressions),
    st.builds("def f(s, t={}):\n    return {}".format, _expressions, _expressions),
    st.builds("class C(C):\n    def __init__(self, t):\n        self.y = {}".format, _expressions),
    st.builds("with {} as t:\n    s = t".format, _expressions),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    block=st.lists(_statements, min_size=1, max_size=5),
    times=st.integers(1, 60),
    target=_expressions,
)
def test_any_repeated_block_ends_and_costs_only_itself(
    block: list[str], times: int, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any mix of what builds values, however often it is repeated, ends after a bounded number of steps."""
    monkeypatch.setattr(limits, "FEWEST_STEPS", 3_000)
    text = START + 's = t = "a"\n' + ("\n".join(block) + "\n") * times + f"run.link_artifact(a, {target})\n"
    _assert_survived(*_searched(tmp_path, text))
