"""`registry_doctor.link` and `registry_doctor.use` in runs of the real SDK, on the sandbox.

This file is also the program that makes the calls: run as such, as bob, it answers with what came of each.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry_doctor import LinkFailed, LinkRefused, UseFailed, UseRefused
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings.names import WANDB_VERSION
from registry_doctor.workflows.calls import link, use

if TYPE_CHECKING:
    import wandb

if __name__ != "__main__" and version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

ACME_WORLD = Path(__file__).parents[1] / "contract" / "worlds" / "acme.yaml"
"""Found by its own path: this file also runs as a program."""
BOB = "b0b0000000000000000000000000000000000002"
ACME = "acme-robotics_X7Q2"
DETECTOR = "wandb-registry-model/detector"

Outcome = Mapping[str, object]


def draft(name: str, kind: str = "model") -> wandb.Artifact:
    import wandb

    artifact = wandb.Artifact(name, kind)
    with artifact.new_file("weights.txt") as file:
        file.write(name)
    return artifact


def refused(call: Callable[[], object]) -> Outcome:
    """What a refusal holds: its kind, wandb's error behind it, the doctor's findings and its words."""
    try:
        call()
    except (LinkRefused, UseRefused) as refusal:
        return {
            "raised": type(refusal).__name__,
            "cause": type(refusal.__cause__).__name__ if refusal.__cause__ else None,
            "errors": [each.code for each in refusal.report.errors],
            "words": str(refusal),
        }
    return {"raised": None}


def a_link(run: wandb.Run) -> Outcome:
    linked = link(run, draft("a"), "wandb-registry-model/net", aliases=["staging"])
    return {"name": linked.qualified_name, "aliases": sorted(linked.aliases)}


def one_alias_as_text(run: wandb.Run) -> Outcome:
    linked = link(run, draft("b"), "wandb-registry-model/net", aliases="demo")
    return {"name": linked.qualified_name, "aliases": sorted(linked.aliases)}


def a_link_with_a_safe_correction(run: wandb.Run) -> Outcome:
    return {"name": link(run, draft("c"), "vision/wandb-registry-model/net").qualified_name}


def a_link_that_the_doctor_refuses(run: wandb.Run) -> Outcome:
    """Nothing is uploaded: the artifact is a draft as before."""
    artifact = draft("d", "dataset")
    return {**refused(lambda: link(run, artifact, DETECTOR)), "draft": artifact.is_draft()}


def a_link_that_only_the_server_refuses(run: wandb.Run) -> Outcome:
    return refused(lambda: link(run, draft("e"), DETECTOR, aliases=["golden"]))


def a_fetch(run: wandb.Run) -> Outcome:
    used = use(run, f"{DETECTOR}:production")
    return {"name": used.qualified_name, "bytes": Path(used.download(root="used"), "model.bin").read_text()}


def a_fetch_of_a_type(run: wandb.Run) -> Outcome:
    return {"name": use(run, f"{DETECTOR}:v0", type="model").qualified_name}


def a_fetch_with_a_safe_correction(run: wandb.Run) -> Outcome:
    return {"name": use(run, f"vision/{DETECTOR}:production").qualified_name}


def a_fetch_that_the_doctor_refuses(run: wandb.Run) -> Outcome:
    return refused(lambda: use(run, f"{DETECTOR}:v7"))


def a_fetch_of_the_wrong_type(run: wandb.Run) -> Outcome:
    return refused(lambda: use(run, f"{DETECTOR}:v0", type="dataset"))


def a_fetch_that_only_wandb_refuses(run: wandb.Run) -> Outcome:
    run.finish()
    return refused(lambda: use(run, f"{DETECTOR}:v0"))


def calls_in_a_disabled_run(_: wandb.Run) -> Outcome:
    """wandb itself returns None there, without a word."""
    import wandb

    with wandb.init(entity="vision", project="calls", mode="disabled") as run:
        return {
            "link": refused(lambda: link(run, draft("f"), DETECTOR)),
            "use": refused(lambda: use(run, f"{DETECTOR}:v0")),
        }


CALLS = (
    a_link,
    one_alias_as_text,
    a_link_with_a_safe_correction,
    a_link_that_the_doctor_refuses,
    a_link_that_only_the_server_refuses,
    a_fetch,
    a_fetch_of_a_type,
    a_fetch_with_a_safe_correction,
    a_fetch_that_the_doctor_refuses,
    a_fetch_of_the_wrong_type,
    a_fetch_that_only_wandb_refuses,
    calls_in_a_disabled_run,
)

GOOD: Mapping[str, Outcome] = {
    "a_link": {"name": f"{ACME}/wandb-registry-model/net:v0", "aliases": ["latest", "staging"]},
    "one_alias_as_text": {"name": f"{ACME}/wandb-registry-model/net:v1", "aliases": ["demo", "latest"]},
    "a_link_with_a_safe_correction": {"name": f"{ACME}/wandb-registry-model/net:v2"},
    "a_fetch": {"name": f"{ACME}/{DETECTOR}:production", "bytes": "weights-v0"},
    "a_fetch_of_a_type": {"name": f"{ACME}/{DETECTOR}:v0"},
    "a_fetch_with_a_safe_correction": {"name": f"{ACME}/{DETECTOR}:production"},
}

LINK_REFUSED, LINK_FAILED = LinkRefused.__name__, LinkFailed.__name__
USE_REFUSED, USE_FAILED = UseRefused.__name__, UseFailed.__name__

REFUSED: Mapping[str, tuple[str, str | None, list[str], str]] = {
    "a_link_that_the_doctor_refuses": (LINK_REFUSED, None, ["RD404"], "RD404"),
    "a_link_that_only_the_server_refuses": (LINK_FAILED, "CommError", [], "'golden' is a protected alias"),
    "a_fetch_that_the_doctor_refuses": (USE_REFUSED, None, ["RD503"], "'v7' is not found"),
    "a_fetch_of_the_wrong_type": (USE_REFUSED, None, ["RD501"], "RD501"),
    "a_fetch_that_only_wandb_refuses": (USE_FAILED, "UsageError", [], "finished"),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Outcome]:
    """What came of every call, made one after the other in one run of bob's."""
    home = tmp_path_factory.mktemp("home")
    with Sandbox.start(ACME_WORLD) as sandbox:
        environ = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": BOB,
            "WANDB_DIR": str(home),
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }
        done = subprocess.run(
            [sys.executable, __file__], capture_output=True, text=True, timeout=120, env=environ, cwd=home
        )
    assert done.returncode == 0, done.stderr
    answers: Mapping[str, Outcome] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("call", GOOD)
def test_a_call_that_passes_the_preflight_is_made(call: str, outcomes: Mapping[str, Outcome]) -> None:
    """It returns what wandb returns, under the path as given or as safely corrected."""
    assert outcomes[call] == GOOD[call]


@pytest.mark.parametrize("call", REFUSED)
def test_a_refusal_carries_the_report_and_the_sdks_error(call: str, outcomes: Mapping[str, Outcome]) -> None:
    """The doctor's refusals have no cause; where the SDK itself failed, its error is the cause."""
    raised, cause, errors, words = REFUSED[call]
    outcome = outcomes[call]
    assert (outcome["raised"], outcome["cause"], outcome["errors"]) == (raised, cause, errors), outcome
    assert words in str(outcome["words"])


def test_nothing_is_uploaded_for_a_link_that_the_doctor_refuses(outcomes: Mapping[str, Outcome]) -> None:
    """The artifact can be linked elsewhere afterwards."""
    assert outcomes["a_link_that_the_doctor_refuses"]["draft"] is True


def test_a_disabled_run_is_no_silent_success(outcomes: Mapping[str, Outcome]) -> None:
    """Where wandb returns None without a word, both calls raise."""
    outcome = outcomes["calls_in_a_disabled_run"]
    for name, raised in (("link", LINK_FAILED), ("use", USE_FAILED)):
        refusal = outcome[name]
        assert isinstance(refusal, dict)
        assert refusal["raised"] == raised
        assert "the run is disabled" in refusal["words"]


def test_a_correction_is_logged(outcomes: Mapping[str, Outcome]) -> None:
    """A path is never replaced without a word."""
    assert outcomes["warnings"] == {
        "linking to": f"'{ACME}/wandb-registry-model/net' instead of 'vision/wandb-registry-model/net' (RD302",
        "using": f"'{ACME}/{DETECTOR}:production' instead of 'vision/{DETECTOR}:production' (RD302",
    }


def test_every_call_is_looked_at(outcomes: Mapping[str, Outcome]) -> None:
    """The program and the tables above name the same calls."""
    assert outcomes.keys() == {*GOOD, *REFUSED, "calls_in_a_disabled_run", "warnings"}


class Warnings(logging.Handler):
    """Keeps what is logged after `linking to` and `using`."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        for verb in ("linking to", "using"):
            if record.getMessage().startswith(f"{verb} "):
                before, code, _ = record.getMessage().removeprefix(f"{verb} ").partition("(RD302")
                self.said[verb] = before + code


def main() -> None:
    """Make the calls; the answer is the only thing on standard output."""
    import wandb

    answers, sys.stdout = sys.stdout, sys.stderr
    warnings = Warnings()
    logging.getLogger("registry_doctor").addHandler(warnings)
    outcomes: dict[str, object] = {}
    with wandb.init(entity="vision", project="calls") as run:
        for call in CALLS:
            try:
                outcomes[call.__name__] = call(run)
            except Exception as problem:
                outcomes[call.__name__] = {"crashed": f"{type(problem).__name__}: {problem}"}
    json.dump({**outcomes, "warnings": warnings.said}, answers)


if __name__ == "__main__":
    main()
