"""`wandb-registry snippet`: which names the code holds, how they are quoted, and when there is no code."""

from __future__ import annotations

import ast
import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.cli.snippet import SNIPPET_TIMEOUT, snippet
from registry_doctor.diagnosis.options import DEFAULT_TIMEOUT as ENGINE_TIMEOUT
from registry_doctor.sandbox import Sandbox
from registry_doctor.workflows.snippet import Action, Draft, Snippet, notebook, python_code, shell_script
from tests.places import ACME_WORLD

KEYS = {
    "alice": "a11ce00000000000000000000000000000000001",
    "bob": "b0b0000000000000000000000000000000000002",
    "erin": "e2140000000000000000000000000000000000e5",
    "frank": "f2a4b00000000000000000000000000000000f06",
    "gina": "91a0000000000000000000000000000000000007",
}
ACME = "acme-robotics_X7Q2"
DETECTOR = "wandb-registry-model/detector"
MORE = {
    "artifacts": [
        {"path": "vision/uncategorized/detector", "type": "dataset", "versions": [{"files": {"a": "a"}}]}
    ]
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(ACME_WORLD) as started:
        started.add_world(MORE)
        yield started


@pytest.fixture(autouse=True)
def server(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(monkeypatch)


class Run:
    """Runs `snippet` as one of the people."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, person: str, *arguments: str) -> Result:
        self._monkeypatch.setenv("WANDB_API_KEY", KEYS[person])
        return CliRunner().invoke(snippet, arguments, prog_name="snippet")


@pytest.mark.parametrize(
    ("person", "arguments", "pieces", "words"),
    [
        ("bob", ("download", f"{DETECTOR}:production"), ['{"entity": "vision"}', f'"{DETECTOR}:production"'], ""),
        ("bob", ("download", DETECTOR), [f'"{DETECTOR}:latest"'], "has no version"),
        ("bob", ("download", "registry:///Acme Robotics/model/detector"), [f'"Acme Robotics/{DETECTOR}:latest"'], "RD201"),
        ("bob", ("use", "model/detector:v0"), ['entity="vision"', f'"{DETECTOR}:v0"'], "RD202"),
        ("bob", ("link", f"vision/{DETECTOR}"), [f'"{ACME}/{DETECTOR}"', 'entity="vision"'], "RD302"),
        (
            "bob",
            ("link", "model/detector", "--artifact", "vision/detectors/yolo:v1"),
            ['Api().artifact("vision/detectors/yolo:v1")', f'link("{DETECTOR}")'],
            "RD202",
        ),
        (
            "bob",
            ("link", DETECTOR, "--artifact", "detectors/yolo"),
            ['Api().artifact("vision/detectors/yolo:latest")'],
            "",
        ),
        ("bob", ("link", "wandb-registry-dataset/new one"), ['Artifact("new-one", type="dataset")'], ""),
        ("bob", ("link", DETECTOR), ['Artifact("detector-model", type="model")'], ""),
        (
            "bob",
            ("link", "wandb-registry-Golden Datasets/raw_images"),
            ['Artifact("raw_images", type="dataset")', '"data.json"'],
            "",
        ),
        ("bob", ("link", "wandb-registry-Golden Datasets/new", "--type", "table"), ['type="table"'], ""),
        ("alice", ("link", DETECTOR), ['entity="vision"'], "'vision', because it does not work with 'alice'"),
        ("alice", ("link", DETECTOR, "--entity", "speech", "--project", "asr"), ['entity="speech", project="asr"'], ""),
        ("alice", ("download", f"{DETECTOR}:v0"), ['{"entity": "alice"}'], ""),
        ("erin", ("download", f"{DETECTOR}:v0"), ['{"entity": "vision"}'], "'vision', because it does not work with 'erin'"),
        ("erin", ("download", f"{DETECTOR}:v0", "--entity", "erin"), [f'"{ACME}/{DETECTOR}:v0"'], "RD303"),
    ],
)  # fmt: skip
def test_the_code_holds_names_that_work(
    run: Run, person: str, arguments: tuple[str, ...], pieces: list[str], words: str
) -> None:
    """The path corrected, the version said, the type that the collection accepts, a team where one is needed."""
    done = run(person, *arguments)
    assert done.exit_code == 0, done.stderr
    compile(done.stdout, "snippet", "exec")
    assert [piece for piece in pieces if piece not in done.stdout] == []
    assert words in done.stderr
    assert bool(words) == bool(done.stderr)


@pytest.mark.parametrize(
    ("person", "arguments", "words", "status"),
    [
        ("bob", ("link", "wandb-registry-secret/x"), "RD401", 1),
        ("bob", ("download", f"{DETECTOR}:nope"), "RD503", 1),
        ("bob", ("link", "<org>/wandb-registry-model/detector"), "RD207", 1),
        ("bob", ("link", DETECTOR, "--type", "dataset"), "RD404", 1),
        ("bob", ("link", DETECTOR, "--entity", "bob"), "RD304", 1),
        ("alice", ("link", DETECTOR, "--artifact", "alice/scratch/mine:v0"), "RD304", 1),
        ("frank", ("link", DETECTOR), "RD301", 1),
        ("gina", ("download", f"{DETECTOR}:v0"), "RD403", 1),
        ("bob", ("download", "--artifact", "a/b/c:v0", DETECTOR), "for a link", 2),
        ("bob", ("link", "--artifact", "a/b/c:v0", "--entity", "vision", DETECTOR), "new artifact", 2),
        ("bob", ("steal", DETECTOR), "'steal'", 2),
    ],
)
def test_without_a_path_that_works_there_is_no_code(
    run: Run, person: str, arguments: tuple[str, ...], words: str, status: int
) -> None:
    """Standard error names the cause, and the exit status is the diagnosis's."""
    done = run(person, *arguments)
    assert (done.exit_code, done.stdout) == (status, "")
    assert words in done.stderr
    assert KEYS[person] not in done.stderr


def test_a_server_that_cannot_be_reached_makes_no_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is a finding, as it is for `doctor`."""
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    done = run("bob", "link", DETECTOR)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "RD001" in done.stderr


def test_a_project_setting_that_is_a_registry_is_no_project_of_a_run(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs are in ordinary projects."""
    monkeypatch.setenv("WANDB_PROJECT", "wandb-registry-model")
    assert 'project="uncategorized"' in run("bob", "link", DETECTOR).stdout


def test_the_code_in_a_shell_calls_an_interpreter_that_has_wandb(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name only where that name leads to this one."""
    monkeypatch.setenv("PATH", "/nowhere")
    words = shlex.split(run("bob", "link", DETECTOR, "--format", "shell").stdout.splitlines()[0])
    assert words[1:4] == ["-m", "registry_doctor", "doctor"]
    assert Path(words[0]).is_absolute()


NAMES = st.text(max_size=30) | st.text(
    alphabet=st.sampled_from(list("a'\"\\\n$`{}()% EOF\u2028\udc80é")), max_size=20
)
ACTIONS: st.SearchStrategy[Action] = st.sampled_from(["link", "use", "download"])


@given(ACTIONS, NAMES, NAMES, st.booleans())
def test_names_are_quoted_whatever_they_contain(action: Action, name: str, other: str, draft: bool) -> None:
    """Python reads the very names again, in every format, and the shell splits nothing."""
    linked = Draft(name, other) if draft else name
    code = Snippet(action, name, f"About {name!r}.", other, other, linked if action == "link" else None)
    literals = {
        node.value for node in ast.walk(ast.parse(python_code(code))) if isinstance(node, ast.Constant)
    }
    assert name in literals
    cells = json.loads(notebook(code))["cells"]
    assert "".join(cells[1]["source"]) == python_code(code)
    script = shell_script(code)
    end = script.index("\npython3 - <<'EOF'\n")
    words = shlex.split(script[:end].removesuffix(" >&2 &&"))
    assert words[words.index("--") + 1 :] == [name]
    *lines, last = script[end + 1 :].split("\n")
    assert (lines[1:], last) == (python_code(code).split("\n"), "EOF")
    assert "EOF" not in lines


def test_a_notebook_is_a_valid_document() -> None:
    """What nbformat 4.5 demands: identifiers, and outputs of code cells."""
    document = json.loads(notebook(Snippet("download", "a/b:v0", "Downloads.", None, "p", None)))
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    assert {cell["cell_type"]: set(cell) for cell in document["cells"]} == {
        "markdown": {"cell_type", "id", "metadata", "source"},
        "code": {"cell_type", "execution_count", "id", "metadata", "outputs", "source"},
    }


def test_the_time_out_of_the_help_is_the_engine_s() -> None:
    """It is not imported for the help."""
    assert SNIPPET_TIMEOUT == ENGINE_TIMEOUT
