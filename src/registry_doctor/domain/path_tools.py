"""Paths as text: taken apart, put together, and read out of addresses. Asks no server and no settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from registry_doctor.domain.interpretation import Interpretation, PrefixFault, Purpose, interpret
from registry_doctor.domain.target_path import REGISTRY_PREFIX, MalformedPath, TargetPath, is_version
from registry_doctor.support.wording import listed, quoted_name

LONGEST_PROJECT = 128
LONGEST_REGISTRY = LONGEST_PROJECT - len(REGISTRY_PREFIX)
LONGEST_COLLECTION = 128

_NOT_IN_PATHS = "/:"
_NOT_IN_REGISTRIES = "/\\#?%:\r\n"

PathKind: TypeAlias = Literal["registry", "project", "name"]
"""What wandb takes a path for: a place in a registry, in an ordinary project, or a name alone."""

VersionKind: TypeAlias = Literal["version", "alias"]


class ImpossibleName(ValueError):
    """No path can hold this name; the message says which rule is against it."""


class NoPathInside(ValueError):
    """The text is no address that wandb knows, or a part that a path needs is missing in it."""


@dataclass(frozen=True)
class Notation:
    """A path as text, with what wandb makes of it and what was probably meant."""

    text: str
    for_: Purpose
    typed: TargetPath | None
    """What wandb takes it apart to; `None` if wandb refuses it."""
    refusal: str | None
    """wandb's words where it refuses."""
    meant: TargetPath | None
    """`None` where the registry or the collection cannot be read out of the text, or is a placeholder."""
    reasons: tuple[str, ...]
    """Why what was meant may differ from what wandb reads, a clause each."""

    @property
    def kind(self) -> PathKind | None:
        """What wandb takes it for; `None` if wandb refuses it."""
        if self.typed is None:
            return None
        if self.typed.registry is not None:
            return "registry"
        return "project" if self.typed.project else "name"

    @property
    def is_meant_as_read(self) -> bool:
        """Whether wandb reads the place that was meant."""
        return self.meant is not None and str(self.meant) == self.text

    @property
    def is_registry_path(self) -> bool:
        """Whether it can stay as it is: wandb reads a place in a registry, the one that was meant."""
        return self.is_meant_as_read and self.kind == "registry"


def parse_path(text: str) -> TargetPath:
    """Take a path apart as wandb does: at the first colon, then at the slashes. Nothing is corrected.

    Args:
        text: a target path or the name of a version, such as `wandb-registry-model/detector:v0`.

    Returns its parts; `registry` is `None` if wandb sees an ordinary project.
    Raises MalformedPath, with wandb's own words, for four or more parts.

    Example:
        >>> parse_path("Acme Robotics/wandb-registry-model/detector:production").registry
        'model'
    """
    return TargetPath.parse(text)


def build_path(
    registry: str, collection: str, *, organization: str | None = None, version: str | None = None
) -> str:
    """The path of a collection in a registry, or of a version in it.

    Args:
        registry: the registry's name, with or without `wandb-registry-`.
        collection: the collection's name.
        organization: the display or entity name of an organization; needed only by those in several.
        version: a version (`v3`) or an alias; without one it is the path to link to.

    Raises ImpossibleName for a name that no path can hold.

    Example:
        >>> build_path("Fine-tuned Models", "phi3", organization="Acme Robotics", version="v0")
        'Acme Robotics/wandb-registry-Fine-tuned Models/phi3:v0'
    """
    registry = registry.removeprefix(REGISTRY_PREFIX)
    _require("registry", registry, _NOT_IN_REGISTRIES, LONGEST_REGISTRY)
    _require("collection", collection, _NOT_IN_PATHS, LONGEST_COLLECTION)
    if organization is not None:
        _require("organization", organization, _NOT_IN_PATHS, None)
    if version is not None:
        _require("version or alias", version, _NOT_IN_PATHS, None)
    return str(TargetPath.build(registry, collection, organization=organization, version=version))


def path_from_url(url: str, for_: Purpose = "use") -> str:
    """The path that an address of the W&B app, or a URI, leads to.

    Args:
        url: an address out of the browser, or `registry://…`, `wandb-artifact://…`.
        for_: `"use"` gives a path with a version, `latest` where the address of an app names none; `"link"` a path
            without.

    The address of an ordinary project's artifact gives the path of that artifact.
    Raises NoPathInside if it is no such address, or if it names no collection.

    Example:
        >>> path_from_url("https://wandb.ai/orgs/acme/registry/model?selectionPath=acme%2Fwandb-registry-model%2Fyolo")
        'acme/wandb-registry-model/yolo:latest'
    """
    reading = interpret(url, for_)
    if reading.pasted is None:
        raise NoPathInside(f"{quoted_name(url)} is neither an address of the W&B app nor a URI")
    if reading.intended is None:
        named = f"the registry {quoted_name(reading.registries[0])}" if reading.registries else "no registry"
        missing = "" if "collection" not in reading.missing else " and no collection"
        raise NoPathInside(
            f"the address names {named}{missing}: open the collection, or a version of it, and copy its address"
        )
    return str(_outside(reading) or reading.intended)


def notation(text: str, for_: Purpose = "use") -> Notation:
    """Read a path as wandb does and as it was probably meant. Never raises for what the text is.

    >>> notation("vision/wandb_registry_model/detector:v0").meant
    TargetPath(collection='detector', project='wandb-registry-model', prefix='vision', version='v0')
    """
    reading = interpret(text, for_)
    refusal = None
    try:
        TargetPath.parse(text)
    except MalformedPath as refused:
        refusal = str(refused)
    meant = None if reading.placeholders else reading.intended
    return Notation(text, for_, reading.as_typed, refusal, meant, tuple(_reasons(reading, for_)))


def version_kind(version: str | None) -> VersionKind | None:
    """Whether it is the server's own number of a version or an alias; `None` without any."""
    if version is None:
        return None
    return "version" if is_version(version) else "alias"


def _require(what: str, name: str, forbidden: str, longest: int | None) -> None:
    shown = quoted_name(name)
    if not name:
        raise ImpossibleName(f"the {what} is empty, and wandb takes an empty part for a missing one")
    if found := [character for character in forbidden if character in name]:
        rule = " ".join(character for character in forbidden if character.isprintable())
        hint = "; use its entity name" if what == "organization" else ""
        raise ImpossibleName(
            f"the {what} {shown} holds {listed(found)}, and such a name holds none of {rule}{hint}"
        )
    if longest is not None and len(name) > longest:
        raise ImpossibleName(
            f"the {what} {shown} has {len(name)} characters, and {longest} are the most it can have"
        )


def _outside(reading: Interpretation) -> TargetPath | None:
    """The ordinary project's path, where the address leads to one: an address is never short of a prefix."""
    if reading.prefix_fault != "missing" or reading.intended is None:
        return None
    return replace(reading.intended, project=reading.registries[0])


def _reasons(reading: Interpretation, for_: Purpose) -> Iterator[str]:
    yield from reading.problems
    project = reading.with_default_project.project if reading.with_default_project else None
    if reading.prefix_fault is not None and not (reading.pasted or (reading.problems and project is None)):
        yield _FAULTS[reading.prefix_fault].format(project=quoted_name(project or ""))
    if reading.legacy:
        yield "'model-registry' is the project of the legacy Model Registry, whose paths only the server can translate"
    if len(reading.organizations) > 1:
        yield f"which of {listed(reading.organizations)} is the organization, only the server can tell"
    if reading.leading_slash:
        yield "the slash at its beginning names no organization, and hides WANDB_ORGANIZATION in a fetch"
    if len(reading.collections) > 1:
        yield f"the collection may be meant as {quoted_name(reading.collections[1])}"
    if reading.placeholders:
        yield f"{listed(reading.placeholders.values())} looks like a placeholder that was left in"
    given = reading.as_typed.version if reading.as_typed and not reading.pasted else None
    if for_ == "link" and given is not None:
        yield f"a link names no version: wandb would take ':{given}' for a part of the collection's name"


_FAULTS: dict[PrefixFault, str] = {
    "missing": f"{{project}} does not begin with '{REGISTRY_PREFIX}', so wandb takes it for an ordinary project",
    "spelling": f"the prefix is spelt '{REGISTRY_PREFIX}', and in {{project}} wandb does not recognise it",
    "doubled": f"'{REGISTRY_PREFIX}' stands twice, which is right only for a registry that is named so",
    "misplaced": "the registry stands where the organization belongs",
    "split": f"'{REGISTRY_PREFIX}' is a part of its own, and belongs to the registry's name",
}
