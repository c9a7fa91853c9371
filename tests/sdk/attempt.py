"""Makes calls with the real SDK: a program that reads an attempt per line and answers with an outcome per line.

wandb is imported once; each attempt then runs in a fork of its own, with its own variables and directory, so that
nothing of one attempt (settings, credentials, services, caches) is left for the next. What an attempt imports is then
imported here, which halves the time of the next ones.

An attempt is `{"environ", "folder", "for", "target", "artifact", "type", "entity", "project", "aliases", "method"}`;
the last six are as for `wandb-registry doctor`, whose `--call` is the method. Without one a draft is linked by a
run, what was logged by itself, and `wandb.Api` fetches. An outcome is one of

* `{"outcome": "linked", "entity", "project", "collection", "version"}`: where wandb says that the version now is;
* `{"outcome": "fetched", "entity", "project", "collection", "version", "files"}`: after fetching and downloading;
* `{"outcome": "refused", "exception", "text"}`.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import TypedDict

import wandb

LONGEST = 60
"""Seconds after which an attempt is given up."""


class Attempt(TypedDict):
    environ: dict[str, str]
    folder: str
    target: str
    for_: str
    artifact: str | None
    type: str | None
    entity: str | None
    project: str | None
    aliases: list[str]
    method: str | None


def make(attempt: Attempt) -> dict[str, object]:
    """The call as a person makes it; an exception is what the person sees."""
    try:
        match attempt["method"]:
            case "run.use_artifact" | "run.use_model" as method:
                return fetch_in_run(attempt, method)
            case "run.link_model":
                return link_model(attempt)
        if attempt["for_"] == "use":
            return fetch(attempt)
        return (
            link_draft(attempt) if attempt["artifact"] is None else link_logged(attempt, attempt["artifact"])
        )
    except Exception as error:
        return {"outcome": "refused", "exception": type(error).__name__, "text": str(error)}


def api_for(attempt: Attempt) -> wandb.Api:
    given = {"entity": attempt["entity"], "project": attempt["project"]}
    return wandb.Api(overrides={name: value for name, value in given.items() if value is not None})


def link_logged(attempt: Attempt, path: str) -> dict[str, object]:
    artifact = api_for(attempt).artifact(path, type=attempt["type"])
    if attempt["method"] == "run.link_artifact":
        with run_of(attempt) as run:
            return linked(run.link_artifact(artifact, attempt["target"], attempt["aliases"] or None))
    return linked(artifact.link(attempt["target"], attempt["aliases"] or None))


def run_of(attempt: Attempt) -> wandb.Run:
    return wandb.init(entity=attempt["entity"], project=attempt["project"])


def draft_of(attempt: Attempt, name: str) -> wandb.Artifact:
    draft = wandb.Artifact(name, attempt["type"] or "model")
    with draft.new_file("content.txt") as file:
        file.write("logged by an attempt")
    return draft


def link_draft(attempt: Attempt) -> dict[str, object]:
    draft, target, aliases = draft_of(attempt, "a-draft"), attempt["target"], attempt["aliases"] or None
    if attempt["method"] == "artifact.link" and attempt["entity"] is None and attempt["project"] is None:
        return linked(draft.link(target, aliases))
    with run_of(attempt) as run:
        if attempt["method"] == "artifact.link":
            return linked(draft.link(target, aliases))
        return linked(run.link_artifact(draft, target, aliases))


def link_model(attempt: Attempt) -> dict[str, object]:
    """An artifact of the given type is there before, so that it is the type of the model."""
    file = Path(attempt["folder"], "weights.txt")
    file.write_text("logged by an attempt")
    with run_of(attempt) as run:
        if attempt["type"] is not None:
            run.log_artifact(draft_of(attempt, "a-model")).wait()
        return linked(run.link_model(file, attempt["target"], "a-model", attempt["aliases"] or None))


def fetch_in_run(attempt: Attempt, method: str) -> dict[str, object]:
    with run_of(attempt) as run:
        if method == "run.use_model":
            path = run.use_model(attempt["target"])
            if path is None:
                return {"outcome": "refused", "exception": "None", "text": "the model was silently not used"}
            files = (
                {Path(path).name: Path(path).read_text()} if Path(path).is_file() else files_in(Path(path))
            )
            return {"outcome": "fetched", **place(run.use_artifact(attempt["target"])), "files": files}
        artifact = run.use_artifact(attempt["target"], type=attempt["type"])
        return fetched(attempt, artifact)


def fetch(attempt: Attempt) -> dict[str, object]:
    return fetched(attempt, api_for(attempt).artifact(attempt["target"], type=attempt["type"]))


def fetched(attempt: Attempt, artifact: wandb.Artifact | None) -> dict[str, object]:
    if artifact is None:
        return {"outcome": "refused", "exception": "None", "text": "nothing was silently fetched"}
    root = Path(artifact.download(root=str(Path(attempt["folder"], "downloaded"))))
    return {"outcome": "fetched", **place(artifact), "files": files_in(root)}


def files_in(root: Path) -> dict[str, str]:
    return {str(file.relative_to(root)): file.read_text() for file in root.rglob("*") if file.is_file()}


def linked(artifact: wandb.Artifact | None) -> dict[str, object]:
    if artifact is None:
        return {"outcome": "refused", "exception": "None", "text": "the link was silently not made"}
    return {"outcome": "linked", **place(artifact)}


def place(artifact: wandb.Artifact) -> dict[str, object]:
    return {
        "entity": artifact.entity,
        "project": artifact.project,
        "collection": artifact.collection.name,
        "version": artifact.version,
    }


class Answer(TypedDict):
    outcome: dict[str, object]
    imported: list[str]
    """The modules of wandb that the attempt imported."""


def in_a_fork(attempt: Attempt) -> Answer:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            text = pipe.read()
        os.waitpid(child, 0)
        answer: Answer = json.loads(text or '{"outcome": {"outcome": "crashed"}, "imported": []}')
        return answer
    os.close(reading)
    os.dup2(2, 1)  # what wandb prints is not the answer
    signal.alarm(LONGEST)
    os.environ.clear()
    os.environ.update(attempt["environ"])
    os.chdir(attempt["folder"])
    known = set(sys.modules)
    outcome = make(attempt)
    imported = [name for name in sys.modules if name not in known and name.startswith("wandb.")]
    with os.fdopen(writing, "w") as pipe:
        json.dump({"outcome": outcome, "imported": imported}, pipe)
    wandb.teardown()
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        answer = in_a_fork(json.loads(line))
        sys.stdout.write(json.dumps(answer["outcome"]) + "\n")
        sys.stdout.flush()
        for name in answer["imported"]:
            importlib.import_module(name)


if __name__ == "__main__":
    main()
