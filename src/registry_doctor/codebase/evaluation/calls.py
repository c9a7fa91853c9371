"""The values that calls return: of functions and classes of the code base, of builtins, of a few libraries."""

from __future__ import annotations

import ast

from registry_doctor.codebase.evaluation.attributes import attribute, in_class
from registry_doctor.codebase.evaluation.builtin_calls import builtin, of_items, of_table, of_text
from registry_doctor.codebase.evaluation.choices import bounded, one, steps_for, under
from registry_doctor.codebase.evaluation.expressions import COMPUTED
from registry_doctor.codebase.evaluation.external_values import (
    add_option,
    environment_variable,
    field_default,
    plain_text,
    with_default,
)
from registry_doctor.codebase.evaluation.names import dotted_name, label_of
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    Api,
    ArgumentParser,
    Arguments,
    Artifact,
    Class,
    Constant,
    DictValue,
    External,
    Function,
    Instance,
    ListValue,
    ParsedArguments,
    PossibleValue,
    PossibleValues,
    Run,
    Scope,
    TextValue,
    Unknown,
    Value,
    WandbMethod,
)

_SAME_ARTIFACT = frozenset({"wait", "save", "new_draft", "link", "finalize"})
_LOGS = frozenset({"log_artifact", "upsert_artifact", "finish_artifact"})
_NAMESPACES = (
    "SimpleNamespace",
    ".Namespace",
    "OmegaConf.create",
    "EasyDict",
    "edict",
    "AttrDict",
    "Munch",
    "ConfigDict",
    "DotMap",
    "Box",
)


def call(interpreter: Interpreter, node: ast.Call, scope: Scope) -> PossibleValues:
    """The values that a call can return; the call is reported to the observer."""
    function = node.func
    receivers: PossibleValues | None = None
    callees: PossibleValues | None = None
    if isinstance(function, ast.Attribute):
        dotted = dotted_name(function)
        callees = scope.find(dotted) if dotted is not None else None
        if callees is None:
            receivers = interpreter.evaluate(function.value, scope)
    else:
        callees = interpreter.evaluate(function, scope)
    arguments = interpreter.arguments(node, scope)
    interpreter.spend(steps_for(*arguments.positional, *arguments.keywords.values(), receivers or ()))
    interpreter.on_call(node, receivers, callees, arguments, scope)
    label = f"{label_of(function)}()"
    choices: list[PossibleValue] = []
    if receivers is not None and isinstance(function, ast.Attribute):
        _change(interpreter, function, arguments, scope)
        for choice in receivers:
            found = _method(interpreter, choice.value, function.attr, arguments, node, scope)
            choices += under(found, [choice.condition])
    for choice in callees or ():
        choices += under(called(interpreter, choice.value, arguments, node, scope), [choice.condition])
    return bounded(choices, label)


def _method(
    interpreter: Interpreter, value: Value, name: str, arguments: Arguments, node: ast.Call, scope: Scope
) -> PossibleValues:
    """`value.name(…)`."""
    found: PossibleValues | None = None
    if isinstance(value, TextValue):
        found = of_text(interpreter, value, name, arguments, node)
    elif isinstance(value, DictValue):
        found = of_table(value, name, arguments, label_of(node), id(node))
    elif isinstance(value, ListValue):
        found = of_items(value, name)
    elif isinstance(value, External):
        return external(interpreter, f"{value.dotted}.{name}", arguments, node, scope)
    elif isinstance(value, ArgumentParser):
        found = _of_parser(interpreter, value, name, arguments)
    elif isinstance(value, (Run, Api, Artifact)):
        found = _of_wandb(value, name, arguments)
    elif isinstance(value, Unknown):
        found = _of_wandb(None, name, arguments)
    else:
        choices: list[PossibleValue] = []
        for choice in attribute(interpreter, value, name):
            choices += under(called(interpreter, choice.value, arguments, node, scope), [choice.condition])
        return bounded(choices, label_of(node))
    return found or _computed(node)


def called(
    interpreter: Interpreter, value: Value, arguments: Arguments, node: ast.Call, scope: Scope
) -> PossibleValues:
    """`value(…)`."""
    if isinstance(value, Function):
        interpreter.record_caller(value, arguments, scope)
        return interpreter.returned(value, arguments) or _computed(node)
    if isinstance(value, Class):
        return one(instance(interpreter, value, arguments, scope))
    if isinstance(value, External):
        return external(interpreter, value.dotted, arguments, node, scope)
    if isinstance(value, WandbMethod):
        return _of_wandb(value.receiver, value.name, arguments) or _computed(node)
    if isinstance(value, Unknown) and value.label in _LOGS:
        return _of_wandb(None, value.label, arguments) or _computed(node)
    return _computed(node)


def _computed(node: ast.Call) -> PossibleValues:
    label = label_of(node)
    return one(Unknown(label, f"`{label}` {COMPUTED}"))


def instance(interpreter: Interpreter, of: Class, arguments: Arguments, scope: Scope) -> Instance:
    """An object of a class: by its `__init__` if the code base has one, else by its fields in order."""
    made = Instance(of)
    starts = in_class(interpreter, of, "__init__", made)
    for choice in starts or ():
        if isinstance(choice.value, Function):
            interpreter.record_caller(choice.value, arguments, scope)
            interpreter.returned(choice.value, arguments)
    if starts is None:
        interpreter.spend(len(of.node.body) // 8)
        fields = [
            each.target.id
            for each in of.node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        ]
        made.attributes.update(zip(fields, arguments.positional, strict=False))
        made.attributes.update(arguments.keywords)
    return made


def external(
    interpreter: Interpreter, dotted: str, arguments: Arguments, node: ast.Call, scope: Scope
) -> PossibleValues:
    """A call of a function or class outside the code base."""
    last = dotted.rpartition(".")[2]
    if dotted.partition(".")[0] == "wandb" or "wandb" in dotted.lower():
        found = _of_wandb_package(interpreter, dotted, last, arguments, scope)
        if found is not None:
            return found
    if dotted in ("os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop"):
        name = plain_text(arguments.get(0, "key"))
        if name is not None:
            return environment_variable(interpreter, name, arguments.get(1, "default"))
    if last == "ArgumentParser":
        return one(ArgumentParser())
    if dotted.startswith("builtins."):
        return builtin(interpreter, last, arguments, node) or _computed(node)
    if last in ("cli", "parse", "instantiate", "from_cli", "HfArgumentParser") and arguments.positional:
        made = [choice for choice in arguments.positional[0] if isinstance(choice.value, Class)]
        if made and isinstance(made[0].value, Class):
            return one(Instance(made[0].value))
    if dotted.endswith(_NAMESPACES):
        whole = arguments.get(0)
        if whole is not None and len(whole) == 1 and isinstance(whole[0].value, DictValue):
            return whole
        return one(DictValue(tuple(arguments.keywords.items()), complete=arguments.more is None))
    if (default := field_default(dotted, arguments)) is not None:
        return default
    if (
        dotted in ("copy.copy", "copy.deepcopy", "typing.cast", "collections.OrderedDict")
        and arguments.positional
    ):
        return arguments.positional[-1]
    return one(External(f"{dotted}()")) if len(dotted) < 200 else _computed(node)


def _of_wandb_package(
    interpreter: Interpreter, dotted: str, last: str, arguments: Arguments, scope: Scope
) -> PossibleValues | None:
    if last in ("WandbLogger", "WandBLogger", "WandbTracker") or dotted == "wandb.init":
        config = arguments.keywords
        run = Run(config.get("entity"), config.get("project"))
        if dotted == "wandb.init":
            run = Run(arguments.get(0, "entity"), arguments.get(1, "project"))
        scope.bind("wandb.run", one(run))
        interpreter.on_run(run, scope)
        return one(run)
    if dotted.startswith("wandb.") and last == "Api":
        return one(_api(arguments))
    if dotted.startswith("wandb.") and last == "Artifact":
        return one(Artifact(arguments.get(1, "type")))
    if dotted.startswith("wandb.") and dotted.count(".") == 1:
        return _of_wandb(Run(current=True), last, arguments)
    return None


def _api(arguments: Arguments) -> Api:
    overrides = arguments.get(0, "overrides")
    table = overrides[0].value if overrides is not None and len(overrides) == 1 else None
    if not isinstance(table, DictValue):
        return Api()
    return Api(table.get("entity"), table.get("project"), table.get("organization"))


def _of_wandb(value: Run | Api | Artifact | None, name: str, arguments: Arguments) -> PossibleValues | None:
    """The artifact that a method of wandb returns; an unknown object is judged by the name of the method."""
    given = arguments.get(0, "artifact", "artifact_or_path", "artifact_or_name", "name")
    handed = [choice for choice in given or () if isinstance(choice.value, Artifact)]
    if name in _LOGS:
        return tuple(handed) or one(Artifact(arguments.get(2, "type")))
    if name == "use_artifact":
        return tuple(handed) or one(Artifact(arguments.get(1, "type", "artifact_type"), given))
    if name == "link_artifact":
        return tuple(handed) or one(Artifact())
    if name == "artifact" and isinstance(value, Api):
        return one(Artifact(arguments.get(1, "type"), given))
    if isinstance(value, Artifact) and name in _SAME_ARTIFACT:
        return one(Artifact(value.type) if name == "new_draft" else value)
    if value is None and name == "artifact":
        return one(Artifact(arguments.get(1, "type"), given)) if given is not None else None
    return None


def _of_parser(
    interpreter: Interpreter, parser: ArgumentParser, name: str, arguments: Arguments
) -> PossibleValues | None:
    if name == "add_argument":
        add_option(interpreter, parser, arguments)
    elif name == "set_defaults":
        for dest, value in arguments.keywords.items():
            parser.defaults[dest] = with_default(
                interpreter, dest, value, f"the option `{dest}` has no default"
            )
    elif name in ("add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser"):
        return one(parser)
    elif name in ("parse_args", "parse_intermixed_args"):
        return one(ParsedArguments(parser))
    elif name in ("parse_known_args", "parse_known_intermixed_args"):
        return one(ListValue((one(ParsedArguments(parser)), one(ListValue((), complete=False)))))
    return one(Constant(None)) if name == "add_argument" else None


def _change(interpreter: Interpreter, function: ast.Attribute, arguments: Arguments, scope: Scope) -> None:
    """`names.append(…)` and similar calls change the value that the name is bound to."""
    name = dotted_name(function.value)
    bound = scope.find(name) if name is not None else None
    if name is None or bound is None or len(bound) != 1:
        return
    value = bound[0].value
    if isinstance(value, ListValue) and function.attr in (
        "append",
        "add",
        "extend",
        "insert",
        "remove",
        "pop",
        "clear",
        "update",
    ):
        added = arguments.positional if function.attr in ("append", "add") else ()
        extended = (
            arguments.positional[0][0].value if function.attr == "extend" and arguments.positional else None
        )
        if isinstance(extended, ListValue):
            added = extended.values
        straight = not scope.loops and not scope.branches and (bool(added) or isinstance(extended, ListValue))
        changed = one(ListValue((*value.values, *added), value.complete and straight))
        scope.names[name] = interpreter.fitting(changed, function.value)
    elif isinstance(value, DictValue) and function.attr == "update":
        more = arguments.positional[0][0].value if arguments.positional else None
        entries = more.entries if isinstance(more, DictValue) else ()
        known = isinstance(more, DictValue) or not arguments.positional
        changed = one(
            DictValue((*value.entries, *entries, *arguments.keywords.items()), value.complete and known)
        )
        scope.names[name] = interpreter.fitting(changed, function.value)
