import os

import wandb

from app.config import resolve


def download(name: str) -> str:
    config = resolve()
    artifact = wandb.Api().artifact(f"{config.registry_project()}/{name}:{config.alias}", type="model")  #> api.artifact ?plant-lab-org/wandb-registry-root-models/{name}:production; type=model
    return artifact.download()


def download_default():
    api = wandb.Api()
    wandb_org = os.environ.get("WANDB_ORG")
    wandb_project = os.environ.get("WANDB_PROJECT")
    wandb_model_name = os.environ.get("WANDB_MODEL_NAME")
    path = f"{wandb_org}/{wandb_project}/{wandb_model_name}:latest"
    return api.artifact(path, type="model").download()  #> api.artifact ?{WANDB_ORG}/{WANDB_PROJECT}/{WANDB_MODEL_NAME}:latest; type=model
