"""The files with command lines, and what is found in each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from registry_doctor.codebase.inputs.commands.command_targets import CommandReader, InCommands
from registry_doctor.codebase.inputs.commands.command_texts import (
    SCRIPT_BEGINNINGS,
    SCRIPT_SUFFIXES,
    commands_in_cell,
    commands_in_document,
    commands_in_script,
)
from registry_doctor.codebase.inputs.commands.takers import Takers
from registry_doctor.codebase.inputs.configurations.tree import Node, PositionedText
from registry_doctor.codebase.source.folders import PYTHON_SUFFIXES, shown
from registry_doctor.codebase.source.found import Unreadable
from registry_doctor.codebase.source.notebook import NotANotebook, code_cells
from registry_doctor.support.regular_files import read_regular

SUFFIXES = (*SCRIPT_SUFFIXES, ".ipynb")
LARGEST_SCRIPT = 1_000_000
LARGEST_NOTEBOOK = 50_000_000
"""Larger files, in bytes, are reported if they were to be read."""

_SHELL_IN_NOTEBOOK = re.compile(rb"[\"\\n ]!|%%(?:bash|sh|script|!)|%sx|%system")


def is_script(name: str) -> bool:
    """Whether a file of this name is read as command lines, not as Python."""
    name = name.lower()
    if name.endswith(PYTHON_SUFFIXES):
        return False
    return name.endswith(SCRIPT_SUFFIXES) or name.startswith(SCRIPT_BEGINNINGS)


class CommandFiles:
    """Reads files with command lines; nothing is run."""

    def __init__(self, root: Path, supplied: Mapping[str, str], takers: Takers) -> None:
        self._root = root
        self._takers = takers
        self._reader = CommandReader(root, supplied, takers)

    def in_document(self, text: PositionedText, document: Node) -> Iterator[InCommands]:
        """The targets in the commands and variables of a configuration file."""
        # Where it runs is not known from the file; workflows run in the root.
        yield from self._reader.targets(commands_in_document(text, document), "")

    def targets(self, path: Path) -> Iterator[InCommands]:
        """The targets in a script or in the shell lines of a notebook."""
        file = shown(path, self._root)
        try:
            yield from self._targets(path, file)
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or "it is not text"
            yield Unreadable(file, f"the file cannot be read: {reason}")
        except (RecursionError, MemoryError):
            yield Unreadable(file, "it needs too much memory to be read")

    def _targets(self, path: Path, file: str) -> Iterator[InCommands]:
        folder = Path(file).parent.as_posix()
        if path.suffix.lower() == ".ipynb":
            yield from self._in_notebook(path, file, folder)
            return
        data = read_regular(path, LARGEST_SCRIPT)
        if not self._is_worth_reading(data):
            return
        text = PositionedText(file, data.decode("utf-8", "replace"))
        yield from self._reader.targets(commands_in_script(path.name, text), folder)

    def _in_notebook(self, path: Path, file: str, folder: str) -> Iterator[InCommands]:
        data = read_regular(path, LARGEST_NOTEBOOK)
        if b"registry" not in data.lower() or _SHELL_IN_NOTEBOOK.search(data) is None:
            return
        try:
            cells = code_cells(json.loads(data))
        except (NotANotebook, ValueError):
            return  # the search for calls reports it
        for cell in cells:
            if "!" in cell.text or "%" in cell.text:
                yield from self._reader.targets(commands_in_cell(file, cell.number, cell.text), folder)

    def _is_worth_reading(self, data: bytes) -> bool:
        lower = data.lower()
        if b"registry" in lower or (b"wandb" in lower and b"artifact" in lower):
            return True
        return self._takers.any and (
            b".py" in lower or any(n.encode() in data for n in self._takers.environment)
        )
