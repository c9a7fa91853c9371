"""The Api and its relatives, and ordinary artifacts."""

import wandb
from wandb.apis.public import Api as PublicApi

api = wandb.Api(overrides={"entity": "vision-team", "organization": "acme"}, timeout=30)
wandb.Api().artifact("acme/wandb-registry-model/detector:v0").download()  #> api.artifact acme/wandb-registry-model/detector:v0
PublicApi().artifact("wandb-registry-model/detector:v1", type="model")  #> api.artifact wandb-registry-model/detector:v1; type=model
api.artifact(name="wandb-registry-model/detector:prod")  #> api.artifact wandb-registry-model/detector:prod; entity=vision-team; organization=acme
if api.artifact_exists("wandb-registry-model/detector:v9"):  #> api.artifact_exists wandb-registry-model/detector:v9; entity=vision-team; organization=acme
    print("there")
api.artifact_collection("model", "acme/wandb-registry-model/detector").aliases  #> api.artifact_collection acme/wandb-registry-model/detector; entity=vision-team; organization=acme; type=model
api.artifact_collection_exists(type="model", name="wandb-registry-model/detector")  #> api.artifact_collection_exists wandb-registry-model/detector; entity=vision-team; organization=acme; type=model
for version in api.artifacts(type_name="model", name="wandb-registry-model/detector"):  #> api.artifacts wandb-registry-model/detector; entity=vision-team; organization=acme; type=model
    print(version.name)
api.artifact_versions("model", "wandb-registry-model/old")  #> api.artifacts wandb-registry-model/old; entity=vision-team; organization=acme; type=model
(
    api
    .artifact("vision-team/detectors/yolo:v3")  #> api.artifact vision-team/detectors/yolo:v3; entity=vision-team; organization=acme; ordinary
    .link("wandb-registry-model/chained")  #> artifact.link wandb-registry-model/chained; artifact=vision-team/detectors/yolo:v3
)
run = wandb.init()
run.use_artifact("yolo:latest")  #> run.use_artifact yolo:latest; ordinary
run.use_artifact(f"run-{run.id}-model:latest")  #> run.use_artifact ?run-{id}-model:latest; ordinary
run.use_artifact(api.artifact("vision-team/detectors/yolo:v4"))  #> run.use_artifact vision-team/detectors/yolo:v4; ordinary #> api.artifact vision-team/detectors/yolo:v4; entity=vision-team; organization=acme; ordinary
run.use_artifact(wandb.Artifact("draft", "dataset"))
run.use_model(name="acme/wandb-registry-model/detector:v5")  #> run.use_model acme/wandb-registry-model/detector:v5
run.link_model(path="model.pt", registered_model_name="MNIST", aliases=["best"])  #> run.link_model MNIST; type=model; aliases=best
