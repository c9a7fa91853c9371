"""RD103: only one set of credentials applies to this server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from registry_doctor_checks.credentials_unambiguous import credentials_unambiguous

from registry_doctor.facts import SETTINGS
from registry_doctor.settings import read_settings
from tests.checks.conftest import Verdict, confirm, fails, passes, skips, warns

KEY = "k" * 40
OWN_KEYS = "only API keys that were made for it"
"""Of two keys, one may be the only one that the organization accepts (K1)."""


@pytest.mark.parametrize(
    ("environ", "netrc", "verdict"),
    [
        ({"WANDB_API_KEY": KEY}, None, passes()),
        ({"WANDB_IDENTITY_TOKEN_FILE": "/token"}, None, passes()),
        ({}, f"machine api.wandb.ai password {KEY}\n", passes()),
        ({}, None, skips()),
        ({"WANDB_API_KEY": KEY, "WANDB_IDENTITY_TOKEN_FILE": "/token"}, None, fails("Both", leaves=["server"], remedy=[OWN_KEYS])),
        ({}, f"machine api.wandb.ai login user password {KEY}\ndefault login user password {'x' * 40}\n", warns("default", "api.wandb.ai", remedy=[OWN_KEYS])),
        ({"WANDB_API_KEY": "short"}, None, passes()),
    ],
    ids=["a key", "a token", "a key in netrc", "none at all", "both kinds", "a default entry that hides another", "a malformed key is RD102's"],
)  # fmt: skip
def test_credentials_unambiguous(
    environ: Mapping[str, str], netrc: str | None, verdict: Verdict, tmp_path: Path
) -> None:
    """Two kinds are refused by wandb; a default entry is a warning."""
    if netrc is not None:
        (tmp_path / ".netrc").write_text(netrc, encoding="utf-8")
    settings = read_settings(environ=environ, cwd=tmp_path, home=tmp_path)
    confirm(credentials_unambiguous, {SETTINGS: settings}, verdict)
