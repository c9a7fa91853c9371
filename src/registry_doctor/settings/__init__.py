"""The settings that wandb 0.31.0 would use, each with its source, read without importing wandb.

`read_settings()` follows registry-rules, sections 6 and 7, for the environment, netrc and both settings
files. It does not read SageMaker's secrets, or credentials that a running process has already logged in with.
"""

from __future__ import annotations

from registry_doctor.settings.model import (
    ApiKey,
    Credentials,
    FileProblem,
    Given,
    IdentityToken,
    InvalidCredentials,
    NoCredentials,
    PinnedRun,
    Settings,
    Sourced,
    VariableProblem,
)
from registry_doctor.settings.read import read_settings

__all__ = [
    "ApiKey",
    "Credentials",
    "FileProblem",
    "Given",
    "IdentityToken",
    "InvalidCredentials",
    "NoCredentials",
    "PinnedRun",
    "Settings",
    "Sourced",
    "VariableProblem",
    "read_settings",
]
