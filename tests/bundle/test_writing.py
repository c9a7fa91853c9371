"""What is written to a bundle is what is read from it."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from registry_doctor.bundle import reading
from registry_doctor.bundle.tokens import SecretToken, Tokens
from registry_doctor.bundle.values import Table
from registry_doctor.bundle.writing import call_document, options_document, settings_document
from registry_doctor.checking.check import Severity
from registry_doctor.diagnosis.configuration import Configuration
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.settings import (
    ApiKey,
    Credentials,
    FileProblem,
    IdentityToken,
    InvalidCredentials,
    NoCredentials,
    PinnedRun,
    Settings,
    Sourced,
    VariableProblem,
)
from registry_doctor.support.redaction import Secret
from registry_doctor.transport import JsonValue

UNSET: Sourced[str | None] = Sourced(None, "WANDB_ENTITY (empty)")
EVERYTHING = Settings(
    base_url=Sourced("https://acme.wandb.io", "WANDB_BASE_URL"),
    base_url_problem="words against it",
    app_url="https://app.acme.wandb.io",
    credentials=NoCredentials(("WANDB_API_KEY", "~/.netrc"), ("api.wandb.ai",)),
    entity=UNSET,
    organization=Sourced("Acme", "--organization", given=True),
    project=Sourced("p", "wandb/settings"),
    mode=Sourced("offline", "WANDB_MODE"),
    timeout=Sourced(7.0, "WANDB_HTTP_TIMEOUT"),
    file_problems=(FileProblem("~/x", "wrong", crashes=True),),
    variable_problems=(VariableProblem("WANDB_MODE", "wrong"),),
    timeout_problem="no number",
    found_project=Sourced("q", "WANDB_PROJECT"),
    entity_for_run=Sourced("vision", "WANDB_entity"),
    project_for_run=UNSET,
    pinned_run=PinnedRun("launch", "WANDB_LAUNCH", "--entity", "--project"),
)


def through_json(document: JsonValue) -> Table:
    return Table.of(json.loads(json.dumps(document)), "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (ApiKey(Secret("k" * 40), "~/.netrc", "acme.wandb.io", "default"), ApiKey(SecretToken("redacted-secret-1"), "~/.netrc", "acme.wandb.io", "default")),
        (ApiKey(Secret("k" * 40), "api="), ApiKey(SecretToken("redacted-secret-1"), "api=")),
        (IdentityToken("/run/token", "WANDB_IDENTITY_TOKEN_FILE"), IdentityToken("/run/token", "WANDB_IDENTITY_TOKEN_FILE")),
        (InvalidCredentials("too short", "WANDB_API_KEY", Secret("abc")), InvalidCredentials("too short", "WANDB_API_KEY", SecretToken("redacted-secret-1"))),
        (InvalidCredentials("unreadable", "x", None), InvalidCredentials("unreadable", "x", None)),
        (EVERYTHING.credentials, EVERYTHING.credentials),
    ],
)  # fmt: skip
def test_settings_are_read_as_they_were_but_for_the_key(written: Credentials, read: Credentials) -> None:
    """Each with its source, and whether it was given."""
    settings = replace(EVERYTHING, credentials=written)
    found = reading._settings(through_json(settings_document(settings, Tokens())))
    assert found == replace(settings, credentials=read)
    given = {each.name for each in fields(found) if getattr(getattr(found, each.name), "given", False)}
    assert given == {"organization"}


def test_settings_that_are_not_set_are_read_so() -> None:
    """Nothing is made of null."""
    settings = replace(
        EVERYTHING, base_url_problem=None, timeout_problem=None, entity_for_run=None, project_for_run=None,
        pinned_run=None, file_problems=(), variable_problems=(), found_project=Sourced(None, None),
    )  # fmt: skip
    assert reading._settings(through_json(settings_document(settings, Tokens()))) == settings


@pytest.mark.parametrize(
    "call",
    [
        Call(None),
        Call("r/c:v0", "use", None, "model", (), "run.use_model", "0.19.11"),
        Call("r/c", "link", "e/p/a:v0", None, ("best", "production"), "artifact.link"),
    ],
)
def test_a_call_is_read_as_it_was(call: Call) -> None:
    """With every part of it."""
    assert reading._call(through_json(call_document(call))) == call


def test_the_options_are_read_as_they_were() -> None:
    """With what the project's configuration decides; its threshold and time are in the options by then."""
    configuration = Configuration("pyproject.toml", ("RD2",), {"RD502": "why"}, {"RD205": Severity.ERROR})
    options = Options(("RD3",), ("RD4",), "warning", 3.5, True, configuration)
    assert reading._options(through_json(options_document(options))) == options


def test_no_part_is_forgotten() -> None:
    """Whoever adds a setting, or a part of the call, says what becomes of it in a bundle."""
    assert set(settings_document(EVERYTHING, Tokens())) == {each.name for each in fields(Settings)}
    assert {f"{name}_" if name == "for" else name for name in call_document(Call(None))} == {
        each.name for each in fields(Call)
    }
    assert set(options_document(Options())) == {each.name for each in fields(Options)}
    # The options that a file gives are in the call, the settings and the options; its place is only this machine's.
    elsewhere = {"fail_on", "timeout", "options", "file"}
    configuration = options_document(Options())["configuration"]
    assert isinstance(configuration, dict)
    assert set(configuration) == {each.name for each in fields(Configuration)} - elsewhere
