"""Fetch a model by a path put together of constants."""

import wandb

import names

api = wandb.Api()
path = "/".join((names.ORGANIZATION, "wandb-registry-model", "detector")) + ":" + names.STAGE
artifact = api.artifact(path, type='model')
print(artifact.qualified_name)
