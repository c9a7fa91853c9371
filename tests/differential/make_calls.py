"""Makes calls with the real SDK in one process: a program that reads an attempt per line and answers with an outcome.

Attempts and outcomes are those of `tests/sdk/attempt.py`, without drafts. There every attempt has a process of its
own; here a `wandb.Api` of its own, which takes a hundredth of the time. What else wandb keeps for itself does not
matter: it is loaded before any variable is set, and of the variables only those are set that every call reads anew
(registry-rules R7.8).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import IO

import wandb

from tests.sdk.attempt import Attempt, linked, place

READ_AT_EVERY_CALL = ("WANDB_BASE_URL", "WANDB_ENTITY", "WANDB_PROJECT", "WANDB_ORGANIZATION")


def make(attempt: Attempt) -> dict[str, object]:
    """The call as a person makes it; an exception is what the person sees."""
    environ = attempt["environ"]
    for name in READ_AT_EVERY_CALL:
        os.environ.pop(name, None)
        if name in environ:
            os.environ[name] = environ[name]
    given = {"entity": attempt["entity"], "project": attempt["project"]}
    overrides = {name: value for name, value in given.items() if value is not None}
    try:
        api = wandb.Api(overrides=overrides, api_key=environ["WANDB_API_KEY"])
        if attempt["for_"] == "use":
            return fetch(api, attempt)
        assert attempt["artifact"] is not None
        artifact = api.artifact(attempt["artifact"], type=attempt["type"])
        return linked(artifact.link(attempt["target"], attempt["aliases"] or None))
    except Exception as error:
        return {"outcome": "refused", "exception": type(error).__name__, "text": str(error)}


def fetch(api: wandb.Api, attempt: Attempt) -> dict[str, object]:
    artifact = api.artifact(attempt["target"], type=attempt["type"])
    with tempfile.TemporaryDirectory() as root:
        artifact.download(root=root, skip_cache=True)
        files = sorted(name for _, _, names in os.walk(root) for name in names)
    return {"outcome": "fetched", **place(artifact), "files": files}


def main(answers: IO[str]) -> None:
    wandb.setup()
    for line in sys.stdin:
        answers.write(json.dumps(make(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    stdout, sys.stdout = sys.stdout, sys.stderr  # what wandb prints is not an answer
    main(stdout)
