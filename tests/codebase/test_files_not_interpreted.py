"""Files that cannot contain a call to wandb are not interpreted; what is found stays the same."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.calls.possible_calls import may_call
from registry_doctor.codebase.source.found import FoundCall

HERE = Path(__file__).parent
PATH = "wandb-registry-model/detector"
RUN = "import wandb\nrun = wandb.init(entity='vision', project='p')\napi = wandb.Api()\n"


def _found(folder: Path, *, all_files: bool = False) -> list[FoundCall]:
    found = find_calls([folder], root=folder, all_files=all_files)
    return [each for each in found if isinstance(each, FoundCall)]


def _written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


SHAPES: dict[str, dict[str, str]] = {
    "a method bound to a name": {"main.py": f"{RUN}get = api.artifact\nget('{PATH}:v1')\n"},
    "a method imported from another module": {
        "helpers.py": f"{RUN}link = run.link_artifact\n",
        "main.py": f"from helpers import link\nKIND = 'artifact'\nlink(art, '{PATH}')\n",
    },
    "a method imported through a package": {
        "tools/__init__.py": "from .linking import put\n",
        "tools/linking.py": f"{RUN}put = run.link_artifact\n",
        "main.py": f"from tools import put\nKIND = 'artifact'\nput(art, '{PATH}')\n",
    },
    "a function that returns the method": {
        "helpers.py": f"{RUN}def linker():\n    return run.link_artifact\n",
        "main.py": f"import helpers\nKIND = 'artifact'\nhelpers.linker()(art, '{PATH}')\n",
    },
    "a method of wandb imported under another name": {
        "main.py": f"from wandb import use_artifact as fetch\nfetch('{PATH}:v1')\n",
    },
    "a method by a name that is worked out": {
        "main.py": f"{RUN}NAME = 'link' + '_artifact'\n# .link\ngetattr(run, NAME)(art, '{PATH}')\n",
    },
    "a method that is passed on": {"main.py": f"{RUN}submit(run.link_artifact, art, '{PATH}')\n"},
    "a method behind a condition": {
        "main.py": f"{RUN}get = api.artifact if api.artifact else None\nget('{PATH}:v1')\n"
    },
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_method_is_found_under_whatever_name_it_is_called(name: str, tmp_path: Path) -> None:
    """A method that is stored, imported, returned or passed on is found in the file that calls it."""
    folder = _written(tmp_path, SHAPES[name])
    assert [each.location.file for each in _found(folder)] == ["main.py"]
    assert _found(folder) == _found(folder, all_files=True)


@pytest.mark.parametrize(
    "text",
    [
        "name = run.artifact.name",
        "same = run.artifact == other",
        "text = f'{run.artifact}'",
        "if run.artifact and not run.link: pass",
        "first = api.artifacts[0]",
        "run.artifact = art",
        "log(artifact=art, link='artifact')",
        "def artifact(link: types.link) -> types.artifact: pass",
        "getattr(run, 'name')",
        "run.artifact",
    ],
)
def test_what_is_only_taken_apart_cannot_become_a_call(text: str) -> None:
    """Compared, tested, written or indexed attributes, keywords and definitions are no use of a method."""
    assert not may_call(ast.parse(text))


@pytest.mark.parametrize("folder", [HERE / "samples", HERE / "shapes"], ids=["samples", "shapes"])
def test_samples_give_the_same_calls_with_and_without_the_filter(folder: Path) -> None:
    """No call of the samples is lost."""
    assert _found(folder) == _found(folder, all_files=True)


_gets = st.sampled_from(
    [
        "put = run.link_artifact",
        "def put(*a):\n    return run.link_artifact",
        "put = [run.link_artifact][0]",
        "class put:\n    link = run.link_artifact",
        "from wandb import use_artifact as put",
        "put = getattr(run, 'link_' + 'artifact')",
        "put = run.link_artifact if x else api.artifact",
        "put = (lambda: run.link_artifact)",
        "put = run.name",
        "def put(a, b):\n    run.link_artifact(a, b)",
    ]
)
_calls = st.sampled_from(
    [
        "put(a, '{}')", "put()(a, '{}')", "put.link(a, '{}')", "submit(put, a, '{}')", "z = put\nz(a, '{}')",
        "run.use_artifact('{}')", "print(run.artifact.name, '{}')", "def f(p):\n    put(a, p)\nf('{}')",
    ]
)  # fmt: skip
_imports = st.sampled_from(
    ["from helpers import put", "from helpers import *", "import helpers\nput = helpers.put", "put = None"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gets=_gets, own=st.one_of(st.just(""), _gets), imports=_imports, call=_calls)
def test_generated_programs_give_the_same_calls_with_and_without_the_filter(
    gets: str, own: str, imports: str, call: str, tmp_path: Path
) -> None:
    """However a method reaches the file that calls it, the filter loses no call."""
    main = f"# wandb, .link\nrun = art.run\n{imports}\n{own}\n{call.format(PATH)}\n"
    folder = _written(tmp_path, {"helpers.py": f"{RUN}{gets}\n", "main.py": main})
    assert _found(folder) == _found(folder, all_files=True)


def test_what_is_found_does_not_depend_on_the_working_directory(tmp_path: Path) -> None:
    """A folder inside a project is searched with the project's modules, wherever the command is started."""
    tree = _written(
        tmp_path / "project",
        {
            "pyproject.toml": "",
            "names.py": f"TARGET = '{PATH}'\n",
            "jobs/deep/train.py": f"{RUN}from names import TARGET\nrun.link_artifact(art, TARGET)\n",
        },
    )
    (tmp_path / "elsewhere").mkdir()
    for root in (tree, tree / "jobs", tmp_path, tmp_path / "elsewhere"):
        for named in (tree, tree / "jobs", tree / "jobs" / "deep" / "train.py"):
            found = [each for each in find_calls([named], root=root) if isinstance(each, FoundCall)]
            assert [getattr(each.target, "text", None) for each in found] == [PATH], (root, named)
