"""The abstract interpreter: executes one file after another, and reports the calls in it to an observer."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from registry_doctor.codebase.evaluation import calls as calling
from registry_doctor.codebase.evaluation import expressions, statements
from registry_doctor.codebase.evaluation.choices import fitting, one, steps_for
from registry_doctor.codebase.evaluation.functions import (
    callers_first,
    given_by,
    gives_something,
    parameters,
    within,
)
from registry_doctor.codebase.evaluation.limits import (
    DEEPEST_CALLS,
    MOST_EFFORT,
    Budget,
    TooMuchWork,
)
from registry_doctor.codebase.evaluation.modules import Modules
from registry_doctor.codebase.evaluation.names import label_of
from registry_doctor.codebase.evaluation.protocol import Observer
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

_READING = frozenset({ast.Name, ast.Attribute, ast.Subscript, ast.Starred, ast.Await})
"""Expressions whose values exist already."""


@dataclass
class _File:
    """The interpreted file, with what is recorded during its interpretation."""

    module: Module
    observer: Observer
    callers: dict[int, list[Arguments]] = field(default_factory=dict)
    """The arguments that each function is called with, by the function's node."""
    functions: dict[int, Function] = field(default_factory=dict)
    executed: set[int] = field(default_factory=set)
    """The functions whose bodies were executed as a part of the module."""


class SourceInterpreter:
    """Keeps the modules read last and the values supplied from outside; interprets one file at a time."""

    def __init__(self, root: Path, tops: Iterable[Path], supplied: Mapping[str, str]) -> None:
        """Files are named relative to `root`; absolute imports are looked up from the `tops` downwards."""
        self.supplied = supplied
        self.modules = Modules(root, tops, self._import)
        self.looking: set[tuple[str, str]] = set()
        """The names in modules that are being looked up."""
        self._file: _File | None = None
        self._aside = 0
        """How many imported modules and called functions enclose the current statement."""
        self._active: list[int] = []
        self._effort = 0
        self._budget = Budget(0)
        """The steps left for the file's own code."""
        self._aside_budget = Budget(0)
        """The steps left for the functions that it calls, or for the imported module that is executed."""

    def interpret(self, source: Source, observer: Observer) -> None:
        """Execute a file and each function in it abstractly; the observer learns of its calls and runs.

        Raises TooMuchWork, and RecursionError for code that is nested too deeply.
        """
        module = Module(source, "__main__")
        file = _File(module, observer)
        self._file, self._effort, self._aside, self._active = file, 0, 0, []
        self._budget, self._aside_budget = Budget(source.length), Budget(source.length)
        self.looking.clear()
        self._execute_module(module)
        for node in callers_first(source.tree):
            if id(node) in file.executed:
                continue
            function = file.functions.get(id(node)) or Function(node, module.scope)
            scope = parameters(self, function, file.callers.get(id(node), ()))
            self.execute(node.body, scope)
        self._file = None

    def evaluate(self, node: ast.expr, scope: Scope) -> PossibleValues:
        """The values that an expression can have."""
        if self._aside:
            self._effort += 1
        self.spend(1)
        found = expressions.evaluate(self, node, scope)
        return found if type(node) in _READING else self.fitting(found, node)

    def fitting(self, choices: PossibleValues, node: ast.expr) -> PossibleValues:
        """New values, as far as they are not above a limit; building them took steps."""
        steps = steps_for(choices)
        if steps == 0:
            return choices
        self.spend(steps)
        return fitting(choices, label_of(node))

    def spend(self, steps: int) -> None:
        """Take steps from what is left for this file. Raises TooMuchWork."""
        (self._aside_budget if self._aside else self._budget).spend(steps)

    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> bool:
        """Execute a block abstractly; returns whether its end is reachable."""
        return statements.execute(self, body, scope)

    def call(self, node: ast.Call, scope: Scope) -> PossibleValues:
        """The values that a call can return."""
        return calling.call(self, node, scope)

    def arguments(self, node: ast.Call, scope: Scope) -> Arguments:
        """The arguments of a call, without those behind a `*` or `**` whose value is unknown."""
        positional: list[PossibleValues] = []
        keywords: dict[str, PossibleValues] = {}
        more: str | None = None
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                spread = self.evaluate(argument.value, scope)
                self.spend(steps_for(spread))
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
            if keyword.arg is None:
                self.spend(steps_for(value))
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
        """The values that a function of the code base returns for these arguments; `None` if they are unknown."""
        node = function.node
        if not gives_something(node):
            return None
        if id(node) in self._active or len(self._active) >= DEEPEST_CALLS or self._effort > MOST_EFFORT:
            return None
        self._active.append(id(node))
        self._aside += 1
        try:
            scope = parameters(self, function, [arguments])
            self.execute(node.body, scope)
        except TooMuchWork:
            return None
        finally:
            self._active.pop()
            self._aside -= 1
        return given_by(scope, node)

    def property_value(self, function: Function) -> PossibleValues:
        """The values that a property can have."""
        name = function.node.name
        found = self.returned(function, Arguments())
        return found or one(Unknown(name, f"`{name}` is computed when the program runs", (name,)))

    def on_call(
        self,
        node: ast.Call,
        receivers: PossibleValues | None,
        callees: PossibleValues | None,
        arguments: Arguments,
        scope: Scope,
    ) -> None:
        """Report a call to the observer, if it is in the interpreted file."""
        if (file := self._file_of(scope)) is not None:
            file.observer.on_call(node, receivers, callees, arguments, scope)

    def on_run(self, run: Run, scope: Scope) -> None:
        """Report a run to the observer, if the interpreted file starts it."""
        if (file := self._file_of(scope)) is not None:
            file.observer.on_run(run)

    def record_caller(self, function: Function, arguments: Arguments, scope: Scope) -> None:
        """Record the arguments that a function of the file is called with."""
        file = self._file_of(scope)
        if file is not None and function.scope.module is file.module:
            file.callers.setdefault(id(function.node), []).append(within(arguments, scope))

    def record_function(self, function: Function) -> None:
        """Record the scope in which a function of the file is defined."""
        if (file := self._file_of(function.scope)) is not None:
            file.functions[id(function.node)] = function

    def record_executed(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        """Record that a function's body was already executed as a part of its module."""
        if (file := self._file_of(scope)) is not None:
            file.executed.add(id(node))

    def _file_of(self, scope: Scope) -> _File | None:
        """The interpreted file, unless this code is executed only for its values."""
        file = self._file
        return file if file is not None and not self._aside and scope.module is file.module else None

    def _import(self, module: Module) -> None:
        if self._effort > MOST_EFFORT or len(self._active) > 4 * DEEPEST_CALLS:
            return
        self._aside += 1
        self._active.append(id(module))
        budget, self._aside_budget = self._aside_budget, Budget(module.source.length)
        try:
            self._execute_module(module)
        except (TooMuchWork, RecursionError, MemoryError):
            pass  # its own fault, not the importer's: the names that it has bound so far are known
        finally:
            self._aside_budget = budget
            self._aside -= 1
            self._active.pop()

    def _execute_module(self, module: Module) -> None:
        module.scope.names["__name__"] = one(TextValue((LiteralPart(module.name),)))
        if any("global " in line for line in module.source.lines):
            found = (node for node in ast.walk(module.source.tree) if isinstance(node, ast.Global))
            module.rebound = frozenset(name for node in found for name in node.names)
        self.execute(module.source.tree.body, module.scope)
