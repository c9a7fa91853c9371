"""Whether a text is a registry path, not a file name, a repository, an image or a sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias
from urllib.parse import unquote

from registry_doctor.domain.interpretation import LEGACY_PROJECT
from registry_doctor.domain.registry_bound import bound_of

Likeness: TypeAlias = Literal["certain", "possible", "none"]
"""`certain`: a registry path under any key; `possible`: a registry path if the key names a purpose."""

_LONGEST = 1024
"""Longer texts, in characters, are not paths."""

_UNKNOWN_PART = "\0"
_REGISTRY = re.compile(
    r"wandb[\s_.\-\u2010-\u2015\u2212]*registry[\s_.\-\u2010-\u2015\u2212]+\S.*", re.IGNORECASE | re.DOTALL
)
_SPACED = re.compile(r"wandb[\W_]*registry\s", re.IGNORECASE)
_LIKE_A_PREFIX = re.compile(r"(?:wandb[\s_.\-]*)?registry(?:[\s_.\-]+.+)?", re.IGNORECASE | re.DOTALL)
_URL = re.compile(r"https?://", re.IGNORECASE)
_REGISTRY_URL = re.compile(
    r"https?://[^/\s]+(?:/\S*)?(?:/orgs/[^/\s]+/registry/[^/\s]|[?&]selectionPath=[^&\s]*wandb-registry-"
    r"|/wandb-registry-[^/\s]+/artifacts/)",
    re.IGNORECASE,
)
_URI = re.compile(r"(?:wandb-artifact|registry):/+[^/\s]+/[^/\s]", re.IGNORECASE)
_A_FILE = re.compile(
    r"\.(?:py|pyi|ipynb|ya?ml|toml|json[cl5]?|md|rst|txt|sh|cfg|ini|lock|csv|html?|xml|js|ts|tf|log|parquet|tar|gz|zip|whl)$",
    re.IGNORECASE,
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?")
_MOST_PARTS = 4
"""One more than a path may have: an extra part is a common mistake."""


def likeness_of(parts: Sequence[tuple[str, bool]]) -> Likeness:
    """Judge a text by its parts, each with whether it is known."""
    text = "".join(part if known else _UNKNOWN_PART for part, known in parts).strip()
    if len(text) > _LONGEST or "\n" in text or bound_of(parts) != "registry":
        return "none"
    if _URL.match(text):
        return "certain" if _REGISTRY_URL.match(text) and " " not in text else "none"
    if "://" in text or _URI.match(text):
        return "certain" if _URI.match(text) and " " not in text else "none"
    if (
        text.startswith((".", "~", "@", "-"))
        or any(mark in text for mark in "*?=;,|()<@\"'`")
        or " -" in text
    ):
        return _bracketed(text)
    return _of_parts(text.partition(":")[0])


def is_url(text: str) -> bool:
    """Whether the text is a URL."""
    return _URL.match(text.strip()) is not None


def _bracketed(text: str) -> Likeness:
    """A path with a placeholder such as `<org>` was not completed; other texts with such marks are not paths."""
    filled = re.sub(r"<[\w -]+>", "x", text)
    return "none" if filled == text else likeness_of([(filled, True)])


def _of_parts(left: str) -> Likeness:
    encoded = left if "/" in left else unquote(left).replace("\\", "/")
    raw = encoded.split("/")
    parts = [part for part in raw if part.strip()]
    if not 2 <= len(parts) <= _MOST_PARTS or any(len(part.split()) > 4 for part in parts):
        return "none"
    if _A_FILE.search(parts[-1]) or _HOST.fullmatch(parts[0]) or any(part in (".", "..") for part in parts):
        return "possible" if any(map(_REGISTRY.fullmatch, parts[:-1])) else "none"
    if any(map(_SPACED.match, parts)):
        return "possible"  # a command, more often than a prefix with a space in it
    registries = [index for index, part in enumerate(parts) if _REGISTRY.fullmatch(part)]
    if registries and registries[0] < len(parts) - 1:
        return "certain"
    if registries and not raw[-1].strip():
        return "certain"  # `acme/wandb-registry-model/`: the collection was forgotten
    before = parts[:-1]
    return (
        "possible"
        if any(part == LEGACY_PROJECT or _LIKE_A_PREFIX.fullmatch(part) for part in before)
        else "none"
    )
