"""What a path in a configuration is for, by the words of the keys it stands under. Pure."""

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
_SAYING = ("for", "purpose", "method", "action", "operation", "_target_", "class_path")
"""Keys beside the path whose value says what is done with it."""

ARGUMENTS = ("init_args", "args", "kwargs", "params")
"""Keys under which stand the arguments of what is named beside them."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def purpose_told(keys: Sequence[str], beside: Iterable[str]) -> Purpose | None:
    """What a path is for by its keys, the innermost first, and by the values beside it; `None` if they do not tell.

    The first key decides that has a word for linking or for using. What only names a thing (`artifact`, `model`)
    is a use, if no key around it says otherwise.
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
    """The values in a mapping that say what is done."""
    return [text for key in _SAYING if (text := mapping.text(key)) is not None]


def is_for_people(key: str) -> bool:
    """Whether a URL under this key is there to be looked at."""
    return any(word in _URL_WORDS for word in _words(key))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
