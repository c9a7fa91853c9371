"""Whether an installed distribution can be imported, as far as that shows without running any of it."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

_ALWAYS_NEEDED = re.compile(r"^Requires-Dist: ([A-Za-z0-9][\w.-]*)(?![^\n]*;)", re.MULTILINE)
"""A requirement without a condition."""


@cache
def import_problem(name: str) -> str | None:
    """Why `import NAME` cannot give the installed distribution of that name, as a clause; `None` if nothing shows."""
    if name in sys.modules:
        return "the program has forbidden its import" if sys.modules[name] is None else None
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        return f"it is not installed for {sys.executable}"
    try:
        spec = find_spec(name)
    except (ImportError, ValueError) as problem:
        return f"Python does not find it: {problem}"
    if spec is None:
        return "its metadata is installed, but its files are not there"
    if spec.origin is None:
        folder = next(iter(spec.submodule_search_locations or ()), "a folder")
        return f"its files are not there; `import {name}` only finds the folder {folder!r}"
    if not _belongs(Path(spec.origin), installed, name):
        return f"`import {name}` finds {spec.origin!r}, which does not belong to the installed version"
    missing = [
        each for each in _ALWAYS_NEEDED.findall(installed.read_text("METADATA") or "") if _is_missing(each)
    ]
    return f"it needs {', '.join(missing)}, not installed" if missing else None


def _belongs(file: Path, installed: Distribution, name: str) -> bool:
    """Whether a file is one of the distribution. Of an editable installation it may be anywhere."""
    if "editable" in (installed.read_text("direct_url.json") or ""):
        return True
    own = Path(str(installed.locate_file(name)))
    try:
        return file.resolve().is_relative_to(own.resolve())
    except OSError:
        return True


def _is_missing(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return True
    return False
