"""The rules for a well-formed API key (registry-rules R7.2)."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


def key_problem(key: str) -> str | None:
    """wandb's message about a malformed key, or None. The message never contains the key."""
    if not key:
        return "API key is empty."
    if _TOKEN.fullmatch(key):
        return None
    prefix, dash, secret = key.partition("-")
    secret = secret if dash else prefix
    if not re.fullmatch(r"[\w-]+", secret):
        return "API key may only contain the letters A-Z, digits and underscores."
    if len(secret) < 40:
        return f"API key must have 40+ characters, has {len(secret)}."
    return None


def whitespace_problem(key: str) -> str | None:
    """wandb's message about white space around a key in a variable or a settings file, which wandb checks first."""
    return "API key cannot start or end with whitespace" if key != key.strip() else None
