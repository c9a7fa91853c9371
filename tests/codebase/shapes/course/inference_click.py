import os

import click
import onnxruntime as ort
import wandb
from dotenv import load_dotenv


@click.command()
@click.option("--i_input", type=str, required=False)
@click.option("--model_name", type=str, required=False)
def wandb_inference(i_input="pain", model_name="codes:v1"):
    load_dotenv()
    wandb.login(key=os.getenv("WANDB_API_KEY"))
    wandb.init(project="codes")
    run = wandb.init()
    artifact = run.use_artifact("some-one/wandb-registry-model/codes:v1", type="model")  #> run.use_artifact some-one/wandb-registry-model/codes:v1; type=model
    other = run.use_artifact(f"some-one/wandb-registry-model/{model_name}", type="model")  #> run.use_artifact ?some-one/wandb-registry-model/{model_name}; type=model
    return ort.InferenceSession(f"{artifact.download()}/model.onnx"), other, i_input


if __name__ == "__main__":
    wandb_inference()
