from dataclasses import dataclass
from typing import Optional

import wandb


@dataclass
class WandbArtifactConfig:
    name: str
    version: str = "latest"
    project: Optional[str] = None
    entity: Optional[str] = None

    def wandb_path(self) -> str:
        path = "/".join(x for x in [self.entity, self.project, self.name] if x is not None)
        path = f"{path}:{self.version}"
        return path


def load(config: WandbArtifactConfig):
    return wandb.Api().artifact(config.wandb_path())  #> api.artifact ?{wandb_path()}


def load_known():
    known = WandbArtifactConfig("tiny", project="wandb-registry-model")
    return wandb.Api().artifact(f"{known.project}/{known.name}:{known.version}")  #> api.artifact wandb-registry-model/tiny:latest
