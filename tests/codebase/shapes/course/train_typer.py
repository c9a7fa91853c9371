import os
from datetime import datetime
from pathlib import Path

import typer
import wandb
from ultralytics import YOLO


def train_model(data_path: str = "data/processed", output_dir: str = "models") -> None:
    timestamp = datetime.now().strftime("%Y%m%d")
    with wandb.init(project="detection", entity=None, job_type="train", name=f"train_{timestamp}") as run:
        artifact = wandb.Artifact(type="model", name="run-%s-model" % wandb.run.id, metadata={"time": timestamp})
        os.makedirs(output_dir, exist_ok=True)
        model = YOLO("yolo11n.pt")
        model.train(data=data_path, epochs=3)
        artifact.add_file(str(Path(model.export(format="onnx"))))
        run.log_artifact(artifact)
        run.link_artifact(  #> run.link_artifact some-university-org/wandb-registry-mlops final project/trained-model; project=detection; type=model
            artifact=artifact,
            target_path="some-university-org/wandb-registry-mlops final project/trained-model",
        )
        run.finish()


if __name__ == "__main__":
    typer.run(train_model)
