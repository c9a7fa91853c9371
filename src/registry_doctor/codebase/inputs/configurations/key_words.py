"""The keys of a configuration that tell about a path: what it is for, and whether it is there for people. Pure."""

from __future__ import annotations

from registry_doctor.codebase.inputs.configurations.tree import MappingNode
from registry_doctor.domain.purpose_words import words_of

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


def values_beside(mapping: MappingNode) -> list[str]:
    """The values in a mapping that say what is done."""
    return [text for key in _SAYING if (text := mapping.text(key)) is not None]


def is_for_people(key: str) -> bool:
    """Whether a URL under this key is there to be looked at."""
    return any(word in _URL_WORDS for word in words_of(key))
