"""Lines of code in a traceback: which method of wandb was called, and with which path."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts.call import Method
from registry_doctor.report.explanation import Called

METHODS_BY_NAME: Mapping[str, tuple[Method, Purpose]] = MappingProxyType(
    {
        "link_artifact": ("run.link_artifact", "link"),
        "link_model": ("run.link_model", "link"),
        "use_artifact": ("run.use_artifact", "use"),
        "use_model": ("run.use_model", "use"),
        "link": ("artifact.link", "link"),
        "artifact": ("api.artifact", "use"),
        "artifact_exists": ("api.artifact_exists", "use"),
        "artifacts": ("api.artifacts", "collection"),
        "artifact_versions": ("api.artifacts", "collection"),
        "artifact_collection": ("api.artifact_collection", "collection"),
        "artifact_collection_exists": ("api.artifact_collection_exists", "collection"),
    }
)
"""Methods of wandb by their bare names, with what they are for."""

CLEAR = ("link_artifact", "link_model", "use_artifact", "use_model")
"""Names that other libraries are unlikely to have."""

PATH_ARGUMENTS = {
    "link_artifact": 1,
    "link": 0,
    "artifact": 0,
    "use_artifact": 0,
    "artifact_exists": 0,
    "artifacts": 1,
    "artifact_versions": 1,
    "artifact_collection": 1,
    "artifact_collection_exists": 0,
}
"""The position of the path among the arguments; `link_model` and `use_model` take no registry path."""

PATH_KEYWORDS = ("target_path", "artifact_or_name", "name")

_CALL = re.compile(rf"\.\s*({'|'.join(METHODS_BY_NAME)})\s*\(")
_LITERAL = re.compile(r"""(?<![\w'"])[rRuU]?(['"])((?:\\.|(?!\1)[^\\\n])*)\1""")
_MARKS = re.compile(r"^[ \t]*[~^][~^ \t]*$", re.MULTILINE)
_NUMBER = re.compile(r"^\s*(?P<arrow>[-=]*>|❱)?\s*\d+[ |:│]*(?= |$)", re.MULTILINE)


def calls_in(code: str, *, clear_only: bool = False) -> tuple[Called, ...]:
    """The calls of wandb in some lines of code, whole or cut off.

    With `clear_only`, names such as `link`, which other libraries also have, do not count.
    """
    arrow = next((found for found in _NUMBER.finditer(code) if found["arrow"]), None)
    if arrow is not None:
        # IPython and rich also show the lines around the one that failed, with numbers.
        code = _NUMBER.sub("", code[arrow.start() :])
    code = textwrap.dedent(_MARKS.sub("", code)).strip()
    found = {each[1]: each for each in _CALL.finditer(code) if not clear_only or each[1] in CLEAR}
    arguments = {name: _parsed(code, name) or _guessed(code[match.end() :]) for name, match in found.items()}
    source = next((arguments[name][0] for name in ("artifact", "use_artifact") if name in arguments), None)
    calls = []
    for name, (path, type_) in arguments.items():
        method, for_ = METHODS_BY_NAME[name]
        path = path if name in PATH_ARGUMENTS else None
        calls.append(Called(method, for_, path, type_, source if for_ == "link" else None))
    return tuple(calls)


def _parsed(code: str, name: str) -> tuple[str | None, str | None] | None:
    """Path and type of a call in complete lines of code; `None` if the code is cut off."""
    for attempt in (code, code.partition("\n")[0], f"{code}\n    pass"):
        try:
            tree = ast.parse(attempt)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for call in _calls(tree, name):
            given = {each.arg: each.value for each in call.keywords}
            position = PATH_ARGUMENTS.get(name, len(call.args))
            at = call.args[position] if position < len(call.args) else None
            path = next((given[each] for each in PATH_KEYWORDS if each in given), at)
            return _text(path), _text(given.get("type"))
    return None


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _guessed(arguments: str) -> tuple[str | None, str | None]:
    """The first literal that looks like a path, in code that is cut off."""
    literals = [found[2] for found in _LITERAL.finditer(arguments)]
    return next((each for each in literals if "/" in each), None), None
