"""Target paths in the YAML, TOML and JSON files of a code base: file by file, in a fixed order."""

from __future__ import annotations

import codecs
import errno
import mmap
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from registry_doctor.codebase.inputs.configurations.tree import BrokenConfiguration, Node, PositionedText
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.source.folders import shown, source_files
from registry_doctor.codebase.source.found import FoundComment, Unreadable
from registry_doctor.codebase.source.gitignore import IgnoreRules
from registry_doctor.support.distributions import DISTRIBUTION
from registry_doctor.support.regular_files import read_regular

CONFIGURATION_SUFFIXES = (".yaml", ".yml", ".toml", ".json")
MANIFEST_FILE_NAME = "registry-preflight.yaml"
"""The file name of a manifest; a file of this name is read as a manifest in every folder."""

LARGEST_CONFIGURATION_FILE = {".yaml": 1_000_000, ".yml": 1_000_000, ".toml": 1_000_000, ".json": 10_000_000}
"""Larger files, in bytes, are reported and not read, if they contain something like a registry path."""

_NOT_CONFIGURATION = frozenset(
    {
        "package.json", "package-lock.json", "npm-shrinkwrap.json", "composer.json", "pnpm-lock.yaml",
        "conda-lock.yml", "wandb-metadata.json", "wandb-summary.json", "registry-preflight-baseline.json",
    }
)  # fmt: skip
"""Files of other tools, and our own files, by their names in lower case."""

_NOT_CONFIGURATION_ENDS = (".sarif.json", ".schema.json", ".ipynb.json")
_OTHERS_SCHEMAS = ("sarif", "json-schema.org")
_ROWS = ("reports", "findings")
"""The keys of the rows in our report on many targets and in our baseline."""

_LIKE_A_PATH = re.compile(
    rb"wandb[\s_.-]*registry[\s_.-]+[^\s/][^\n/]{0,100}/|wandb-artifact://|/orgs/[^/\s]+/registry/|selectionPath=",
    re.IGNORECASE,
)
_WORTH_READING = re.compile(rb"registry-doctor:|registry[^\s/]{0,130}/|wandb[\W_]*registry|selectionpath=")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


InCommands: TypeAlias = "Callable[[PositionedText, Node], Iterable[Target | OpenTarget | Unreadable]]"


def _no_commands(_text: PositionedText, _document: Node) -> Iterable[Target | OpenTarget | Unreadable]:
    return ()


@dataclass(frozen=True)
class ConfigurationFile:
    """A configuration file to read."""

    path: Path
    named: bool
    """The user named the file itself, not only a folder."""

    @property
    def is_manifest(self) -> bool:
        """Whether the file is a manifest."""
        return self.path.name == MANIFEST_FILE_NAME


def configuration_files(
    paths: Iterable[Path],
    root: Path,
    suffixes: tuple[str, ...] = CONFIGURATION_SUFFIXES,
    beginnings: tuple[str, ...] = (),
    excluded: IgnoreRules | None = None,
) -> Iterator[ConfigurationFile]:
    """The YAML, TOML and JSON files in these folders, and the named files, in a fixed order.

    Folders that cannot be opened are skipped: the search for Python files reports them.
    """
    given = [root / path for path in paths]
    named = {Path(path) for path in given}
    for found in source_files(given, root, suffixes, beginnings, excluded):
        if isinstance(found, Path) and (found in named or not _is_of_others(found.name.lower())):
            yield ConfigurationFile(found, found in named)


def _is_of_others(name: str) -> bool:
    return name in _NOT_CONFIGURATION or name.endswith(_NOT_CONFIGURATION_ENDS)


def targets_in_configuration(
    file: ConfigurationFile,
    root: Path,
    supplied: Mapping[str, str],
    *,
    in_commands: InCommands = _no_commands,
    mentioned: frozenset[str] = frozenset(),
) -> Iterator[Target | OpenTarget | FoundComment | Unreadable]:
    """The registry paths in one file, by line; `in_commands` finds those in its command lines and variables.

    A file is read if it mentions a registry, or one of the names in `mentioned`. A file that cannot be read is
    reported if it was named or contains something like a registry path.
    """
    name = shown(file.path, root)
    try:
        data = _bytes(file.path, mentioned)
    except OSError as problem:
        yield Unreadable(name, f"the file cannot be opened: {problem.strerror or problem}")
        return
    if data is None:
        return
    if isinstance(data, _TooLarge):
        yield Unreadable(name, f"larger than {data.limit // 1_000_000} MB")
        return
    try:
        found = _found(file, PositionedText(name, decoded(data)), supplied, in_commands)
    except BrokenConfiguration as problem:
        if file.named or _LIKE_A_PATH.search(data):
            yield Unreadable(name, problem.reason, problem.line, problem.column)
    except (RecursionError, MemoryError):
        yield Unreadable(name, "it needs too much memory to be read")
    else:
        yield from sorted(found, key=_place)


def _found(
    file: ConfigurationFile, text: PositionedText, supplied: Mapping[str, str], in_commands: InCommands
) -> list[Target | OpenTarget | FoundComment | Unreadable]:
    """The registry paths in the text of a file. Raises BrokenConfiguration."""
    documents = _read(file.path.suffix.lower(), text)
    if not file.named and any(map(_is_report, documents)):
        return []
    # Imported here: most folders have no such file.
    from registry_doctor.codebase.inputs.configurations.targets import comments_in, targets_in

    comments = file.path.suffix.lower() != ".json"
    found: list[Target | OpenTarget | FoundComment | Unreadable] = []
    if comments:
        found += comments_in(text)
    for document in documents:
        commands = list(in_commands(text, document))
        known = {each.location for each in commands if not isinstance(each, Unreadable)}
        values = targets_in(text, document, supplied, comments=comments)
        found += [*commands, *(each for each in values if each.location not in known)]
    return found


@dataclass(frozen=True)
class _TooLarge:
    limit: int


def _place(found: Target | OpenTarget | FoundComment | Unreadable) -> tuple[int, int]:
    if isinstance(found, FoundComment):
        return 0, found.ignore.line
    if isinstance(found, Unreadable):
        return found.line or 0, found.column or 0
    return found.location.line, found.location.column


def _bytes(path: Path, mentioned: frozenset[str]) -> bytes | _TooLarge | None:
    """The bytes of the file; `None` if it mentions no registry. Raises OSError."""
    limit = LARGEST_CONFIGURATION_FILE.get(path.suffix.lower(), 1_000_000)
    try:
        data = read_regular(path, limit)
    except OSError as problem:
        if problem.errno != errno.EFBIG:
            raise
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            return _TooLarge(limit) if _LIKE_A_PATH.search(mapped) else None
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    mentions = any(name.encode() in data for name in mentioned)
    return data if wide or mentions or _is_worth_reading(data) else None


def _is_worth_reading(data: bytes) -> bool:
    lower = data.lower()
    return any(word in lower for word in (b"registry", b"selectionpath=")) and (
        _WORTH_READING.search(lower) is not None
    )


def decoded(data: bytes) -> str:
    """Decode UTF-8, or UTF-16 with a byte order mark. Raises BrokenConfiguration."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeError:
        raise BrokenConfiguration("not readable as text: it is not UTF-8") from None


def _read(suffix: str, text: PositionedText) -> list[Node]:
    # Imported here: most folders have only some of the formats, and PyYAML is slow to import.
    if suffix == ".toml":
        from registry_doctor.codebase.inputs.configurations.toml_files import read_toml

        return read_toml(text)
    if suffix == ".json":
        from registry_doctor.codebase.inputs.configurations.json_files import read_json

        return read_json(text)
    from registry_doctor.codebase.inputs.configurations.yaml_files import read_yaml

    return read_yaml(text)


def _is_report(document: Node) -> bool:
    """Whether it is a report (ours, SARIF, GitLab), a schema or a notebook: these quote paths of others."""
    from registry_doctor.codebase.inputs.configurations.tree import ListNode, MappingNode

    if isinstance(document, ListNode):
        first = document.nodes[0] if document.nodes else None
        return isinstance(first, MappingNode) and {"check_name", "fingerprint"} <= first.nodes.keys()
    if not isinstance(document, MappingNode):
        return False
    schema = document.text("$schema") or ""
    tool = document.nodes.get("tool")
    ours = isinstance(tool, MappingNode) and tool.text("name") == DISTRIBUTION
    ours = ours or any({"schema_version", rows} <= document.nodes.keys() for rows in _ROWS)
    return ours or any(each in schema for each in _OTHERS_SCHEMAS) or "nbformat" in document.nodes
