"""The command that writes down a call for a report to the developers."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from registry_doctor.settings.address import without_userinfo

if TYPE_CHECKING:
    from registry_doctor.facts import Call
    from registry_doctor.settings import Settings


def bundle_command(call: Call, settings: Settings) -> str:
    """`wandb-registry bundle` for this call, as a shell takes it. What was found in the settings is found again."""
    options: list[tuple[str, str | None]] = [
        ("--for", "use" if call.for_ == "use" and call.method is None else None),
        ("--call", call.method),
        ("--artifact", call.artifact),
        ("--type", call.type),
        *(("--alias", each) for each in call.aliases),
    ]
    for name, found in (
        ("--entity", settings.entity),
        ("--project", settings.project),
        ("--organization", settings.organization),
    ):
        options.append((name, found.value if found.given else None))
    url = settings.base_url
    given_url = url.source in ("--base-url", "base_url=")
    options.append(("--base-url", without_userinfo(url.value) if given_url else None))
    words = [f"{name}={value}" for name, value in options if value is not None]
    # After `--`, since a path may begin with a dash.
    target = (
        [] if call.target is None else (["--", call.target] if call.target.startswith("-") else [call.target])
    )
    return shlex.join(["wandb-registry", "bundle", *words, *target])
