"""What the other modules share."""

from enum import Enum

MODEL_REGISTRY = "wandb-registry-model"
DATASET_REGISTRY = 'wandb-registry-dataset'
ORGANIZATION = "acme"
COLLECTIONS = {"detector": "Detector", "segmenter": "Segmenter"}


class Stage(str, Enum):
    STAGING = "staging"
    PRODUCTION = "production"
