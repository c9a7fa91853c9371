"""Attributes and elements of values."""

from __future__ import annotations

import ast

from registry_doctor.codebase.evaluation.choices import TOO_MANY, bounded, one
from registry_doctor.codebase.evaluation.external_values import environment_variable
from registry_doctor.codebase.evaluation.limits import MOST_VALUES
from registry_doctor.codebase.evaluation.names import member
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    Api,
    Artifact,
    Class,
    Constant,
    DictValue,
    External,
    Function,
    Instance,
    ListValue,
    Namespace,
    ParsedArguments,
    PossibleValue,
    PossibleValues,
    Run,
    TextValue,
    Unknown,
    Value,
    WandbMethod,
)
from registry_doctor.codebase.evaluation.wandb_signatures import SIGNATURES, has_method

_LONGEST_DOTTED_NAME = 200


def attribute(interpreter: Interpreter, value: Value, name: str) -> PossibleValues:
    """`value.name`."""
    if isinstance(value, External):
        if value.dotted == "wandb" and name == "run":
            return one(Run(current=True))
        if len(value.dotted) < _LONGEST_DOTTED_NAME:
            return one(External(f"{value.dotted}.{name}"))
    elif isinstance(value, Namespace):
        return member(interpreter, value, name)
    elif isinstance(value, Instance):
        return _of_instance(interpreter, value, name)
    elif isinstance(value, Class):
        return in_class(interpreter, value, name) or one(
            Unknown(name, f"`{value.node.name}.{name}` is not assigned", (name,))
        )
    elif isinstance(value, ParsedArguments):
        found = value.parser.defaults.get(name)
        return found or one(Unknown(name, f"no option here sets `{name}`", (name,)))
    elif isinstance(value, TextValue) and name == "value":  # of an enumeration's member
        return one(value)
    elif isinstance(value, DictValue) and (found := value.get(name)) is not None:
        return found  # a dictionary of `wandb.config`, or one made into a namespace, keeps its names
    elif isinstance(value, (Run, Api, Artifact)):
        return _of_wandb(value, name)
    if isinstance(value, Unknown):
        return one(Unknown(name, value.reason, (name,)))
    return one(Unknown(name, f"`{name}` is known only when the program runs", (name,)))


def _of_wandb(value: Run | Api | Artifact, name: str) -> PossibleValues:
    if name in SIGNATURES and has_method(value, name):
        return one(WandbMethod(value, name))
    if isinstance(value, Run) and name == "experiment":
        return one(value)
    known = {
        "entity": getattr(value, "entity", None),
        "project": getattr(value, "project", None),
        "type": getattr(value, "type", None),
    }
    return known.get(name) or one(Unknown(name, f"`{name}` is known only when the program runs", (name,)))


def _of_instance(interpreter: Interpreter, value: Instance, name: str) -> PossibleValues:
    if name in value.attributes:
        return value.attributes[name]
    found = in_class(interpreter, value.of, name, value)
    if found is not None:
        return found
    return one(Unknown(name, f"`{name}` of `{value.of.node.name}` is set outside this code", (name,)))


def in_class(
    interpreter: Interpreter, of: Class, name: str, bound: Instance | None = None
) -> PossibleValues | None:
    """The values of a name in a class or its bases in the code base; a property is evaluated for its object."""
    found: PossibleValues | None = None
    for each in of.with_bases():
        found = (each.attributes.get(name) if bound is not None else None) or each.scope.names.get(name)
        if found is not None:
            break
    if found is None:
        return None
    choices: list[PossibleValue] = []
    for choice in found:
        value = choice.value
        if isinstance(value, Function) and bound is not None:
            if is_property(value.node):
                choices += interpreter.property_value(Function(value.node, value.scope, value.owner, bound))
                continue
            value = Function(value.node, value.scope, value.owner, bound)
        choices.append(PossibleValue(value, choice.condition))
    return bounded(choices, name)


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the function is a property."""
    names = [
        each.attr if isinstance(each, ast.Attribute) else each.id if isinstance(each, ast.Name) else ""
        for each in node.decorator_list
    ]
    return any(name in ("property", "cached_property", "computed_field") for name in names)


def element(
    interpreter: Interpreter, value: Value, key: Value, label: str, branch_point: int
) -> PossibleValues:
    """`value[key]`; if the key is unknown, every element."""
    plain = key.known if isinstance(key, TextValue) else key.value if isinstance(key, Constant) else None
    if isinstance(value, External) and value.dotted == "os.environ" and isinstance(plain, str):
        return environment_variable(interpreter, plain, None, required=True)
    if isinstance(value, DictValue):
        found = value.get(plain) if plain is not None else None
        if found is not None:
            return found
        if plain is None and value.entries:
            return _each([entry for _, entry in value.entries], branch_point, label)
    if isinstance(value, ListValue) and value.values:
        if isinstance(plain, int) and value.complete and -len(value.values) <= plain < len(value.values):
            return value.values[plain]
        if plain is None:
            return _each(list(value.values), branch_point, label)
    if isinstance(value, (ParsedArguments, Class)) and isinstance(plain, str):
        return attribute(interpreter, value, plain)
    names = (label,) if isinstance(plain, str) else ()
    if isinstance(value, Unknown):
        return one(Unknown(label, value.reason, names))
    reason = f"`{value.dotted}`" if isinstance(value, External) else f"`{label}`"
    return one(Unknown(label, f"{reason} is known only when the program runs", names))


def _each(values: list[PossibleValues], branch_point: int, label: str) -> PossibleValues:
    if len(values) > MOST_VALUES:
        return one(Unknown(label, TOO_MANY, (label,)))
    return bounded(
        (
            PossibleValue(choice.value, choice.condition | {(branch_point, branch)})
            for branch, value in enumerate(values)
            for choice in value
        ),
        label,
    )
