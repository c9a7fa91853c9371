"""The only package that imports wandb: artifacts, runs, `Api` objects and identity tokens.

What is read of them is public, apart from `_service_api` where the SDK offers no public way; every
such use is here and is tried with old and new SDKs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry_doctor.settings import Given, Settings
from registry_doctor.support.redaction import Secret

if TYPE_CHECKING:
    import wandb


@dataclass(frozen=True)
class ArtifactSeen:
    """What the doctor needs to know of a `wandb.Artifact`."""

    path: str | None
    """`entity/project/name:version` of the logged source; `None` for a draft."""
    type: str | None


def see_artifact(artifact: wandb.Artifact) -> ArtifactSeen:
    """Read an artifact, draft or logged. A linked one counts as its source, as in a link (R1.19).

    A logged artifact whose source project is hidden has no source path; its own path is given then.
    """
    if artifact.is_draft():
        return ArtifactSeen(None, artifact.type)
    if artifact.source_entity and artifact.source_project:
        path = f"{artifact.source_entity}/{artifact.source_project}/{artifact.source_name}"
    else:
        path = artifact.qualified_name
    return ArtifactSeen(path, artifact.type)


def given_by_run(run: wandb.Run, base: Given) -> Given:
    """What a run decides: its entity and project, where the caller says nothing else."""
    return Given(
        base_url=base.base_url,
        entity=base.entity or run.entity or None,
        project=base.project or run.project or None,
        organization=base.organization,
        api_key=base.api_key,
        style=base.style,
        started=True,
    )


def given_by_api(api: wandb.Api, base: Given) -> Given:
    """What an `Api` decides: server, key, entity, project and organization (facts: SDK 0.17 to 0.31)."""
    settings = api.settings
    return Given(
        base_url=base.base_url or settings.get("base_url"),
        entity=base.entity or settings.get("entity") or None,
        project=base.project or settings.get("project") or None,
        organization=base.organization or settings.get("organization") or None,
        api_key=base.api_key or api.api_key,
        style=base.style,
        started=base.started,
    )


def access_token(settings: Settings) -> Secret | str:
    """The access token that wandb exchanges the identity token for, or in words why there is none.

    Starts the SDK's service process; needs SDK 0.28.2 or later.
    """
    try:
        import wandb

        api = wandb.Api(overrides={"base_url": settings.base_url.value})
        service = getattr(api, "_service_api", None)
        token = service.access_token() if service is not None else None
    except Exception as problem:
        return f"the identity token could not be exchanged: {type(problem).__name__}: {problem}"
    if not isinstance(token, str) or not token:
        return "this SDK does not tell the access token that belongs to the identity token"
    return Secret(token)
