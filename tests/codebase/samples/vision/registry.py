"""Links and fetches with what other modules say."""

import wandb
import vision.constants
from vision import collection_path, MODEL_REGISTRY
from vision.paths import dataset_path

from .constants import *
from . import constants as c


def link_all(run, artifact):
    run.link_artifact(artifact, f"{MODEL_REGISTRY}/{COLLECTIONS['detector']}")  #> run.link_artifact wandb-registry-model/Detector
    run.link_artifact(artifact, collection_path("tracker"))  #> run.link_artifact acme/wandb-registry-model/tracker
    run.link_artifact(artifact, c.MODEL_REGISTRY + "/by-module")  #> run.link_artifact wandb-registry-model/by-module
    run.link_artifact(artifact, vision.constants.DATASET_REGISTRY + "/dotted")  #> run.link_artifact wandb-registry-dataset/dotted
    run.link_artifact(artifact, f"{c.MODEL_REGISTRY}/x", aliases=[c.Stage.PRODUCTION.value])  #> run.link_artifact wandb-registry-model/x; aliases=production
    for key, collection in COLLECTIONS.items():
        print(key)
        run.link_artifact(artifact, f"{ORGANIZATION}/{MODEL_REGISTRY}/{collection}")  #> run.link_artifact acme/wandb-registry-model/Detector #> run.link_artifact acme/wandb-registry-model/Segmenter


def fetch(name=None):
    api = wandb.Api()
    artifact = api.artifact(dataset_path("images"), "dataset")  #> api.artifact wandb-registry-dataset/images:latest; type=dataset
    other = api.artifact(name=dataset_path(name))  #> api.artifact ?wandb-registry-dataset/{name}:latest
    return artifact, other
