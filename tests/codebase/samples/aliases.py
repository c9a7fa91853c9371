"""wandb under other names, methods under other names."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import wandb as wb
from wandb import Api, Artifact, init
from wandb import use_artifact as fetch

use = fetch("acme/wandb-registry-model/imported:v0")  #> run.use_artifact acme/wandb-registry-model/imported:v0; entity=team-a
experiment = init(entity="team-a")
again = experiment
artifact = Artifact("a", "model")
again.link_artifact(artifact, "wandb-registry-model/again")  #> run.link_artifact wandb-registry-model/again; entity=team-a; type=model
link = experiment.link_artifact
link(artifact, "wandb-registry-model/bound")  #> run.link_artifact wandb-registry-model/bound; entity=team-a; type=model
getattr(experiment, "link_artifact")(artifact, "wandb-registry-model/getattr")  #> run.link_artifact wandb-registry-model/getattr; entity=team-a; type=model
wb.use_artifact("wandb-registry-model/by-module:v0")  #> run.use_artifact wandb-registry-model/by-module:v0; entity=team-a
wb.use_model("wandb-registry-model/model:v0")  #> run.use_model wandb-registry-model/model:v0; entity=team-a
client = Api()
get = client.artifact
get("wandb-registry-model/got:v0")  #> api.artifact wandb-registry-model/got:v0
publish = artifact.link
publish(target_path="wandb-registry-model/published")  #> artifact.link wandb-registry-model/published; entity=team-a; type=model
with ThreadPoolExecutor() as pool:
    pool.submit(experiment.link_artifact, artifact, "wandb-registry-model/submitted")  #> run.link_artifact wandb-registry-model/submitted; entity=team-a; type=model
partial(experiment.link_artifact, artifact, target_path="wandb-registry-model/partial")()  #> run.link_artifact wandb-registry-model/partial; entity=team-a; type=model


async def later():
    await asyncio.to_thread(experiment.use_artifact, "wandb-registry-model/threaded:v0", type="model")  #> run.use_artifact wandb-registry-model/threaded:v0; entity=team-a; type=model


def unknown_objects(my_run, model_artifact, wandb_api, thing):
    my_run.link_artifact(thing, "wandb-registry-model/parameter")  #> run.link_artifact wandb-registry-model/parameter; entity=team-a
    model_artifact.link("production/detector")  #> artifact.link production/detector; entity=team-a
    thing.link("acme/wandb-registry-model/by-path")  #> artifact.link acme/wandb-registry-model/by-path; entity=team-a
    wandb_api.artifact("team/project/name:v0")  #> api.artifact team/project/name:v0; ordinary
