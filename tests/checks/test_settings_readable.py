"""RD005: wandb can read its settings files and variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from registry_doctor_checks.settings_readable import settings_readable

from registry_doctor.facts import SETTINGS
from registry_doctor.settings import read_settings
from tests.checks.conftest import Verdict, confirm, fails, passes, warns

FILE = ".config/wandb/settings"


@pytest.mark.parametrize(
    ("content", "environ", "verdict"),
    [
        (None, {}, passes()),
        ("[default]\nentity = vision\n", {}, passes()),
        ("[default]\nno_such_setting = 1\n", {}, warns("~/.config/wandb/settings", "no_such_setting")),
        ("[default]\nbase_url = https://wandb.ai\n", {}, warns("not a valid server address")),
        ("[default]\nentity = 100%\n", {}, fails("~/.config/wandb/settings", leaves=[])),
        (None, {"WANDB_PROJECT": "a/b"}, fails("WANDB_PROJECT", leaves=[])),
        (None, {"WANDB_MODE": "on"}, fails("WANDB_MODE", leaves=[])),
        (None, {"WANDB_HTTP_TIMEOUT": "soon"}, fails("WANDB_HTTP_TIMEOUT", leaves=[])),
    ],
    ids=[
        "no settings at all", "a good file", "an unknown name", "an invalid value", "a percent sign",
        "a malformed project", "a malformed mode", "a malformed time-out",
    ],
)  # fmt: skip
def test_settings_readable(
    content: str | None, environ: Mapping[str, str], verdict: Verdict, tmp_path: Path
) -> None:
    """Where wandb stops it is an error; where it silently drops a file a warning."""
    if content is not None:
        (tmp_path / FILE).parent.mkdir(parents=True)
        (tmp_path / FILE).write_text(content, encoding="utf-8")
    settings = read_settings(environ=environ, cwd=tmp_path, home=tmp_path)
    confirm(settings_readable, {SETTINGS: settings}, verdict)
