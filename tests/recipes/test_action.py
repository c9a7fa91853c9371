"""The GitHub action: its steps are run as GitHub's runner does, with its variables and files."""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import takewhile
from operator import ne
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.recipes.conftest import GITHUB, WRONG, Checkout

ACTION = Path(__file__).parents[2] / "action.yml"
DOCUMENT: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = DOCUMENT["runs"]["steps"]
INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")
OUTPUT = re.compile(r"\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}")
HOSTILE = [
    "$(touch stolen) `touch stolen`; touch stolen && touch stolen #",
    "'; touch stolen; '\"; touch stolen; \"",
]
"""Runs `touch`, if a shell takes it for a command."""


class Runner:
    """GitHub's runner, as far as the action's shell steps need it."""

    def __init__(self, checkout: Checkout, folder: Path) -> None:
        self.checkout = checkout
        self.folder = folder
        self.outputs: dict[str, dict[str, str]] = {}
        self.said = ""
        self.status = 0

    def run(self, **inputs: str) -> dict[str, str]:
        """Run the steps with these inputs until one fails; the action's outputs."""
        given = {name: str(each["default"]) for name, each in DOCUMENT["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        for step in STEPS:
            if "run" in step and self._wanted(step, given):
                self._step(step, given)
            if self.status:
                break
        return {name: self._value(each["value"], given) for name, each in DOCUMENT["outputs"].items()}

    @property
    def summary(self) -> str:
        """The job summary."""
        return (self.folder / "summary").read_text(encoding="utf-8")

    def _wanted(self, step: dict[str, Any], given: dict[str, str]) -> bool:
        condition = step.get("if")
        if condition is None:
            return True
        ((name, value),) = re.findall(r"^inputs\.([\w-]+) != '(.*)'$", condition)
        return bool(given[name] != value)

    def _step(self, step: dict[str, Any], given: dict[str, str]) -> None:
        assert step["shell"] == "bash"
        files = {name: self.folder / name.lower() for name in ("output", "summary")}
        for file in files.values():
            file.touch()
        before = len(files["output"].read_text(encoding="utf-8"))
        environ = {name: self._value(value, given) for name, value in step.get("env", {}).items()}
        done = self.checkout.run(
            GITHUB,
            step["run"],
            **environ,
            GITHUB_ACTIONS="true",
            GITHUB_OUTPUT=str(files["output"]),
            GITHUB_STEP_SUMMARY=str(files["summary"]),
            GITHUB_ACTION_PATH=str(ACTION.parent),
            RUNNER_TEMP=str(self.folder / "temp"),
        )
        self.said += done.stdout + done.stderr
        self.status = done.returncode
        self.outputs[step["id"]] = _outputs(files["output"].read_text(encoding="utf-8")[before:])

    def _value(self, text: str, given: dict[str, str]) -> str:
        text = INPUT.sub(lambda found: given[found[1]], text)
        return OUTPUT.sub(lambda found: self.outputs.get(found[1], {}).get(found[2], ""), text)


def _outputs(text: str) -> dict[str, str]:
    """What GitHub reads in the file of a step's outputs: `name=value`, or `name<<end` and lines up to that end."""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, sign, value = re.findall(r"^([\w-]+)(=|<<)(.*)$", line)[0]
        found[name] = "\n".join(takewhile(partial(ne, value), lines)) if sign == "<<" else value
    return found


@pytest.fixture
def runner(checkout: Checkout, tmp_path: Path) -> Runner:
    """A runner with an empty temporary folder."""
    return Runner(checkout, tmp_path)


def test_no_step_puts_an_input_into_its_script() -> None:
    """Text of others would be run. It comes in the environment, and is quoted wherever it is used."""
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)


def test_every_input_is_described_and_used() -> None:
    """And every output comes from a step."""
    used = set(INPUT.findall(ACTION.read_text(encoding="utf-8")))
    used |= set(re.findall(r"if: inputs\.([\w-]+)", ACTION.read_text(encoding="utf-8")))
    assert used == set(DOCUMENT["inputs"])
    assert all(each["description"] and "default" in each for each in DOCUMENT["inputs"].values())
    assert all(OUTPUT.fullmatch(each["value"]) for each in DOCUMENT["outputs"].values())


def test_what_works_passes_with_a_summary(runner: Runner) -> None:
    """Without any input the whole checkout is searched."""
    outputs = runner.run(install="false")
    assert (runner.status, outputs) == (0, {"exit-code": "0", "sarif-file": ""}), runner.said
    assert runner.summary


def test_what_does_not_work_is_an_annotation_and_a_sarif_report(runner: Runner) -> None:
    """The outputs are there for later steps, though the step has failed."""
    runner.checkout.link(WRONG)
    outputs = runner.run(install="false", sarif_file="registry scan.sarif")
    assert runner.status == 1
    assert outputs == {"exit-code": "1", "sarif-file": "registry scan.sarif"}
    assert re.search(r"^::error .*file=src/publish\.py,line=5", runner.said, re.MULTILINE)
    assert "RD401" in runner.summary
    sarif = json.loads((runner.checkout.folder / "registry scan.sarif").read_text(encoding="utf-8"))
    assert [result["ruleId"] for result in sarif["runs"][0]["results"] if result.get("level") == "error"] == [
        "RD401"
    ]


@pytest.mark.parametrize(
    ("inputs", "status"),
    [
        ({"paths": "conf\n\nsrc/fetch.py\n"}, 0),
        ({"paths": "src"}, 1),
        ({"paths": "conf", "args": "--set 'REGISTRY=a b'"}, 0),
        ({"paths": "src/fetch.py", "args": "--set 'REGISTRY=modle'"}, 1),
        ({"paths": "src/fetch.py", "args": "--offline\n  --quiet"}, 0),
        ({"paths": "conf", "args": "--no-such-option"}, 2),
        ({"paths": "conf", "args": "--set 'no end"}, 2),
        ({"paths": "nowhere"}, 2),
        ({"paths": "--help"}, 2),
    ],
)
def test_paths_and_options_reach_the_command(runner: Runner, inputs: dict[str, str], status: int) -> None:
    """A path a line; options as in a shell. What looks like an option among the paths is a path."""
    runner.checkout.link(WRONG)
    outputs = runner.run(install="false", **inputs)
    assert runner.status == status, runner.said
    assert outputs["exit-code"] in (str(status), "")


@pytest.mark.parametrize(("require", "status"), [("false", 0), ("true", 1)])
def test_without_a_key_the_grammar_alone_is_examined(runner: Runner, require: str, status: int) -> None:
    """As in the pull request of a fork, where the secret is empty."""
    runner.checkout.environ["WANDB_API_KEY"] = ""
    runner.checkout.link(WRONG)
    runner.run(install="false", require_credentials=require)
    assert runner.status == status
    assert ("RD101" if status else "NO CREDENTIALS") in runner.said


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", ["paths", "args", "require_credentials", "sarif_file", "version"])
def test_no_input_is_run(runner: Runner, name: str, hostile: str) -> None:
    """Whatever stands in it."""
    runner.checkout.stand_in("python3")
    if name != "version":
        (runner.checkout.programs / "python3").unlink()
    runner.run(**{"install": "true" if name == "version" else "false", name: hostile})
    assert not list(runner.checkout.folder.rglob("stolen"))


def test_a_module_in_the_checkout_is_not_imported(runner: Runner) -> None:
    """The checkout of a pull request is text, and the step holds a key."""
    for name in ("shlex", "os", "venv", "pip", "click", "wandb", "registry_doctor"):
        (runner.checkout.folder / f"{name}.py").write_text("open('stolen', 'w')\nraise SystemExit(9)\n")
    made = runner.checkout.programs / "wandb-registry"
    made.write_text(
        made.read_text(encoding="utf-8").replace(" -m registry_doctor", f" {_console_script(runner)}")
    )
    runner.run(install="false", args="--quiet")
    assert runner.status == 0, runner.said
    assert not list(runner.checkout.folder.rglob("stolen"))


def _console_script(runner: Runner) -> str:
    """A script as pip makes one, whose own folder is where Python looks first, not the working directory."""
    script = runner.folder / "script.py"
    script.write_text("from registry_doctor.__main__ import run\nrun()\n", encoding="utf-8")
    return f'"{script}"'


@pytest.mark.parametrize(
    ("version", "source"), [("", str(ACTION.parent)), ("0.1.0", "wandb-registry-doctor==0.1.0")]
)
def test_it_installs_itself_into_an_environment_of_its_own(runner: Runner, version: str, source: str) -> None:
    """Or a version of the package; the project's environment stays as it is."""
    home = runner.folder / "temp" / "wandb-registry-doctor"
    (home / "bin").mkdir(parents=True)
    runner.checkout.stand_in("python3")
    for name in ("python", "wandb-registry"):
        (home / "bin" / name).symlink_to(runner.checkout.programs / "python3")
    runner.run(version=version)
    assert runner.status == 0, runner.said
    recorded = [line.removeprefix(f"{runner.checkout.programs}/") for line in runner.checkout.recorded]
    assert recorded[:5] == ["python3", "-I", "-m", "venv", str(home)]
    installed = recorded[5 : recorded.index(source) + 1]
    assert (installed[0], installed[1:5], installed[-2:]) == (
        f"{home}/bin/python",
        ["-I", "-m", "pip", "install"],
        ["--", source],
    )
    assert recorded[-3:] == [f"{home}/bin/wandb-registry", "preflight", "--"]
