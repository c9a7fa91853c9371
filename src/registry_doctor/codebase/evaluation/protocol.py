"""What the parts of the interpreter need of the whole, and what an observer of its work needs to offer."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Protocol

from registry_doctor.codebase.evaluation.modules import Modules
from registry_doctor.codebase.evaluation.values import Arguments, Function, PossibleValues, Run, Scope


class Observer(Protocol):
    """Receives the calls and the started runs of the file that is interpreted, in the order of evaluation."""

    def on_call(
        self,
        node: ast.Call,
        receivers: PossibleValues | None,
        callees: PossibleValues | None,
        arguments: Arguments,
        scope: Scope,
    ) -> None:
        """A call: of a method of `receivers`, else of `callees`. A later evaluation of `node` replaces this one."""

    def on_run(self, run: Run) -> None:
        """A run of wandb is started."""


class Interpreter(Protocol):
    """Evaluates expressions and executes statements abstractly: with every value that they can have."""

    supplied: Mapping[str, str]
    """Values given from outside, by the name that they replace."""
    modules: Modules
    looking: set[tuple[str, str]]
    """The names in modules that are being looked up."""

    def evaluate(self, node: ast.expr, scope: Scope) -> PossibleValues:
        """The values that an expression can have."""

    def fitting(self, choices: PossibleValues, node: ast.expr) -> PossibleValues:
        """New values of a target or expression, as far as they are not above a limit; building them took steps."""

    def spend(self, steps: int) -> None:
        """Take steps from what is left for the file. Raises TooMuchWork."""

    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> bool:
        """Execute a block abstractly; returns whether its end is reachable."""

    def call(self, node: ast.Call, scope: Scope) -> PossibleValues:
        """The values that a call can return."""

    def arguments(self, node: ast.Call, scope: Scope) -> Arguments:
        """The arguments of a call, without those behind a `*` or `**` whose value is unknown."""

    def returned(self, function: Function, arguments: Arguments) -> PossibleValues | None:
        """The values that a function of the code base returns for these arguments; `None` if they are unknown."""

    def property_value(self, function: Function) -> PossibleValues:
        """The values that a property can have."""

    def on_call(
        self,
        node: ast.Call,
        receivers: PossibleValues | None,
        callees: PossibleValues | None,
        arguments: Arguments,
        scope: Scope,
    ) -> None:
        """Report a call to the observer."""

    def on_run(self, run: Run, scope: Scope) -> None:
        """Report a started run to the observer."""

    def record_caller(self, function: Function, arguments: Arguments, scope: Scope) -> None:
        """Record the arguments that a function is called with."""

    def record_function(self, function: Function) -> None:
        """Record the scope in which a function is defined."""

    def record_executed(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        """Record that a function's body was already executed as a part of its module."""
