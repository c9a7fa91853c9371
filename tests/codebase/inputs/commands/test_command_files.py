"""Paths in command lines: in scripts, CI files and notebooks, with what the code says they are for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry_doctor.codebase.inputs.sources import collect
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.source.found import Unreadable

TAKES_OPTION = """import argparse, wandb
parser = argparse.ArgumentParser()
parser.add_argument("--registry-name", "-r", dest="name")
parser.add_argument("--quick", action="store_true")
parser.add_argument("where", nargs="?")
args = parser.parse_args()
wandb.Api().artifact(args.name)
wandb.Api().artifact(args.where)
"""
TAKES_VARIABLE = """import os, wandb
run = wandb.init()
run.link_artifact(run.use_artifact("a/b/c:v0"), os.environ["TARGET_PATH"])
"""
GET = "wandb artifact get acme/wandb-registry-m/x:v1"


def found_in(folder: Path, files: dict[str, str], **supplied: str) -> list[str]:
    """Each target, open target and unreadable file that is not in Python, in the order of the places."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    rows = []
    for each in collect([folder], root=folder, supplied=supplied):
        if isinstance(each, Target):
            place, said = each.location, f"{each.for_} {each.text}"
        elif isinstance(each, OpenTarget):
            place, said = each.location, f"{each.for_} {each.template}?"
        elif isinstance(each, Unreadable):
            rows.append((each.file, each.line or 0, 0, each.reason))
            continue
        else:
            continue
        if not place.file.endswith(".py"):
            rows.append((place.file, place.cell or 0, place.line, said))
    return [f"{cell or ''}:{line} {said}" for _, cell, line, said in sorted(rows)]


SHELL = [
    (GET, [":1 use acme/wandb-registry-m/x:v1"]),
    (f"# {GET}", []),
    (f"echo '{GET}'", []),
    ("echo wandb-registry-m/x", []),
    ("wandb artifact get team/project/x:v1", []),
    ("wandb artifact ls acme/wandb-registry-m", []),
    ("wandb artifact put --type model -n acme/wandb-registry-m/x ./f", [":1 link acme/wandb-registry-m/x"]),
    ("python3 -m wandb artifact get --type model wandb-registry-m/y:v1", [":1 use wandb-registry-m/y:v1"]),
    ("cd x && \\\n  M=$(wandb artifact get wandb-registry-m/x:v2 | tail -1)", [":2 use wandb-registry-m/x:v2"]),
    ("REG=m\nwandb artifact get wandb-registry-$REG/${NAME:-x}:v1", [":2 use wandb-registry-m/x:v1"]),
    ("export REG='m'\nwandb artifact get \"wandb-registry-${REG}\"/x:v1", [":2 use wandb-registry-m/x:v1"]),
    (
        "for n in a b; do\n  wandb artifact get wandb-registry-m/$n:v1\ndone",
        [":2 use wandb-registry-m/a:v1", ":2 use wandb-registry-m/b:v1"],
    ),
    ("wandb artifact get wandb-registry-m/$1:v1", [":1 use wandb-registry-m/{$1}:v1?"]),
    ("./train --init-from wandb-registry-m/x:v1 --push-to=wandb-registry-m/y", [
        ":1 link wandb-registry-m/y", ":1 use wandb-registry-m/x:v1"]),
    ("python -c \"import wandb; wandb.Api().artifact('wandb-registry-m/x:v1')\"", [":1 use wandb-registry-m/x:v1"]),
    (
        "python - <<'END'\nimport wandb\nwandb.Api().artifact('wandb-registry-m/x:v1')\nEND\n" + GET,
        [":3 use wandb-registry-m/x:v1", ":5 use acme/wandb-registry-m/x:v1"],
    ),
    ("python -c \"import wandb; wandb.Api().artifact('wandb-registry-$X/y')\"", [":1 use python code?"]),
    ("python <<END\nimport wandb\nwandb.Api().artifact(\nEND", ["the Python code in a command is not Python 3"]),
    ("cat <<END\nwandb artifact get wandb-registry-m/x:v1\nEND", []),
    ("echo \"not closed\n" + GET, []),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), SHELL, ids=[script for script, _ in SHELL])
def test_a_shell_script(tmp_path: Path, script: str, expected: list[str]) -> None:
    """Words are what the shell makes of them; comments, other programs and here-documents are no commands."""
    found = found_in(tmp_path, {"run.sh": script})
    assert len(found) == len(expected), found
    for row, wanted in zip(found, expected, strict=True):
        assert wanted in row


OPTIONS = [
    ("python train.py --registry-name wandb_registry-m/x", [":1 use wandb_registry-m/x"]),
    ("python train.py --registry-name=wandb_registry-m/x --quick", [":1 use wandb_registry-m/x"]),
    ("python3 -u ./train.py -r \\\n model-registry/x", [":2 use model-registry/x"]),
    ("python train.py --quick wandb-registry-m/where:v1", [":1 use wandb-registry-m/where:v1"]),
    ("torchrun --nproc 2 train.py -r wandb-registry-m/x:v1", [":1 use wandb-registry-m/x:v1"]),
    ("python -m train -r wandb-registry-m/x:v1", [":1 use wandb-registry-m/x:v1"]),
    ("uv run train.py -r wandb-registry-$X/y", [":1 use wandb-registry-{X}/y?"]),
    ("python train.py -r team/project/x:v1", []),
    ("python other.py -r team/project/x:v1", []),
]


@pytest.mark.parametrize(("script", "expected"), OPTIONS)
def test_an_option_of_a_script_of_the_tree(tmp_path: Path, script: str, expected: list[str]) -> None:
    """The code says what the value is for; the place is that of the value."""
    assert found_in(tmp_path, {"train.py": TAKES_OPTION, "run.sh": script}) == expected


def test_a_script_beside_the_shell_script_is_the_one_that_is_run(tmp_path: Path) -> None:
    """A path of a command starts in its folder, or in the root."""
    files = {"jobs/train.py": TAKES_OPTION, "jobs/a.sh": "python train.py -r model-registry/x:v1"}
    assert found_in(tmp_path, files) == [":1 use model-registry/x:v1"]


def test_what_a_command_gives_is_not_reported_as_unknown(tmp_path: Path) -> None:
    """Only the calls for which no command has a value are."""
    files = {"train.py": TAKES_OPTION, "run.sh": "python train.py -r model-registry/x:v1"}
    found_in(tmp_path, files)
    opened = [each for each in collect([tmp_path], root=tmp_path) if isinstance(each, OpenTarget)]
    assert [each.location.line for each in opened] == [8]


KINDS = {
    "Dockerfile": (
        "FROM python\n# c\nRUN pip install x \\\n    # inside\n    && " + GET + '\n'
        'CMD ["python", "train.py", "-r", "wandb-registry-m/y:v2"]\n',
        [":5 use acme/wandb-registry-m/x:v1", ":6 use wandb-registry-m/y:v2"],
    ),
    "docker/gpu.dockerfile": (f"ARG REG=m\nRUN {GET.replace('-m/', '-$REG/')}\n", [":2 use acme/wandb-registry-m/x:v1"]),
    "Makefile": (
        f"REG = m\nall: data\n\t@{GET.replace('-m/', '-$(REG)/')}\nother:\n\t- X=1; wandb artifact get wandb-registry-m/$$Y:v1\n",
        [":3 use acme/wandb-registry-m/x:v1", ":5 use wandb-registry-m/{Y}:v1?"],
    ),
    "Jenkinsfile": (
        f"steps {{\n sh '''\n {GET}\n '''\n sh(script: \"wandb artifact get wandb-registry-m/y:v1\")\n}}",
        [":3 use acme/wandb-registry-m/x:v1", ":5 use wandb-registry-m/y:v1"],
    ),
    ".github/workflows/w.yml": (
        f"jobs:\n  a:\n    steps:\n      - run: {GET}\n      - run: |\n          echo 1\n          {GET}\n"
        f"      - run: >-\n          wandb artifact get\n          wandb-registry-m/z:v1\n"
        "      - run: wandb artifact get wandb-registry-${{ inputs.r }}/x:v1\n",
        [
            ":10 use wandb-registry-m/z:v1",
            ":11 use wandb-registry-{inputs.r}/x:v1?",
            ":4 use acme/wandb-registry-m/x:v1",
            ":7 use acme/wandb-registry-m/x:v1",
        ],
    ),
    ".gitlab-ci.yml": (
        f"job:\n  script:\n    - {GET}\n    - python train.py -r wandb-registry-m/y:v1\n",
        [":3 use acme/wandb-registry-m/x:v1", ":4 use wandb-registry-m/y:v1"],
    ),
    "k8s/job.yaml": (
        'spec:\n  command: ["python", "train.py"]\n  args: ["-r", "model-registry/x:v1"]\n',
        [":3 use model-registry/x:v1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_with_commands(tmp_path: Path, name: str) -> None:
    """Continuations, comments and quotes are those of the kind."""
    text, expected = KINDS[name]
    found = found_in(tmp_path, {name: text, "train.py": TAKES_OPTION})
    assert sorted(found) == sorted(expected)


VARIABLES = {
    ".github/workflows/w.yml": "jobs:\n  a:\n    env:\n      TARGET_PATH: acme/model-registry/x\n",
    ".gitlab-ci.yml": "job:\n\n  variables:\n    TARGET_PATH: {value: acme/model-registry/x}\n",
    "Dockerfile": "FROM python\n\n\nENV A=1 TARGET_PATH=acme/model-registry/x\n",
    "run.sh": "#!/bin/sh\n\n\nTARGET_PATH=acme/model-registry/x python promote.py\n",
    "set.sh": "#!/bin/sh\n\n\nexport TARGET_PATH='acme/model-registry/x'\n",
    "Jenkinsfile": "environment {\n\n\n  TARGET_PATH = 'acme/model-registry/x'\n}\n",
}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_of_a_job_is_joined_to_the_code(tmp_path: Path, name: str) -> None:
    """The code says that it is a link, also where the path alone does not say so."""
    files = {name: VARIABLES[name], "promote.py": TAKES_VARIABLE}
    assert found_in(tmp_path, files) == [":4 link acme/model-registry/x"]


def test_a_variable_that_no_call_takes_is_not_a_target(tmp_path: Path) -> None:
    """Unless its value is a registry path under a key that says what for."""
    files = {"w.yml": "env:\n  OTHER: acme/model-registry/x\n", "promote.py": TAKES_VARIABLE}
    assert found_in(tmp_path, files) == []


def test_a_variable_of_a_workflow_can_be_corrected(tmp_path: Path) -> None:
    """Its literal is known."""
    found_in(tmp_path, {"w.yml": VARIABLES[".github/workflows/w.yml"], "promote.py": TAKES_VARIABLE})
    (target,) = (each for each in collect([tmp_path], root=tmp_path) if isinstance(each, Target))
    assert [part.span is not None and part.span.line for part in target.parts] == [4]


def test_supplied_values_fill_variables_of_the_shell(tmp_path: Path) -> None:
    """As they fill those of the code."""
    files = {"run.sh": "wandb artifact get wandb-registry-$REG/x:v1"}
    assert found_in(tmp_path, files, REG="m") == [":1 use wandb-registry-m/x:v1"]


def notebook(*cells: str, language: str = "python") -> str:
    rows = [{"cell_type": "code", "source": source} for source in cells]
    return json.dumps({"cells": rows, "metadata": {"kernelspec": {"language": language}}, "nbformat": 4})


NOTEBOOKS = [
    (
        ["!python a.py \\\n  --x 1\nwandb.Api().artifact('wandb-registry-m/x:v1')"],
        ["1:3 use wandb-registry-m/x:v1"],
    ),
    (["  !ls\n  wandb.Api().artifact('wandb-registry-m/x:v1')"], ["1:2 use wandb-registry-m/x:v1"]),
    (["%%bash\n\n" + GET + "\n"], ["1:3 use acme/wandb-registry-m/x:v1"]),
    (["out = !" + GET], ["1:1 use acme/wandb-registry-m/x:v1"]),
    (["!wandb artifact get \\\n  wandb-registry-m/{name}:v1"], ["1:2 use wandb-registry-m/{name}:v1?"]),
    (
        ["%%R\nlink_artifact <- 1", "wandb.Api().artifact('wandb-registry-m/x')"],
        ["2:1 use wandb-registry-m/x"],
    ),
    (["%%html\n<b>link_artifact</b>"], []),
]


@pytest.mark.parametrize(("cells", "expected"), NOTEBOOKS)
def test_a_notebook_with_shell_lines(tmp_path: Path, cells: list[str], expected: list[str]) -> None:
    """Lines that go on, indented cells, and cells in other languages; the rest is read."""
    assert found_in(tmp_path, {"a.ipynb": notebook("import wandb", *cells)}) == [
        f"{int(each[0]) + 1}{each[1:]}" for each in expected
    ]


def test_a_notebook_in_another_language_is_not_read_as_python(tmp_path: Path) -> None:
    """Its metadata says so."""
    assert found_in(tmp_path, {"a.ipynb": notebook("run$link_artifact <- wandb(", language="R")}) == []
