"""What wandb takes for a well-formed API key (registry-rules R7.2)."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


def key_problem(key: str) -> str | None:
    """wandb's words against the form of a key, or None; the words never quote it."""
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
    """wandb's words if white space surrounds a key in a variable or a settings file, which it looks at first."""
    return "API key cannot start or end with whitespace" if key != key.strip() else None
