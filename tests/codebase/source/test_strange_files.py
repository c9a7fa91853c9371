"""Files that are broken, odd or huge: each is read as far as it goes, or reported; none stops the reading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.source.found import FoundCall, Unreadable

LINK = "import wandb\nrun = wandb.init()\nrun.link_artifact(a, 'wandb-registry-model/c')\n"


def found_in(folder: Path, name: str, data: bytes) -> tuple[list[FoundCall], list[Unreadable]]:
    """What is found in a file of this name."""
    (folder / name).write_bytes(data)
    found = list(find_calls([Path(name)], root=folder))
    return [e for e in found if isinstance(e, FoundCall)], [e for e in found if isinstance(e, Unreadable)]


def notebook(*cells: str | list[str], kind: str = "code") -> bytes:
    """A notebook of these cells."""
    listed: list[dict[str, object]] = [{"cell_type": kind, "source": cell, "metadata": {}} for cell in cells]
    return json.dumps({"cells": listed, "nbformat": 4}).encode()


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"import wandb\nprint 'x'\nrun.link_artifact(a, 'b')\n", "not Python 3: ", 2),
        (b"import wandb\nrun.link_artifact(a, 'b'\n", "not Python 3: ", 2),
        (b"import wandb\nrun.link_artifact(a, 'b')\x00\n", "not Python 3: ", None),
        (b"# coding: klingon\nimport wandb\nrun.link_artifact(a, 'b')\n", "not readable as text: ", None),
        (b"import wandb\nrun.link_artifact(a, '\xff')\n", "not readable as text: ", None),
    ],
    ids=["python-2", "unfinished", "null-byte", "unknown-encoding", "not-utf-8"],
)
def test_a_file_that_is_not_python_is_reported_with_its_position(
    tmp_path: Path, data: bytes, reason: str, line: int | None
) -> None:
    """With the reason, and the line if Python reports it."""
    calls, (unreadable,) = found_in(tmp_path, "a.py", data)
    assert calls == []
    assert unreadable.file == "a.py"
    assert unreadable.reason.startswith(reason)
    assert line is None or unreadable.line == line


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + LINK.encode(),
        LINK.replace("\n", "\r\n").encode(),
        LINK.replace("\n", "\r").encode(),
        b"# coding: latin-1\n" + LINK.replace("init()", "init(name='\xe9')").encode("latin-1"),
        LINK.replace("a, ", "'\u2028\x0c', ").encode(),
    ],
    ids=["byte-order-mark", "windows-lines", "old-mac-lines", "latin-1", "other-line-separators"],
)
def test_lines_are_counted_as_python_counts_them(tmp_path: Path, data: bytes) -> None:
    """The call is on the third line, or the fourth after a line for the encoding."""
    (call,), unreadable = found_in(tmp_path, "a.py", data)
    assert unreadable == []
    assert (call.location.line, call.location.column) == (4 if b"coding" in data else 3, 5)


def test_code_that_is_nested_too_deeply_is_reported(tmp_path: Path) -> None:
    """Hundreds of nested calls cannot be evaluated."""
    deep = "f(" * 80 + "1" + ")" * 80
    call = "run.link_artifact(a, " + deep + ")"
    calls, unreadable = found_in(tmp_path, "a.py", f"import wandb\nrun = wandb.init()\n{call}\n".encode())
    assert len(calls) + len(unreadable) == 1


def test_long_sums_and_long_chains_of_conditions_are_read(tmp_path: Path) -> None:
    """Both are nested deeply in the syntax tree."""
    total = "'wandb-registry-model/' + " + " + ".join("'x'" for _ in range(400))
    chain = "if k == 0:\n    t = 1\n" + "".join(f"elif k == {n}:\n    t = 1\n" for n in range(1, 150))
    source = f"{LINK}k = f()\n{chain}run.link_artifact(a, {total})\n"
    calls, unreadable = found_in(tmp_path, "a.py", source.encode())
    assert unreadable == []
    assert [len(call.target.parts) for call in calls] == [1, 401]


def test_a_huge_file_is_reported_if_it_mentions_a_method(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not read as a whole; a file without any of the methods is skipped."""
    monkeypatch.setattr("registry_doctor.codebase.calls.finder.LARGEST_PYTHON", 1_000)
    calls, (unreadable,) = found_in(tmp_path, "a.py", LINK.encode() + b"#" * 2_000)
    assert calls == []
    assert unreadable.reason.startswith("larger than")
    assert found_in(tmp_path, "b.py", b"#" * 2_000) == ([], [])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"cells": [run.link_artifact wandb', "not readable as JSON"),
        (b'["run.link_artifact wandb"]', "not a notebook"),
        (b'{"x": "run.link_artifact wandb"}', "not a notebook"),
        (b"[" * 100_000 + b"run.link_artifact wandb", "not readable as JSON"),
    ],
)
def test_json_that_is_not_a_notebook_is_reported(tmp_path: Path, data: bytes, reason: str) -> None:
    """With what is wrong with it."""
    calls, (unreadable,) = found_in(tmp_path, "a.ipynb", data)
    assert calls == []
    assert unreadable.reason.startswith(reason)


def test_a_broken_cell_does_not_hide_the_others(tmp_path: Path) -> None:
    """It is reported with its number and line; names go on from cell to cell."""
    data = notebook(
        "import wandb\nrun = wandb.init(project='p')", "x =\n", "run.use_artifact('wandb-registry-m/c:v0')"
    )
    (call,), (unreadable,) = found_in(tmp_path, "a.ipynb", data)
    assert (unreadable.cell, unreadable.line) == (2, 1)
    assert (call.location.cell, call.location.line, call.location.column) == (3, 1, 5)
    assert call.project is not None


def test_notebooks_of_the_old_format_are_read(tmp_path: Path) -> None:
    """Version 3 has worksheets, and `input` instead of `source`."""
    cell = {
        "cell_type": "code",
        "input": ["import wandb\n", "wandb.init().link_artifact(a, 'wandb-registry-m/c')"],
    }
    data = json.dumps({"worksheets": [{"cells": [{"cell_type": "heading"}, cell]}], "nbformat": 3}).encode()
    (call,), unreadable = found_in(tmp_path, "a.ipynb", data)
    assert unreadable == []
    assert (call.location.cell, call.location.line) == (2, 2)


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline",
        "!pip install wandb",
        "%%capture out",
        "files = !ls",
        "?wandb",
        "wandb.init?",
        "x = %sql select 1",
    ],
)
def test_magics_are_skipped_and_columns_are_kept(tmp_path: Path, magic: str) -> None:
    """A cell with syntax of IPython is still read."""
    data = notebook(
        f"{magic}\nimport wandb\nif True:\n    !ls\n    run = wandb.init()\n    run.link_artifact(a, 'w/c')"
    )
    (call,), unreadable = found_in(tmp_path, "a.ipynb", data)
    assert unreadable == []
    assert (call.location.line, call.location.column) == (6, 9)


def test_a_percent_sign_in_a_string_is_not_a_magic(tmp_path: Path) -> None:
    """A cell of plain Python is not changed."""
    data = notebook(
        "import wandb\npath = '''wandb-registry-model/\n%x'''\nwandb.init().link_artifact(a, path)"
    )
    (call,), _ = found_in(tmp_path, "a.ipynb", data)
    assert "".join(part.text for part in call.target.parts) == "wandb-registry-model/\n%x"


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("run.link_artifact(a, t)  # registry-doctor: ignore[RD502] made by hand", [("RD502",)]),
        ("run.link_artifact(a, t)  # registry-doctor: ignore[RD502, rd401]", [("RD502", "RD401")]),
        ("run.link_artifact(a, t)  # registry-doctor: ignore", [()]),
        ("# registry-doctor: ignore[RD201] above\nrun.link_artifact(a, t)", [("RD201",)]),
        ("run.link_artifact(\n    a,\n    t,  # registry-doctor: ignore[RD202]\n)", [("RD202",)]),
        ("x = 1  # registry-doctor: ignore[RD201]\nrun.link_artifact(a, t)", []),
        ("run.link_artifact(a, '# registry-doctor: ignore[RD201]')", []),
    ],
)
def test_ignore_comments_belong_to_their_call(
    tmp_path: Path, source: str, where: list[tuple[str, ...]]
) -> None:
    """On one of its lines, or by themselves on the line above."""
    (call,), _ = found_in(tmp_path, "a.py", f"import wandb\nrun = wandb.init()\n{source}\n".encode())
    assert [ignore.codes for ignore in call.ignores] == where


MODULES = {
    "consts.py": "from helper import B as A, B\n",
    "helper.py": "from consts import A as B\nfrom consts import *\n",
}


def test_modules_that_import_each_other_are_read(tmp_path: Path) -> None:
    """A circle ends in a name that is not assigned."""
    write(tmp_path, MODULES)
    source = "import wandb\nfrom consts import A\nwandb.init().link_artifact(a, f'wandb-registry-{A}/c')\n"
    (call,), unreadable = found_in(tmp_path, "main.py", source.encode())
    assert unreadable == []
    assert "".join(part.text for part in call.target.parts) == "wandb-registry-{A}/c"


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Files with these texts."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


WORDS = st.sampled_from(
    [
        "import wandb",
        "from wandb import *",
        "from . import x",
        "run = wandb.init(",
        ")",
        "run.link_artifact(",
        "a, ",
        'f"wandb-registry-{r}/{c!r:>9}"',
        "'%s/%(x)s' % ",
        "'{}/{a.b}{0[1]}'.format(",
        "if x:",
        "else:",
        "elif not y:",
        "for r in (1, r):",
        "while r:",
        "try:",
        "except E as e:",
        "with x as (a, *b):",
        "def f(a, b=1, *c, d='x', **e):",
        "class C(D):",
        "self.x = ",
        "return ",
        "yield ",
        "lambda r: ",
        "[r for r in ",
        "{**r}",
        "r = ",
        "r += ",
        "match r:",
        "case {'a': b, **r}:",
        "global r",
        "del r",
        "r[r]",
        "r.r",
        ", r)",
        '"/".join([',
        "])",
        'os.environ.get("X", ',
        "import os",
        '@click.option("--r")',
        "async ",
        "await ",
        ":=",
        "(",
        ")",
        "\n",
        "\n    ",
        "\n        ",
        "#",
        "registry-doctor: ignore[",
        "'''",
        "\\\\",
        "\xe9",
        "\x00",
        "%time ",
        "!ls",
        "\ud800",
    ]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map("".join)),
    st.sampled_from(["a.py", "a.ipynb", "plain"]),
    st.booleans(),
)
def test_no_text_stops_the_reading(tmp_path: Path, text: str, name: str, as_cells: bool) -> None:
    """Any text is a file in which calls are found, or nothing, or which is reported."""
    text = f"{text}\n#wandb run.link_artifact(a, 'b')"
    data = text.encode("utf-8", "surrogatepass")
    if name == "a.ipynb" and as_cells:
        data = notebook(text, text.splitlines(keepends=True))
    calls, unreadable = found_in(tmp_path, name, data)
    assert all(call.location.line >= 1 and call.location.column >= 1 for call in calls)
    assert all(problem.reason for problem in unreadable)


LITERALS = st.recursive(
    st.sampled_from(["'a'", "R", "x", "f'{R}-{x}'", "g()", "None", "1", "T[x]", "o.y"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" + ".join).map("({})".format),
        st.tuples(inner, inner).map(" or ".join).map("({})".format),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} if {two[1]} else {two[0]})"),
        st.lists(inner, max_size=3).map(lambda each: "'/'.join([" + ", ".join(each) + "])"),
        inner.map("'%s/%s' % ({}, R)".format),
        inner.map("'{{}}/{{r}}'.format({}, r=R)".format),
        inner.map("({}).strip().lower()".format),
        inner.map("h({})".format),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LITERALS)
def test_every_expression_gives_at_least_one_and_at_most_sixteen_values(
    tmp_path: Path, expression: str
) -> None:
    """The call is always found, however its path is built."""
    source = (
        "import wandb\nR = 'r'\nT = {'a': 'b', 'c': R}\ndef h(z='z'):\n    if z:\n        return z + R\n    return 'h'\n"
        f"def f(x, o):\n    wandb.run.link_artifact(a, {expression})\n"
    )
    calls, unreadable = found_in(tmp_path, "a.py", source.encode())
    assert unreadable == []
    assert 1 <= len(calls) <= 16
    assert {(call.location.line, call.location.column) for call in calls} == {(9, 15)}
