"""A program that tells what the installed wandb takes from given variables and files, without any network.

In: a JSON list of `{"environ", "cwd", "base_url", "api_key", "entity", "project"}`. Out: a list of answers in the same order, each
either `{"crash": words}` or what `wandb.Api(overrides={"base_url": …}, api_key=…)` goes by, with `run`: what
`wandb.init(entity=…, project=…)` does, and what it warns of.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Literal, TypedDict
from unittest.mock import patch

from wandb import env
from wandb.apis.public import Api
from wandb.errors import AuthenticationError, UsageError, term
from wandb.sdk import wandb_setup
from wandb.sdk.lib import telemetry, wbauth
from wandb.sdk.wandb_init import _WandbInit
from wandb.sdk.wandb_settings import Settings


class Scenario(TypedDict):
    environ: dict[str, str]
    cwd: str
    base_url: str | None
    api_key: str | None
    entity: str | None
    project: str | None


GIVEN: tuple[Literal["base_url", "entity", "project"], ...] = ("base_url", "entity", "project")


class NoService:
    """Stands in for the process that would speak to the server; keeps the settings it would start with."""

    settings: Settings

    def __init__(self, settings: Settings, timeout: float) -> None:
        del timeout
        NoService.settings = settings


def no_prompt(**_: object) -> None:
    raise term.NotATerminalError


def no_login(*_: object, **__: object) -> None:
    """Instead of asking the server whether it knows the key."""


complaints: list[str] = []
"""What wandb said against settings files: every error, and of the warnings those about reading."""


def hear_error(text: str, **_: object) -> None:
    complaints.append(text)


def hear_warning(text: str, **_: object) -> None:
    if text.startswith("Error reading settings"):
        complaints.append(text)


def timeout() -> int | str:
    try:
        return env.get_http_timeout(19)
    except ValueError as error:
        return str(error)


def credentials(auth: wbauth.Auth) -> list[str]:
    if isinstance(auth, wbauth.AuthApiKey):
        return ["key", auth.api_key]
    assert isinstance(auth, wbauth.AuthIdentityTokenFile)
    return ["token", str(auth.path)]


class Said:
    """Stands in for the printer of a run."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def display(self, text: str, *, level: str) -> None:
        del level
        self.words.append(text)


def asked_for_a_run(scenario: Scenario) -> dict[str, object]:
    """Entity and project that a run starts with, and the warnings about those that were given."""
    given = Settings()
    if scenario["entity"] is not None:
        given.entity = scenario["entity"]
    if scenario["project"] is not None:
        given.project = scenario["project"]
    said = Said()
    init = _WandbInit(wandb_setup.singleton(), telemetry.TelemetryRecord())
    with patch.object(wandb_setup._WandbSetup, "_load_user_settings", lambda _: None):
        settings, warn = init.make_run_settings(given)
    warn(said)  # type: ignore[arg-type]  # it displays, and nothing else is asked of it
    ignored = [words for words in said.words if words.startswith("Ignoring")]
    return {"entity": settings.entity or None, "project": settings.project or None, "ignored": ignored}


def ask(scenario: Scenario) -> dict[str, object]:
    os.environ.clear()
    os.environ.update(scenario["environ"])
    os.chdir(scenario["cwd"])
    complaints.clear()
    wandb_setup.singleton()._settings = None
    try:
        settings = wandb_setup.singleton().settings
    except Exception as error:  # whatever comes out of it is what the person sees
        return {"crash": str(error)}
    answer: dict[str, object] = {
        "run": asked_for_a_run(scenario),
        "files_refused": bool(complaints),
        "mode": settings.mode,
        "timeout": timeout(),
    }
    api = Api.__new__(Api)
    given = {name: scenario[name] for name in GIVEN}
    overrides = {name: value for name, value in given.items() if value is not None}
    try:
        api.__init__(overrides, api_key=scenario["api_key"])  # type: ignore[misc]
        answer["credentials"] = credentials(api._auth)
        answer["base_url"], answer["app_url"] = api._auth.host.url, NoService.settings.app_url
    except UsageError:
        answer["credentials"] = ["none"]
    except AuthenticationError as error:
        answer["credentials"] = ["refused", str(error)]
    except UnicodeDecodeError as error:
        answer["credentials"] = ["refused", error.reason]
    except ValueError as error:
        answer["address_refused"] = str(error)
    for name in ("entity", "organization", "project"):
        answer[name] = api.settings[name] or None
    return answer


def main() -> None:
    with (
        patch("wandb.apis.public.api.ServiceApi", NoService),
        patch("wandb.apis.public.api.wandb_login._verify_login", no_login),
        patch("wandb.sdk.lib.wbauth.prompt.prompt_and_save_api_key", no_prompt),
        patch("wandb.termerror", hear_error),
        patch("wandb.errors.term.termwarn", hear_warning),
    ):
        json.dump([ask(scenario) for scenario in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
