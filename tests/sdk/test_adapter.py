"""What the adapter reads of wandb, where no server is needed: made objects in place of the SDK's."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from registry_doctor import sdk
from registry_doctor.settings import Given, Settings, read_settings
from registry_doctor.support.redaction import Secret

TOKEN = "aaaa.bbbb.cccc-dddd"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an identity token for a server that is not there."""
    environ = {"WANDB_IDENTITY_TOKEN_FILE": "/token", "WANDB_BASE_URL": "https://acme.example"}
    return read_settings(environ=environ, cwd=tmp_path, home=tmp_path)


def fake_wandb(monkeypatch: pytest.MonkeyPatch, service: object) -> None:
    """A module `wandb` whose `Api` has this as its service."""

    class Api:
        def __init__(self, overrides: dict[str, str]) -> None:
            if isinstance(service, Exception):
                raise service
            assert overrides == {"base_url": "https://acme.example"}
            self._service_api = service

    module = types.ModuleType("wandb")
    module.Api = Api  # type: ignore[attr-defined]  # a made module
    monkeypatch.setitem(sys.modules, "wandb", module)


def test_the_access_token_is_the_one_that_the_sdk_exchanged(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a secret from the moment it is read."""
    fake_wandb(monkeypatch, types.SimpleNamespace(access_token=lambda: TOKEN))
    token = sdk.access_token(settings)
    assert isinstance(token, Secret)
    assert token.reveal() == TOKEN
    assert TOKEN not in repr(token)


@pytest.mark.parametrize(
    ("service", "words"),
    [
        (None, "does not give access to the token"),
        (types.SimpleNamespace(access_token=lambda: None), "does not give access to the token"),
        (types.SimpleNamespace(), "could not be exchanged: AttributeError"),
        (
            RuntimeError("Failed to retrieve access token: 404, {}"),
            "could not be exchanged: RuntimeError: Failed",
        ),
    ],
    ids=["an SDK without a service", "no token", "an older SDK", "a refused exchange"],
)
def test_without_an_access_token_the_reason_is_told(
    service: object, words: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is a sentence, never an exception."""
    fake_wandb(monkeypatch, service)
    reason = sdk.access_token(settings)
    assert isinstance(reason, str) and words in reason


def test_what_an_api_was_given_counts_unless_the_caller_says_otherwise() -> None:
    """Server, key, entity, project and organization come from it; what is said explicitly wins."""
    api = types.SimpleNamespace(
        api_key="k" * 40,
        settings={
            "base_url": "https://acme.example",
            "entity": "vision",
            "project": "p",
            "organization": "Acme",
        },
    )
    given = sdk.given_by_api(api, Given(entity="speech", style="argument"))  # type: ignore[arg-type]  # what is read
    assert given == Given("https://acme.example", "speech", "p", "Acme", "k" * 40, "argument")


def test_a_run_decides_entity_and_project() -> None:
    """As a link of a draft through that run would take them."""
    run = types.SimpleNamespace(entity="vision", project="detectors")
    given = sdk.given_by_run(run, Given(style="argument"))  # type: ignore[arg-type]  # what is read
    assert (given.entity, given.project) == ("vision", "detectors")


def test_an_artifact_without_a_visible_source_is_known_by_its_own_path() -> None:
    """The source project of a linked artifact may be hidden (R4.4)."""
    artifact = types.SimpleNamespace(
        is_draft=lambda: False,
        source_entity="",
        source_project="",
        source_name="yolo:v0",
        qualified_name="acme/wandb-registry-model/detector:v0",
        type="model",
    )
    seen = sdk.see_artifact(artifact)  # type: ignore[arg-type]  # what is read
    assert seen == sdk.ArtifactSeen("acme/wandb-registry-model/detector:v0", "model")
