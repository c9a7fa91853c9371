"""What people do with the SDK, and what the doctor reads of its objects: a program for an environment of any SDK.

Out: one line of JSON with what came of each; test_versions.py has what is expected.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import wandb

import registry_doctor
from registry_doctor.sdk import given_by_api, given_by_run, see_artifact
from registry_doctor.settings import Given

told: dict[str, object] = {"version": wandb.__version__}
api = wandb.Api()
told["viewer"] = [api.viewer.username, api.default_entity]
registry = api.registry("model", "Acme Robotics")
told["registry"] = [registry.name, list(registry.artifact_types)]


def seen(artifact: wandb.Artifact) -> list[str | None]:
    """What the adapter makes of an artifact."""
    found = see_artifact(artifact)
    return [found.path, found.type]


source = api.artifact("vision/detectors/yolo:v1")
linked = source.link("wandb-registry-model/detector", aliases=["staging"])
told["linked"] = [linked.entity, linked.project, linked.version, sorted(linked.aliases)]
fetched = api.artifact("wandb-registry-model/detector:staging")
told["fetched"] = [fetched.version, Path(fetched.download(root="down"), "model.bin").read_text()]
try:
    source.link("vision/wandb-registry-model/detector")
except Exception as error:  # its class differs between versions
    told["refused"] = str(error)

told["seen logged"], told["seen linked"] = seen(source), seen(fetched)
told["diagnosed"] = [
    [path, registry_doctor.diagnose(path, artifact=source, api=api).exit_code]
    for path in ("wandb-registry-model/detector", "vision/wandb-registry-model/detector")
]
given = given_by_api(api, Given(style="argument"))
told["given by api"] = [given.base_url, given.api_key]

Path("weights.bin").write_bytes(b"weights")
with wandb.init(entity="vision", project="training") as run:
    given = given_by_run(run, Given(style="argument"))
    told["given by run"] = [given.entity, given.project]
    artifact = wandb.Artifact("net", type="model")
    artifact.add_file("weights.bin")
    told["seen draft"] = seen(artifact)
    logged = run.log_artifact(artifact).wait()
    told["logged"] = [logged.qualified_name, logged.version]
    draft = wandb.Artifact("other", type="model")
    draft.add_file("weights.bin")
    placed = run.link_artifact(draft, "wandb-registry-model/other")
    told["drafted"] = [placed.entity, placed.project, placed.version]
with wandb.init(entity="vision", project="training", id="again", config={"lr": 0.5}) as run:
    run.log({"loss": 2}, step=10)
    run.log({"loss": 1}, step=20)
with wandb.init(entity="vision", project="training", id="again", resume="must") as run:
    told["resumed"] = [run.resumed, dict(run.config), run.summary["loss"]]
    run.log({"loss": 0})
try:
    wandb.init(entity="vision", project="training", id="again", resume="never")
except Exception as error:  # its class differs between versions
    told["never"] = "already exists" in str(error)
ended = wandb.Api().run("vision/training/again")
told["history"] = [[row["_step"], row["loss"]] for row in ended.scan_history(keys=["_step", "loss"])]
told["ended"] = [ended.state, ended.lastHistoryStep, ended.summary["loss"]]
sys.stdout.write(json.dumps(told) + "\n")
