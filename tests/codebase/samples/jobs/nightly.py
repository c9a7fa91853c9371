# A job that is set by its environment.
import os
from os import environ, getenv

import wandb

registry = os.environ.get("REGISTRY", "model")
collection = os.getenv("COLLECTION") or "nightly"
organization = environ.get("ORGANIZATION")
prefix = f"{organization}/" if organization else ""
version = getenv("VERSION", default="latest")

run = wandb.init(entity=os.environ.get("WANDB_ENTITY"), project=getenv("WANDB_PROJECT", "jobs"))
artifact = run.use_artifact(f"wandb-registry-{registry}/{collection}:{version}", type="model")  #> run.use_artifact wandb-registry-model/nightly:latest; entity=?{WANDB_ENTITY}; project=jobs; type=model
run.link_artifact(artifact, f"{prefix}wandb-registry-{registry}/{collection}-copy")  #> run.link_artifact wandb-registry-model/nightly-copy; entity=?{WANDB_ENTITY}; project=jobs; type=model; artifact=wandb-registry-model/nightly:latest #> run.link_artifact ?{ORGANIZATION}/wandb-registry-model/nightly-copy; entity=?{WANDB_ENTITY}; project=jobs; type=model; artifact=wandb-registry-model/nightly:latest
run.link_artifact(artifact, f"{os.environ['ORGANIZATION']}/wandb-registry-{registry}/c")  #> run.link_artifact ?{ORGANIZATION}/wandb-registry-model/c; entity=?{WANDB_ENTITY}; project=jobs; type=model; artifact=wandb-registry-model/nightly:latest
