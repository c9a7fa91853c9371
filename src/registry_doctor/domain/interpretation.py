"""What people paste instead of a path, interpreted as the path that they mean. Pure.

An `Interpretation` holds both: how wandb parses the text, and what the person probably meant, part by
part. If only the server can decide (does a registry with that odd name exist?), it holds the candidates,
likeliest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from registry_doctor.domain.target_path import (
    REGISTRY_PREFIX,
    MalformedPath,
    PathField,
    TargetPath,
    is_registry_project,
    is_version,
)
from registry_doctor.support.records import record

Purpose: TypeAlias = Literal["link", "use", "collection"]
"""What a path is for: an artifact is linked to it, a version is fetched (and downloaded), a collection is looked at."""

LEGACY_PROJECT = "model-registry"
"""The project of the legacy Model Registry, exactly (R8.5)."""

PrefixFault: TypeAlias = Literal["missing", "spelling", "doubled", "misplaced", "split"]
"""What is wrong with `wandb-registry-`: missing, misspelled, there twice, one part too early, or a part of its own."""

_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_DASH = r"[\s_.\-\u2010-\u2015\u2212]"
_WANDB_REGISTRY = re.compile(rf"\W*wandb{_DASH}*registry{_DASH}+(?P<name>.+)", re.IGNORECASE | re.DOTALL)
_BARE_REGISTRY = re.compile(rf"registry{_DASH}+(?P<name>.+)", re.IGNORECASE | re.DOTALL)
_PREFIX_ALONE = re.compile(rf"(?:wandb{_DASH}*)?registry{_DASH}*", re.IGNORECASE)
_HOST_ALONE = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?/")
_QUOTES = {"'": "'", '"': '"', "`": "`", "\u2018": "\u2019", "\u201c": "\u201d"}
_SCHEME = re.compile(r"(?P<scheme>https?|wandb-artifact|registry)://", re.IGNORECASE)
_BRACKETED = re.compile(r"<[^<>]*>|\$?\{[^{}]*\}|\$[A-Za-z_]\w*|%\([A-Za-z_]\w*\)s")
_WORDS = r"(?:entity|team|org|organi[sz]ation|registry|collection|project|artifact|username|user)"
_KINDS = rf"(?:{_WORDS}|model|dataset|name|version|alias)"
_ENDS = r"(?:name|here|entity|org|id|display)"
_PLACEHOLDER_WORD = re.compile(
    rf"\[[^\[\]]*(?:your|{_WORDS})[^\[\]]*\]"
    rf"|your[-_ ]?{_KINDS}(?:[-_ ]?(?:{_KINDS}|{_ENDS}))*"
    rf"|(?:my|insert|enter|the|some)[-_ ]{_KINDS}[-_ ](?:name|here)"
    rf"|{_KINDS}[-_ ]name(?:[-_ ]here)?"
    rf"|(?-i:(?:{_WORDS.upper()}|VERSION|ALIAS)(?:_(?:{_KINDS.upper()}|{_ENDS.upper()}))*)"
    rf"|(?-i:(?:MODEL|DATASET)_(?:NAME|VERSION|COLLECTION))"
    r"|\.{3}|…",
    re.IGNORECASE,
)
"""Words that documents use for what the reader has to fill in, as a whole part of a path."""

_LIKE_A_REGISTRY = re.compile(r"wandb[\W_]*registry|(?:^|/)registry-|registry://|/registry/", re.IGNORECASE)
_A_PART_IS_MISSING = "a part is missing: a path needs a registry and a collection"
_EXAMPLES = (("entity", "project"), ("team", "project"))
"""The first two parts of the paths in documentation; together they are placeholders."""


@record(frozen=True)
class Interpretation:
    """One text: as wandb parses it, and as it was meant."""

    text: str
    """The text as given."""
    as_typed: TargetPath | None
    """The path that wandb parses; `None` if wandb refuses the text (four or more parts)."""
    with_default_project: TargetPath | None
    """The same with the project that wandb adds if none is named."""
    intended: TargetPath | None
    """What was meant, version and all; `None` if the registry or the collection part is missing."""
    problems: tuple[str, ...] = ()
    """What is wrong with the shape, a sentence each; each problem changes what wandb reads."""
    missing: tuple[PathField, ...] = ()
    """Parts that the text does not have."""
    organizations: tuple[str, ...] = ()
    """The possible organizations, in order; empty if the text names none."""
    registries: tuple[str, ...] = ()
    """The possible registries, without prefix, likeliest first."""
    collections: tuple[str, ...] = ()
    """The possible collections: as typed, then without surrounding space and `%xx`."""
    prefix_fault: PrefixFault | None = None
    """What is wrong with the `wandb-registry-` prefix."""
    legacy: bool = False
    """The project is `model-registry`."""
    pasted: Literal["url", "uri"] | None = None
    """A URL or URI was pasted."""
    leading_slash: bool = False
    completed_by: str | None = None
    """The project setting, if it is a registry and wandb adds it to a path without a project (R1.3)."""
    placeholders: Mapping[PathField, str] = field(default_factory=dict)
    """Placeholders that were not replaced, by part."""
    trailing_slash: bool = False
    """The last part is empty, and the call drops it (R1.20)."""

    @property
    def names_a_registry(self) -> bool:
        """Whether the text names a registry, or tries to."""
        return resembles_a_registry(self.text)

    @property
    def is_bare_name(self) -> bool:
        """Whether the text is only a name: wandb adds a project and an entity to it."""
        typed = self.as_typed
        return typed is not None and typed.project is None and self.problems == (_A_PART_IS_MISSING,)

    @property
    def is_ordinary_path(self) -> bool:
        """Whether the text names an ordinary project, and is well-formed."""
        return self.as_typed is not None and self.prefix_fault == "missing" and not self.problems


def resembles_a_registry(text: str) -> bool:
    """Whether a path names a registry, or tries to: `Wandb_Registry-model`, a pasted URL, `model-registry`."""
    return _LIKE_A_REGISTRY.search(text) is not None or LEGACY_PROJECT in text.split("/")


@record(frozen=True)
class _Problem:
    """What is wrong with the shape of a path."""

    words: str
    of_count: bool = False
    """There are too many parts or too few, or one is empty: this explains that a name is missing."""


def interpret(text: str, for_: Purpose) -> Interpretation:
    """Interpret `text` as wandb parses it, and as it was probably meant (registry-rules 1.2 to 1.6, 9.3)."""
    try:
        as_typed: TargetPath | None = TargetPath.parse(text)
    except MalformedPath:
        as_typed = None
    stripped = text.strip()
    if _HOST_ALONE.match(stripped) and ("selectionPath=" in stripped or "/registry/" in stripped):
        stripped = f"https://{stripped}"
    if scheme := _SCHEME.match(stripped):
        notation: Literal["url", "uri"] = "url" if scheme["scheme"].lower().startswith("http") else "uri"
        meant, organizations = _from_url(stripped, for_) if notation == "url" else _from_uri(stripped)
        what = "a URL" if notation == "url" else "a URI"
        problem = _Problem(f"{what} was pasted instead of a path, and wandb would read all of it as a name")
        return _interpretation(text, for_, as_typed, meant, organizations, (problem,), notation)
    meant, organizations, problems = _from_parts(text, for_)
    return _interpretation(text, for_, as_typed, meant, organizations, problems, None)


def find_placeholder(text: str) -> str | None:
    """The placeholder in a name or path part, if there is one: `<org>`, `{REGISTRY}`, `your_entity`, `TEAM_NAME`.

    A word counts as a whole part, or after `wandb-registry-`. A word may be the name of something that exists.
    """
    if found := _BRACKETED.search(text):
        return found[0]
    bare = text.strip().removeprefix(REGISTRY_PREFIX)
    return bare if _PLACEHOLDER_WORD.fullmatch(bare) else None


def may_be_a_name(placeholder: str) -> bool:
    """Whether a placeholder is a word, so that something can have this name."""
    return _BRACKETED.search(placeholder) is None


def find_placeholder_in(path: str) -> str | None:
    """The first placeholder in a path `entity/project/name:version`, if there is one."""
    parts = [part for half in path.split("/") for part in half.split(":")]
    if tuple(parts[:2]) in _EXAMPLES:
        return "/".join(parts[:2])
    return next((found for part in parts if (found := find_placeholder(part))), None)


def clean(name: str) -> str:
    """A name without surrounding space and percent-encoding (R1.11, R1.13)."""
    return (unquote(name) if _ENCODED.search(name) else name).strip()


def _from_url(text: str, for_: Purpose) -> tuple[TargetPath, tuple[str, ...]]:
    """An app URL (registry-rules 9.3): `selectionPath` is authoritative, else the URL's path."""
    try:
        url = urlsplit(text)
    except ValueError:
        return TargetPath(""), ()
    query = parse_qs(url.query)
    version = next(iter(query.get("version", [])), None) or ("latest" if for_ == "use" else None)
    if selection := query.get("selectionPath"):
        parts = _filled(selection[0].partition(":")[0].split("/"))
        collection, project, *rest = [*reversed(parts), "", ""]
        return TargetPath(collection, project, None, version), tuple(part for part in rest[:1] if part)
    parts = [unquote(part) for part in _filled(url.path.split("/"))]
    if "registry" in parts:
        at = parts.index("registry")
        organization = parts[at - 1] if at >= 2 and parts[at - 2] == "orgs" else ""
        registry = parts[at + 1] if len(parts) > at + 1 else ""
        return TargetPath("", REGISTRY_PREFIX + registry), tuple(_filled([organization]))
    if "artifacts" in parts and parts.index("artifacts") >= 2:
        at = parts.index("artifacts")
        _type, collection, linked, *_ = [*parts[at + 1 :], "", "", ""]
        return TargetPath(collection, parts[at - 1], None, linked or version), (parts[at - 2],)
    return TargetPath(""), ()


def _from_uri(text: str) -> tuple[TargetPath, tuple[str, ...]]:
    """`wandb-artifact:///ORG/wandb-registry-R/C:v`, `registry:///ORG/R/C:v` (registry-rules 1.6)."""
    scheme, _, rest = text.partition("://")
    left, colon, version = rest.lstrip("/").partition(":")
    parts = [unquote(part) for part in _filled(left.split("/"))]
    collection, project, *before = [*reversed(parts), "", ""]
    if scheme.lower() == "registry" and project and not is_registry_project(project):
        project = REGISTRY_PREFIX + project
    version = version.partition("/")[0]  # a file of the artifact may follow
    return TargetPath(collection, project, None, version if colon else None), tuple(_filled(before))


def _from_parts(text: str, for_: Purpose) -> tuple[TargetPath, tuple[str, ...], tuple[_Problem, ...]]:
    """A plain path: the path that was meant, its possible organizations, and what is wrong with its shape."""
    problems: list[_Problem] = []
    bare = text.strip()
    if len(bare) > 1 and _QUOTES.get(bare[0]) == bare[-1]:
        problems.append(_Problem("it is in quotes, and wandb reads the quotes as a part of the names"))
        text = bare[1:-1]
    left, colon, version = text.partition(":")
    if "/" not in left:
        for mark, words in (("%2F", "an encoded slash"), ("%2f", "an encoded slash"), ("\\", "a backslash")):
            if mark in left:
                problems.append(_Problem(f"{words} is used instead of `/`"))
                left = left.replace(mark, "/")
    raw = left.split("/")
    leading_slash = len(raw) == 3 and not raw[0] and all(part.strip() for part in raw[1:])
    parts = [part for part in raw if part.strip()]
    if len(parts) < len(raw) and not leading_slash:
        problems.append(_Problem("a part between the slashes is empty", of_count=True))
    in_version = for_ == "use" and version != version.strip()
    if (
        in_version
        or any(part != part.strip() for part in parts[:-1])
        or (parts and raw[0] != raw[0].lstrip())
    ):
        words = "there is a space around a part, and wandb reads the space as a part of the name"
        problems.append(_Problem(words))
    if any(_ENCODED.search(part) for part in parts[-2:-1]) or (len(parts) > 3 and _ENCODED.search(text)):
        problems.append(_Problem("a part is percent-encoded, and wandb does not decode it"))
    parts = [clean(part) for part in parts[:-1]] + parts[-1:]
    if len(parts) > 3:
        words = f"it has {len(parts)} parts, and wandb accepts at most three"
        problems.append(_Problem(words, of_count=True))
    elif len(parts) < 2:
        problems.append(_Problem(_A_PART_IS_MISSING, of_count=True))
    at = next((i for i, part in enumerate(parts) if _WANDB_REGISTRY.fullmatch(part)), None)
    given = version.strip() if colon else None
    if at is None and len(parts) == 3 and _PREFIX_ALONE.fullmatch(parts[0]):
        return TargetPath(parts[2], parts[1], parts[0], given), (), tuple(problems)
    if at is None or (at == len(parts) - 1 and len(parts) > 1 and raw[-1].strip()):
        collection, project, *before = [*reversed(parts), "", ""]
        return TargetPath(collection, project, None, given), tuple(reversed(_filled(before))), tuple(problems)
    collection, *after = [*parts[at + 1 :], ""]
    if given is None and after[:1] and is_version(after[0]):
        given = after[0]
    return TargetPath(collection, parts[at], None, given), tuple(parts[:at]), tuple(problems)


def _interpretation(
    text: str,
    for_: Purpose,
    as_typed: TargetPath | None,
    meant: TargetPath,
    organizations: tuple[str, ...],
    problems: tuple[_Problem, ...],
    pasted: Literal["url", "uri"] | None,
) -> Interpretation:
    project = meant.project or ""
    registries, fault = _registries(project, as_typed, pasted)
    if meant.prefix is not None:
        fault = "split"
    collections = tuple(dict.fromkeys(_filled([meant.collection, clean(meant.collection)])))
    if pasted:
        collections = collections[-1:]
    legacy = project == LEGACY_PROJECT
    missing: list[PathField] = []
    if not registries and not legacy:
        missing.append("registry")
        if not any(problem.of_count for problem in problems):
            problems = (*problems, _Problem("the registry has no name"))
    if not collections:
        missing.append("collection")
        if not problems:
            problems = (_Problem("the collection has no name"),)
    path = None
    if not missing:
        path = TargetPath(
            collections[0],
            project if legacy else REGISTRY_PREFIX + registries[0],
            organizations[0] if organizations else None,
            meant.version if for_ == "use" else None,
        )
    parts: dict[PathField, str] = {
        "organization": "/".join(organizations),
        "registry": project,
        "collection": meant.collection,
        "version": meant.version or "",
    }
    placeholders = {part: found for part, value in parts.items() if (found := find_placeholder(value))}
    if (*organizations, project) in _EXAMPLES:
        placeholders = {"organization": organizations[0], "registry": project, **placeholders}
    slash = text.startswith("/") and as_typed is not None and as_typed.prefix == "" and not problems
    return Interpretation(
        text, as_typed, as_typed.with_default_project(None) if as_typed else None, path, tuple(each.words for each in problems), tuple(missing), organizations, registries, collections,
        fault, legacy, pasted, slash, None, placeholders,
    )  # fmt: skip


def _registries(
    project: str, as_typed: TargetPath | None, pasted: Literal["url", "uri"] | None
) -> tuple[tuple[str, ...], PrefixFault | None]:
    """The possible registries in this project part, and what is wrong with the prefix (R1.2, R1.3)."""
    if project == LEGACY_PROJECT:
        return (), None
    if is_registry_project(project):
        name = project.removeprefix(REGISTRY_PREFIX)
        misplaced = (
            pasted is None
            and as_typed is not None
            and (as_typed.prefix or "").strip() == project
            and bool((as_typed.project or "").strip() and as_typed.collection)
        )
        if inner := _WANDB_REGISTRY.fullmatch(name):
            return (name, inner["name"]), "misplaced" if misplaced else "doubled"
        return (name,), "misplaced" if misplaced else None
    if project in ("", REGISTRY_PREFIX):
        return (), None
    if respelled := _WANDB_REGISTRY.fullmatch(project):
        inner = _WANDB_REGISTRY.fullmatch(respelled["name"])
        return (respelled["name"], *([inner["name"]] if inner else [])), "spelling"
    if bare := _BARE_REGISTRY.fullmatch(project):
        return (project, bare["name"]), "missing"
    return (project,), "missing"


def _filled(parts: Iterable[str]) -> list[str]:
    return [part for part in parts if part.strip()]
