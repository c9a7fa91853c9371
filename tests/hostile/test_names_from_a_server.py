"""Names in W&B that try to be more than names: whatever shows them, shows names."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from registry_doctor.checking.snippet_text import shell_word
from registry_doctor.cli import main
from registry_doctor.sandbox import Sandbox
from registry_doctor.workflows.snippet import Draft, Snippet, notebook, python_code

KEY = "k" * 40
MARKS = {
    "terminal": "\x1b[2J\x1b]0;x\x07\x9b31m\x7f",
    "direction": "\u202eevil\u2066\u200b\u2028\u2029\ufeff",
    "lines": "a\nb\r\nc\x0b\x0c\x85d",
    "GitHub": "\n::error::boo\r\n::set-output name=x::y\n##[error]boo",
    "XML": "]]><failure/>&lt;&#0;<!-- <script>alert(1)</script>",
    "Markdown": "| `a` | **b** [c](https.evil) ![d](x) @team #1 ```",
    "code": "\"\"\"\n'''; import os; os.system('x') # \\",
    "shell": "$(id) `id`; rm -rf . \n EOF\n",
    "a million characters": "x" * 1_000_000,
}


@dataclass(frozen=True)
class Place:
    """A world in which every name has the mark, and where things are in it."""

    sandbox: Sandbox
    mark: str

    @property
    def path(self) -> str:
        """Of the collection."""
        return f"wandb-registry-r{self.mark}/c{self.mark}"

    @property
    def source(self) -> str:
        """What is logged."""
        return f"t{self.mark}/p{self.mark}/a{self.mark}:v0"


SLOW = "a million characters"
CASES = [pytest.param(MARKS[each], id=each, marks=[pytest.mark.slow] * (each == SLOW)) for each in MARKS]


@pytest.fixture(params=CASES)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Served, with a key for it."""
    mark = str(request.param).replace("/", "|").replace(":", ";" if "::" not in request.param else "\uff1a")
    name = {each: f"{each}{mark}" for each in "uortpacylg"}
    world = {
        "users": [{"username": name["u"], "api_keys": [KEY], "default_entity": name["t"], "name": mark, "email": mark}],
        "orgs": [{"name": "O" + mark, "entity": name["o"], "members": {name["u"]: "admin"}}],
        "teams": [{"name": name["t"], "org": "O" + mark, "members": {name["u"]: "admin"}}],
        "artifacts": [
            {"path": f"{name['t']}/{name['p']}/{name['a']}", "type": name["y"],
             "versions": [{"files": {"f": "1"}, "aliases": [request.param]}]},
        ],
        "registries": [
            {"org": "O" + mark, "name": name["r"], "accepted_types": [name["y"], request.param], "description": request.param,
             "members": {name["u"]: "admin"}, "protected_aliases": [request.param],
             "collections": [{"name": name["c"], "type": name["y"], "description": request.param,
                              "versions": [{"source": f"{name['t']}/{name['p']}/{name['a']}:v0", "aliases": [request.param]}]}]},
        ],
    }  # fmt: skip
    for variable in ("WANDB_ENTITY", "WANDB_PROJECT", "WANDB_ORGANIZATION", "WANDB_MODE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    for variable, value in (("HOME", str(tmp_path)), ("WANDB_API_KEY", KEY), ("NO_COLOR", "1")):
        monkeypatch.setenv(variable, value)
    with Sandbox.start(world) as sandbox:
        monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
        yield Place(sandbox, mark)


def expect_neutral(done: Result) -> None:
    """No traceback; nothing but printable characters and line ends; no line is a command of a CI server."""
    text = done.stdout + done.stderr
    assert done.exit_code in (0, 1, 2, 3), done
    assert "unexpected" not in done.stderr
    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    assert [line for line in text.splitlines() if re.match(r"\s*(?:::|##\w*\[)", line)] == []


def run(*words: str) -> Result:
    """Run a command, whose output has to be neutral."""
    done = CliRunner().invoke(main, words, prog_name="wandb-registry")
    expect_neutral(done)
    return done


def test_what_people_read_shows_names_only(place: Place) -> None:
    """The doctor, the listings, the reading of paths, and the dry runs."""
    text = [
        run("doctor"),
        run("doctor", "--verbose"),
        run("doctor", place.path, "--verbose", "--type", f"y{place.mark}"),
        run("doctor", place.path, "--artifact", place.source, "--alias", f"g{place.mark}"),
        run("doctor", f"{place.path}x", "--type", "z"),
        run("doctor", "--for", "use", f"{place.path}:nope"),
        run("doctor", "wandb-registry-r"),
        run("ls"),
        run("ls", f"O{place.mark}"),
        run("ls", f"O{place.mark}/r{place.mark}"),
        run("ls", f"O{place.mark}/r{place.mark}/c{place.mark}"),
        run("ls", f"O{place.mark}/r{place.mark}", "--format", "paths"),
        run("ls", f"nope{place.mark}"),
        run("path", "parse", place.path),
        run("path", "build", "--registry", f"r{place.mark}", "--collection", f"c{place.mark}"),
        run("explain", place.mark),
        run("checks"),
        run("doctor", "--error", f"wandb: ERROR Unable to find organization for entity '{place.mark}'."),
        run("link", "--dry-run", place.source, place.path),
        run("unlink", "--dry-run", f"{place.path}:v0"),
        run("relog", "--dry-run", place.source, "--to", f"t{place.mark}/p"),
        run("download", "--dry-run", f"{place.path}:v0"),
    ]
    assert max(len(each.stdout) for each in text[:7]) < 200_000


def test_json_is_valid_and_keeps_the_names(place: Place) -> None:
    """To the letter, in escapes."""
    found = json.loads(run("ls", "--format", "json").stdout)
    assert f"O{place.mark}" in [
        row["name"] for each in found["lists"] for row in each["rows"] if "name" in row
    ]
    report = json.loads(run("doctor", place.path, "--type", f"y{place.mark}", "--format", "json").stdout)
    assert report["target"]["input"] == place.path
    for words in (("doctor", "--format", "json"), ("path", "parse", place.path, "--format", "json")):
        json.loads(run(*words).stdout)


def test_code_is_code_and_does_what_it_says(place: Place) -> None:
    """Where there is any; names are in literals alone."""
    for words in (("link", place.path), ("use", f"{place.path}:v0"), ("download", f"{place.path}:v0")):
        expect_only_wandb(run("snippet", *words).stdout)
        written = run("snippet", *words, "--format", "notebook").stdout
        for cell in json.loads(written)["cells"] if written else ():
            if cell["cell_type"] == "code":
                expect_only_wandb("".join(cell["source"]))
        run("snippet", *words, "--format", "shell")


def test_a_type_that_a_registry_accepts_is_no_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code is made to be piped into Python, and an administrator chooses the types."""
    type_ = "model\nimport os; os.system('id')\n#"
    world = {
        "users": [{"username": "u", "api_keys": [KEY], "default_entity": "t"}],
        "orgs": [{"name": "O", "entity": "o", "members": {"u": "admin"}}],
        "teams": [{"name": "t", "org": "O", "members": {"u": "admin"}}],
        "registries": [{"org": "O", "name": "r", "accepted_types": [type_], "members": {"u": "admin"}}],
    }
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    with Sandbox.start(world) as sandbox:
        monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
        done = run("snippet", "link", "wandb-registry-r/c")
        assert run("snippet", "link", "wandb-registry-r/c", "--format", "shell").exit_code == 0
    assert done.exit_code == 0
    assert repr(type_)[1:-1] in done.stdout
    expect_only_wandb(done.stdout)


def expect_only_wandb(code: str) -> None:
    """It compiles, and has no statement that a plain name would not have brought about."""
    tree = ast.parse(code)
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported <= {"wandb", "json"}
    called = {
        ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Call)
    }
    assert called <= {"init", "Artifact", "Api", "new_file", "dump", "link_artifact", "link", "use_artifact", "artifact",
                      "download", "print"}  # fmt: skip


def test_preflight_is_neutral_in_every_format(place: Place, tmp_path: Path) -> None:
    """Near names come from the server, paths from the code."""
    code = f"import wandb\nrun = wandb.init()\nrun.link_artifact(a, {place.path + 'x'!r})\nrun.use_artifact({place.path + ':v0'!r})\n"
    tmp_path.joinpath("train.py").write_text(code, encoding="utf-8")
    for format_ in ("text", "gitlab", "junit", "sarif", "markdown", "json"):
        written = run("preflight", "train.py", "--format", format_).stdout
        if format_ in ("gitlab", "sarif", "json"):
            json.loads(written)
        if format_ == "junit":
            ElementTree.fromstring(written)
    done = CliRunner().invoke(main, ["preflight", "train.py", "--format", "github"])
    lines = done.stdout.splitlines()
    assert all(
        re.match(r"::(?:error|warning|notice|debug) (?:file|title)=|::(?:notice|warning|error)::", each)
        for each in lines
    )
    assert [char for char in done.stdout if not char.isprintable() and char != "\n"] == []


NAMES = st.text(min_size=1) | st.sampled_from(list(MARKS.values())[:-1])


@settings(deadline=None)
@given(NAMES, NAMES)
def test_code_has_the_same_statements_whatever_the_names(name: str, other: str) -> None:
    """Even where a type or a sentence would end the comment in which it stands."""
    plain, odd = (
        Snippet("link", each, f"Logs a new {each} to {each}.", also, also, Draft(each, also))
        for each, also in (("x", "y"), (name, other))
    )
    assert [type(node) for node in ast.walk(ast.parse(python_code(odd)))] == [
        type(node) for node in ast.walk(ast.parse(python_code(plain)))
    ]
    assert all(line.isprintable() for line in python_code(odd).split("\n"))
    text = "".join(json.loads(notebook(odd))["cells"][0]["source"])
    assert text.count("\n") == 2
    assert not re.search(r"(?<!\\)[<>`\[*]", text.partition("\n\n")[0].replace("\\\\", ""))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_a_shell_word_is_printable_and_ascii_where_it_has_to_be(name: str) -> None:
    """Characters that cannot be shown are escapes of one form each, never bytes of another encoding."""
    word = shell_word(name)
    assert word.isprintable()
    if word.startswith("$'"):
        kinds = r"\\(?:[nrt\\']|x[0-7][0-9a-f]|u[0-9a-f]{4}|U[0-9a-f]{8})"
        assert re.fullmatch(rf"\$'(?:[^\\']|{kinds})*'", word)
