"""The root of mutations and the answers and inputs that several of them share."""

from __future__ import annotations

from dataclasses import dataclass

from registry_doctor.sandbox.model import Artifact, Collection


@dataclass(frozen=True)
class Mutation:
    """The start of every mutation."""


@dataclass(frozen=True)
class SuccessPayload:
    """It was done; refusals are errors."""

    success: bool = True
    client_mutation_id: str | None = None


@dataclass(frozen=True)
class ArtifactPayload:
    """The version that was changed."""

    artifact: Artifact


@dataclass(frozen=True)
class CollectionPayload:
    """The collection that was changed."""

    artifact_collection: Collection


@dataclass(frozen=True)
class ArtifactAliasInput:
    """An alias for a version in a collection."""

    artifact_collection_name: str
    alias: str


@dataclass(frozen=True)
class TagInput:
    """A tag to attach."""

    tag_name: str
    tag_category_name: str | None = None
    attributes: str | None = None


PAYLOAD_INPUTS = (ArtifactAliasInput, TagInput)
