"""What the calls in the code take from outside: the options of scripts, and environment variables."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from registry_doctor.codebase.source.found import (
    FoundCall,
    KnownText,
    LiteralPart,
    PartialText,
    UnknownPart,
)
from registry_doctor.support.regular_files import read_regular

LARGEST_SCRIPT = 2_000_000
"""In bytes; the options of a larger script are known only by the names of its values."""

_FROM_OUTSIDE = re.compile(r"\b(?:option|argument|field|flag)\b")
_ENVIRONMENT = "environment variable"
_SWITCHES = frozenset(
    {"store_true", "store_false", "count", "help", "version", "store_const", "append_const"}
)


@dataclass(frozen=True)
class Value:
    """A value that is given from outside."""

    parts: tuple[LiteralPart | UnknownPart, ...]


@dataclass(frozen=True)
class Arguments:
    """The options that a script declares with argparse or click."""

    names: Mapping[str, str] = field(default_factory=dict)
    """For each spelling, `-r` or `--registry-name`, the name under which the code has the value."""
    switches: frozenset[str] = frozenset()
    """Options that take no value."""
    positional: tuple[str, ...] = ()

    @classmethod
    def of(cls, tree: ast.AST) -> Arguments:
        """The options declared anywhere in a module."""
        names: dict[str, str] = {}
        switches: set[str] = set()
        positional: list[str] = []
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr not in ("add_argument", "option", "argument"):
                continue
            texts = [
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            flags = [text for text in texts if text.startswith("-")]
            given = {
                each.arg: each.value.value for each in node.keywords if isinstance(each.value, ast.Constant)
            }
            longest = max(flags or texts or [""], key=len)
            plain = [text for text in texts if not text.startswith("-")]
            name = str(given.get("dest") or (plain[-1] if plain else longest)).lstrip("-").replace("-", "_")
            if not flags and plain and node.func.attr != "option":
                positional.append(name)
            names |= dict.fromkeys(flags, name)
            if given.get("action") in _SWITCHES or given.get("is_flag") is True:
                switches |= set(flags)
        return cls(names, frozenset(switches), tuple(positional))

    def name_of(self, option: str) -> str:
        """The name under which the code has the value of an option."""
        return self.names.get(option) or re.split(r"[./]", option.lstrip("-+"))[-1].replace("-", "_")


class Takers:
    """The calls whose target takes a value from outside."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._by_name: dict[str, list[FoundCall]] = {}
        self._arguments: dict[str, Arguments] = {}
        self.satisfied: set[int] = set()
        """The `id` of each call that got all values that it takes."""

    def add(self, call: FoundCall) -> bool:
        """Take note of a call; returns whether it takes a value from outside."""
        for name in call.target.names:
            self._by_name.setdefault(name, []).append(call)
        return bool(call.target.names)

    @property
    def any(self) -> bool:
        """Whether any call takes a value from outside."""
        return bool(self._by_name)

    @cached_property
    def environment(self) -> frozenset[str]:
        """The environment variables that calls take."""
        return frozenset(
            name
            for name, calls in self._by_name.items()
            for call in calls
            for part in call.target.parts
            if name in part.names
            if name.isupper() or (isinstance(part, UnknownPart) and _ENVIRONMENT in part.reason)
        )

    def by_environment(self, name: str, value: Value) -> Iterator[FoundCall]:
        """The calls that take this environment variable, with its value; equal ones once."""
        if name in self.environment:
            yield from self._with({name: value}, self._by_name[name])

    def by_options(self, file: str | None, given: Mapping[str, Value]) -> Iterator[FoundCall]:
        """The calls that take these values, by the name in the code: those of the script, else of the code base."""
        calls = list({id(call): call for name in given for call in self._by_name.get(name, ())}.values())
        found = list(self._with(given, [call for call in calls if call.location.file == file]))
        yield from found or self._with(given, [call for call in calls if _takes_options(call, given)])

    def arguments_of(self, file: str) -> Arguments:
        """The options of a script, named relative to the root."""
        if file not in self._arguments:
            try:
                tree = ast.parse(read_regular(self._root / file, LARGEST_SCRIPT))
                self._arguments[file] = Arguments.of(tree)
            except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
                self._arguments[file] = Arguments()
        return self._arguments[file]

    def _with(self, given: Mapping[str, Value], calls: Iterable[FoundCall]) -> Iterator[FoundCall]:
        seen: set[tuple[object, ...]] = set()
        for call in calls:
            parts = _filled(call, given)
            if parts is None:
                continue
            known = tuple(part for part in parts if isinstance(part, LiteralPart))
            whole = len(known) == len(parts)
            if whole:
                self.satisfied.add(id(call))
            key = (call.method, call.purpose, parts, call.entity, call.project, call.type)
            if key not in seen:
                seen.add(key)
                yield replace(call, target=KnownText(known) if whole else PartialText(parts), ignores=())


def _takes_options(call: FoundCall, given: Mapping[str, Value]) -> bool:
    return any(
        isinstance(part, UnknownPart) and _FROM_OUTSIDE.search(part.reason) and given.keys() & set(part.names)
        for part in call.target.parts
    )


def _filled(call: FoundCall, given: Mapping[str, Value]) -> tuple[LiteralPart | UnknownPart, ...] | None:
    """The parts of a target with the given values; `None` if it takes none of them."""
    parts: list[LiteralPart | UnknownPart] = []
    last: str | None = None
    taken = False
    for part in call.target.parts:
        name = next((name for name in part.names if name in given), None)
        if name is None:
            parts.append(part)
        elif name != last:  # a default in several parts is one value
            parts += given[name].parts
            taken = True
        last = name
    return tuple(parts) if taken else None
