import pytorch_lightning as pl
import torch
import wandb


def train(config, model, loader):
    trainer = pl.Trainer(logger=pl.loggers.WandbLogger(project="mlops_project"), devices=1)
    trainer.fit(model, loader)
    torch.save(model.state_dict(), config.model_save_path)
    artifact = wandb.Artifact("trained_model", type="model")
    artifact.add_file(config.model_save_path)
    logged_artifact = wandb.log_artifact(artifact)
    wandb.run.link_artifact(artifact=logged_artifact, target_path="myregistry/models")  #> run.link_artifact myregistry/models; project=mlops_project; type=model
