import os
from dataclasses import dataclass

DEFAULT_ENTITY = "plant-lab"
DEFAULT_REGISTRY = "root-models"
DEFAULT_ALIAS = "production"


@dataclass(frozen=True)
class RegistryConfig:
    entity: str
    registry: str
    alias: str

    def registry_project(self) -> str:
        return f"{self.entity}-org/wandb-registry-{self.registry}"


def resolve() -> RegistryConfig:
    return RegistryConfig(
        entity=os.environ.get("WANDB_ENTITY", DEFAULT_ENTITY),
        registry=os.environ.get("ROOT_MODEL_REGISTRY", DEFAULT_REGISTRY),
        alias=os.environ.get("ROOT_MODEL_ALIAS", DEFAULT_ALIAS),
    )
