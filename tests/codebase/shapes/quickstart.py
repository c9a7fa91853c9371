import random

import wandb

run = wandb.init(project="registry_quickstart")
with open("my_model.txt", "w") as f:
    f.write("Model: " + str(random.random()))
logged_artifact = run.log_artifact(artifact_or_path="./my_model.txt", name="gemma-finetuned", type="model")
COLLECTION_NAME = "first-collection"
REGISTRY_NAME = "model"
run.link_artifact(artifact=logged_artifact, target_path=f"wandb-registry-{REGISTRY_NAME}/{COLLECTION_NAME}")  #> run.link_artifact wandb-registry-model/first-collection; project=registry_quickstart; type=model
run.finish()
