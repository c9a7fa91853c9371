"""The purpose of a path in a configuration, by the words of its keys. Pure."""

from __future__ import annotations

from registry_doctor.codebase.inputs.configurations.tree import MappingNode
from registry_doctor.domain.purpose_words import words_of

_URL_WORDS = frozenset(
    {
        "url", "href", "homepage", "docs", "documentation", "repository", "website", "see", "www",
        "doc", "readme", "help",
    }
)  # fmt: skip
_PURPOSE_KEYS = ("for", "purpose", "method", "action", "operation", "_target_", "class_path")
"""Sibling keys whose values name the purpose of a path."""

COMMAND_KEYS = frozenset(
    {
        "run", "script", "before_script", "after_script", "command", "commands", "bash", "sh", "cmd", "cmds", "args",
        "entrypoint", "inlinescript",
    }
)  # fmt: skip
"""Keys, in lower case, whose values are command lines in the files of CI systems and container tools."""

ARGUMENTS = ("init_args", "args", "kwargs", "params")
"""Keys that contain the arguments of what a sibling key names."""


def values_beside(mapping: MappingNode) -> list[str]:
    """The values in a mapping that name a purpose."""
    return [text for key in _PURPOSE_KEYS if (text := mapping.text(key)) is not None]


def is_for_people(key: str) -> bool:
    """Whether a URL under this key is meant for readers."""
    return any(word in _URL_WORDS for word in words_of(key))


def is_command(key: str, text: str) -> bool:
    """Whether a value under this key is a command line, not a path."""
    return key.lower() in COMMAND_KEYS and len(text.split()) > 1
