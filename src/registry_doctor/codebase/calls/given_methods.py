"""Which modules of a code base give a method of wandb to those that import them: `put = run.link_artifact`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from registry_doctor.codebase.calls.possible_calls import may_call
from registry_doctor.codebase.evaluation.modules import LARGEST_MODULE, Modules
from registry_doctor.codebase.source.parsed_file import read_source

_FROM = re.compile(rb"^[ \t]*from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)", re.MULTILINE)
_WHOLE = re.compile(rb"^[ \t]*import[ \t]+([^\n;]*)", re.MULTILINE)
_NAME = re.compile(r"[\w.]+")


class GivenMethods:
    """Follows imports from a file through the code base; each module is looked at once."""

    def __init__(self, root: Path, modules: Modules, mentioned: re.Pattern[bytes]) -> None:
        """`mentioned` matches in every file that uses one of the methods."""
        self._root = root
        self._modules = modules
        self._mentioned = mentioned
        self._looked_at: dict[Path, bool] = {}
        """Whether a module, or one that it imports, gives a method."""
        self._imports: dict[Path, tuple[Path, ...]] = {}

    def reach(self, path: Path, data: bytes) -> bool:
        """Whether the file with these bytes imports a module that gives a method, also through other modules."""
        seen = {path}
        stack = list(self._imported(path, data))
        while stack:
            each = stack.pop()
            if each in seen:
                continue
            seen.add(each)
            known = self._looked_at.get(each)
            if known is None:
                known = self._gives(each)
            if known:
                self._looked_at[path] = True
                return True
            if each not in self._looked_at:
                stack += self._imports.get(each, ())
        self._looked_at.update(dict.fromkeys(seen - {path}, False))
        return False

    def _gives(self, path: Path) -> bool:
        try:
            data = path.read_bytes() if path.stat().st_size <= LARGEST_MODULE else b""
        except OSError:
            return False
        self._imports[path] = tuple(self._imported(path, data))
        if self._mentioned.search(data) is None:
            return False
        source = read_source(path, self._root, data)[0]
        return source is not None and may_call(source.tree, directly=False)

    def _imported(self, path: Path, data: bytes) -> Iterator[Path]:
        for module, level, names in _imports(data):
            found = self._modules.find(path, module, level)
            if found is None:
                continue
            if found.suffix == ".py":
                yield found
            if found.suffix != ".py" or found.name == "__init__.py":
                folder = found.parent if found.suffix == ".py" else found
                below = (self._modules.find(folder / "__init__.py", name, 1) for name in names)
                yield from (each for each in below if each is not None and each.suffix == ".py")


def _imports(data: bytes) -> Iterator[tuple[str, int, list[str]]]:
    """Module, level and names of each import, as the lines read; some may be text that only looks like one."""
    for dots, module, names in _FROM.findall(data):
        listed = (
            names.decode("utf-8", "replace").partition("#")[0]
            if b"(" not in names
            else names.decode("utf-8", "replace")
        )
        yield module.decode("utf-8", "replace"), len(dots), _NAME.findall(listed)
    for names in _WHOLE.findall(data):
        for part in names.decode("utf-8", "replace").split(","):
            if (name := _NAME.match(part.strip())) is not None:
                yield name[0], 0, [name[0].rpartition(".")[2]]
