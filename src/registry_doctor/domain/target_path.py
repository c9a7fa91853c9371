"""The grammar of target paths: parse, print, edit. The only place that knows it. Pure.

A link target and a fetch name are parsed in the same way (registry-rules R1.1): cut at the first
`:`, then split the left part at `/` into one to three parts. Nothing is stripped, lower-cased or
decoded. `interpretation` reads what people paste instead of a path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from registry_doctor.support.records import record

REGISTRY_PREFIX = "wandb-registry-"
"""The start of the project part of every registry path. Case matters (R1.2)."""

DEFAULT_PROJECT = "uncategorized"
"""The project that wandb uses if none is named and none is set (R1.3, R1.8)."""

PathField: TypeAlias = Literal["organization", "registry", "collection", "version"]
"""The parts of a path that an edit can change."""

Changes: TypeAlias = Mapping[PathField, "str | None"]
"""Edits by part; `None` removes the part."""


class MalformedPath(ValueError):
    """The text has four or more parts; carries wandb's own words."""

    __module__ = "registry_doctor"


def is_registry_project(project: str) -> bool:
    """Whether wandb sees a registry in this project part (R1.2)."""
    return project.startswith(REGISTRY_PREFIX) and project != REGISTRY_PREFIX


@record(frozen=True)
class TargetPath:
    """A path, split into parts as wandb splits it.

    `prefix` is the part before the project (organization, team or nothing), `project` the project
    part. Both are `None` if the path is too short to have them, and `""` if they are empty.
    `collection` is the name without its version; `version` is the text after the first colon
    (a version or an alias), `None` without a colon.
    """

    collection: str
    project: str | None = None
    prefix: str | None = None
    version: str | None = None

    @classmethod
    def parse(cls, text: str) -> TargetPath:
        """Split `text` into parts (R1.1). Raises MalformedPath for four or more parts."""
        left, colon, version = text.partition(":")
        parts = left.split("/")
        if len(parts) > 3:
            raise MalformedPath(f"Invalid artifact path: {text!r}")
        project = parts[-2] if len(parts) > 1 else None
        prefix = parts[-3] if len(parts) > 2 else None
        return cls(parts[-1], project, prefix, version if colon else None)

    @classmethod
    def build(
        cls, registry: str, collection: str, *, organization: str | None = None, version: str | None = None
    ) -> TargetPath:
        """The path of a collection, or of a version in it, in a registry named without its prefix."""
        return cls(collection, REGISTRY_PREFIX + registry, organization, version)

    def __str__(self) -> str:
        parts = (self.prefix, self.project, self.collection)
        text = "/".join(part for part in parts if part is not None)
        return text if self.version is None else f"{text}:{self.version}"

    @property
    def registry(self) -> str | None:
        """The registry's name without `wandb-registry-`; `None` if wandb sees an ordinary project."""
        if self.project is None or not is_registry_project(self.project):
            return None
        return self.project.removeprefix(REGISTRY_PREFIX)

    @property
    def name(self) -> str:
        """Collection and version as wandb sends them in one: `detector:v0`."""
        return self.collection if self.version is None else f"{self.collection}:{self.version}"

    def with_default_project(self, project: str | None) -> TargetPath:
        """The path wandb continues with: a missing or empty project is filled in (R1.3, R1.8)."""
        return self if self.project else replace(self, project=project or DEFAULT_PROJECT)

    def edit(self, changes: Changes) -> TargetPath:
        """A copy with these parts changed; a registry is named without its prefix."""
        edited = self
        if "organization" in changes:
            edited = replace(edited, prefix=changes["organization"])
        if (registry := changes.get("registry")) is not None:
            edited = replace(edited, project=REGISTRY_PREFIX + registry)
        if (collection := changes.get("collection")) is not None:
            edited = replace(edited, collection=collection)
        if "version" in changes:
            edited = replace(edited, version=changes["version"])
        return edited

    def part(self, field: PathField) -> str | None:
        """The present value of a part that an edit can change."""
        if field == "organization":
            return self.prefix
        if field == "registry":
            return self.registry
        return self.collection if field == "collection" else self.version


def without_last_slash(typed: TargetPath | None) -> TargetPath | None:
    """What `run.link_artifact` makes of `wandb-registry-{registry}/{collection}/`; `None` for other paths (R1.20).

    A run prints the path without its empty parts before it links. With both other parts given, it adds none.
    """
    if typed is None or typed.name or not typed.project or not is_registry_project(typed.prefix or ""):
        return None
    return TargetPath(typed.project, typed.prefix)


def is_version(name: str) -> bool:
    """Whether this is the name that the server gives to a version: `v0`, `v1`, … (R1.14)."""
    return re.fullmatch(r"v\d+", name) is not None


def is_given_by_server(alias: str) -> bool:
    """Whether only the server can give this alias (R1.6, R1.7)."""
    return alias in ("", "latest") or is_version(alias)


def organization_named(text: str, for_: Literal["link", "use", "collection"]) -> str | None:
    """The organization that wandb reads in a registry path; `None` if the path names none.

    A link takes the first of three parts, and an empty one counts as missing. A fetch takes
    whatever stands before the first slash if there are exactly two slashes in the whole text, alias
    included, so that an empty first part suppresses the organization setting and an alias with a
    slash makes the registry the organization (R1.16, R1.17). Raises MalformedPath.
    """
    if for_ == "link":
        return TargetPath.parse(text).prefix or None
    TargetPath.parse(text)
    return text.split("/")[0] if text.count("/") == 2 else None
