"""Every GraphQL document in the installed wandb: in its Python modules, and in its binary `wandb-core`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from graphql import FragmentDefinitionNode, GraphQLError, parse

_BEGINS = re.compile(r"\s*(?:#graphql\s+)?(?:query|mutation)\s+(\w+)\s*[({]")
_IN_BINARY = re.compile(rb"\n(?:query|mutation) \w+ ?[({]")
_SPREAD = re.compile(r"\.\.\.\s*(?!on\b)(\w+)")
_FRAGMENT = re.compile(r"\s*fragment \w+ on \w+ \{")


@dataclass(frozen=True)
class Document:
    """A document, or only its name where wandb puts it together while it runs."""

    source: str
    name: str
    text: str | None


@lru_cache(maxsize=1)
def sdk_documents() -> tuple[Document, ...]:
    """All of them."""
    spec = find_spec("wandb")
    assert spec and spec.origin
    folder = Path(spec.origin).parent
    found = [each for file in sorted(folder.rglob("*.py")) for each in _in_module(file, folder)]
    binary = (folder / "bin" / "wandb-core").read_bytes()
    return (*found, *_in_binary(binary))


def _in_module(file: Path, folder: Path) -> Iterator[Document]:
    text = file.read_text(encoding="utf-8")
    if "query " not in text and "mutation " not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            value, whole = first.value if isinstance(first, ast.Constant) else None, False
        else:
            value, whole = node.value if isinstance(node, ast.Constant) else None, True
        begins = _BEGINS.match(value) if isinstance(value, str) else None
        if begins and isinstance(value, str):
            yield Document(
                f"{file.relative_to(folder)}:{getattr(node, 'lineno', 0)}",
                begins.group(1),
                value if whole and _is_document(value) else None,
            )


def _is_document(text: str) -> bool:
    """True if nothing has to be put in or added: not so for a template, or without the fragments it uses."""
    try:
        definitions = parse(text).definitions
    except GraphQLError:
        return False
    fragments = {node.name.value for node in definitions if isinstance(node, FragmentDefinitionNode)}
    return set(_SPREAD.findall(text)) <= fragments


def _in_binary(content: bytes) -> Iterator[Document]:
    for match in _IN_BINARY.finditer(content):
        text = content[match.start() : match.start() + 20_000].decode("utf-8", "replace")
        end = _end_of_block(text, text.index("{"))
        while fragment := _FRAGMENT.match(text, end):
            end = _end_of_block(text, fragment.end() - 1)
        begins = _BEGINS.match(text)
        assert begins
        yield Document("wandb-core", begins.group(1), text[:end])


def _end_of_block(text: str, start: int) -> int:
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position + 1
    raise AssertionError(f"a block without an end: {text[start : start + 80]}")
