"""The only package that imports wandb: artifacts, runs, `Api` objects and identity tokens.

It only uses the public interface of wandb, except `_service_api`, for which the SDK has no public
replacement. Every such use is in this package and is tested with old and new SDKs.
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
    """What the doctor needs to know about a `wandb.Artifact`."""

    path: str | None
    """`entity/project/name:version` of the logged source; `None` for a draft."""
    type: str | None


def see_artifact(artifact: wandb.Artifact) -> ArtifactSeen:
    """Read an artifact, draft or logged. A linked artifact stands for its source, as in a link (R1.19).

    If the source project is hidden, the artifact has no source path, and its own path is used.
    """
    if artifact.is_draft():
        return ArtifactSeen(None, artifact.type)
    if artifact.source_entity and artifact.source_project:
        path = f"{artifact.source_entity}/{artifact.source_project}/{artifact.source_name}"
    else:
        path = artifact.qualified_name
    return ArtifactSeen(path, artifact.type)


def given_by_run(run: wandb.Run, base: Given) -> Given:
    """The run's entity and project, unless the caller gives others."""
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
    """The server, key, entity, project and organization of an `Api`, unless the caller gives others (SDK 0.17 to 0.31)."""
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
    """The access token that wandb gets for the identity token, or why there is none, in words.

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
        return "this SDK does not give access to the token that it gets for the identity token"
    return Secret(token)
