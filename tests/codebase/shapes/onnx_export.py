import json
from pathlib import Path

import wandb

EXPORT_DIR = Path("export")
ONNX_COLLECTION = "distil-int8"
OPSET = 17


def export() -> str:
    run = wandb.init(project="nlp", job_type="export", config={"opset": OPSET})
    meta = json.loads((EXPORT_DIR / "meta.json").read_text())
    art = wandb.Artifact(ONNX_COLLECTION, type="model", metadata={"quant": "int8", **meta})
    for f in EXPORT_DIR.glob("*"):
        art.add_file(str(f))
    run.log_artifact(art, aliases=["int8", "latest"])
    run.link_artifact(art, target_path=f"wandb-registry-model/{ONNX_COLLECTION}",  #> run.link_artifact wandb-registry-model/distil-int8; project=nlp; type=model; aliases=int8,latest
                      aliases=["int8", "latest"])
    run.finish()
    print(f"registered -> wandb-registry-model/{ONNX_COLLECTION}:int8")
    return str(EXPORT_DIR)


REGISTRY_PATH = "wandb-registry-Model/us-delays"


def promote(client, version):
    source = wandb.Api().artifact("some-university/delays/candidate:v0")  #> api.artifact some-university/delays/candidate:v0; ordinary
    source.link(REGISTRY_PATH, aliases=["production"])  #> artifact.link wandb-registry-Model/us-delays; artifact=some-university/delays/candidate:v0; aliases=production
    client.link(version)
