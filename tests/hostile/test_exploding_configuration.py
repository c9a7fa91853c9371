"""Small configuration files that would grow without end: each ends in time, and only it can be lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GOOD = "link: wandb-registry-model/detector\n"
SECONDS = 60
"""Far more than is needed: the machine may be busy. What grows without end never ends in this time."""
MEMORY = 1_500_000_000
PROGRAM = f"""
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
from registry_doctor.codebase.inputs.sources import collect
from registry_doctor.codebase.inputs.targets import Target
folder = Path(sys.argv[1])
print([each.text for each in collect([folder], root=folder) if isinstance(each, Target)])
"""

LEVELS = 40
REFERENCES = ("${{{0}}}${{{0}}}", "${{oc.env:X,${{{0}}}}}${{{0}}}", "${{X:-${{{0}}}${{{0}}}}}")


def chain(first: str, reference: str, form: str = "{key}: {value}") -> str:
    """Values of which each names the one before it twice."""
    rows = [form.format(key="a0", value=first)]
    rows += [
        form.format(key=f"a{level}", value=f'"{reference.format(f"a{level - 1}")}"')
        for level in range(1, LEVELS)
    ]
    return "\n".join(rows)


def laughs(first: str) -> str:
    rows = [f"a0: &a0 {first}"]
    rows += [f"a{level}: &a{level} [*a{level - 1}, *a{level - 1}]" for level in range(1, LEVELS)]
    return "\n".join(rows)


SPECIAL = {
    "laughs.yaml": laughs("wandb-registry-model/x"),
    "merges.yaml": "a: &a {"
    + ", ".join(f"k{n}: 1" for n in range(2000))
    + "}\n"
    + "\n".join(f"b{n}: {{<<: *a, link: wandb-registry-model/x}}" for n in range(2000)),
    "many-places.yaml": "l: &l ["
    + "wandb-registry-model/x, " * 20_000
    + "]\n"
    + "\n".join(f"k{n}: *l" for n in range(20_000)),
    "itself.yaml": "a: &a [*a, wandb-registry-model/x]\nb: ${b}\nc: ${d}\nd: ${c}",
    "deep.yaml": "link: wandb-registry-model/x\nb: " + "[" * 100_000,
    "deep.json": '{"link": "wandb-registry-model/x", "b": ' + "[" * 100_000,
    "deep.toml": 'link = "wandb-registry-model/x"\nb = ' + "[" * 100_000,
    "keys.toml": 'link = "wandb-registry-model/x"\n' + ".".join("a" * 100_000) + " = 1",
    "many.json": '{"link": "wandb-registry-model/x", "b": [' + "0," * 2_000_000 + "0]}",
    "words.json": '"' + "registry" * 1_000_000 + '"',
    "spaces.yaml": 'link: "wandb-registry-{{' + " " * 100_000 + '/x"',
    "braces.yaml": 'link: "wandb-registry-' + "${" * 50_000 + '/x"',
    "empty.yaml": chain('""', REFERENCES[0]),
    "long.yaml": f"a: {'x' * 400_000}\nlink: wandb-registry-model/" + "${a}" * 150,
    "deep.ipynb": '{"cells": ' + "[" * 100_000,
}


def found_beside(folder: Path, name: str, text: str) -> str:
    """What is found in a folder with this file and a good one, by another process with little memory."""
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "zz_good.yaml").write_text(GOOD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.skipif(os.name == "nt", reason="the system cannot limit memory")
@pytest.mark.parametrize("name", SPECIAL)
def test_a_small_file_that_would_grow_takes_only_itself(tmp_path: Path, name: str) -> None:
    """Aliases, references, nesting and searches that would go back."""
    assert "wandb-registry-model/detector" in found_beside(tmp_path, name, SPECIAL[name])


ROWS = st.tuples(
    st.sampled_from(["wandb-registry-model/x", '""', "wandb", "/"]),
    st.sampled_from(REFERENCES),
    st.sampled_from(["{key}: {value}", "{key}: &{key} {value}"]),
)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the system cannot limit memory")
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_any_chain_of_references_ends(
    tmp_path_factory: pytest.TempPathFactory, row: tuple[str, str, str]
) -> None:
    """Made by a grammar: what is at the start, how it is named, and how often."""
    folder = tmp_path_factory.mktemp("tree")
    assert "wandb-registry-model/detector" in found_beside(folder, "chain.yaml", chain(*row))


COMMANDS = {
    "nested.sh": "wandb artifact get wandb-registry-" + "$(" * 50_000,
    "quotes.sh": "wandb-registry " + "'\"" * 100_000,
    "values.sh": "A=xx\n" + "".join(f"A=$A$A # registry\nB{n}=$A$A$A\n" for n in range(200)),
    "loops.sh": "for a in 1 2 3 4 5 6 7 8 9; do\n wandb artifact get wandb-registry-m/"
    + "$a" * 100
    + "\ndone",
    "documents.sh": "registry " + "<<a " * 50_000,
    "Makefile": "wandb_registry\n" + "\t" + "\\" * 200_000,
    "Jenkinsfile": "wandb registry " + "sh '''" * 50_001,
    "Dockerfile": "RUN registry " + "[" * 100_000,
    "jobs.yml": "wandb_registry: x/\n"
    + "\n".join(f"a{n}: {{run: wandb artifact get x}}" for n in range(9000)),
    "cells.ipynb": '{"cells": [{"cell_type": "code", "source": "!registry\\n' + " " * 200_000 + '"}]}',
}


@pytest.mark.skipif(os.name == "nt", reason="the system cannot limit memory")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_with_odd_commands_takes_only_itself(tmp_path: Path, name: str) -> None:
    """Nesting, quotes and variables that double."""
    assert "wandb-registry-model/detector" in found_beside(tmp_path, name, COMMANDS[name])
