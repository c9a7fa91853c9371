"""A callback for transformers."""

import os

from transformers import TrainerCallback

REGISTRY = os.environ["MODEL_REGISTRY"]


class RegisterModel(TrainerCallback):
    collection = "bert"

    def on_train_end(self, args, state, control, **kwargs):
        import wandb as wb

        if wb.run is None:
            return
        artifact = wb.Artifact(name=f"model-{wb.run.id}", type="model")
        artifact.add_dir(args.output_dir)
        wb.run.log_artifact(artifact)
        wb.run.link_artifact(artifact, f"wandb-registry-{REGISTRY}/{self.collection}")  #> run.link_artifact ?wandb-registry-{MODEL_REGISTRY}/bert; type=model
        wb.run.link_artifact(artifact, f"wandb-registry-model/{state.best_model_checkpoint}")  #> run.link_artifact ?wandb-registry-model/{best_model_checkpoint}; type=model
