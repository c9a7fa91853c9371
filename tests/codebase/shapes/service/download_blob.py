import wandb
from config import wandb_config

REGISTRY_TYPE = 'model'
COLLECTION = 'Detections'
ALIAS = 'latest'
registry = f"wandb-registry-{REGISTRY_TYPE}/{COLLECTION}:{ALIAS}"


class WandbModelRegistry:
    def __init__(self):
        wandb.login()
        self.run = wandb.init()

    def download_blob(self, destination):
        run = wandb.init(entity=wandb_config.entity, project=wandb_config.project)
        artifact_name = f"wandb-registry-{REGISTRY_TYPE}/{COLLECTION}:{ALIAS}"
        # artifact_name = '<artifact_name>'
        fetched_artifact = run.use_artifact(artifact_or_name=artifact_name)  #> run.use_artifact wandb-registry-model/Detections:latest; entity=?{entity}; project=?{project}
        return fetched_artifact.download(destination)

    def previous(self):
        return self.run.use_artifact(registry)  #> run.use_artifact wandb-registry-model/Detections:latest
