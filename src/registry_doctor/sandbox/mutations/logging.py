"""Logging versions, using them, and changing what was logged (protocol 3: log_artifact, use)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import conflict, not_found, permission_denied
from registry_doctor.sandbox.model import (
    LATEST,
    Artifact,
    ArtifactState,
    Collection,
    CollectionKind,
    InputArtifact,
    Membership,
    Project,
)
from registry_doctor.sandbox.mutations.manifests import (
    check_storage,
    committed_digest,
    committed_entries,
    draft,
    visible_artifact,
)
from registry_doctor.sandbox.mutations.payloads import ArtifactAliasInput, ArtifactPayload, Mutation, TagInput
from registry_doctor.sandbox.mutations.streaming import writable_run
from registry_doctor.sandbox.naming import check_alias, check_collection_name, is_version
from registry_doctor.sandbox.session import Session


@dataclass(frozen=True)
class CreateArtifactInput:
    """A version that is about to be logged."""

    entity_name: str
    project_name: str
    artifact_type_name: str
    digest: str
    run_name: str | None = None
    artifact_collection_name: str | None = None
    artifact_collection_names: Sequence[str] | None = None
    description: str | None = None
    metadata: str | None = None
    aliases: Sequence[ArtifactAliasInput] | None = None
    tags: Sequence[TagInput] | None = None
    ttl_duration_seconds: int | None = None
    history_step: int | None = None
    enable_digest_deduplication: bool | None = None
    client_id: str | None = None
    distributed_id: str | None = None
    storage_region: str | None = None
    digest_algorithm: str | None = None


@dataclass(frozen=True)
class CommitArtifactInput:
    """A version whose files and manifest are uploaded."""

    artifact_id: str


@dataclass(frozen=True)
class UseArtifactInput:
    """A version that a run uses; the registry it was fetched through, if the client says so."""

    artifact_id: str
    entity_name: str
    project_name: str
    run_name: str
    artifact_entity_name: str | None = None
    artifact_project_name: str | None = None
    used_as: str | None = None


logging_fields = ObjectFields(Mutation, "Mutation")


@logging_fields.field
def create_artifact(_root: Mutation, session: Session, input: CreateArtifactInput) -> ArtifactPayload:
    """A pending version; one with the same content that is here already, if that was allowed; or one to add to."""
    check_storage(input.storage_region, input.digest_algorithm)
    project = _writable_project(session, input.entity_name, input.project_name)
    sequence = _sequence(session, project, input)
    wanted = [item.alias for item in input.aliases or ()]
    for alias in wanted:
        check_alias(alias)
    run = project.runs.get(input.run_name) if input.run_name else None
    held = None
    if input.enable_digest_deduplication and not input.distributed_id:
        held = _same_content(sequence, input.digest)
    artifact = held.artifact if held else _draft_for(session, sequence, input)
    add_tags(session, artifact, input.tags or ())
    if input.client_id:
        session.database.artifacts_by_client_id[input.client_id] = artifact
    if held is not None:
        _set_aliases(session, held, wanted)
        if run is not None and artifact not in run.outputs:
            run.outputs.append(artifact)
        return ArtifactPayload(artifact)
    artifact.run = artifact.run or run
    artifact.client_id = artifact.client_id or input.client_id
    if run is not None and run not in artifact.contributors:
        artifact.contributors.append(run)
    artifact.wanted_aliases += [alias for alias in wanted if alias not in artifact.wanted_aliases]
    return ArtifactPayload(artifact)


def _draft_for(session: Session, sequence: Collection, input: CreateArtifactInput) -> Artifact:
    """A new version, or the one that runs with this distributed id log together until one of them finishes it."""
    shared = sequence.shared_drafts.get(input.distributed_id or "")
    if shared is not None and shared.state is ArtifactState.PENDING:
        return shared
    artifact = session.database.add_artifact(sequence, input.digest)
    artifact.description = input.description
    artifact.metadata = input.metadata
    artifact.creator = session.viewer
    artifact.history_step = input.history_step
    artifact.ttl_seconds = input.ttl_duration_seconds if (input.ttl_duration_seconds or 0) > 0 else None
    artifact.distributed_id = input.distributed_id
    if input.distributed_id:
        sequence.shared_drafts[input.distributed_id] = artifact
    return artifact


def _same_content(sequence: Collection, digest: str) -> Membership | None:
    """The newest version with this digest."""
    held = (sequence.memberships[index] for index in sorted(sequence.memberships, reverse=True))
    return next(
        (
            each
            for each in held
            if each.artifact.digest == digest and each.artifact.state is ArtifactState.COMMITTED
        ),
        None,
    )


def _writable_project(session: Session, entity_name: str, project_name: str) -> Project:
    entity = session.database.entity(entity_name)
    project = session.database.project(entity, project_name) if entity else None
    if project is None or not session.access.sees(project):
        raise not_found(f"project '{project_name}' not found")
    if not session.access.writes(project):
        raise permission_denied()
    return project


def _sequence(session: Session, project: Project, input: CreateArtifactInput) -> Collection:
    """The collection that is logged into: its type is that of its first version."""
    name = input.artifact_collection_name or next(iter(input.artifact_collection_names or ()), "")
    check_collection_name(name)
    sequence = project.collections.get(name)
    if sequence is None:
        return session.database.add_collection(
            project, name, CollectionKind.SEQUENCE, input.artifact_type_name
        )
    if sequence.kind is not CollectionKind.SEQUENCE:
        raise conflict(f"'{name}' is a collection of linked versions: nothing can be logged into it")
    if sequence.type.name != input.artifact_type_name:
        raise conflict(
            f"artifact '{name}' already exists with type '{sequence.type.name}'; cannot log type '{input.artifact_type_name}'"
        )
    return sequence


def add_tags(session: Session, artifact: Artifact, tags: Sequence[TagInput]) -> None:
    """Attach tags to a version."""
    for tag in tags:
        artifact.tags.setdefault(
            tag.tag_name, session.database.tag(tag.tag_name, tag.tag_category_name, tag.attributes)
        )


@logging_fields.field
def commit_artifact(_root: Mutation, session: Session, input: CommitArtifactInput) -> ArtifactPayload:
    """Only now does the version have a number, and `latest` moves."""
    artifact = draft(session, input.artifact_id)
    artifact.entries = committed_entries(session, artifact)
    artifact.digest = committed_digest(artifact, artifact.entries)
    artifact.state = ArtifactState.COMMITTED
    artifact.updated_at = session.database.now()
    artifact.sequence.shared_drafts.pop(artifact.distributed_id or "", None)
    membership = session.database.add_membership(artifact.sequence, artifact)
    artifact.version_index = membership.version_index
    _set_aliases(session, membership, [LATEST, *artifact.wanted_aliases])
    for run in artifact.contributors:
        run.outputs.append(artifact)
    return ArtifactPayload(artifact)


def _set_aliases(session: Session, membership: Membership, aliases: Sequence[str]) -> None:
    for alias in aliases:
        if not is_version(alias):
            session.database.set_alias(membership, alias)


@logging_fields.field
def use_artifact(_root: Mutation, session: Session, input: UseArtifactInput) -> ArtifactPayload:
    """Note that a run used a version; restricted viewers may not (registry-rules R4.6)."""
    artifact = visible_artifact(session, input.artifact_id)
    run = writable_run(session, input.entity_name, input.project_name, input.run_name)
    through = None
    if input.artifact_entity_name and input.artifact_project_name:
        entity = session.database.entity(input.artifact_entity_name)
        through = session.database.project(entity, input.artifact_project_name) if entity else None
    allowed = session.access.downloads(through) if through else session.access.downloads_artifact(artifact)
    if not allowed:
        raise permission_denied()
    if all(used.artifact is not artifact for used in run.inputs):
        run.inputs.append(InputArtifact(artifact, input.used_as))
        artifact.used_by.append(run)
    return ArtifactPayload(artifact)


LOGGING_FIELDS = (logging_fields,)
LOGGING_INPUTS = (
    CreateArtifactInput,
    CommitArtifactInput,
    UseArtifactInput,
)
