import typer
import wandb


def train(lr: float = 1e-3):
    run = wandb.init(project="faces", config={"lr": lr})
    artifact = wandb.Artifact(name="face_classification_model", type="model", description="faces")
    artifact.add_file("best.pt")
    run.log_artifact(artifact)
    artifact.wait()
    artifact.aliases.append("latest")
    artifact.link(  #> artifact.link some-university-org/wandb-registry-faces/Model_collection:latest; project=faces; type=model
        target_path="some-university-org/wandb-registry-faces/Model_collection:latest"
    )


if __name__ == "__main__":
    typer.run(train)
