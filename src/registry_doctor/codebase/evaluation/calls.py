"""What a call returns: of functions and classes of the tree, of builtins, of the few libraries that matter."""

from __future__ import annotations

import ast

from registry_doctor.codebase.evaluation.attributes import attribute, in_class
from registry_doctor.codebase.evaluation.builtin_calls import builtin, of_items, of_table, of_text
from registry_doctor.codebase.evaluation.choices import bounded, on, one
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
    """All that a call can return; if it is one to wandb, it is noted."""
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
    interpreter.on_call(node, receivers, callees, arguments, scope)
    label = f"{label_of(function)}()"
    options: list[PossibleValue] = []
    if receivers is not None and isinstance(function, ast.Attribute):
        _change(function, arguments, scope)
        for option in receivers:
            found = method(interpreter, option.value, function.attr, arguments, node, scope)
            options += on(found, [option.condition])
    for option in callees or ():
        options += on(called(interpreter, option.value, arguments, node, scope), [option.condition])
    return bounded(options, label)


def method(
    interpreter: Interpreter, thing: Value, name: str, arguments: Arguments, node: ast.Call, scope: Scope
) -> PossibleValues:
    """`thing.name(…)`."""
    found: PossibleValues | None = None
    if isinstance(thing, TextValue):
        found = of_text(interpreter, thing, name, arguments, node)
    elif isinstance(thing, DictValue):
        found = of_table(thing, name, arguments, label_of(node), id(node))
    elif isinstance(thing, ListValue):
        found = of_items(thing, name)
    elif isinstance(thing, External):
        return external(interpreter, f"{thing.dotted}.{name}", arguments, node, scope)
    elif isinstance(thing, ArgumentParser):
        found = _of_parser(interpreter, thing, name, arguments)
    elif isinstance(thing, (Run, Api, Artifact)):
        found = _of_wandb(thing, name, arguments)
    elif isinstance(thing, Unknown):
        found = _of_wandb(None, name, arguments)
    else:
        options: list[PossibleValue] = []
        for option in attribute(interpreter, thing, name):
            options += on(called(interpreter, option.value, arguments, node, scope), [option.condition])
        return bounded(options, label_of(node))
    return found or _computed(node)


def called(
    interpreter: Interpreter, thing: Value, arguments: Arguments, node: ast.Call, scope: Scope
) -> PossibleValues:
    """`thing(…)`."""
    if isinstance(thing, Function):
        interpreter.record_caller(thing, arguments, scope)
        return interpreter.returned(thing, arguments) or _computed(node)
    if isinstance(thing, Class):
        return one(instance(interpreter, thing, arguments, scope))
    if isinstance(thing, External):
        return external(interpreter, thing.dotted, arguments, node, scope)
    if isinstance(thing, WandbMethod):
        return _of_wandb(thing.receiver, thing.name, arguments) or _computed(node)
    if isinstance(thing, Unknown) and thing.label in _LOGS:
        return _of_wandb(None, thing.label, arguments) or _computed(node)
    return _computed(node)


def _computed(node: ast.Call) -> PossibleValues:
    label = label_of(node)
    return one(Unknown(label, f"`{label}` {COMPUTED}"))


def instance(interpreter: Interpreter, of: Class, arguments: Arguments, scope: Scope) -> Instance:
    """An object: by its `__init__` if it has one in the tree, else by its fields in order."""
    made = Instance(of)
    starts = in_class(interpreter, of, "__init__", made)
    for option in starts or ():
        if isinstance(option.value, Function):
            interpreter.record_caller(option.value, arguments, scope)
            interpreter.returned(option.value, arguments)
    if starts is None:
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
    """A call of something outside the tree."""
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
        made = [option for option in arguments.positional[0] if isinstance(option.value, Class)]
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


def _of_wandb(thing: Run | Api | Artifact | None, name: str, arguments: Arguments) -> PossibleValues | None:
    """The artifact that a method of wandb gives; an unknown object is taken by the method's name."""
    given = arguments.get(0, "artifact", "artifact_or_path", "artifact_or_name", "name")
    handed = [option for option in given or () if isinstance(option.value, Artifact)]
    if name in _LOGS:
        return tuple(handed) or one(Artifact(arguments.get(2, "type")))
    if name == "use_artifact":
        return tuple(handed) or one(Artifact(arguments.get(1, "type", "artifact_type"), given))
    if name == "link_artifact":
        return tuple(handed) or one(Artifact())
    if name == "artifact" and isinstance(thing, Api):
        return one(Artifact(arguments.get(1, "type"), given))
    if isinstance(thing, Artifact) and name in _SAME_ARTIFACT:
        return one(Artifact(thing.type) if name == "new_draft" else thing)
    if thing is None and name == "artifact":
        return one(Artifact(arguments.get(1, "type"), given)) if given is not None else None
    return None


def _of_parser(
    interpreter: Interpreter, parser: ArgumentParser, name: str, arguments: Arguments
) -> PossibleValues | None:
    if name == "add_argument":
        add_option(interpreter, parser, arguments)
    elif name == "set_defaults":
        for option, value in arguments.keywords.items():
            parser.defaults[option] = with_default(
                interpreter, option, value, f"the option `{option}` has no default"
            )
    elif name in ("add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser"):
        return one(parser)
    elif name in ("parse_args", "parse_intermixed_args"):
        return one(ParsedArguments(parser))
    elif name in ("parse_known_args", "parse_known_intermixed_args"):
        return one(ListValue((one(ParsedArguments(parser)), one(ListValue((), complete=False)))))
    return one(Constant(None)) if name == "add_argument" else None


def _change(function: ast.Attribute, arguments: Arguments, scope: Scope) -> None:
    """`names.append(…)` and its like change what the name is bound to."""
    name = dotted_name(function.value)
    bound = scope.find(name) if name is not None else None
    if name is None or bound is None or len(bound) != 1:
        return
    thing = bound[0].value
    if isinstance(thing, ListValue) and function.attr in (
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
        scope.names[name] = one(ListValue((*thing.values, *added), thing.complete and straight))
    elif isinstance(thing, DictValue) and function.attr == "update":
        more = arguments.positional[0][0].value if arguments.positional else None
        entries = more.entries if isinstance(more, DictValue) else ()
        known = isinstance(more, DictValue) or not arguments.positional
        scope.names[name] = one(
            DictValue((*thing.entries, *entries, *arguments.keywords.items()), thing.complete and known)
        )
