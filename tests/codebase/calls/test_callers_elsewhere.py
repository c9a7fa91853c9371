"""Functions that make a call to wandb, and the other files of the tree that call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from registry_doctor.codebase.source.found import FoundCall
from tests.codebase.calls.conftest import shown

Search = Callable[[Mapping[str, str]], "list[FoundCall]"]

FETCH = (
    "import wandb\n\ndef fetch(path, alias='latest'):\n    return wandb.Api().artifact(f'{path}:{alias}')\n"
)
STORE = (
    "import wandb\n\n"
    "class Store:\n"
    "    def __init__(self, registry, team=None):\n"
    "        self.registry = registry\n\n"
    "    def fetch(self, name, alias='v1'):\n"
    "        return wandb.use_artifact(f'wandb-registry-{self.registry}/{name}:{alias}')\n"
)
FIELDS = (
    "import wandb\nfrom dataclasses import dataclass\n\n"
    "@dataclass\nclass Source:\n    path: str\n    alias: str = 'latest'\n\n"
    "    def get(self):\n        return wandb.use_artifact(f'{self.path}:{self.alias}')\n"
)

TREES: dict[str, tuple[dict[str, str], list[str]]] = {
    "by position and by keyword": (
        {
            "lib.py": FETCH,
            "main.py": "import lib\nlib.fetch('wandb-registry-a/x')\nlib.fetch(alias='v2', path='wandb-registry-b/y')\n",
        },
        ["wandb-registry-a/x:latest", "wandb-registry-b/y:v2"],
    ),
    "under another name": (
        {
            "lib.py": FETCH,
            "main.py": "from lib import fetch as get\nimport lib as l\nget('wandb-registry-a/x')\nl.fetch('wandb-registry-b/y')\n",
        },
        ["wandb-registry-a/x:latest", "wandb-registry-b/y:latest"],
    ),
    "with a constant of a third file": (
        {
            "lib.py": FETCH,
            "names.py": "PATH = 'wandb-registry-a/x'\n",
            "main.py": "from lib import fetch\nfrom names import PATH\n\ndef run():\n    fetch(PATH)\n",
        },
        ["wandb-registry-a/x:latest"],
    ),
    "through two files": (
        {
            "pkg/__init__.py": "",
            "pkg/lib.py": FETCH,
            "pkg/middle.py": "from .lib import fetch\n\ndef load(name):\n    fetch(f'wandb-registry-a/{name}')\n",
            "app.py": "from pkg.middle import load\n\nload('x')\nload(name='y')\n",
        },
        ["wandb-registry-a/x:latest", "wandb-registry-a/y:latest"],
    ),
    "passed on by a package": (
        {
            "pkg/__init__.py": "from .lib import fetch\n",
            "pkg/lib.py": FETCH,
            "app.py": "import pkg\n\npkg.fetch('wandb-registry-a/x')\n",
        },
        ["wandb-registry-a/x:latest"],
    ),
    "from a star import": (
        {"lib.py": FETCH, "main.py": "from lib import *\n\nfetch('wandb-registry-a/x')\n"},
        ["wandb-registry-a/x:latest"],
    ),
    "from a notebook": (
        {
            "lib.py": FETCH,
            "try.ipynb": '{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["from lib import fetch\\n", "fetch(\'wandb-registry-a/x\')"]}]}',
        },
        ["wandb-registry-a/x:latest"],
    ),
    "in a loop": (
        {
            "lib.py": FETCH,
            "main.py": "from lib import fetch\nfor name, alias in [('x', 'v1'), ('y', 'v2')]:\n    fetch(f'wandb-registry-a/{name}', alias)\n",
        },
        ["wandb-registry-a/x:v1", "wandb-registry-a/y:v2"],
    ),
    "a method, with what the constructor got": (
        {
            "store.py": STORE,
            "main.py": "from store import Store\nStore('a').fetch('x')\nother = Store(registry='b')\nother.fetch('y', alias='v2')\n",
        },
        ["wandb-registry-a/x:v1", "wandb-registry-b/y:v2"],
    ),
    "a constructor elsewhere, a method in the same file": (
        {
            "runner.py": "import wandb\n\nclass Runner:\n    def __init__(self, env, registry_name=None):\n        self.registry_name = registry_name\n\n"
            "    def learn(self):\n        wandb.run.use_artifact(self.registry_name)\n",
            "train.py": "from runner import Runner\nrunner = Runner(None, registry_name='wandb-registry-a/x:v1')\n",
        },
        ["wandb-registry-a/x:v1"],
    ),
    "a class that inherits elsewhere": (
        {
            "store.py": STORE,
            "mine.py": "from store import Store\n\nclass Mine(Store):\n    def __init__(self):\n        super().__init__('a')\n\nMine().fetch('x')\n",
        },
        ["wandb-registry-a/x:v1"],
    ),
    "the fields of a dataclass": (
        {
            "source.py": FIELDS,
            "main.py": "from source import Source\nSource('wandb-registry-a/x').get()\nSource(path='wandb-registry-b/y', alias='v2').get()\n",
        },
        ["wandb-registry-a/x:latest", "wandb-registry-b/y:v2"],
    ),
    "a settings object": (
        {
            "settings.py": "from dataclasses import dataclass\n\n@dataclass\nclass Settings:\n    path: str = 'wandb-registry-a/x'\n",
            "lib.py": "import wandb\n\ndef use(settings):\n    wandb.use_artifact(settings.path)\n",
            "main.py": "from lib import use\nfrom settings import Settings\nuse(Settings())\nuse(Settings(path='wandb-registry-b/y'))\n",
        },
        ["wandb-registry-a/x", "wandb-registry-b/y"],
    ),
    "a partial": (
        {
            "lib.py": FETCH,
            "main.py": "from functools import partial\nfrom lib import fetch\nget = partial(fetch, alias='v3')\nget('wandb-registry-a/x')\n",
        },
        ["wandb-registry-a/x:v3"],
    ),
    "a run and a path": (
        {
            "lib.py": "def put(run, artifact, target):\n    run.link_artifact(artifact, target)\n",
            "main.py": "import wandb\nfrom lib import put\nrun = wandb.init(entity='acme', project='p')\nput(run, wandb.Artifact('m', 'model'), 'wandb-registry-a/x')\n",
        },
        ["wandb-registry-a/x"],
    ),
    "more callers than are told apart at once": (
        {
            "lib.py": FETCH,
            "main.py": "from lib import fetch\n"
            + "".join(f"fetch('wandb-registry-a/x{n:02}')\n" for n in range(30)),
        },
        [f"wandb-registry-a/x{n:02}:latest" for n in range(30)],
    ),
    "a default that the file itself has": (
        {
            "lib.py": FETCH.replace("path,", "path='wandb-registry-a/x',"),
            "main.py": "from lib import fetch\nfetch('wandb-registry-b/y')\n",
        },
        ["wandb-registry-a/x:latest", "wandb-registry-b/y:latest"],
    ),
    "a caller that does not know it either": (
        {
            "lib.py": FETCH,
            "main.py": "import os\nfrom lib import fetch\nfetch(os.environ['PATH_OF_MODEL'])\n",
        },
        ["?{PATH_OF_MODEL}:latest"],
    ),
    "no caller": (
        {"lib.py": FETCH, "main.py": "import lib\n\nprint(lib)\n"},
        ["?{path}:latest"],
    ),
    "a test is no caller": (
        {
            "lib.py": FETCH,
            "tests/test_lib.py": "from lib import fetch\n\ndef test_it():\n    fetch('wandb-registry-made/up')\n",
        },
        ["?{path}:latest"],
    ),
    "another function of the same name": (
        {
            "lib.py": FETCH,
            "other.py": "def fetch(path):\n    print(path)\n",
            "main.py": "from other import fetch\nfetch('wandb-registry-a/x')\n",
        },
        ["?{path}:latest"],
    ),
    "files that import each other": (
        {
            "lib.py": FETCH + "import main\n",
            "main.py": "import lib\n\ndef go():\n    lib.fetch('wandb-registry-a/x')\n",
        },
        ["wandb-registry-a/x:latest"],
    ),
}


@pytest.mark.parametrize("files, expected", TREES.values(), ids=TREES)
def test_a_call_has_the_values_that_other_files_pass(
    search: Search, files: Mapping[str, str], expected: list[str]
) -> None:
    """Every text that the tree passes to the function is a target of the call in it, and no other text is."""
    assert sorted(map(shown, search(files))) == sorted(expected)


def test_what_the_file_itself_calls_stays(search: Search) -> None:
    """The values of callers in the same file are found in addition to those of other files."""
    files = {
        "lib.py": FETCH + "\nfetch('wandb-registry-a/own')\n",
        "main.py": "from lib import fetch\nfetch('wandb-registry-a/other')\n",
    }
    assert sorted(map(shown, search(files))) == [
        "wandb-registry-a/other:latest",
        "wandb-registry-a/own:latest",
    ]


def test_the_entity_comes_with_the_run_that_is_passed(search: Search) -> None:
    """A run that another file starts and passes brings its entity and project, and the artifact its type."""
    (call,) = search(TREES["a run and a path"][0])
    values = [getattr(each, "text", None) for each in (call.entity, call.project, call.type)]
    assert (call.location.file, *values) == ("lib.py", "acme", "p", "model")


def test_the_text_keeps_its_place_in_the_calling_file(search: Search) -> None:
    """The known text has the position of its literal, so that it can be corrected there."""
    (call,) = search(TREES["from a star import"][0])
    spans = [span for part in call.target.parts if (span := getattr(part, "span", None)) is not None]
    assert next((span.file, span.line, span.column) for span in spans) == ("main.py", 3, 7)
