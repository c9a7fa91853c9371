import wandb

run = wandb.init(entity="<team_entity>", project="<project>")
artifact = wandb.Artifact(name="<artifact_name>", type="<artifact_type>")
registry_name = "<registry_name>"
collection_name = "<collection_name>"
target_path = f"wandb-registry-{registry_name}/{collection_name}"
run.link_artifact(artifact=artifact, target_path=target_path)  #> run.link_artifact wandb-registry-<registry_name>/<collection_name>; entity=<team_entity>; project=<project>; type=<artifact_type>
