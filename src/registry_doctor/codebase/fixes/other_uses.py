"""Whether a literal serves anything else than the paths that are corrected; then it is left as it is.

A constant such as `TEAM = "vision"` may be the start of a path, and the entity of a run elsewhere. Its other uses are
looked for by its names: in its own file, and for a constant of a module in the other files of the tree.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from registry_doctor.codebase.evaluation.wandb_signatures import SIGNATURES
from registry_doctor.codebase.fixes.edits import PartChange
from registry_doctor.codebase.source.folders import source_files
from registry_doctor.codebase.source.found import Location, Span
from registry_doctor.codebase.source.parsed_file import Source, read_source
from registry_doctor.domain.interpretation import resembles_a_registry
from registry_doctor.support.wording import quoted_name

_TELLING = frozenset(
    {
        "print", "echo", "secho", "log", "debug", "info", "warning", "warn", "error", "exception", "critical", "write",
        "add_argument", "option", "argument", "str", "format", "success", "rule", "inform",
    }
)  # fmt: skip
"""Calls that show a text, or make it the default of an option: another text breaks nothing."""

_BY_FORM = frozenset(
    {
        "split", "rsplit", "partition", "rpartition", "startswith", "endswith", "replace", "removeprefix", "removesuffix",
        "find", "rfind", "index", "rindex", "count", "strip", "lstrip", "rstrip", "encode", "splitlines",
    }
)  # fmt: skip
"""Methods whose result depends on the form of the text."""

_ON_FILES = frozenset({"os", "re", "shutil", "pathlib", "glob"})
_MOST_ROUNDS = 4

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class OtherUses:
    """The other uses of literals below a folder; each file is read at most once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sources: dict[Path, _Tree | None] = {}

    def problem(self, change: PartChange, span: Span) -> str | None:
        """Why this literal is left as it is, as a clause; `None` if it serves only paths."""
        path = self._root / span.file
        if path.suffix.lower() not in (".py", ".ipynb"):
            only_a_path = _is_of_a_path(change.part.text)
            return None if only_a_path else f"{span.file}:{span.line} may be used for more than this path"
        tree = self._tree(path)
        node = tree.literal(span) if tree is not None else None
        if tree is None or node is None:
            return None
        names = tree.holders(node)
        if not names:
            return None
        same_form = _form(change.part.text) == _form(change.new)
        careful = not _is_of_a_path(change.part.text) or not same_form
        for other in self._files(path, tree, names):
            if (use := other.other_use(other.spread(names), careful=careful)) is not None:
                name, at = use
                return f"`{name}` is also used in {at.file}:{at.line}, which may need {quoted_name(change.part.text)}"
        return None

    def _files(self, path: Path, tree: _Tree, names: frozenset[str]) -> Iterator[_Tree]:
        yield tree
        constants = [name.encode() for name in names & tree.constants]
        if not constants or path.suffix.lower() == ".ipynb":
            return
        for file in source_files([self._root], self._root):
            if not isinstance(file, Path) or file == path or file.suffix.lower() != ".py":
                continue
            try:
                data = file.read_bytes()
            except OSError:
                continue
            if any(name in data for name in constants) and (other := self._tree(file)) is not None:
                yield other

    def _tree(self, path: Path) -> _Tree | None:
        if path not in self._sources:
            try:
                source, _ = read_source(path, self._root, path.read_bytes())
            except (OSError, RecursionError):
                source = None
            self._sources[path] = _Tree(source) if source is not None else None
        return self._sources[path]


def _is_of_a_path(text: str) -> bool:
    """Whether the text can hardly serve anything else than a path of a registry."""
    return "/" in text.strip("/") or resembles_a_registry(text)


def _form(text: str) -> tuple[int, bool]:
    """How many parts a path has, and whether it has a version."""
    return text.count("/"), ":" in text


@dataclass
class _Tree:
    """A syntax tree in which each node knows the one above it."""

    source: Source
    _above: dict[ast.AST, ast.AST] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in ast.walk(self.source.tree):
            for child in ast.iter_child_nodes(node):
                self._above[child] = node

    @cached_property
    def constants(self) -> frozenset[str]:
        """The names that the module itself binds."""
        return frozenset(
            name
            for statement in self.source.tree.body
            if isinstance(statement, (ast.Assign, ast.AnnAssign))
            for name in _targets(statement)
        )

    def literal(self, span: Span) -> ast.expr | None:
        """The literal with this extent."""
        for node in ast.walk(self.source.tree):
            if isinstance(node, (ast.Constant, ast.JoinedStr)) and self.source.span(node) == span:
                return node
        return None

    def holders(self, node: ast.expr) -> frozenset[str]:
        """The names that get the literal, or a text that is built from it; empty for an argument of a call to wandb."""
        return self.spread(frozenset(self._names_of(node)))

    def spread(self, names: frozenset[str]) -> frozenset[str]:
        """These names, and those that get a text with their values in it."""
        for _ in range(_MOST_ROUNDS):
            found = {
                name for use in self._uses(names) if not self._is_key(use) for name in self._names_of(use)
            }
            if found <= names:
                break
            names |= found
        return names

    def other_use(self, names: frozenset[str], *, careful: bool) -> tuple[str, Location] | None:
        """The first use that another text could break. `careful`: also what only hands the text on."""
        for use in self._uses(names):
            if self._may_break(use, careful=careful):
                name = use.attr if isinstance(use, ast.Attribute) else use.id
                return name, self.source.location(use)
        return None

    def _uses(self, names: frozenset[str]) -> Iterator[ast.Name | ast.Attribute]:
        for node in ast.walk(self.source.tree):
            if (isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)) or (
                isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.ctx, ast.Load)
            ):
                yield node

    def _names_of(self, node: ast.AST) -> Iterable[str]:
        """The names to which the value of an expression goes, as far as the file shows it."""
        below, above, inner = node, self._above.get(node), node
        while above is not None:
            if isinstance(above, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign)):
                return _targets(above, inner)
            if isinstance(above, ast.arguments):
                return _parameters_with_default(above, below)
            if isinstance(above, ast.keyword):
                call = self._above.get(above)
                return [] if isinstance(call, ast.Call) and _is_path_call(call) else [above.arg or ""]
            if isinstance(above, ast.Call) and above.func is not below and not _builds_a_text(above):
                return self._parameter(above, below)
            if isinstance(above, ast.Return):
                return self._function(above)
            if isinstance(above, (ast.stmt, ast.Compare, ast.Subscript)):
                return []
            if not isinstance(above, ast.Tuple):
                inner = above
            below, above = above, self._above.get(above)
        return []

    def _parameter(self, call: ast.Call, argument: ast.AST) -> list[str]:
        """The parameter of a function of this file that gets a positional argument; also the name of an option."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        at = next((index for index, each in enumerate(call.args) if each is argument), None)
        if at is None or _is_path_call(call):
            return []
        for node in ast.walk(self.source.tree):
            if isinstance(node, _Function) and node.name == name:
                parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
                skipped = 1 if parameters[:1] in (["self"], ["cls"]) else 0
                return parameters[at + skipped : at + skipped + 1]
        return []

    def _function(self, node: ast.AST) -> list[str]:
        above = self._above.get(node)
        while above is not None and not isinstance(above, _Function):
            above = self._above.get(above)
        return [above.name] if isinstance(above, _Function) else []

    def _is_key(self, use: ast.AST) -> bool:
        above = self._above.get(use)
        return isinstance(above, ast.Subscript) and above.slice is use

    def _may_break(self, use: ast.expr, *, careful: bool) -> bool:
        below: ast.AST = use
        above = self._above.get(use)
        while above is not None:
            if isinstance(above, ast.Compare):
                return not all(
                    _is_none(each) for each in (above.left, *above.comparators) if each is not below
                )
            if isinstance(above, ast.Subscript):
                return above.slice is below or below is use
            if isinstance(above, ast.Dict):
                if below in above.keys:
                    return True
            elif isinstance(above, ast.Attribute):
                if above.attr in _BY_FORM:
                    return True
            elif isinstance(above, (ast.match_case, ast.Match)):
                return True
            elif isinstance(above, ast.Call):
                if above.func is not below and not _builds_a_text(above):
                    return self._call_may_break(above, below, careful=careful)
            elif isinstance(above, ast.keyword):
                call = self._above.get(above)
                return isinstance(call, ast.Call) and self._call_may_break(call, above, careful=careful)
            elif isinstance(above, ast.stmt):
                return False
            below, above = above, self._above.get(above)
        return False

    def _call_may_break(self, call: ast.Call, argument: ast.AST, *, careful: bool) -> bool:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if _is_path_call(call) or name in _TELLING:
            return False
        if _root(call.func) in _ON_FILES or name in ("open", "Path", "len", "hash"):
            return True
        if isinstance(argument, ast.keyword):
            return careful and argument.arg is not None and not self._defines(name)
        return careful and not self._parameter(call, argument)

    def _defines(self, name: str) -> bool:
        """Whether the file defines this function; the parameter is then looked at by its name."""
        return any(isinstance(node, _Function) and node.name == name for node in ast.walk(self.source.tree))


def _builds_a_text(call: ast.Call) -> bool:
    """Whether the call gives a text with its arguments in it: `"/".join(…)`, `"{}/{}".format(…)`, `str(…)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in ("join", "format")
    return isinstance(call.func, ast.Name) and call.func.id in ("str", "tuple", "list")


def _targets(node: ast.AST, value: ast.AST | None = None) -> list[str]:
    """The names that are bound; of `a, b = x, y` only the one that gets this value."""
    elements = node.value.elts if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) else []
    at = next((index for index, each in enumerate(elements) if each is value), None)
    if isinstance(node, ast.Assign) and at is not None:
        lists = [each.elts for each in node.targets if isinstance(each, ast.Tuple)]
        if lists and all(at < len(each) for each in lists):
            return [name for each in lists for name in _stored(each[at])]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [name for target in targets if target is not None for name in _stored(target)]


def _stored(target: ast.AST) -> Iterator[str]:
    for each in ast.walk(target):
        if isinstance(each, (ast.Name, ast.Attribute)) and isinstance(each.ctx, ast.Store):
            yield each.attr if isinstance(each, ast.Attribute) else each.id


def _parameters_with_default(arguments: ast.arguments, default: ast.AST) -> list[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
    pairs += [
        (arg, each) for arg, each in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if each
    ]
    return [arg.arg for arg, each in pairs if each is default]


def _is_path_call(call: ast.Call) -> bool:
    """Whether the call may be one to wandb that takes a path; those that are were judged, or need their text."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in SIGNATURES


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
