"""What a path is for, by the words that stand near it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

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

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def purpose_by_keys(keys: Sequence[str], beside: Iterable[str]) -> Purpose | None:
    """What a path is for, by its keys (the innermost first) and by the values beside it; `None` if they do not say.

    The first text with a word for linking or for using decides. A word that only names a thing (`artifact`,
    `model`) means a use, unless a key around it says otherwise.
    """
    own = words_of(keys[0]) if keys else []
    for words in (own, *(words_of(value) for value in beside), *(words_of(key) for key in keys[1:])):
        for word in words:
            if word in _LINK:
                return "link"
            if word in _USE:
                return "use"
    return "use" if any(word in _USE_IF_NOTHING_ELSE for word in own) else None


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; `modelPath` and `model_path` have the same two."""
    return [word.lower() for word in _WORD.findall(text)]
