"""The manifest `registry-preflight.yaml`: a list of targets that the code does not contain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from registry_doctor.codebase.inputs.configuration_files import decoded
from registry_doctor.codebase.inputs.configurations.targets import comments_in, ignores_of
from registry_doctor.codebase.inputs.configurations.tree import (
    BrokenConfiguration,
    ListNode,
    MappingNode,
    Node,
    PositionedText,
    Scalar,
)
from registry_doctor.codebase.inputs.configurations.yaml_files import read_yaml
from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.source.folders import shown
from registry_doctor.codebase.source.found import FoundComment, LiteralPart, Location, Unreadable
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts.call import METHODS, Call, Method, agreed_purpose, purpose_of
from registry_doctor.settings import Given
from registry_doctor.support.regular_files import read_regular
from registry_doctor.support.wording import listed, quoted_name

MANIFEST_VERSION = 1
LARGEST_MANIFEST = 5_000_000
"""In bytes."""
MOST_MANIFEST_VALUES = 200_000
"""Keys and values: more than 20,000 targets."""
PURPOSES: tuple[Purpose, ...] = ("link", "use", "collection")
TOP_KEYS = ("version", "targets")
TEXT_KEYS = ("path", "artifact", "type", "entity", "project", "organization")
TARGET_KEYS = (
    "path",
    "for",
    "artifact",
    "type",
    "entity",
    "project",
    "organization",
    "aliases",
    "as",
    "method",
)
LINK_ONLY = ("artifact", "aliases")
VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
"""Only upper case, so that an API key that is written here by mistake does not match."""

_SETTING_SOURCE = "the manifest"
"""The source of entity and project, as reports name it."""


def read_manifest_file(path: Path, root: Path) -> Iterator[Target | FoundComment | Unreadable]:
    """The targets of a file, its ignore comments, and each mistake in it with line and column. Raises nothing."""
    name = shown(path, root)
    try:
        content = decoded(read_regular(path, LARGEST_MANIFEST))
    except OSError as problem:
        yield Unreadable(name, f"the file cannot be opened: {problem.strerror or problem}")
        return
    except BrokenConfiguration as problem:
        yield Unreadable(name, problem.reason)
        return
    yield from comments_in(PositionedText(name, content))
    yield from read_manifest(content, name)


def read_manifest(content: str, file: str) -> Iterator[Target | Unreadable]:
    """The targets in the text of a manifest, in order; a target with a mistake is reported instead."""
    text = PositionedText(file, content)
    try:
        documents = read_yaml(text, MOST_MANIFEST_VALUES)
    except BrokenConfiguration as problem:
        yield Unreadable(file, problem.reason, problem.line, problem.column)
        return
    reader = _Manifest(text)
    top = documents[0] if documents else None
    if len(documents) > 1:
        reader.wrong("a manifest must be one YAML document; a second one starts here", _start(documents[1]))
    elif not isinstance(top, MappingNode):
        reader.wrong(f"a manifest must be a mapping with {listed(TOP_KEYS)}", _start(top))
    else:
        yield from reader.targets(top)
    yield from sorted(reader.problems, key=lambda each: (each.line or 0, each.column or 0))


class _Manifest:
    """One manifest, with the mistakes in it."""

    def __init__(self, text: PositionedText) -> None:
        self.problems: list[Unreadable] = []
        self._text = text

    def wrong(self, reason: str, at: int) -> None:
        """Record a mistake at an offset."""
        self.problems.append(Unreadable(self._text.file, reason, *self._text.line_and_column(at)))

    def targets(self, top: MappingNode) -> Iterator[Target]:
        """The targets without mistakes."""
        self._known_keys(top, TOP_KEYS)
        if _number(top.nodes.get("version")) != MANIFEST_VERSION:
            self.wrong(f"`version` must be {MANIFEST_VERSION}", _offset_of(top, "version"))
            return
        rows = top.nodes.get("targets")
        if not isinstance(rows, ListNode):
            self.wrong("`targets` must be a list", _offset_of(top, "targets"))
            return
        for row in rows.nodes:
            before = len(self.problems)
            target = self._target(row)
            if target is not None and len(self.problems) == before:
                yield target

    def _target(self, row: Node) -> Target | None:
        if not isinstance(row, MappingNode):
            self.wrong(f"a target must be a mapping with {listed(('path', 'for'))}", _start(row))
            return None
        self._known_keys(row, TARGET_KEYS)
        texts = {key: self._text_at(row, key) for key in TEXT_KEYS}
        purpose = self._purpose(row)
        method = self._method(row, purpose)
        if purpose is not None and method is not None:
            purpose = agreed_purpose(purpose, method) or purpose
        aliases = self._aliases(row)
        variable = self._variable(row)
        if "artifact" in row.nodes and "type" in row.nodes:
            self.wrong(
                "`artifact` and `type` cannot be used together: an artifact has its own type",
                _offset_of(row, "type"),
            )
        for key in LINK_ONLY:
            if purpose not in (None, "link") and key in row.nodes:
                self.wrong(f"`{key}` is only for links, but this target is a {purpose}", _offset_of(row, key))
        path = row.nodes.get("path")
        if texts["path"] is None or purpose is None or not isinstance(path, Scalar):
            return None
        entity, project = texts["entity"], texts["project"]
        return Target(
            Location(self._text.file, None, *self._text.line_and_column(path.start)),
            Call(
                path.text,
                purpose,
                artifact=texts["artifact"],
                type=texts["type"],
                aliases=aliases,
                method=method,
            ),
            Given(
                entity=entity,
                project=project,
                organization=texts["organization"],
                style="argument",
                place_option=_SETTING_SOURCE if entity is not None or project is not None else None,
            ),
            key_variable=variable,
            parts=(LiteralPart(path.text, self._text.span(path), path.text),),
            ignores=ignores_of(self._text, path),
        )

    def _known_keys(self, mapping: MappingNode, known: tuple[str, ...]) -> None:
        for key in mapping.nodes:
            if key not in known:
                near = get_close_matches(key.lower(), known, n=1)
                hint = (
                    f"; did you mean `{near[0]}`?"
                    if near
                    else f"; the keys are {listed(known, shown=len(known))}"
                )
                self.wrong(f"unknown key {quoted_name(key)}{hint}", _offset_of(mapping, key))

    def _text_at(self, row: MappingNode, key: str) -> str | None:
        node = row.nodes.get(key)
        if node is None:
            if key == "path":
                self.wrong("the target has no `path`", row.start)
            return None
        if not isinstance(node, Scalar) or node.kind != "text" or not node.text:
            quotes = (
                "; put it in quotes" if isinstance(node, Scalar) and node.kind in ("integer", "other") else ""
            )
            self.wrong(f"`{key}` must be a string{quotes}", _start(node))
            return None
        return node.text

    def _purpose(self, row: MappingNode) -> Purpose | None:
        purpose = next((each for each in PURPOSES if each == row.text("for")), None)
        if purpose is None:
            self.wrong("`for` must be `link`, `use` or `collection`", _offset_of(row, "for"))
        return purpose

    def _method(self, row: MappingNode, purpose: Purpose | None) -> Method | None:
        if "method" not in row.nodes:
            return None
        method = next((each for each in METHODS if each == row.text("method")), None)
        if method is None:
            near = get_close_matches(row.text("method") or "", METHODS, n=1)
            hint = (
                f"did you mean `{near[0]}`?"
                if near
                else f"the methods are {listed(METHODS, shown=len(METHODS))}"
            )
            self.wrong(f"unknown `method`; {hint}", _offset_of(row, "method"))
        elif purpose is not None and agreed_purpose(purpose, method) is None:
            self.wrong(
                f"`{method}` is for a {purpose_of(method)}, but `for` is {purpose}", _offset_of(row, "method")
            )
        return method

    def _aliases(self, row: MappingNode) -> tuple[str, ...]:
        node = row.nodes.get("aliases")
        if node is None:
            return ()
        nodes = node.nodes if isinstance(node, ListNode) else []
        texts = [
            each.text for each in nodes if isinstance(each, Scalar) and each.kind == "text" and each.text
        ]
        if not isinstance(node, ListNode) or len(texts) < len(nodes):
            self.wrong("`aliases` must be a list of strings", _start(node))
        return tuple(texts)

    def _variable(self, row: MappingNode) -> str | None:
        if "as" not in row.nodes:
            return None
        name = row.text("as")
        if name is None or VARIABLE.fullmatch(name) is None:
            # The value is not shown: it may be the key.
            reason = "`as` must be the name of the environment variable that holds the key, in upper case; never the key itself"
            self.wrong(reason, _offset_of(row, "as"))
            return None
        return name


def _number(node: Node | None) -> float | None:
    if not isinstance(node, Scalar) or node.kind not in ("integer", "other"):
        return None
    try:
        return float(node.text)
    except ValueError:
        return None


def _start(node: Node | None) -> int:
    return 0 if node is None else node.start


def _offset_of(mapping: MappingNode, key: str) -> int:
    """The offset of a key, or of the mapping if the key is missing or inherited."""
    return mapping.keys.get(key, mapping.start)


@dataclass(frozen=True)
class _Row:
    """A target as a row of a manifest; equal targets are one row."""

    path: str
    for_: Purpose
    texts: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...]


def write_manifest(targets: Iterable[Target]) -> str:
    """A manifest of these targets, sorted, each once, with its locations; `read_manifest` reads the same calls."""
    places: dict[_Row, list[Target]] = {}
    for target in targets:
        places.setdefault(_row(target), []).append(target)
    lines = [
        "# Targets of the W&B Registry, for `wandb-registry preflight`.",
        f"version: {MANIFEST_VERSION}",
        "targets:" if places else "targets: []",
    ]
    for row, found in sorted(
        places.items(), key=lambda each: (each[0].path, each[0].for_, each[0].texts, each[0].aliases)
    ):
        lines += [f"  # {_printable(each)}" for each in _comments(found)]
        lines += [f"  - path: {_quoted(row.path)}", f"    for: {row.for_}"]
        lines += [f"    {key}: {_quoted(value)}" for key, value in row.texts]
        if row.aliases:
            lines.append(f"    aliases: [{', '.join(map(_quoted, row.aliases))}]")
    return "\n".join(lines) + "\n"


def _row(target: Target) -> _Row:
    call, given = target.call, target.given
    artifact = call.artifact or None
    texts = {
        "artifact": artifact,
        "type": None if artifact else call.type,
        "entity": given.entity,
        "project": given.project,
        "organization": given.organization,
        "as": target.key_variable,
        "method": call.method,
    }
    given_texts = tuple((key, value) for key, value in texts.items() if value)
    return _Row(target.text, target.for_, given_texts, call.aliases)


def _comments(found: Iterable[Target]) -> Iterator[str]:
    places = sorted(
        {each.location for each in found}, key=lambda each: (each.file, each.cell or 0, each.line)
    )
    for place in places:
        cell = f" cell {place.cell}," if place.cell is not None else ""
        yield f"{place.file}:{cell} line {place.line}" if cell else f"{place.file}:{place.line}"
    for reason in sorted({each.unknown_entity for each in found if each.unknown_entity}):
        yield f"the entity is unknown: {reason}"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _quoted(text: str) -> str:
    import yaml  # imported here: a manifest is written far less often than read

    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf")).rstrip("\n")
