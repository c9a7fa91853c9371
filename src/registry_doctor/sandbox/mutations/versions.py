"""Changing and deleting logged versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import bad_request
from registry_doctor.sandbox.model import LATEST, Membership
from registry_doctor.sandbox.mutations.logging import add_tags
from registry_doctor.sandbox.mutations.manifests import writable_artifact
from registry_doctor.sandbox.mutations.payloads import ArtifactAliasInput, ArtifactPayload, Mutation, TagInput
from registry_doctor.sandbox.naming import check_alias, is_version
from registry_doctor.sandbox.session import Session


@dataclass(frozen=True)
class UpdateArtifactInput:
    """New values for a version; None leaves a value as it is. Older clients replace the aliases here."""

    artifact_id: str
    aliases: Sequence[ArtifactAliasInput] | None = None
    description: str | None = None
    metadata: str | None = None
    tags_to_add: Sequence[TagInput] | None = None
    tags_to_delete: Sequence[TagInput] | None = None
    ttl_duration_seconds: int | None = None


@dataclass(frozen=True)
class DeleteArtifactInput:
    """A version to delete, with its aliases or only if it has none."""

    artifact_id: str
    delete_aliases: bool | None = None


versions_fields = ObjectFields(Mutation, "Mutation")


@versions_fields.field
def update_artifact(_root: Mutation, session: Session, input: UpdateArtifactInput) -> ArtifactPayload:
    """Change what is said about a version, where it was logged."""
    artifact = writable_artifact(session, input.artifact_id)
    artifact.description = artifact.description if input.description is None else input.description
    artifact.metadata = artifact.metadata if input.metadata is None else input.metadata
    if input.ttl_duration_seconds is not None:
        artifact.ttl_seconds = input.ttl_duration_seconds if input.ttl_duration_seconds > 0 else None
    add_tags(session, artifact, input.tags_to_add or ())
    for tag in input.tags_to_delete or ():
        artifact.tags.pop(tag.tag_name, None)
    if input.aliases is not None:
        _replace_aliases(session, artifact.memberships, input.aliases)
    artifact.updated_at = session.database.now()
    return ArtifactPayload(artifact)


def _replace_aliases(
    session: Session, memberships: Sequence[Membership], aliases: Sequence[ArtifactAliasInput]
) -> None:
    for item in aliases:
        check_alias(item.alias)
    for held in memberships:
        if not session.access.writes(held.collection.project):
            continue
        wanted = {item.alias for item in aliases if item.artifact_collection_name == held.collection.name}
        for alias in sorted(wanted.symmetric_difference(held.aliases)):
            if is_version(alias):
                continue
            session.access.require_alias_right(held.collection.project, alias)
            change = session.database.set_alias if alias in wanted else session.database.remove_alias
            change(held, alias)


@versions_fields.field
def delete_artifact(_root: Mutation, session: Session, input: DeleteArtifactInput) -> ArtifactPayload:
    """Delete a version; it leaves every collection (registry-rules R5.5)."""
    artifact = writable_artifact(session, input.artifact_id)
    own = [alias for held in artifact.memberships for alias in held.aliases if alias != LATEST]
    if own and not input.delete_aliases:
        raise bad_request(f"cannot delete artifact with aliases: {', '.join(sorted(set(own)))}")
    session.database.delete_artifact(artifact)
    return ArtifactPayload(artifact)


VERSION_FIELDS = (versions_fields,)
VERSION_INPUTS = (UpdateArtifactInput, DeleteArtifactInput)
