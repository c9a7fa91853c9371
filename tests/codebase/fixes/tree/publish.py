"""Log a model and link it, with names of another module."""

import wandb
from names import MODELS

COLLECTION = "detector"

with wandb.init(project="training") as run:
    artifact = wandb.Artifact("yolo", type="model")
    with artifact.new_file("model.bin") as file:
        file.write("weights")
    linked = run.link_artifact(
        artifact,
        f"{MODELS}/{COLLECTION}",  # the registry, and the collection in it
    )
    print(linked.qualified_name)
