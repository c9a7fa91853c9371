"""Configuration in a dataclass."""

import os
from dataclasses import dataclass, field
from typing import Optional

import wandb


@dataclass
class RegistryConfig:
    registry: str = "model"
    collection: str = field(default="configured")
    team: Optional[str] = None
    organization: str = os.getenv("WANDB_ORG", "acme")

    @property
    def target(self) -> str:
        return f"{self.organization}/wandb-registry-{self.registry}/{self.collection}"

    def version(self, alias):
        return self.target + ":" + alias


class Publisher:
    NAME = "published"

    def __init__(self, config: RegistryConfig, suffix="-v2"):
        self.config = config
        self.suffix = suffix
        self.run = None

    def start(self):
        self.run = wandb.init(project="publisher", entity="vision-team")

    def publish(self, artifact):
        self.run.link_artifact(artifact, self.config.target)  #> run.link_artifact acme/wandb-registry-dataset/configured; entity=vision-team; project=publisher
        self.run.link_artifact(artifact, "wandb-registry-model/" + self.NAME + self.suffix)  #> run.link_artifact wandb-registry-model/published-v2; entity=vision-team; project=publisher
        return self.run.use_artifact(self.config.version("v1"))  #> run.use_artifact acme/wandb-registry-dataset/configured:v1; entity=vision-team; project=publisher


def default_publish(run: "wandb.Run", artifact):
    config = RegistryConfig()
    run.link_artifact(artifact, config.target)  #> run.link_artifact acme/wandb-registry-model/configured; entity=vision-team; project=publisher
    run.link_artifact(artifact, f"{config.team}/wandb-registry-model/teamed")  #> run.link_artifact ?{team}/wandb-registry-model/teamed; entity=vision-team; project=publisher


publisher = Publisher(RegistryConfig(registry="dataset"))
