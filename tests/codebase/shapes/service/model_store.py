"""Saves and loads models by the name of their collection."""
import tempfile

import torch
import wandb


class ModelStore:
    """Wraps wandb for a training service."""

    def __init__(self, entity, project, retention=3):
        self.run = wandb.init(entity=entity, project=project, resume="allow")
        self.api = wandb.Api()
        self._executor = None
        self.retention = retention

    def save(self, model, model_name, tags=None):
        artifact = wandb.Artifact(name=model_name, type="model", metadata={})
        with tempfile.NamedTemporaryFile(suffix=".pth", delete=False) as file:
            torch.save(model.state_dict(), file.name)
            artifact.add_file(file.name, name="model.pth")
        logged_artifact = self.run.log_artifact(artifact, type="model", tags=tags)
        target_path = f"wandb-registry-model/{model_name}"
        try:
            self.run.link_artifact(logged_artifact, target_path=target_path)  #> run.link_artifact ?wandb-registry-model/{model_name}; entity=?{entity}; project=?{project}; type=model
        except Exception as problem:
            print(f"Failed to link artifact to {target_path}: {problem}")

    def load(self, model_name, alias="latest"):
        artifact = self.api.artifact(f"wandb-registry-model/{model_name}:{alias}")  #> api.artifact ?wandb-registry-model/{model_name}:latest
        return artifact.download()

    def exists(self, name):
        try:
            self.run.use_artifact(f"{name}:latest", type="model")  #> run.use_artifact ?{name}:latest; entity=?{entity}; project=?{project}; type=model
        except wandb.CommError:
            return False
        return True
