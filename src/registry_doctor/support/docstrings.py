"""Docstrings where `python -OO` has removed them: they are still in the source."""

from __future__ import annotations

from pathlib import Path


def docstring_in_source(function: object) -> str | None:
    """The docstring of a function as its source has it; `None` if there is no source or no docstring."""
    import ast  # imported here: only `python -OO` needs it

    code = getattr(function, "__code__", None)
    if code is None:
        return None
    try:
        tree = ast.parse(Path(code.co_filename).read_bytes())
    except (OSError, ValueError, SyntaxError, RecursionError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == code.co_name:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first == code.co_firstlineno:
                return ast.get_docstring(node, clean=False)
    return None
