"""What docs/preflight.md, docs/model-registry.md and the end of docs/ci.md show, tried."""

from __future__ import annotations

import sys

from tests.recipes.conftest import SHELL, WRONG, Checkout
from tests.recipes.fenced_blocks import CI, GUIDE, MODEL_REGISTRY, the


def test_a_baseline_makes_old_findings_pass(checkout: Checkout) -> None:
    """And new ones fail still."""
    checkout.link(WRONG)
    checkout.stand_in("git")
    done = checkout.run(SHELL, the(CI, "Findings that are there already", "sh"))
    assert done.returncode == 0, done
    assert (checkout.folder / checkout.recorded[-1]).is_file()
    assert checkout.run(SHELL, "wandb-registry preflight").returncode == 0
    checkout.link("wandb-registry-nowhere/classifier")
    assert checkout.run(SHELL, "wandb-registry preflight").returncode == 1


def test_a_single_call_is_excused(checkout: Checkout) -> None:
    """With the comment of the page; without it a new collection with nearly the name of another one is a warning."""
    line = the(CI, "Findings that are there already", "python")
    for text, status in ((line, 0), (line.partition("  #")[0], 1)):
        code = f'import wandb\nrun = wandb.init(entity="research")\nartifact = wandb.Artifact("a", type="model")\n{text}'
        (checkout.folder / "src" / "publish.py").write_text(code, encoding="utf-8")
        done = checkout.run(SHELL, "wandb-registry preflight --fail-on warning")
        assert done.returncode == status, done


def test_the_example_of_the_guide_is_what_is_printed(checkout: Checkout) -> None:
    """docs/preflight.md shows it for the example world."""
    code, printed = (block.text for block in GUIDE[:2])
    (checkout.folder / "train.py").write_text(code, encoding="utf-8")
    command, *lines = printed.splitlines()
    assert command.startswith("$ ")
    done = checkout.run(SHELL, command.removeprefix("$ "))
    assert (done.stdout.splitlines(), done.returncode) == (lines, 1)


def test_the_commands_of_the_guide_are_right_usage(checkout: Checkout) -> None:
    """Nothing in them is refused."""
    scripts = [block.text for block in GUIDE if block.language == "sh"]
    assert len(scripts) == 3
    for script in scripts:
        done = checkout.run(SHELL, script)
        assert (done.returncode in (0, 1), done.stderr) == (True, ""), done


def test_the_program_of_the_guide_runs(checkout: Checkout) -> None:
    """It prints what fails."""
    (checkout.folder / "train.py").write_text(GUIDE[0].text, encoding="utf-8")
    done = checkout.run((sys.executable, "-c"), GUIDE[-1].text)
    assert "train.py 8 ['RD401']" in done.stdout.splitlines(), done


def test_the_old_code_of_the_model_registry_is_found_and_the_new_code_is_not(checkout: Checkout) -> None:
    """By the command of docs/model-registry.md: both old calls, and neither of the new ones."""
    command = the(MODEL_REGISTRY, "Find the old paths", "sh").strip()
    head = 'import wandb\n\nrun = wandb.init(entity="vision")\n'
    for index, found in ((0, 2), (1, 0)):
        code = head + the(MODEL_REGISTRY, "Change the code", "python", index)
        (checkout.folder / "src" / "publish.py").write_text(code, encoding="utf-8")
        done = checkout.run(SHELL, f"{command} --offline src/publish.py")
        assert done.stdout.count("RD204 ") == found, done
