"""Values from outside the code: environment variables, command-line options, fields with defaults."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from registry_doctor.codebase.evaluation.choices import one
from registry_doctor.codebase.evaluation.limits import MOST_NAMES
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    ArgumentParser,
    Arguments,
    Constant,
    External,
    PossibleValue,
    PossibleValues,
    Scope,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart
from registry_doctor.support.wording import quoted_name


def supplied_text(interpreter: Interpreter, name: str) -> PossibleValues | None:
    """The value supplied for a name."""
    value = interpreter.supplied.get(name)
    return None if value is None else one(TextValue((LiteralPart(value),)))


def with_default(
    interpreter: Interpreter, name: str, default: PossibleValues | None, reason: str, *, absent: bool = True
) -> PossibleValues:
    """The value that comes from outside under a name: the supplied one, else the default, else unknown."""
    if (found := supplied_text(interpreter, name)) is not None:
        return found
    unset = Unknown(name, reason, (name,), absent)
    choices: list[PossibleValue] = []
    for choice in default or one(Constant(None)):
        if choice.value == Constant(None):
            choices.append(PossibleValue(unset, choice.condition))
        else:
            what = reason.removesuffix(_NO_DEFAULT) if reason.endswith(_NO_DEFAULT) else f"`{name}`"
            value = _empty_default(marked(choice.value, (name,)), what)
            choices.append(PossibleValue(value, choice.condition))
    return tuple(choices)


_NO_DEFAULT = " has no default"


def _empty_default(value: Value, what: str) -> Value:
    """An empty text usually means that nothing is set: it remembers what it is the default of."""
    if not isinstance(value, TextValue) or value.known != "":
        return value
    names = tuple(name for part in value.parts for name in part.names)
    span = next((part.span for part in value.parts if isinstance(part, LiteralPart)), None)
    return TextValue((LiteralPart("", span, names=names, default_of=what),))


def marked_all(choices: PossibleValues, names: Sequence[str]) -> PossibleValues:
    """Defaults, marked with the names under which other values can be supplied."""
    return (
        tuple(PossibleValue(marked(choice.value, names), choice.condition) for choice in choices)
        if names
        else choices
    )


def marked(value: Value, names: Sequence[str]) -> Value:
    """A default, marked with the names under which another value can be supplied."""
    if isinstance(value, Unknown):
        return replace(value, names=_names(value.names, names))
    if not isinstance(value, TextValue):
        return value
    return TextValue(
        tuple(
            replace(part, names=_names(part.names, names)) if isinstance(part, LiteralPart) else part
            for part in value.parts
        )
    )


def _names(first: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *more)))[:MOST_NAMES]


def environment_variable(
    interpreter: Interpreter, name: str, default: PossibleValues | None, *, required: bool = False
) -> PossibleValues:
    """`os.environ[name]`, `os.environ.get(name, default)`."""
    reason = f"the environment variable {quoted_name(name)} has no default"
    return with_default(interpreter, name, default, reason, absent=not required)


def add_option(interpreter: Interpreter, parser: ArgumentParser, arguments: Arguments) -> None:
    """`parser.add_argument("--registry", default=…)`."""
    flags = [text for value in arguments.positional if (text := plain_text(value)) is not None]
    named = plain_text(arguments.keywords.get("dest"))
    long = [flag for flag in flags if flag.startswith("--")]
    first = named or next(iter(long or flags), None)
    if first is None:
        return
    dest = first.lstrip("-").replace("-", "_") if named is None else first
    action = plain_text(arguments.keywords.get("action")) or ""
    if action in ("store_true", "store_false"):
        parser.defaults[dest] = one(Constant(action == "store_false"))
        return
    reason = f"the option {quoted_name(first)} has no default"
    required = (not first.startswith("-") and named is None) or _true(arguments.keywords.get("required"))
    default = arguments.keywords.get("default")
    parser.defaults[dest] = with_default(interpreter, dest, default, reason, absent=not required)


def click_parameters(
    interpreter: Interpreter, decorators: Sequence[ast.expr], scope: Scope
) -> dict[str, PossibleValues] | None:
    """The parameters that the decorators of click fill, with their defaults; `None` for other functions."""
    found: dict[str, PossibleValues] = {}
    command = False
    for decorator in decorators:
        name = decorator.func if isinstance(decorator, ast.Call) else decorator
        last = name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""
        command = command or last in ("command", "group")
        if not isinstance(decorator, ast.Call) or last not in ("option", "argument"):
            continue
        arguments = interpreter.arguments(decorator, scope)
        flags = [text for value in arguments.positional if (text := plain_text(value)) is not None]
        plain = [flag for flag in flags if not flag.startswith("-")]
        long = sorted(
            (flag for flag in flags if flag.startswith("-")), key=lambda flag: not flag.startswith("--")
        )
        first = next(iter(plain or long), None)
        if first is None:
            continue
        parameter = first.lstrip("-").replace("-", "_").lower()
        default = arguments.keywords.get("default")
        what = "argument" if last == "argument" else "option"
        reason = f"the {what} {quoted_name(first)} has no default"
        required = last == "argument" or _true(arguments.keywords.get("required"))
        value = with_default(interpreter, parameter, default, reason, absent=not required)
        variable = plain_text(arguments.keywords.get("envvar"))
        if variable is not None:
            value = supplied_text(interpreter, variable) or marked_all(value, (variable,))
        found[parameter] = value
    return found if found or command else None


def field_default(dotted: str, arguments: Arguments) -> PossibleValues | None:
    """The default in `dataclasses.field(default=…)`, pydantic's `Field(…)`, `typer.Option(…)`; `None` for other calls."""
    last = dotted.rpartition(".")[2]
    if last in ("field", "Field", "ib", "Option", "Argument", "Parameter"):
        default = arguments.get(None if last == "field" else 0, "default")
        if default is not None and not isinstance(default[0].value, (Unknown, External)):
            return default
        return one(Unknown(last, "the field has no default"))
    return None


def plain_text(choices: PossibleValues | None) -> str | None:
    """The text, if there is exactly one and it is known."""
    if choices is None or len(choices) != 1:
        return None
    value = choices[0].value
    return value.known if isinstance(value, TextValue) else None


def _true(choices: PossibleValues | None) -> bool:
    return choices is not None and len(choices) == 1 and choices[0].value == Constant(True)
