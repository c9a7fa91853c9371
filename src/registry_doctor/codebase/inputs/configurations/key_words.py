"""The purpose of a path in a configuration, by the words of its keys. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from registry_doctor.codebase.inputs.configurations.tree import MappingNode
from registry_doctor.domain.interpretation import Purpose

_LINK = frozenset(
    {
        "link", "links", "linked", "linking", "publish", "published", "publishing", "push", "output",
        "outputs", "out", "upload", "uploads", "register", "registered", "promote", "promoted",
        "promotion", "export", "exports", "save", "target", "targets", "destination", "destinations",
        "dest", "write", "release", "to",
    }
)  # fmt: skip
_USE = frozenset(
    {
        "use", "uses", "used", "using", "input", "inputs", "load", "loads", "from", "source", "sources",
        "src", "base", "pretrained", "resume", "restore", "download", "downloads", "fetch", "pull",
        "consume", "read", "parent", "baseline", "reference", "teacher", "finetune",
    }
)  # fmt: skip
_USE_IF_NOTHING_ELSE = frozenset(
    {
        "artifact", "artifacts", "model", "models", "checkpoint", "checkpoints", "ckpt", "weights",
        "dataset", "datasets", "data",
    }
)  # fmt: skip
_URL_WORDS = frozenset(
    {
        "url", "href", "homepage", "docs", "documentation", "repository", "website", "see", "www",
        "doc", "readme", "help",
    }
)  # fmt: skip
_PURPOSE_KEYS = ("for", "purpose", "method", "action", "operation", "_target_", "class_path")
"""Sibling keys whose values name the purpose of a path."""

ARGUMENTS = ("init_args", "args", "kwargs", "params")
"""Keys that contain the arguments of what a sibling key names."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def purpose_by_keys(keys: Sequence[str], beside: Iterable[str]) -> Purpose | None:
    """The purpose of a path by its keys, the innermost first, and by sibling values; `None` if they do not show it.

    The first key with a word for linking or for using decides. A key that only names an object (`artifact`, `model`)
    means a use, if no outer key decides.
    """
    own = _words(keys[0]) if keys else []
    for words in (own, *(_words(value) for value in beside), *(_words(key) for key in keys[1:])):
        for word in words:
            if word in _LINK:
                return "link"
            if word in _USE:
                return "use"
    return "use" if any(word in _USE_IF_NOTHING_ELSE for word in own) else None


def values_beside(mapping: MappingNode) -> list[str]:
    """The values in a mapping that name a purpose."""
    return [text for key in _PURPOSE_KEYS if (text := mapping.text(key)) is not None]


def is_for_people(key: str) -> bool:
    """Whether a URL under this key is meant for readers."""
    return any(word in _URL_WORDS for word in _words(key))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
