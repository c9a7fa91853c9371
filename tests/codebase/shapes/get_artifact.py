from __future__ import annotations

import wandb
from wandb.apis.public import Run


def get_wandb_artifact(entity: str, project: str, name: str, api: None | wandb.Api = None, kind: str | None = None) -> wandb.Artifact:
    """Fetches an artifact."""
    if api is None:
        api = wandb.Api()
    return api.artifact(f"{entity}/{project}/{name}", type=kind)  #> api.artifact ?{entity}/{project}/{name}; type=?{kind}


def get_wandb_run(entity: str, project: str, run_id: str) -> Run:
    return wandb.Api().run(f"{entity}/{project}/{run_id}")


def upload_model(run, model_name, api: wandb.Api) -> int:
    hub = f"acme/wandb-registry-model/{model_name}"
    run_artifact = run.logged_artifacts()[0]
    run_artifact.link(hub)  #> artifact.link ?acme/wandb-registry-model/{model_name}; artifact=?{artifact}
    uploaded = api.artifact(f"{hub}:latest")  #> api.artifact ?acme/wandb-registry-model/{model_name}:latest
    return uploaded.version
