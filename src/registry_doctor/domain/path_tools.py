"""Tools for paths as text: parse, build, and convert from addresses. Uses no server and no settings."""

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
"""What wandb sees in a path: a place in a registry, a place in an ordinary project, or only a name."""

VersionKind: TypeAlias = Literal["version", "alias"]


class ImpossibleName(ValueError):
    """No path can contain this name; the message says which rule forbids it."""

    __module__ = "registry_doctor"


class NoPathInside(ValueError):
    """The text is not an address that wandb knows, or a part that a path needs is missing in it."""

    __module__ = "registry_doctor"


@dataclass(frozen=True)
class Notation:
    """A path as text, with what wandb reads in it and what was probably meant."""

    text: str
    for_: Purpose
    typed: TargetPath | None
    """The path that wandb parses; `None` if wandb refuses the text."""
    refusal: str | None
    """wandb's message if it refuses the text."""
    meant: TargetPath | None
    """`None` if the text does not have the registry or the collection, or if one of them is a placeholder."""
    reasons: tuple[str, ...]
    """Why the path that was meant may differ from what wandb reads, a clause each."""

    @property
    def kind(self) -> PathKind | None:
        """What wandb sees in it; `None` if wandb refuses it."""
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
    """Split a path into parts as wandb does: at the first colon, then at the slashes. Nothing is corrected.

    Args:
        text: a target path or the name of a version, such as `wandb-registry-model/detector:v0`.

    Returns its parts; `registry` is `None` if wandb sees an ordinary project.
    Raises MalformedPath, with wandb's own message, for four or more parts.

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
        organization: the display or entity name of an organization; needed only by members of several organizations.
        version: a version (`v3`) or an alias; without one it is the path to link to.

    Raises ImpossibleName for a name that no path can contain.

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
    Raises NoPathInside if it is not such an address, or if it names no collection.

    Example:
        >>> path_from_url("https://wandb.ai/orgs/acme/registry/model?selectionPath=acme%2Fwandb-registry-model%2Fyolo")
        'acme/wandb-registry-model/yolo:latest'
    """
    interpretation = interpret(url, for_)
    if interpretation.pasted is None:
        raise NoPathInside(f"{quoted_name(url)} is neither an address of the W&B app nor a URI")
    if interpretation.intended is None:
        named = (
            f"the registry {quoted_name(interpretation.registries[0])}"
            if interpretation.registries
            else "no registry"
        )
        missing = "" if "collection" not in interpretation.missing else " and no collection"
        raise NoPathInside(
            f"the address names {named}{missing}: open the collection, or a version of it, and copy its address"
        )
    return str(_outside(interpretation) or interpretation.intended)


def notation(text: str, for_: Purpose = "use") -> Notation:
    """Read a path as wandb does and as it was probably meant. Accepts every text.

    >>> notation("vision/wandb_registry_model/detector:v0").meant
    TargetPath(collection='detector', project='wandb-registry-model', prefix='vision', version='v0')
    """
    interpretation = interpret(text, for_)
    refusal = None
    try:
        TargetPath.parse(text)
    except MalformedPath as refused:
        refusal = str(refused)
    meant = None if interpretation.placeholders else interpretation.intended
    return Notation(
        text, for_, interpretation.as_typed, refusal, meant, tuple(_reasons(interpretation, for_))
    )


def version_kind(version: str | None) -> VersionKind | None:
    """Whether it is the server's number of a version or an alias; `None` if there is no version."""
    if version is None:
        return None
    return "version" if is_version(version) else "alias"


def _require(what: str, name: str, forbidden: str, longest: int | None) -> None:
    shown = quoted_name(name)
    if not name:
        raise ImpossibleName(f"the {what} is empty, and wandb treats an empty part as a missing one")
    if found := [character for character in forbidden if character in name]:
        rule = " ".join(character for character in forbidden if character.isprintable())
        hint = "; use its entity name" if what == "organization" else ""
        raise ImpossibleName(
            f"the {what} {shown} contains {listed(found)}, and this name must not contain any of {rule}{hint}"
        )
    if longest is not None and len(name) > longest:
        raise ImpossibleName(
            f"the {what} {shown} has {len(name)} characters, and at most {longest} are allowed"
        )


def _outside(interpretation: Interpretation) -> TargetPath | None:
    """The path in an ordinary project, if the URL leads to one: a URL of a registry always has the prefix."""
    if interpretation.prefix_fault != "missing" or interpretation.intended is None:
        return None
    return replace(interpretation.intended, project=interpretation.registries[0])


def _reasons(interpretation: Interpretation, for_: Purpose) -> Iterator[str]:
    yield from interpretation.problems
    project = interpretation.with_default_project.project if interpretation.with_default_project else None
    if interpretation.prefix_fault is not None and not (
        interpretation.pasted or (interpretation.problems and project is None)
    ):
        yield _FAULTS[interpretation.prefix_fault].format(project=quoted_name(project or ""))
    if interpretation.legacy:
        yield "'model-registry' is the project of the legacy Model Registry; only the server can translate its paths"
    if len(interpretation.organizations) > 1:
        yield f"only the server knows which of {listed(interpretation.organizations)} is the organization"
    if interpretation.leading_slash:
        yield "the slash at the beginning names no organization, and makes a fetch ignore WANDB_ORGANIZATION"
    if len(interpretation.collections) > 1:
        yield f"the collection may be {quoted_name(interpretation.collections[1])}"
    if interpretation.placeholders:
        yield f"{listed(interpretation.placeholders.values())} looks like a placeholder that was not replaced"
    given = interpretation.as_typed.version if interpretation.as_typed and not interpretation.pasted else None
    if for_ == "link" and given is not None:
        yield f"the path of a link has no version: wandb would read ':{given}' as a part of the collection's name"


_FAULTS: dict[PrefixFault, str] = {
    "missing": f"{{project}} does not begin with '{REGISTRY_PREFIX}', so wandb sees an ordinary project",
    "spelling": f"wandb does not recognise the prefix in {{project}}; it must be spelled '{REGISTRY_PREFIX}'",
    "doubled": f"'{REGISTRY_PREFIX}' is there twice, which is only right if the registry has this name",
    "misplaced": "the registry is in the place of the organization",
    "split": f"'{REGISTRY_PREFIX}' is a separate part, but it belongs to the registry's name",
}
