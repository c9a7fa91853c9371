"""What names may look like on the server (registry-rules 1.4)."""

from __future__ import annotations

import re

from registry_doctor.sandbox.errors import bad_request

LONGEST_NAME = 128
_VERSION = re.compile(r"v\d+")
_NOT_IN_PROJECTS = re.compile(r"[/\\#?%:\r\n]")


def check_collection_name(name: str) -> None:
    """Everything except ``/`` and ``:``, not empty, at most 128 characters."""
    if not name:
        raise bad_request("collection name must not be empty")
    if "/" in name or ":" in name:
        raise bad_request(f"collection name '{name}' must not contain '/' or ':'")
    if len(name) > LONGEST_NAME:
        raise bad_request(f"collection name '{name}' must have {LONGEST_NAME} characters or less")


def check_project_name(name: str) -> None:
    r"""None of ``/ \ # ? % :`` and line breaks, not empty, at most 128 characters."""
    if not name or len(name) > LONGEST_NAME or _NOT_IN_PROJECTS.search(name):
        raise bad_request(f"'{name}' is not a valid project name")


def check_alias(alias: str) -> None:
    """Everything except ``/`` and ``:``, and not empty (registry-rules R1.7)."""
    if not alias or "/" in alias or ":" in alias:
        raise bad_request(f"alias '{alias}' must not be empty or contain '/' or ':'")


def is_version(alias: str) -> bool:
    """True for ``v0``, ``v17``: numbers that the server gives, not aliases."""
    return _VERSION.fullmatch(alias) is not None
