"""The recipes of docs/ci.md for pre-commit and pytest, and the manifest of the hooks."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.recipes.conftest import OUTCOMES, RIGHT, SHELL, WRONG, Checkout
from tests.recipes.fenced_blocks import CI, the

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def test_the_hooks_are_a_manifest() -> None:
    """With what pre-commit requires, and keys and values that it knows (pre-commit.com, "Creating new hooks")."""
    kinds: dict[str, type] = {"id": str, "name": str, "description": str, "entry": str, "language": str}
    kinds |= {"args": list, "types_or": list, "require_serial": bool}
    assert [hook["id"] for hook in HOOKS] == ["wandb-registry-preflight", "wandb-registry-preflight-offline"]
    for hook in HOOKS:
        assert {name: type(value) for name, value in hook.items()} == kinds
        assert hook["language"] == "python"
        assert {"python", "jupyter", "yaml", "toml", "json", "shell", "dockerfile", "makefile"} == set(
            hook["types_or"]
        )


def hooks_of(text: str) -> list[dict[str, Any]]:
    """The hooks of a `.pre-commit-config.yaml`, each with what the manifest says of it."""
    manifest = {hook["id"]: hook for hook in HOOKS}
    repos = yaml.safe_load(text)["repos"]
    return [
        {**manifest[hook["id"]], **hook} if repo["repo"] != "local" else hook
        for repo in repos
        for hook in repo["hooks"]
    ]


@pytest.mark.parametrize("index", [0, 1], ids=["from the repository", "from the package"])
@pytest.mark.parametrize(
    ("path", "status"), [(RIGHT, 0), (WRONG, 0), ("wandb-registry-model/classifier:v0", 1)]
)
def test_pre_commit(checkout: Checkout, index: int, path: str, status: int) -> None:
    """The offline hook judges the grammar."""
    checkout.link(path)
    (hook,) = hooks_of(the(CI, "pre-commit", "yaml", index))
    assert run_hook(checkout, hook, "src/publish.py", "conf/model.yaml") == status


def test_pre_commit_judges_what_is_committed(checkout: Checkout) -> None:
    """And nothing else."""
    checkout.link(WRONG)
    assert run_hook(checkout, HOOKS[0], "conf/model.yaml") == 0


@OUTCOMES
def test_the_hook_that_asks_the_server(checkout: Checkout, path: str, status: int) -> None:
    """As the command does."""
    checkout.link(path)
    assert run_hook(checkout, HOOKS[0], "src/publish.py") == status


def run_hook(checkout: Checkout, hook: dict[str, Any], *files: str) -> int:
    """pre-commit splits the entry, adds the arguments and the files, and runs that without a shell."""
    command = [*shlex.split(hook["entry"]), *hook.get("args", []), *files]
    return checkout.run(SHELL, shlex.join(command)).returncode


@OUTCOMES
def test_pytest(checkout: Checkout, path: str, status: int) -> None:
    """With the settings of the page, in a pytest of its own."""
    checkout.link(path)
    (checkout.folder / "pyproject.toml").write_text(the(CI, "pytest", "toml"), encoding="utf-8")
    checkout.program("pytest", f'exec "{sys.executable}" -m pytest -p no:cacheprovider "$@"\n')
    done = checkout.run(SHELL, the(CI, "pytest", "sh"))
    assert done.returncode == status, done
    assert f"{3 - status} passed" in done.stdout
