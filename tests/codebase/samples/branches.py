"""Paths that depend on what happens."""

import sys
import wandb

api = wandb.Api()


def by_stage(run, artifact, stage):
    if stage == "dev":
        target = "wandb-registry-dev/c"
    elif stage == "test":
        target = "wandb-registry-test/c"
    else:
        target = "wandb-registry-prod/c"
    run.link_artifact(artifact, target)  #> run.link_artifact wandb-registry-dev/c #> run.link_artifact wandb-registry-test/c #> run.link_artifact wandb-registry-prod/c


def by_condition(run, debug):
    kind = "dataset" if debug else "model"
    artifact = wandb.Artifact("x", type=kind)
    run.link_artifact(artifact, f"wandb-registry-{kind}/{kind}s")  #> run.link_artifact wandb-registry-dataset/datasets; type=dataset #> run.link_artifact wandb-registry-model/models; type=model


def by_table(run, artifact, key):
    registries = {"m": "model", "d": "dataset"}
    run.link_artifact(artifact, f"wandb-registry-{registries[key]}/c")  #> run.link_artifact wandb-registry-model/c #> run.link_artifact wandb-registry-dataset/c
    run.link_artifact(artifact, f"wandb-registry-{registries.get('m', 'none')}/known-key")  #> run.link_artifact wandb-registry-model/known-key


def by_loop(run):
    for registry, collection in [("model", "detector"), ("dataset", "images")]:
        artifact = run.log_artifact("file", name=collection, type=registry)
        run.link_artifact(artifact, f"wandb-registry-{registry}/{collection}")  #> run.link_artifact wandb-registry-model/detector; type=model #> run.link_artifact wandb-registry-dataset/images; type=dataset


def by_default(run, artifact, registry=None, collection="given"):
    if registry is None:
        registry = "model"
    run.link_artifact(artifact, f"wandb-registry-{registry}/{collection}")  #> run.link_artifact wandb-registry-model/given


def by_override(run, artifact):
    collection = "default"
    if len(sys.argv) > 1:
        collection = sys.argv[1]
    run.link_artifact(artifact, f"wandb-registry-model/{collection}")  #> run.link_artifact wandb-registry-model/default #> run.link_artifact ?wandb-registry-model/{collection}


def by_return(name):
    if name:
        return "wandb-registry-model/" + name
    return "wandb-registry-model/nameless"


def too_many(run, artifact):
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q"]:
        run.link_artifact(artifact, f"wandb-registry-model/{name}")  #> run.link_artifact ?wandb-registry-model/{name}


def built_up(run, artifact, names):
    path = "wandb-registry-model"
    for name in names:
        path += "/" + name
    run.link_artifact(artifact, path)  #> run.link_artifact wandb-registry-model #> run.link_artifact ?{path}


run = wandb.init()
run.link_artifact(wandb.Artifact("y", "model"), by_return(sys.argv[1]))  #> run.link_artifact ?wandb-registry-model/{name}; type=model #> run.link_artifact wandb-registry-model/nameless; type=model
if False:
    run.link_artifact(wandb.Artifact("y", "model"), "wandb-registry-model/dead")  #> run.link_artifact wandb-registry-model/dead; type=model
downloaded = [api.artifact(path).download() for path in ("wandb-registry-model/a:v0", "wandb-registry-model/b:v1")]  #> api.artifact wandb-registry-model/a:v0 #> api.artifact wandb-registry-model/b:v1
try:
    fetched = run.use_artifact("wandb-registry-model/tried:v0")  #> run.use_artifact wandb-registry-model/tried:v0
except wandb.errors.CommError:
    fetched = wandb.Artifact("new", "model")
run.link_artifact(fetched, "wandb-registry-model/caught")  #> run.link_artifact wandb-registry-model/caught; artifact=wandb-registry-model/tried:v0 #> run.link_artifact wandb-registry-model/caught; type=model
