"""Links a saved model of wandb's beta API."""
import wandb


def link_model(model, target_path, aliases=None):
    run = wandb.run
    if run is not None:
        if model._artifact_source:
            artifact = model._artifact_source.artifact
        elif model._artifact_target and model._artifact_target.artifact._final:
            artifact = model._artifact_target.artifact
        else:
            raise ValueError("Linking requires an artifact")
        run.link_artifact(artifact, target_path, aliases)  #> run.link_artifact ?{target_path}; aliases=?{aliases}
    elif model._artifact_source is not None:
        model._artifact_source.artifact.link(target_path, aliases)  #> artifact.link ?{target_path}; aliases=?{aliases}
