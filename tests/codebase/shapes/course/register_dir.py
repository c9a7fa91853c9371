from pathlib import Path

import wandb


def wandb_model_reg(run_dir, run):
    checkpoint = Path(run_dir) / "checkpoint_last.pt"
    if not checkpoint.exists():
        raise FileNotFoundError(f"no checkpoint at {checkpoint}")
    artifact = wandb.Artifact(name="model_checkpoint_last", type="model")
    artifact.add_file(str(checkpoint))
    logged_artifact = run.log_artifact(artifact)
    run.link_artifact(  #> run.link_artifact wandb-registry-model/Models; type=model
        logged_artifact, target_path="wandb-registry-model/Models"
    )
    wandb.finish()
