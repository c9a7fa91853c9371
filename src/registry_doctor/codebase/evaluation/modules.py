"""Modules of the code base: which file an import means, and the modules read last."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from registry_doctor.codebase.evaluation.values import Module
from registry_doctor.codebase.source.parsed_file import Source, read_source

MOST_KEPT = 32
"""How many imported modules are kept at a time."""

MOST_LOOKED_UP = 20_000
"""How many imports are kept with the file that they mean; looking one up asks the disk many times."""

LARGEST_MODULE = 2_000_000
"""An imported module larger than this, in bytes, is not read for its names."""

_NEVER_LOCAL = sys.stdlib_module_names | {"wandb", "click", "typer", "pydantic", "attrs", "attr"}
"""Never modules of the code base; a folder `wandb` holds the files of runs."""


class Modules:
    """Finds and reads the modules that files import; `execute` runs a module's own statements, abstractly."""

    def __init__(self, root: Path, tops: Iterable[Path], execute: Callable[[Module], None]) -> None:
        """Files are named relative to `root`; absolute imports are looked up from the `tops` downwards."""
        self._root = root
        self._tops = tuple(sorted(tops, key=lambda top: len(top.parts)))
        self._execute = execute
        self._kept: OrderedDict[Path, Module | None] = OrderedDict()
        self._found: OrderedDict[tuple[Path, str, int], Path | None] = OrderedDict()

    def find(self, importer: Path, name: str, level: int) -> Path | None:
        """The file, or the folder of a package without `__init__.py`, that an import in `importer` means."""
        key = (importer.parent, name, level)
        if key not in self._found:
            self._found[key] = self._look(importer.parent, name, level)
            if len(self._found) > MOST_LOOKED_UP:
                self._found.popitem(last=False)
        return self._found[key]

    def load(self, file: Path) -> Module | None:
        """The module in a file, its statements executed; `None` if it cannot be read.

        A module in a circle of imports is returned as far as it was executed, as in Python.
        """
        if file in self._kept:
            self._kept.move_to_end(file)
            return self._kept[file]
        source = self._read(file)
        module = Module(source, file.stem) if source is not None else None
        self._kept[file] = module
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        if module is not None:
            self._execute(module)
        return module

    def _read(self, file: Path) -> Source | None:
        try:
            if file.stat().st_size > LARGEST_MODULE:
                return None
            return read_source(file, self._root, file.read_bytes())[0]
        except OSError:
            return None

    def _look(self, folder: Path, name: str, level: int) -> Path | None:
        parts = [part for part in name.split(".") if part]
        if level:
            start = folder
            for _ in range(level - 1):
                start = start.parent
            return _module_at(start, parts)
        if not parts or parts[0] in _NEVER_LOCAL:
            return None
        return next((found for start in self._starts(folder) if (found := _module_at(start, parts))), None)

    def _starts(self, folder: Path) -> Iterator[Path]:
        """Where absolute imports may start: next to the file, in the folders above it, in a `src` of these."""
        top = next((each for each in self._tops if folder.is_relative_to(each)), folder)
        for each in (folder, *folder.parents):
            yield each
            yield each / "src"
            if each == top:
                return


def project_of(path: Path, root: Path) -> Path:
    """The folder where imports in a file or folder are looked up: the nearest that holds a project.

    So the result does not depend on the working directory. Without a project, it is `root` if the folder is inside it,
    because people usually start their programs there. Otherwise it is the folder itself.
    """
    folder = path if path.is_dir() else path.parent
    for each in (folder, *folder.parents):
        if _is_there(each / ".git") or _is_there(each / "pyproject.toml"):
            return each
    return root if folder.is_relative_to(root) else folder


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder without access
        return False


def _module_at(start: Path, parts: list[str]) -> Path | None:
    try:
        return _file_at(start, parts)
    except OSError:  # a name that is too long, a folder without access
        return None


def _file_at(start: Path, parts: list[str]) -> Path | None:
    path = start.joinpath(*parts)
    if parts and (file := path.with_name(path.name + ".py")).is_file():
        return file
    if (package := path / "__init__.py").is_file():
        return package
    return path if parts and path.is_dir() else None
