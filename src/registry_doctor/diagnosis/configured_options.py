"""The keys of a configuration that stand for options of the command line: what to search, for whom, and how to report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from registry_doctor.support.records import record
from registry_doctor.support.versions import can_be_read

TEXTS = ("entity", "project", "organization", "base-url", "sdk-version", "baseline", "for", "format", "color")
LISTS = ("paths", "exclude", "manifest", "from-log", "output")
FLAGS = ("offline", "require-credentials", "confirm", "plugins", "verbose", "quiet")
TABLES = ("set",)
OPTION_KEYS = (*LISTS, *TABLES, *TEXTS, *FLAGS)

CHOICES: Mapping[str, tuple[str, ...]] = {
    "for": ("link", "use"),
    "format": ("text", "json", "github", "gitlab", "junit", "sarif", "markdown"),
    "color": ("auto", "always", "never"),
}
INSTEAD: Mapping[str, str] = {
    "no-plugins": "`plugins = false` has this meaning",
    "no-config": "it is only an option of the command line",
    "config": "it is only an option of the command line",
    "trust-checkout": "it is only an option of the command line, because the file is part of the checkout",
    "timeout-seconds": "the key is `timeout`",
    "targets": "targets stand in a manifest, which the key `manifest` names",
    **dict.fromkeys(
        ("fix", "unsafe-fixes", "diff", "write-baseline", "write-manifest"),
        "it is an action, so it is only an option of the command line",
    ),
}
"""What a key means that is an option, but not a key."""


@record(frozen=True)
class ConfiguredOptions:
    """The values of these keys. The command line replaces each."""

    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    flags: Mapping[str, bool] = field(default_factory=dict[str, bool])
    supplied: Mapping[str, str] = field(default_factory=dict[str, str])
    """The table `set`: a value for each name that the code takes from outside."""


def read_options(entries: Mapping[str, object], wrong: Callable[[str, str], Exception]) -> ConfiguredOptions:
    """The options among the entries of a file. Raises what `wrong` makes of a key and what the key must be."""
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    flags: dict[str, bool] = {}
    supplied: dict[str, str] = {}
    for key, value in entries.items():
        if key in TEXTS:
            texts[key] = _text(key, value, wrong)
        elif key in LISTS:
            if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
                raise wrong(key, f"must be a list of strings, such as {_EXAMPLES[key]}")
            lists[key] = tuple(value)
        elif key in FLAGS:
            if not isinstance(value, bool):
                raise wrong(key, "must be true or false")
            flags[key] = value
        elif key in TABLES:
            if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
                raise wrong(key, 'must be a table with a string for each name: REGISTRY = "model"')
            supplied = dict(value)
    return ConfiguredOptions(texts, lists, flags, supplied)


_EXAMPLES = {
    "paths": '["src", "train.ipynb"]',
    "exclude": '["examples/", "*_old.py"]',
    "manifest": '["targets.yaml"]',
    "from-log": '["run.log"]',
    "output": '["sarif:registry.sarif"]',
}


def _text(key: str, value: object, wrong: Callable[[str, str], Exception]) -> str:
    if not isinstance(value, str) or not value:
        raise wrong(key, "must be a non-empty string")
    choices = CHOICES.get(key)
    if choices is not None and value not in choices:
        raise wrong(key, f"must be one of {', '.join(choices)}")
    if key == "sdk-version" and not can_be_read(value):
        raise wrong(key, 'must be a version such as "0.31.0"')
    return value
