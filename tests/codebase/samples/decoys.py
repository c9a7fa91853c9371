"""Nothing here is a call to wandb: run.link_artifact(a, "wandb-registry-model/docstring")."""

import os
from pathlib import Path

import requests
import sqlalchemy
import wandb

EXAMPLE = """
run.link_artifact(artifact, "wandb-registry-model/in-a-string")
wandb.Api().artifact("wandb-registry-model/in-a-string:v0")
"""
# run.link_artifact(artifact, "wandb-registry-model/in-a-comment")

os.link("model.pt", "wandb-registry-model/hard-link")
os.link("wandb-registry-model/hard-link", "model.pt")
Path("model.pt").link_to("wandb-registry-model")
requests.Session().artifact("team/build:v0")
response = requests.get("https://ci.example.com").artifact("builds/1")
graph = sqlalchemy.create_engine("sqlite://")
graph.link("team/other")


class Store:
    def link_artifact(self, artifact, target_path):
        return artifact, target_path

    def artifact(self, name):
        return name

    def link(self, path):
        return self.link_artifact(path, "wandb-registry-model/own-method")


store = Store()
store.link_artifact("a", "wandb-registry-model/own-class")
store.artifact("team/project/name:v0")
store.link("elsewhere")


def link_artifact(name, target_path="wandb-registry-model/own-function"):
    return name, target_path


link_artifact("a", "wandb-registry-model/own-function")
print("run.use_artifact('wandb-registry-model/printed:v0')")
run = wandb.init()
run.log({"use_artifact": 1})
run.config.update({"link_artifact": "wandb-registry-model/config"})
html = "<a href='x'>".link if hasattr(str, "link") else None
