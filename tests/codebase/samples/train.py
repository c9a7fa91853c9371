"""Trains a detector and links it."""

import torch
import wandb

ENTITY = "vision-team"
PROJECT = "detectors"
REGISTRY = "model"
COLLECTION = "detector"
TARGET = f"wandb-registry-{REGISTRY}/{COLLECTION}"
ORGANIZATION_TARGET = "acme/" + TARGET


def train(epochs: int = 3) -> None:
    """Train, log, link."""
    run = wandb.init(entity=ENTITY, project=PROJECT, job_type="train")
    data = run.use_artifact("wandb-registry-dataset/images:latest", type="dataset")  #> run.use_artifact wandb-registry-dataset/images:latest; entity=vision-team; project=detectors; type=dataset
    folder = data.download()
    model = torch.nn.Linear(1, 1)
    for epoch in range(epochs):
        run.log({"epoch": epoch, "folder": folder})
    torch.save(model, "model.pt")
    artifact = wandb.Artifact("detector", type="model")
    artifact.add_file("model.pt")
    logged = run.log_artifact(artifact)
    run.link_artifact(logged, TARGET)  #> run.link_artifact wandb-registry-model/detector; entity=vision-team; project=detectors; type=model
    run.link_artifact(artifact=logged, target_path=ORGANIZATION_TARGET, aliases=["staging"])  #> run.link_artifact acme/wandb-registry-model/detector; entity=vision-team; project=detectors; type=model; aliases=staging
    logged.wait().link("wandb-registry-model/waited")  #> artifact.link wandb-registry-model/waited; entity=vision-team; project=detectors; type=model
    run.finish()


def evaluate() -> None:
    """A run as a context."""
    with wandb.init(project="evaluation") as evaluation, open("report.txt", "w") as report:
        report.write("run.link_artifact(a, 'wandb-registry-model/not-code')")
        model = evaluation.use_artifact(f"{TARGET}:v3")  #> run.use_artifact wandb-registry-model/detector:v3; project=evaluation
        path = evaluation.log_artifact("report.txt", name="report", type="report")
        evaluation.link_artifact(  #> run.link_artifact wandb-registry-reports/weekly; project=evaluation; type=report; aliases=best,weekly
            path,
            "wandb-registry-reports/weekly",
            ["best", "weekly"],
        )
        model.download()


if __name__ == "__main__":
    train()
    evaluate()
