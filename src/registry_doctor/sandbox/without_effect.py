"""What clients send and the sandbox takes without doing anything with it: nothing that it serves depends on it."""

from __future__ import annotations

from collections.abc import Mapping

ANY_INPUT = frozenset({"clientMutationId", "clientMutationID"})
"""Fields of every input that has them."""

INPUT_FIELDS: Mapping[str, frozenset[str]] = {
    "UpsertBucketInput": frozenset({"debug", "jobProgram", "jobRepo"}),
    "CreateArtifactInput": frozenset(
        {
            "cloudRegionID",
            "digestAlgorithm",
            "distributedID",
            "labels",
            "sequenceClientID",
            "storageRegion",
        }
    ),
    "CreateArtifactManifestInput": frozenset({"entityName", "name", "projectName", "runName"}),
    "CreateArtifactFileSpecInput": frozenset({"artifactManifestID", "mimetype", "uploadPartsInput"}),
    "CreateArtifactFilesInput": frozenset(
        {"cloudRegionID", "digestAlgorithm", "storageLayout", "storageRegion"}
    ),
    "UpdateArtifactInput": frozenset({"labels"}),
}
"""Fields of one input. A field that is neither here nor served is refused by name."""

ARGUMENTS: frozenset[str] = frozenset(
    {
        "Organization.featureFlags(rampIDType)",
        "Project.run(desc)",
        "Project.bucket(missingOk)",
        "Project.artifact(enableTracking)",
        "Artifact.filesByManifestEntries(storageLayout)",
        "Artifact.filesByManifestEntries(manifestVersion)",
        "Artifact.filesByManifestEntries(storageRegion)",
    }
)
"""Arguments of fields."""


def has_no_effect(input_name: str, field: str) -> bool:
    """True if the field of an input may be sent though nothing comes of it."""
    return field in ANY_INPUT or field in INPUT_FIELDS.get(input_name, ())
