"""A program that tells what the installed wandb takes from given variables and files, without any network.

In: a JSON list of `{"environ", "cwd", "base_url", "api_key"}`. Out: a list of answers in the same order, each
either `{"crash": words}` or what `wandb.Api(overrides={"base_url": …}, api_key=…)` goes by.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TypedDict
from unittest.mock import patch

from wandb import env
from wandb.apis.public import Api
from wandb.errors import AuthenticationError, UsageError, term
from wandb.sdk import wandb_setup
from wandb.sdk.lib import wbauth
from wandb.sdk.wandb_settings import Settings


class Scenario(TypedDict):
    environ: dict[str, str]
    cwd: str
    base_url: str | None
    api_key: str | None


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
        "files_refused": bool(complaints),
        "mode": settings.mode,
        "timeout": timeout(),
    }
    api = Api.__new__(Api)
    overrides = {} if scenario["base_url"] is None else {"base_url": scenario["base_url"]}
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
