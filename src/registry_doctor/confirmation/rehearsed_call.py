"""Which call wandb is asked to make, and with which settings; or why it cannot be made without writing."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from registry_doctor.facts import UNKNOWN_SDK, Call, Method
from registry_doctor.settings import NoCredentials, Settings
from registry_doctor.support.records import record
from registry_doctor.support.versions import installed_version, read_version

if TYPE_CHECKING:
    from registry_doctor.transport import JsonValue

FIRST_FOR_LINKS = "0.21"
"""Older ones let a run of their own make the link."""
FIRST_FOR_USES = "0.18"

_MADE: frozenset[Method | None] = frozenset({None, "artifact.link", "api.artifact", "run.use_artifact"})


@record(frozen=True)
class RehearsedCall:
    """A call for wandb, and the variables that it takes the rest from."""

    call: Call
    overrides: dict[str, str] = field(default_factory=dict[str, str])
    """What `wandb.Api` is given."""
    variables: dict[str, str] = field(default_factory=dict[str, str])
    """What the environment says: `WANDB_ENTITY` and so on."""

    def line(self) -> dict[str, JsonValue]:
        """What `registry_doctor.sdk.rehearsal` reads."""
        call = self.call
        return {
            "target": call.target,
            "artifact": call.artifact if call.for_ == "link" else None,
            "type": call.type,
            "aliases": list(call.aliases),
            "overrides": dict(self.overrides),
        }


def rehearsed_call(call: Call, settings: Settings) -> RehearsedCall | str:
    """The call, or in words why wandb cannot be asked."""
    if call.target is None:
        return "no path was given"
    if call.for_ == "link" and call.artifact is None:
        return "a draft is logged before it is linked, and logging it writes; name a logged artifact"
    if call.method not in _MADE:
        return f"{call.method} does more than find the place; only Artifact.link and Api.artifact are made"
    if (unfit := _unfit_version(call)) is not None:
        return unfit
    if isinstance(settings.credentials, NoCredentials):
        return (
            "wandb was not asked, because there are no credentials; set WANDB_API_KEY, or run `wandb login`"
        )
    project = settings.project
    found_project = settings.found_project if project.given else project
    variables = {
        "WANDB_ENTITY": None if settings.entity.given else settings.entity.value,
        "WANDB_PROJECT": found_project.value,
        # Artifact.link asks the environment only.
        "WANDB_ORGANIZATION": settings.organization.value,
        "WANDB_MODE": settings.mode.value if settings.mode.value != "online" else None,
    }
    overrides = {
        "entity": settings.entity.value if settings.entity.given else None,
        "project": project.value if project.given else None,
    }
    if call.method == "run.use_artifact":
        overrides = {"entity": settings.run_entity.value, "project": settings.run_project.value}
    return RehearsedCall(call, _said(overrides), _said(variables))


def _unfit_version(call: Call) -> str | None:
    installed = installed_version("wandb")
    if installed is None:
        return "wandb is not installed"
    if call.sdk_version not in (None, UNKNOWN_SDK, installed):
        return f"the report is about wandb {call.sdk_version}, and wandb {installed} is installed"
    first = FIRST_FOR_LINKS if call.for_ == "link" else FIRST_FOR_USES
    try:
        old = read_version(installed) < read_version(first)
    except ValueError as problem:
        return f"nothing is known of this wandb: {problem}"
    return f"wandb {installed} writes before it resolves; this needs wandb {first}" if old else None


def _said(values: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
