"""A callback for Lightning."""

import lightning.pytorch as pl
from lightning.pytorch.loggers import WandbLogger


class LinkBest(pl.Callback):
    def __init__(self, target="wandb-registry-model/lightning"):
        super().__init__()
        self.target = target

    def on_train_end(self, trainer, module):
        artifact = trainer.logger.experiment.log_artifact("best.ckpt", name="best", type="model")
        trainer.logger.experiment.link_artifact(artifact, self.target)  #> run.link_artifact wandb-registry-model/lightning; entity=vision-team; project=lightning; type=model


class Module(pl.LightningModule):
    def setup(self, stage):
        self.logger.experiment.use_artifact("acme/wandb-registry-dataset/images:v1")  #> run.use_artifact acme/wandb-registry-dataset/images:v1; entity=vision-team; project=lightning


def fit():
    logger = WandbLogger(project="lightning", entity="vision-team", log_model="all")
    data = logger.use_artifact("wandb-registry-dataset/raw:latest", artifact_type="dataset")  #> run.use_artifact wandb-registry-dataset/raw:latest; entity=vision-team; project=lightning; type=dataset
    logger.experiment.link_artifact(data, "wandb-registry-dataset/used")  #> run.link_artifact wandb-registry-dataset/used; entity=vision-team; project=lightning; type=dataset; artifact=wandb-registry-dataset/raw:latest
    pl.Trainer(logger=logger, callbacks=[LinkBest()]).fit(Module())


class StoringLogger(WandbLogger):
    def link_artifact(self, artifact, target_path):
        return artifact, target_path

    def store(self, artifact):
        self.link_artifact(artifact, "wandb-registry-model/own-method-of-a-subclass")
        return self.use_artifact("wandb-registry-model/inherited:v0")  #> run.use_artifact wandb-registry-model/inherited:v0; entity=vision-team; project=lightning
