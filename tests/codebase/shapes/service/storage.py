from typing import List, Tuple

import wandb


class Storage:
    def __init__(self):
        self.api = wandb.Api()
        self.entity = self.api.default_entity

    def get_artifact(self, artifact_id: str, version: str = "latest"):
        return self.api.artifact(f"wandb-registry-model/{artifact_id}:{version}")  #> api.artifact ?wandb-registry-model/{artifact_id}:latest

    def newest(self, wikibase_id=None, classifier_id=None, registry_version=None):
        artifact_path = ""
        if wikibase_id and registry_version:
            artifact_path = f"wandb-registry-model/{wikibase_id}:{registry_version}"
        elif classifier_id:
            model_path = ModelPath(wikibase_id=wikibase_id, classifier_id=classifier_id)
            artifacts = self.api.artifacts(type_name="model", name=f"{model_path}")  #> api.artifacts ?{model_path}; type=model
            artifact_path = f"{model_path}:{len(artifacts)}"
        if artifact_path == "":
            raise ValueError("no artifact")
        return self.api.artifact(artifact_path)  #> api.artifact ?wandb-registry-model/{wikibase_id}:{registry_version} #> api.artifact ?{model_path}:{len()}

    def ls(self, artifact: wandb.Artifact) -> List[Tuple[str, str]]:
        return [(file.name, file.url) for file in artifact.files()]
