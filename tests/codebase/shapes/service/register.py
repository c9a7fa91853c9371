import logging
import operator
import os

import typer
import wandb
from dotenv import load_dotenv

logger = logging.getLogger(__name__)
load_dotenv()


def stage_best_model(model_name: str = "detector", metric_name: str = "f1", higher_is_better: bool = True):
    entity_name = os.getenv("WANDB_ENTITY")
    team_name = os.getenv("WANDB_TEAM")
    project_name = os.getenv("WANDB_PROJECT")
    registry_name = "Text detect registry"
    collection_name = "Trained LLM detector"
    source = f"{team_name}/{project_name}/{model_name}"
    destination = f"{entity_name}/wandb-registry-{registry_name}/{collection_name}"
    api = wandb.Api(api_key=os.getenv("WANDB_API_KEY"))
    collection = api.artifact_collection(type_name="model", name=source)  #> api.artifact_collection ?{WANDB_TEAM}/{WANDB_PROJECT}/detector; type=model
    best, best_artifact = None, None
    compare = operator.gt if higher_is_better else operator.lt
    for artifact in list(collection.artifacts()):
        if best is None or compare(artifact.metadata[metric_name], best):
            best_artifact = artifact
    best_artifact.link(target_path=destination, aliases=["best", "staging"])  #> artifact.link ?{WANDB_ENTITY}/wandb-registry-Text detect registry/Trained LLM detector; aliases=best,staging; type=model; artifact=?{WANDB_TEAM}/{WANDB_PROJECT}/detector:{version}
    best_artifact.save()


if __name__ == "__main__":
    typer.run(stage_best_model)
