"""Verification that an edited file has the same content, except for the intended changes."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from registry_doctor.codebase.fixes.editable_files import EditableFile
from registry_doctor.codebase.fixes.spelling import CannotEdit
from registry_doctor.codebase.inputs.configurations.json_files import read_json
from registry_doctor.codebase.inputs.configurations.toml_files import read_toml
from registry_doctor.codebase.inputs.configurations.tree import ListNode, MappingNode, Node, PositionedText
from registry_doctor.codebase.inputs.configurations.yaml_files import read_yaml
from registry_doctor.codebase.source.found import Span
from registry_doctor.codebase.source.parsed_file import Source, read_source

UNPARSABLE = "it cannot be parsed"
_CHANGES_MORE = "the edit would change more than the path"

_READERS: dict[str, Callable[[PositionedText], list[Node]]] = {
    "yaml": read_yaml,
    "toml": read_toml,
    "json": read_json,
}

LiteralPosition: TypeAlias = tuple[int | None, int, int, int, int]
"""A span without the name of the file."""


@dataclass(frozen=True)
class NewText:
    """A part of a literal, with its old and its new text."""

    span: Span
    part: int | None
    old: str
    new: str


def position_in_file(span: Span) -> LiteralPosition:
    """A span without the name of the file, because links give a file several names."""
    return (span.cell, span.line, span.column, span.end_line, span.end_column)


def check_file(file: EditableFile, data: bytes, changes: Sequence[NewText], root: Path) -> None:
    """Raise CannotEdit unless `data` has the content of the file, except for these changes."""
    if file.kind in ("python", "notebook"):
        _check_code(file, data, changes, root)
        return
    try:
        same = _same_configuration(file, data, changes)
    except (ValueError, RecursionError) as problem:
        raise CannotEdit(UNPARSABLE) from problem
    if not same:
        raise CannotEdit(_CHANGES_MORE)


def _check_code(file: EditableFile, data: bytes, changes: Sequence[NewText], root: Path) -> None:
    old, problems = read_source(file.path, root, file.data)
    if old is None or (problems and file.kind == "python"):
        raise CannotEdit(UNPARSABLE)
    new, new_problems = read_source(file.path, root, data)
    texts: dict[LiteralPosition, dict[int, str]] = {}
    for each in changes:
        texts.setdefault(position_in_file(each.span), {})[each.part or 0] = each.new
    if new is None or new_problems != problems or not _same_code(old, new, texts):
        raise CannotEdit(_CHANGES_MORE)
    if file.kind == "notebook" and _without_code(file.data) != _without_code(data):
        raise CannotEdit(_CHANGES_MORE)


def _same_code(old: Source, new: Source, texts: Mapping[LiteralPosition, Mapping[int, str]]) -> bool:
    waiting: list[tuple[object, object, bool]] = [(old.tree, new.tree, True)]
    while waiting:
        was, is_, editable = waiting.pop()
        if type(was) is not type(is_):
            return False
        if isinstance(was, list) and isinstance(is_, list):
            if len(was) != len(is_):
                return False
            waiting += [(a, b, editable) for a, b in zip(was, is_, strict=True)]
        elif isinstance(was, ast.JoinedStr) and isinstance(is_, ast.JoinedStr):
            known = texts.get(position_in_file(old.span(was)), {}) if editable else {}
            parts, found = _parts(was, known), _parts(is_, {})
            if len(parts) != len(found):
                return False
            waiting += [(a, b, True) for a, b in zip(parts, found, strict=True)]
        elif isinstance(was, ast.FormattedValue) and isinstance(is_, ast.FormattedValue):
            # Before Python 3.12 the position of a format is that of the whole f-string.
            waiting += [
                (was.format_spec, is_.format_spec, False),
                (was.value, is_.value, True),
                (was.conversion, is_.conversion, True),
            ]
        elif isinstance(was, ast.Constant) and isinstance(is_, ast.Constant) and isinstance(was.value, str):
            known = texts.get(position_in_file(old.span(was)), {}) if editable else {}
            if known.get(0, was.value) != is_.value:
                return False
        elif isinstance(was, ast.AST) and isinstance(is_, ast.AST):
            if isinstance(was, ast.Constant):
                if repr(getattr(was, "value", None)) != repr(getattr(is_, "value", None)):
                    return False
                continue
            waiting += [(getattr(was, name, None), getattr(is_, name, None), True) for name in was._fields]
        elif was != is_:
            return False
    return True


def _parts(node: ast.JoinedStr, texts: Mapping[int, str]) -> list[object]:
    parts: list[object] = []
    for index, each in enumerate(node.values):
        if not isinstance(each, ast.Constant):
            parts.append(each)
        elif text := texts.get(index, str(each.value)):
            parts.append(text)
    return parts


def _without_code(data: bytes) -> object:
    """A notebook without the code of its cells, which is compared separately."""
    notebook = json.loads(data)
    for holder in (notebook, *(notebook.get("worksheets") or ())):
        for cell in holder.get("cells") or ():
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                cell["source"] = cell["input"] = None
    return notebook


def _same_configuration(file: EditableFile, data: bytes, changes: Sequence[NewText]) -> bool:
    """Whether both have the same tree, except for the texts of the changes."""
    texts = {file.lines.within(each.span)[0]: each.new for each in changes}
    before = [
        (what, texts.get(start, text) if what == "text" else text)
        for what, text, start in _row(_READERS[file.kind](PositionedText(file.shown, file.text)))
    ]
    after = _row(_READERS[file.kind](PositionedText(file.shown, data.decode(file.encoding))))
    return before == [(what, text) for what, text, _ in after]


def _row(documents: Sequence[Node]) -> list[tuple[str, str, int]]:
    """The values of the documents in order: for each its kind, its text or keys, and its start."""
    found: list[tuple[str, str, int]] = []
    numbers: dict[int, int] = {}
    waiting: list[Node] = list(documents)
    while waiting:
        node = waiting.pop()
        if id(node) in numbers:  # an alias
            found.append(("again", str(numbers[id(node)]), node.start))
            continue
        numbers[id(node)] = len(numbers)
        if isinstance(node, MappingNode):
            found.append(("mapping", repr(list(node.nodes)), node.start))
            waiting += node.nodes.values()
        elif isinstance(node, ListNode):
            found.append(("list", str(len(node.nodes)), node.start))
            waiting += node.nodes
        else:
            found.append((node.kind, node.text, node.start))
    return found
