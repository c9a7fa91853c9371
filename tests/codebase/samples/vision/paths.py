"""Functions that build paths."""

from . import constants
from .constants import MODEL_REGISTRY as MODELS


def collection_path(name: str, organization: str = constants.ORGANIZATION) -> str:
    """The path of a collection of models."""
    return "/".join([organization, MODELS, name])


def dataset_path(name):
    if name is None:
        raise ValueError("no name")
    return f"{constants.DATASET_REGISTRY}/{name}:latest"
