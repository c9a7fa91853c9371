# -*- coding: latin-1 -*-
"""Written over years; café."""
import wandb

api = wandb.Api()
entity = "vision-team"


def promote(names=("one", "two")):
    for name in names:
        version = api.artifact("%s/%s/%s:latest" % (entity, "detectors", name))  #> api.artifact vision-team/detectors/one:latest; ordinary #> api.artifact vision-team/detectors/two:latest; ordinary
        version.link("%s/model-registry/%s" % (entity, name))  #> artifact.link vision-team/model-registry/one; artifact=vision-team/detectors/one:latest #> artifact.link vision-team/model-registry/two; artifact=vision-team/detectors/two:latest


def wrong():
    run = wandb.init(entity=entity, project="old")
    label = "é"; run.link_artifact(run.log_artifact("m.pt", "m", "model"), "model/" + label)  #> run.link_artifact model/é; entity=vision-team; project=old; type=model
    run.link_artifact(run.log_artifact("m.pt", "m", type="model"), "https://wandb.ai/orgs/acme/registry/model")  #> run.link_artifact https://wandb.ai/orgs/acme/registry/model; entity=vision-team; project=old; type=model
