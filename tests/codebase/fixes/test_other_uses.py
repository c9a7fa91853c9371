"""A text that serves anything else than a path is left as it is; otherwise `--fix` could break what works."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.codebase.fixes.conftest import Planner

HEAD = "import wandb\nRUN = wandb.init()\nART = wandb.Artifact('a', type='model')\n"
OLD, NEW = "vision/wandb-registry-model/det", "acme/wandb-registry-model/det"
LATEST = f"{OLD}:latest"

LEFT: Mapping[str, Mapping[str, str]] = {
    "a team is the entity of another run": {
        "t.py": 'TEAM = "vision"\nRUN.link_artifact(ART, f"{TEAM}/wandb-registry-model/det")\nwandb.init(entity=TEAM)\n'
    },
    "another module starts a run with it": {
        "names.py": 'TEAM = "vision"\n',
        "t.py": 'from names import TEAM\nRUN.link_artifact(ART, f"{TEAM}/wandb-registry-model/det")\n',
        "sweep.py": "import names\nimport wandb\nwandb.init(entity=names.TEAM)\n",
    },
    "the path is taken apart": {
        "t.py": f'PATH = "{OLD}"\nRUN.link_artifact(ART, PATH)\nteam, registry, name = PATH.split("/")\n'
    },
    "the path is compared": {
        "t.py": f'PATH = "{OLD}"\nRUN.link_artifact(ART, PATH)\nif other == PATH:\n    pass\n'
    },
    "the path is a key": {"t.py": f'PATH = "{OLD}"\nRUN.link_artifact(ART, PATH)\nseen[PATH] = 1\n'},
    "the path names a folder": {
        "t.py": f'import os\nPATH = "{OLD}"\nRUN.link_artifact(ART, PATH)\nos.makedirs(PATH)\n'
    },
    "a parameter is taken apart": {
        "t.py": f'def push(path="{OLD}"):\n    RUN.link_artifact(ART, path)\n    return path.rsplit("/", 1)[1]\npush()\n'
    },
}

CHANGED: Mapping[str, Mapping[str, str]] = {
    "only the call": {"t.py": f'RUN.link_artifact(ART, "{OLD}")\n'},
    "printed": {"t.py": f'PATH = "{OLD}"\nRUN.link_artifact(ART, PATH)\nprint(f"linked to {{PATH}}")\n'},
    "logged": {
        "t.py": f'import logging\nPATH = "{OLD}"\nRUN.link_artifact(ART, PATH)\nlogging.info("to %s", PATH)\n'
    },
    "asked whether it is set": {
        "t.py": f'PATH = "{OLD}"\nif PATH is not None and PATH:\n    RUN.link_artifact(ART, PATH)\n'
    },
    "handed on": {"t.py": f'PATH = "{OLD}"\ndef push(path):\n    RUN.link_artifact(ART, path)\npush(PATH)\n'},
}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text if name != "t.py" else HEAD + text, encoding="utf-8")


@pytest.mark.parametrize("files", LEFT.values(), ids=LEFT)
def test_a_text_that_something_else_needs_is_left(
    files: Mapping[str, str], tmp_path: Path, plan: Planner
) -> None:
    """The reason names the other use."""
    write(tmp_path, files)
    planned = plan({OLD: NEW})
    assert planned.files == ()
    assert [("is also used in" in each.reason) for each in planned.left] == [True]


@pytest.mark.parametrize("files", CHANGED.values(), ids=CHANGED)
def test_a_text_that_only_serves_the_path_is_changed(
    files: Mapping[str, str], tmp_path: Path, plan: Planner
) -> None:
    """Also where it is shown, tested or handed on."""
    write(tmp_path, files)
    planned = plan({OLD: NEW})
    assert planned.left == ()
    assert [each.new for each in planned.fixes] == [NEW]


def test_a_version_is_only_taken_away_where_nothing_else_gets_the_text(tmp_path: Path, plan: Planner) -> None:
    """What another function makes of the path may need its version."""
    path = tmp_path / "t.py"
    path.write_text(f'{HEAD}PATH = "{OLD}:v1"\nRUN.link_artifact(ART, PATH)\nserve(PATH)\n', encoding="utf-8")
    assert [each.reason for each in plan({f"{OLD}:v1": OLD}).left] == [
        f"`PATH` is also used in t.py:6, which may need '{OLD}:v1'"
    ]
