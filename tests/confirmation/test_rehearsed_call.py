"""What wandb is given for a call, and the command that writes a call down."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from registry_doctor.confirmation.bundle_command import bundle_command
from registry_doctor.confirmation.rehearsed_call import RehearsedCall, rehearsed_call
from registry_doctor.facts import Call, Method
from registry_doctor.settings import Given, Settings, read_settings

LINK = Call("wandb-registry-model/detector", "link", "vision/detectors/yolo:v0", aliases=("best",))
USE = Call("wandb-registry-model/detector:v0", "use", type="model")


def settings(tmp_path: Path, given: Given, **environ: str) -> Settings:
    """What wandb would take with these variables."""
    variables = {"HOME": str(tmp_path), "WANDB_API_KEY": "k" * 40, **environ}
    return read_settings(given, environ=variables, cwd=tmp_path)


FOUND = {"WANDB_ENTITY": "team", "WANDB_PROJECT": "found", "WANDB_ORGANIZATION": "Acme"}
GIVEN = Given(entity="vision", project="given", organization="Rival")


@pytest.mark.parametrize(
    ("call", "given", "overrides", "variables"),
    [
        (LINK, Given(), {}, FOUND),
        (USE, Given(), {}, FOUND),
        # A link asks the environment for its project, whatever wandb.Api is given.
        (
            LINK,
            GIVEN,
            {"entity": "vision", "project": "given"},
            {"WANDB_PROJECT": "found", "WANDB_ORGANIZATION": "Rival"},
        ),
        (
            Call(USE.target, "use", method="run.use_artifact"),
            GIVEN,
            {"entity": "vision", "project": "given"},
            {"WANDB_PROJECT": "found", "WANDB_ORGANIZATION": "Rival"},
        ),
    ],
)
def test_wandb_takes_what_the_doctor_judged_by(
    tmp_path: Path, call: Call, given: Given, overrides: dict[str, str], variables: dict[str, str]
) -> None:
    """What was given goes to `wandb.Api`, what was found into the environment."""
    rehearsed = rehearsed_call(call, settings(tmp_path, given, **FOUND))
    assert isinstance(rehearsed, RehearsedCall)
    assert (rehearsed.overrides, rehearsed.variables) == (overrides, variables)


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (Call(None), "no path was given"),
        (Call("wandb-registry-model/x", type="model"), "a draft is logged before it is linked"),
        *(
            (Call("wandb-registry-model/x", "use", method=method), f"{method} does more than find the place")
            for method in ("run.use_model", "api.artifacts", "api.artifact_collection")
        ),
    ],
)
def test_a_call_that_would_write_is_not_made(tmp_path: Path, call: Call, why: str) -> None:
    """Nor one that asks for something else than a version."""
    assert str(rehearsed_call(call, settings(tmp_path, Given()))).startswith(why)


def test_without_credentials_wandb_is_not_asked(tmp_path: Path) -> None:
    """And that is said, with what to do."""
    why = rehearsed_call(LINK, settings(tmp_path, Given(), WANDB_API_KEY=""))
    assert isinstance(why, str)
    assert "there are no credentials" in why and "WANDB_API_KEY" in why


@pytest.mark.parametrize("method", [None, "artifact.link"])
def test_the_methods_that_are_made(tmp_path: Path, method: Method | None) -> None:
    """`Artifact.link`, also where no method was named."""
    call = Call(LINK.target, "link", LINK.artifact, method=method)
    assert isinstance(rehearsed_call(call, settings(tmp_path, Given())), RehearsedCall)


@pytest.mark.parametrize(
    ("call", "given", "words"),
    [
        (
            LINK,
            Given(),
            ["--artifact=vision/detectors/yolo:v0", "--alias=best", "wandb-registry-model/detector"],
        ),
        (USE, Given(), ["--for=use", "--type=model", "wandb-registry-model/detector:v0"]),
        (
            Call("Acme & Co/wandb-registry-model/x", "use", method="api.artifact"),
            Given(base_url="https://me:secret@wandb.example", entity="vi sion"),
            [
                "--call=api.artifact",
                "--entity=vi sion",
                "--base-url=https://wandb.example",
                "Acme & Co/wandb-registry-model/x",
            ],
        ),
        (Call("-odd/path", "use"), Given(style="argument"), ["--for=use", "--", "-odd/path"]),
    ],
)
def test_the_command_that_writes_a_call_down(
    tmp_path: Path, call: Call, given: Given, words: list[str]
) -> None:
    """A shell takes it apart into the same call; what the settings say is found again by itself."""
    command = bundle_command(call, settings(tmp_path, given, WANDB_PROJECT="found"))
    assert shlex.split(command) == ["wandb-registry", "bundle", *words]
