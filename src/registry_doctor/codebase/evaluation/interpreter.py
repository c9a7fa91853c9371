"""Reading one file after another: what all parts of the reading share, and the calls noted on the way."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from registry_doctor.codebase.calls.wandb_calls import RecognisedCall, recognised
from registry_doctor.codebase.evaluation import calls as calling
from registry_doctor.codebase.evaluation import expressions, statements
from registry_doctor.codebase.evaluation.choices import one
from registry_doctor.codebase.evaluation.functions import (
    callers_first,
    given_by,
    gives_something,
    parameters,
    within,
)
from registry_doctor.codebase.evaluation.modules import Modules
from registry_doctor.codebase.evaluation.names import label_of
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    DictValue,
    Function,
    Module,
    PossibleValues,
    Run,
    Scope,
    TextValue,
    Unknown,
)
from registry_doctor.codebase.source.found import LiteralPart
from registry_doctor.codebase.source.parsed_file import Source

DEEPEST = 6
"""How many calls of functions of the tree are followed into each other."""

MOST_EFFORT = 20_000
"""How many expressions of called functions and imported modules are gone through for one file."""


@dataclass
class _Notes:
    """What is noted while a file is read."""

    module: Module
    calls: dict[int, RecognisedCall]
    callers: dict[int, list[Arguments]]
    functions: dict[int, Function]
    runs: list[Run]
    in_place: set[int]


class Interpreter:
    """Knows the modules read last and the values supplied from outside; reads one file at a time."""

    def __init__(self, root: Path, supplied: Mapping[str, str]) -> None:
        self.supplied = supplied
        self.modules = Modules(root, self._import)
        self.looking: set[tuple[str, str]] = set()
        """The names in modules that are being looked up."""
        self._notes: _Notes | None = None
        self._aside = 0
        self._active: list[int] = []
        self._effort = 0

    def read(self, source: Source) -> tuple[Sequence[RecognisedCall], Sequence[Run]]:
        """The calls to wandb in a file, in no particular order, and the runs that it starts."""
        module = Module(source, "__main__")
        notes = _Notes(module, {}, {}, {}, [], set())
        self._notes, self._effort, self._aside, self._active = notes, 0, 0, []
        self.looking.clear()
        self._execute_module(module)
        for node in callers_first(source.tree):
            if id(node) in notes.in_place:
                continue
            function = notes.functions.get(id(node)) or Function(node, module.scope)
            scope = parameters(self, function, notes.callers.get(id(node), ()))
            self.execute(node.body, scope)
        self._notes = None
        return list(notes.calls.values()), notes.runs

    def evaluate(self, node: ast.expr, scope: Scope) -> PossibleValues:
        """What an expression can stand for."""
        if self._aside:
            self._effort += 1
        return expressions.evaluate(self, node, scope)

    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> bool:
        """Go through statements, abstractly; whether their end is reached."""
        return statements.execute(self, body, scope)

    def call(self, node: ast.Call, scope: Scope) -> PossibleValues:
        """What a call can return."""
        return calling.call(self, node, scope)

    def arguments(self, node: ast.Call, scope: Scope) -> Arguments:
        """The arguments of a call; those after a `*` that cannot be told are left out."""
        positional: list[PossibleValues] = []
        keywords: dict[str, PossibleValues] = {}
        more: str | None = None
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                spread = self.evaluate(argument.value, scope)
                items = spread[0].value if len(spread) == 1 else None
                values = getattr(items, "values", None) if getattr(items, "complete", False) else None
                if isinstance(values, tuple) and more is None:
                    positional += values
                else:
                    more = more or f"*{label_of(argument.value)}"
                continue
            value = self.evaluate(argument, scope)
            if more is None:
                positional.append(value)
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
                continue
            table = value[0].value if len(value) == 1 else None
            if isinstance(table, DictValue):
                keywords |= {str(key): each for key, each in table.entries}
            if not isinstance(table, DictValue) or not table.complete:
                more = more or f"**{label_of(keyword.value)}"
        return Arguments(tuple(positional), keywords, more)

    def returned(self, function: Function, arguments: Arguments) -> PossibleValues | None:
        """What a function of the tree returns for these arguments; `None` if that cannot be told."""
        node = function.node
        if not gives_something(node):
            return None
        if id(node) in self._active or len(self._active) >= DEEPEST or self._effort > MOST_EFFORT:
            return None
        self._active.append(id(node))
        self._aside += 1
        try:
            scope = parameters(self, function, [arguments])
            self.execute(node.body, scope)
        finally:
            self._active.pop()
            self._aside -= 1
        return given_by(scope, node)

    def worked_out(self, function: Function) -> PossibleValues:
        """What a property is."""
        name = function.node.name
        found = self.returned(function, Arguments())
        return found or one(Unknown(name, f"`{name}` is computed when the program runs", (name,)))

    def consider(
        self,
        node: ast.Call,
        receivers: PossibleValues | None,
        callees: PossibleValues | None,
        arguments: Arguments,
        scope: Scope,
    ) -> None:
        """Note a call, if it is one to wandb with a path and stands in the file that is read."""
        notes = self._notes_for(scope)
        if notes is not None and (call := recognised(node, receivers, callees, arguments, scope)) is not None:
            notes.calls[id(node)] = call

    def note_caller(self, function: Function, arguments: Arguments, scope: Scope) -> None:
        """Note what a function of the file is called with."""
        notes = self._notes_for(scope)
        if notes is not None and function.scope.module is notes.module:
            notes.callers.setdefault(id(function.node), []).append(within(arguments, scope))

    def note_run(self, run: Run, scope: Scope) -> None:
        """Note that the file starts a run."""
        notes = self._notes_for(scope)
        if notes is not None:
            notes.runs.append(run)

    def define(self, function: Function) -> None:
        """Note where a function of the file is defined."""
        notes = self._notes_for(function.scope)
        if notes is not None:
            notes.functions[id(function.node)] = function

    def read_in_place(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        """Note that a function's body has been gone through as a part of its module."""
        notes = self._notes_for(scope)
        if notes is not None:
            notes.in_place.add(id(node))

    def _notes_for(self, scope: Scope) -> _Notes | None:
        notes = self._notes
        return notes if notes is not None and not self._aside and scope.module is notes.module else None

    def _import(self, module: Module) -> None:
        if self._effort > MOST_EFFORT or len(self._active) > 4 * DEEPEST:
            return
        self._aside += 1
        self._active.append(id(module))
        try:
            self._execute_module(module)
        finally:
            self._aside -= 1
            self._active.pop()

    def _execute_module(self, module: Module) -> None:
        module.scope.names["__name__"] = one(TextValue((LiteralPart(module.name),)))
        if any("global " in line for line in module.source.lines):
            found = (node for node in ast.walk(module.source.tree) if isinstance(node, ast.Global))
            module.rebound = frozenset(name for node in found for name in node.names)
        self.execute(module.source.tree.body, module.scope)
