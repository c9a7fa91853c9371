"""Attributes and elements of things."""

from __future__ import annotations

import ast

from registry_doctor.codebase.evaluation.choices import MOST, TOO_MANY, bounded, one
from registry_doctor.codebase.evaluation.external_values import environment_variable
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

LONGEST_NAME = 200


def attribute(interpreter: Interpreter, thing: Value, name: str) -> PossibleValues:
    """`thing.name`."""
    if isinstance(thing, External):
        if thing.dotted == "wandb" and name == "run":
            return one(Run(current=True))
        if len(thing.dotted) < LONGEST_NAME:
            return one(External(f"{thing.dotted}.{name}"))
    elif isinstance(thing, Namespace):
        return member(interpreter, thing, name)
    elif isinstance(thing, Instance):
        return _of_instance(interpreter, thing, name)
    elif isinstance(thing, Class):
        return in_class(interpreter, thing, name) or one(
            Unknown(name, f"`{thing.node.name}.{name}` is not assigned", (name,))
        )
    elif isinstance(thing, ParsedArguments):
        found = thing.options.defaults.get(name)
        return found or one(Unknown(name, f"no option here sets `{name}`", (name,)))
    elif isinstance(thing, TextValue) and name == "value":  # of an enumeration's member
        return one(thing)
    elif isinstance(thing, DictValue) and (found := thing.get(name)) is not None:
        return found  # what is read from `wandb.config` or made into a namespace keeps its names
    elif isinstance(thing, (Run, Api, Artifact)):
        return _of_wandb(thing, name)
    if isinstance(thing, Unknown):
        return one(Unknown(name, thing.reason, (name,)))
    return one(Unknown(name, f"`{name}` is known only when the program runs", (name,)))


def _of_wandb(thing: Run | Api | Artifact, name: str) -> PossibleValues:
    if name in SIGNATURES and has_method(thing, name):
        return one(WandbMethod(thing, name))
    if isinstance(thing, Run) and name == "experiment":
        return one(thing)
    known = {
        "entity": getattr(thing, "entity", None),
        "project": getattr(thing, "project", None),
        "type": getattr(thing, "type", None),
    }
    return known.get(name) or one(Unknown(name, f"`{name}` is known only when the program runs", (name,)))


def _of_instance(interpreter: Interpreter, thing: Instance, name: str) -> PossibleValues:
    if name in thing.attributes:
        return thing.attributes[name]
    found = in_class(interpreter, thing.of, name, thing)
    if found is not None:
        return found
    return one(Unknown(name, f"`{name}` of `{thing.of.node.name}` is set outside this code", (name,)))


def in_class(
    interpreter: Interpreter, of: Class, name: str, bound: Instance | None = None, depth: int = 0
) -> PossibleValues | None:
    """What a class, or one of its bases in the tree, says for a name; a property is worked out for its object."""
    found = of.attributes.get(name) if bound is not None else None
    found = found or of.scope.names.get(name)
    if found is None:
        for base in of.bases if depth < MOST else ():
            if (
                isinstance(base, Class)
                and (found := in_class(interpreter, base, name, bound, depth + 1)) is not None
            ):
                return found
        return None
    options: list[PossibleValue] = []
    for option in found:
        thing = option.value
        if isinstance(thing, Function) and bound is not None:
            if is_property(thing.node):
                options += interpreter.property_value(Function(thing.node, thing.scope, thing.owner, bound))
                continue
            thing = Function(thing.node, thing.scope, thing.owner, bound)
        options.append(PossibleValue(thing, option.condition))
    return bounded(options, name)


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is read without being called."""
    names = [
        each.attr if isinstance(each, ast.Attribute) else each.id if isinstance(each, ast.Name) else ""
        for each in node.decorator_list
    ]
    return any(name in ("property", "cached_property", "computed_field") for name in names)


def element(interpreter: Interpreter, thing: Value, key: Value, label: str, place: int) -> PossibleValues:
    """`thing[key]`; with a key that is not known, each element it can be."""
    plain = key.known if isinstance(key, TextValue) else key.value if isinstance(key, Constant) else None
    if isinstance(thing, External) and thing.dotted == "os.environ" and isinstance(plain, str):
        return environment_variable(interpreter, plain, None, required=True)
    if isinstance(thing, DictValue):
        found = thing.get(plain) if plain is not None else None
        if found is not None:
            return found
        if plain is None and thing.entries:
            return _each([value for _, value in thing.entries], place, label)
    if isinstance(thing, ListValue) and thing.values:
        if isinstance(plain, int) and thing.complete and -len(thing.values) <= plain < len(thing.values):
            return thing.values[plain]
        if plain is None:
            return _each(list(thing.values), place, label)
    if isinstance(thing, (ParsedArguments, Class)) and isinstance(plain, str):
        return attribute(interpreter, thing, plain)
    names = (label,) if isinstance(plain, str) else ()
    if isinstance(thing, Unknown):
        return one(Unknown(label, thing.reason, names))
    said = f"`{thing.dotted}`" if isinstance(thing, External) else f"`{label}`"
    return one(Unknown(label, f"{said} is known only when the program runs", names))


def _each(values: list[PossibleValues], place: int, label: str) -> PossibleValues:
    if len(values) > MOST:
        return one(Unknown(label, TOO_MANY, (label,)))
    return bounded(
        (
            PossibleValue(option.value, option.condition | {(place, way)})
            for way, value in enumerate(values)
            for option in value
        ),
        label,
    )
