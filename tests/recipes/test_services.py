"""The recipes of docs/ci.md for CI services and plain shells, run as each service runs them.

What a service brings, such as `pip install` from the network, is stood in for; the command, the shell and the W&B
that it asks are real.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.recipes.conftest import GITHUB_PLAIN, GITLAB, JENKINS, OUTCOMES, RIGHT, SHELL, WRONG, Checkout
from tests.recipes.fenced_blocks import CI, README, the

ACTION = yaml.safe_load((Path(__file__).parents[2] / "action.yml").read_text(encoding="utf-8"))
FORK = {"WANDB_API_KEY": ""}
"""What a pull request from a fork has of the secrets."""


def test_every_block_is_tried_here() -> None:
    """A recipe that is added needs a test below."""
    assert [(block.heading, block.language) for block in CI] == [
        ("GitHub Actions", "yaml"),
        ("The action", "yaml"),
        ("GitLab", "yaml"),
        ("Jenkins", "groovy"),
        ("Any shell", "sh"),
        ("pre-commit", "yaml"),
        ("pre-commit", "yaml"),
        ("pytest", "sh"),
        ("pytest", "toml"),
        ("Findings that are there already", "sh"),
        ("Findings that are there already", "python"),
    ]
    assert [block.language for block in README] == ["yaml"]


def workflow_script(text: str) -> tuple[dict[str, str], str]:
    """The variables and the shell lines of a workflow's only job, after a look at its shape."""
    document = yaml.safe_load(text)
    assert {True, "permissions", "jobs"} <= set(
        document
    )  # `on` is a truth value in YAML 1.1, and a key to GitHub
    assert document["permissions"]["contents"] == "read"
    (job,) = document["jobs"].values()
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    uses = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(re.search(r"@v\d", each) or each == "./.registry-doctor" for each in uses)
    environ = dict(document.get("env", {}))
    environ |= {name: value for step in job["steps"] for name, value in step.get("env", {}).items()}
    return environ, "\n".join(step["run"] for step in job["steps"] if "run" in step)


@OUTCOMES
def test_the_workflow(checkout: Checkout, path: str, status: int) -> None:
    """Findings are annotations, and the job gets a summary."""
    checkout.link(path)
    checkout.stand_in("pip")
    environ, script = workflow_script(the(CI, "GitHub Actions", "yaml"))
    assert environ == {
        "WANDB_API_KEY": "${{ secrets.WANDB_API_KEY }}",
        "REGISTRY_DOCTOR": "${{ vars.REGISTRY_DOCTOR }}",
    }
    summary = checkout.folder.parent / "summary.md"
    done = checkout.run(GITHUB_PLAIN, script, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == status, done
    assert ("::error " in done.stdout) == bool(status)
    assert summary.read_text(encoding="utf-8")
    assert checkout.recorded[1:] == ["install", checkout.environ["REGISTRY_DOCTOR"]]


def test_the_workflow_in_a_fork(checkout: Checkout) -> None:
    """It ends well, with a notice, though the path is wrong."""
    checkout.link(WRONG)
    checkout.stand_in("pip")
    _, script = workflow_script(the(CI, "GitHub Actions", "yaml"))
    done = checkout.run(GITHUB_PLAIN, script, GITHUB_ACTIONS="true", **FORK)
    assert (done.returncode, "NO CREDENTIALS" in done.stdout) == (0, True), done


def test_the_readme_has_one_of_them() -> None:
    """Word for word."""
    assert README[0].text == the(CI, "GitHub Actions", "yaml")


def test_no_recipe_needs_an_index_or_a_name_that_is_not_given() -> None:
    """The package is on none; what is installed stands in one variable at the top."""
    for block in (*CI, *README):
        assert "OWNER" not in block.text
        assert "install wandb-registry-doctor" not in block.text


def test_the_workflow_with_the_action() -> None:
    """It gives inputs that the action has; the action's steps are run in test_action.py."""
    environ, _ = workflow_script(the(CI, "The action", "yaml"))
    assert environ == {"WANDB_API_KEY": "${{ secrets.WANDB_API_KEY }}"}
    (job,) = yaml.safe_load(the(CI, "The action", "yaml"))["jobs"].values()
    _, source, action, upload = job["steps"]
    assert action["uses"] == f"./{source['with']['path']}"
    assert set(action["with"]) <= set(ACTION["inputs"])
    assert upload["with"] == {"sarif_file": action["with"]["sarif-file"]}


@OUTCOMES
def test_gitlab(checkout: Checkout, path: str, status: int) -> None:
    """Both reports are written whatever is found."""
    checkout.link(path)
    checkout.stand_in("pip")
    (job,) = yaml.safe_load(the(CI, "GitLab", "yaml")).values()
    script = "\n".join(job["script"])
    done = checkout.run(GITLAB, script)
    assert done.returncode == status, done
    reports = job["artifacts"]["reports"]
    quality = json.loads((checkout.folder / reports["codequality"]).read_text(encoding="utf-8"))
    assert sum(each["severity"] in ("major", "critical", "blocker") for each in quality) == status
    assert failures(checkout.folder / reports["junit"]) == status
    assert job["artifacts"]["when"] == "always"


def test_gitlab_takes_an_answer_that_did_not_come_for_a_warning(checkout: Checkout) -> None:
    """The status of the job is then the one that is allowed."""
    checkout.stand_in("pip")
    (job,) = yaml.safe_load(the(CI, "GitLab", "yaml")).values()
    (checkout.folder / "src" / "broken.py").write_text(
        "run.link_artifact(artifact, 'a/b'\n", encoding="utf-8"
    )
    assert checkout.run(GITLAB, "\n".join(job["script"])).returncode == job["allow_failure"]["exit_codes"]


@OUTCOMES
def test_jenkins(checkout: Checkout, path: str, status: int, tmp_path: Path) -> None:
    """The lines of `sh`, in the shell that Jenkins takes; the key is never printed, though every line is."""
    checkout.link(path)
    checkout.stand_in("pip")
    text = the(CI, "Jenkins", "groovy")
    assert text.count("{") == text.count("}")
    (script,) = re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)
    (key,) = re.findall(r"(\w+) = credentials\('wandb-api-key'\)", text)
    assert key == "WANDB_API_KEY"
    checkout.program("python3", 'mkdir -p "$3/bin" && echo PATH="$PATH" > "$3/bin/activate"\n')
    done = checkout.run(JENKINS, script, WORKSPACE_TMP=str(tmp_path / "checkout@tmp"))
    assert done.returncode == status, done
    (report,) = re.findall(r"junit '(.*?)'", text)
    assert failures(checkout.folder / report) == status
    assert checkout.environ["WANDB_API_KEY"] not in done.stdout + done.stderr


def failures(junit: Path) -> int:
    """How many test cases of a report failed."""
    return len(ElementTree.parse(junit).findall(".//failure"))


@pytest.mark.parametrize(
    ("path", "environ", "status", "trained"),
    [
        (RIGHT, {}, 0, True),
        (WRONG, {}, 1, False),
        (RIGHT, FORK, 1, False),
    ],
)
def test_plain_shell(
    checkout: Checkout, path: str, environ: dict[str, str], status: int, trained: bool
) -> None:
    """The training begins only where the registry will take its result."""
    checkout.link(path)
    checkout.stand_in("python")
    done = checkout.run(SHELL, the(CI, "Any shell", "sh"), "job.sh", "--epochs", "3", **environ)
    assert (done.returncode, checkout.recorded[1:]) == (
        status,
        ["src/train.py", "--epochs", "3"] if trained else [],
    ), done


def test_plain_shell_trains_where_an_answer_does_not_come(checkout: Checkout) -> None:
    """Status 3 is no reason to lose a night."""
    checkout.stand_in("python")
    (checkout.folder / "src" / "broken.py").write_text(
        "run.link_artifact(artifact, 'a/b'\n", encoding="utf-8"
    )
    done = checkout.run(SHELL, the(CI, "Any shell", "sh"), "job.sh")
    assert (done.returncode, checkout.recorded[1:]) == (0, ["src/train.py"]), done
    assert "going on" in done.stderr
