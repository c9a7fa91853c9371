"""Recognising the calls to wandb that take a path, with the values that are known at the call."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from registry_doctor.codebase.evaluation.choices import one, under
from registry_doctor.codebase.evaluation.names import label_of
from registry_doctor.codebase.evaluation.values import (
    ALWAYS,
    Api,
    Arguments,
    Artifact,
    Class,
    Constant,
    External,
    Instance,
    PossibleValue,
    PossibleValues,
    Run,
    Scope,
    TextValue,
    Unknown,
    Value,
    WandbMethod,
)
from registry_doctor.codebase.evaluation.wandb_signatures import (
    SIGNATURES,
    ArgumentPosition,
    Signature,
    has_method,
)
from registry_doctor.codebase.source.found import Ignore, LiteralPart, Location
from registry_doctor.codebase.source.parsed_file import Source
from registry_doctor.domain.target_path import REGISTRY_PREFIX

_OTHER_TRACKERS = frozenset(
    {"neptune", "mlflow", "comet_ml", "clearml", "aim", "dvclive", "sacred", "azureml", "swanlab", "trackio"}
)

_LIKE_AN_API = re.compile(r"(?:^|_)api$", re.IGNORECASE)
_LIKE_AN_ARTIFACT = re.compile(r"(?:^|_)(?:art|artifact|artefact)(?:_?\d+|_[a-z]+)?(?:\(\))?$", re.IGNORECASE)
_LIKE_A_RUN = re.compile(
    r"(?:^|_)(?:run|wandb|experiment|wandb_logger|wb)(?:_?\d+)?(?:\(\))?$", re.IGNORECASE
)


@dataclass(frozen=True)
class RecognisedCall:
    """A call to wandb with all its possible values."""

    location: Location
    signature: Signature
    receivers: PossibleValues
    """The runs, `Api` objects or artifacts whose method it is; empty if only the names suggest it."""
    target: PossibleValues
    target_label: str
    type: PossibleValues | None
    artifact: PossibleValues | None
    aliases: PossibleValues | None
    current_run: PossibleValues | None
    """The run started last before the call, in the same function or an enclosing one."""
    ignores: tuple[Ignore, ...]


class WandbCalls:
    """Observes the interpretation of one file; collects its calls to wandb and the runs that it starts."""

    def __init__(self) -> None:
        self._calls: dict[int, RecognisedCall] = {}
        self.runs: list[Run] = []

    @property
    def calls(self) -> Sequence[RecognisedCall]:
        """The calls to wandb, in no particular order."""
        return tuple(self._calls.values())

    def on_call(
        self,
        node: ast.Call,
        receivers: PossibleValues | None,
        callees: PossibleValues | None,
        arguments: Arguments,
        scope: Scope,
    ) -> None:
        """Collect a call, if it is one to wandb with a path."""
        if (call := recognised(node, receivers, callees, arguments, scope)) is not None:
            self._calls[id(node)] = call

    def on_run(self, run: Run) -> None:
        """Collect a run that the file starts."""
        self.runs.append(run)


def recognised(
    node: ast.Call,
    receivers: PossibleValues | None,
    callees: PossibleValues | None,
    arguments: Arguments,
    scope: Scope,
) -> RecognisedCall | None:
    """The call, if it is one to wandb with a path; also a method passed on, as in `submit(run.link_artifact, …)`."""
    source = scope.module.source
    if receivers is not None and isinstance(node.func, ast.Attribute) and node.func.attr in SIGNATURES:
        owners = _owners(node.func, receivers, arguments, scope)
        if owners is not None:
            return _note(node, node.func.attr, owners, arguments, scope, source)
    for callee in callees or ():
        if isinstance(callee.value, WandbMethod):
            owner = callee.value.receiver
            return _note(node, callee.value.name, one(owner) if owner else (), arguments, scope, source)
        if isinstance(callee.value, External) and _of_wandb_itself(callee.value.dotted):
            name = callee.value.dotted.rpartition(".")[2]
            return _note(node, name, one(Run(current=True)), arguments, scope, source)
    for index, argument in enumerate(arguments.positional[:3]):
        handed = next((choice.value for choice in argument if isinstance(choice.value, WandbMethod)), None)
        if handed is not None:
            rest = Arguments(arguments.positional[index + 1 :], arguments.keywords, arguments.more)
            return _note(
                node, handed.name, one(handed.receiver) if handed.receiver else (), rest, scope, source
            )
    return None


def _of_wandb_itself(dotted: str) -> bool:
    """Whether it is a function such as `wandb.use_artifact`, which is a method of the current run."""
    package, _, name = dotted.rpartition(".")
    return package == "wandb" and name in SIGNATURES and SIGNATURES[name].of == "run"


def _owners(
    function: ast.Attribute, receivers: PossibleValues, arguments: Arguments, scope: Scope
) -> PossibleValues | None:
    """The receivers known to be wandb objects; empty if only the names suggest it, `None` if it is another call."""
    name = function.attr
    found: list[PossibleValue] = []
    for choice in receivers:
        value = choice.value
        if isinstance(value, External) and _of_wandb_itself(f"{value.dotted}.{name}"):
            found.append(PossibleValue(Run(current=True), choice.condition))
        elif isinstance(value, (Run, Api, Artifact)) and has_method(value, name):
            found.append(choice)
    if found:
        return tuple(found)
    likely = any(
        _may_be(choice.value, label_of(function.value), name, arguments, scope.module.source)
        for choice in receivers
    )
    return () if likely else None


def _may_be(value: Value, label: str, name: str, arguments: Arguments, source: Source) -> bool:
    """Whether a method of an unknown object is probably one of wandb, judged by the names and the path."""
    if isinstance(value, Instance):
        return _inherits(value.of, name)
    if isinstance(value, External):
        if value.root in sys.stdlib_module_names or value.root in _OTHER_TRACKERS or value.root == "builtins":
            return False
        if "wandb" in value.dotted.lower():
            return SIGNATURES[name].of == "run"
        return _has_registry_path(name, arguments) or (_is_distinctive(name) and source.mentions_wandb)
    if not isinstance(value, (Unknown, Constant)) or not (
        arguments.positional or arguments.keywords or arguments.more
    ):
        return False
    if _has_registry_path(name, arguments):
        return True
    by_name = _named_as_owner(label, name)
    if _is_distinctive(name):
        return by_name or source.mentions_wandb
    return by_name and source.mentions_wandb


def _named_as_owner(label: str, name: str) -> bool:
    """Whether the name `label` suggests an object that has the method."""
    patterns = {"run": _LIKE_A_RUN, "api": _LIKE_AN_API, "artifact": _LIKE_AN_ARTIFACT}
    return patterns[SIGNATURES[name].of].search(label.lstrip("_")) is not None


def _is_distinctive(name: str) -> bool:
    """Whether hardly any other library has a method of this name."""
    return name in ("link_artifact", "use_artifact")


def _inherits(of: Class, name: str) -> bool:
    """Whether a class of the code base inherits the method from a class of wandb or of its loggers."""
    seen: set[int] = set()
    stack = [of]
    while stack:
        each = stack.pop()
        if id(each) in seen or name in each.scope.names:
            continue
        seen.add(id(each))
        if any(isinstance(base, External) and "wandb" in base.dotted.lower() for base in each.bases):
            return True
        stack += [base for base in each.bases if isinstance(base, Class)]
    return False


def _has_registry_path(name: str, arguments: Arguments) -> bool:
    target = _argument(arguments, SIGNATURES[name].target) or ()
    return any(
        isinstance(part, LiteralPart) and REGISTRY_PREFIX in part.text
        for choice in target
        if isinstance(choice.value, TextValue)
        for part in choice.value.parts
    )


def _argument(arguments: Arguments, position: ArgumentPosition | None) -> PossibleValues | None:
    return None if position is None else arguments.get(position[0], *position[1])


def _note(
    node: ast.Call, name: str, owners: PossibleValues, arguments: Arguments, scope: Scope, source: Source
) -> RecognisedCall | None:
    signature = SIGNATURES[name]
    target = _argument(arguments, signature.target)
    if target is None:
        if arguments.more is None and not _is_distinctive(name):
            return None
        reason = f"it is passed by `{arguments.more}`" if arguments.more else "no path is given"
        target = one(Unknown(arguments.more or "…", reason))
    return RecognisedCall(
        source.location(node.func),
        signature,
        _here(owners, scope),
        _here(target, scope),
        _label(node, signature.target),
        _narrowed(_argument(arguments, signature.type), scope),
        _narrowed(_argument(arguments, signature.artifact), scope),
        _narrowed(_argument(arguments, signature.aliases), scope),
        _narrowed(scope.find("wandb.run"), scope),
        _ignores(node, source),
    )


def _label(node: ast.Call, position: ArgumentPosition) -> str:
    index, names = position
    for keyword in node.keywords:
        if keyword.arg in names:
            return label_of(keyword.value)
    return label_of(node.args[index]) if index < len(node.args) else "…"


def _narrowed(choices: PossibleValues | None, scope: Scope) -> PossibleValues | None:
    return None if choices is None else _here(choices, scope)


def _here(choices: PossibleValues, scope: Scope) -> PossibleValues:
    """The values that are possible under the conditions around the call; all of them if those leave none."""
    narrowed = choices
    for branches in scope.branches:
        if ALWAYS not in branches:
            narrowed = under(narrowed, branches)
    return narrowed or choices


def _ignores(node: ast.Call, source: Source) -> tuple[Ignore, ...]:
    comments = source.ignores
    if not comments:
        return ()
    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    found = [comments[line] for line in lines if line in comments]
    above = comments.get(node.lineno - 1)
    if above is not None and above.alone:
        found.insert(0, above)
    return tuple(Ignore(each.codes, each.reason, each.line - source.before(each.line)) for each in found)
