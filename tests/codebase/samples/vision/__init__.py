"""A package with its constants in one place."""

from vision.constants import MODEL_REGISTRY
from .paths import collection_path

__all__ = ["MODEL_REGISTRY", "collection_path"]
