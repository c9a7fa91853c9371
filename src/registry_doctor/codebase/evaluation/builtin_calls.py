"""Calls of builtins and of the methods of texts, lists and dictionaries."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

from registry_doctor.codebase.evaluation.attributes import attribute, element
from registry_doctor.codebase.evaluation.choices import bounded, combine, one
from registry_doctor.codebase.evaluation.external_values import plain_text
from registry_doctor.codebase.evaluation.names import label_of
from registry_doctor.codebase.evaluation.orders import extreme, reordered
from registry_doctor.codebase.evaluation.own_texts import written
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.strings import (
    STRING_METHODS,
    as_text,
    converted,
    formatted,
    join,
    string_method,
)
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    Constant,
    DictValue,
    Instance,
    ListValue,
    ParsedArguments,
    PossibleValue,
    PossibleValues,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart

_DEEPER = re.compile(r"\{[^{}:!]*[.\[]")
"""A field of a template that takes an attribute or an element of its value."""


def of_text(
    interpreter: Interpreter, text: TextValue, name: str, arguments: Arguments, node: ast.Call
) -> PossibleValues | None:
    """`"…".name(…)`."""
    labels = [label_of(argument) for argument in node.args]
    if name == "format":
        return _format(interpreter, text, arguments, labels)
    if name == "format_map" and arguments.positional:
        table = arguments.positional[0][0].value
        keywords = {str(key): value for key, value in table.entries} if isinstance(table, DictValue) else {}
        return _format(interpreter, text, Arguments(keywords=keywords), labels)
    if name == "join" and arguments.positional:
        label = labels[0] if labels else "…"

        def join_items(values: Sequence[Value]) -> Value:
            items = values[0]
            return (join(text, items, label) if isinstance(items, ListValue) else None) or Unknown(
                label, f"`{label}` is computed when the program runs", _own(label)
            )

        return _each_choice(arguments.positional[0], join_items, label)
    if name in STRING_METHODS:

        def change(values: Sequence[Value]) -> Value:
            return string_method(text, name, values) or as_text(
                Unknown("…", f"a `.{name}()` of an unknown text"), "…"
            )

        return combine(list(arguments.positional), change, [*labels, *["…"] * len(arguments.positional)])
    return None


def _own(label: str) -> tuple[str, ...]:
    return (label,) if label.isidentifier() else ()


def _each_choice(
    choices: PossibleValues, make: Callable[[Sequence[Value]], Value], label: str
) -> PossibleValues:
    """Make a value of each list; a list whose elements have several values is first split into several lists."""
    joined_items: list[PossibleValue] = []
    for choice in choices:
        value = choice.value
        if isinstance(value, ListValue) and any(len(item) != 1 for item in value.values):
            branches = combine(list(value.values), _items_of(value.complete), [label] * len(value.values))
            joined_items += [
                PossibleValue(make([each.value]), each.condition | choice.condition) for each in branches
            ]
        else:
            joined_items.append(PossibleValue(make([value]), choice.condition))
    return bounded(joined_items, label)


def _items_of(complete: bool) -> Callable[[Sequence[Value]], Value]:
    return lambda values: ListValue(tuple(one(each) for each in values), complete)


def _format(
    interpreter: Interpreter, text: TextValue, arguments: Arguments, labels: Sequence[str]
) -> PossibleValues:
    if not any(_DEEPER.search(part.text) for part in text.parts):
        arguments = Arguments(
            tuple(written(interpreter, each, "…") for each in arguments.positional),
            {name: written(interpreter, each, name) for name, each in arguments.keywords.items()},
        )
    names = list(arguments.keywords)
    count = len(arguments.positional)

    def deeper(value: Value, rest: str) -> Value | None:
        if rest.startswith(".") and rest[1:].isidentifier():
            found = attribute(interpreter, value, rest[1:])
        elif rest.startswith("[") and rest.endswith("]"):
            found = element(interpreter, value, _key(rest[1:-1]), rest[1:-1], 0)
        else:
            return None
        return found[0].value if len(found) == 1 else None

    def fill(values: Sequence[Value]) -> Value:
        keywords = dict(zip(names, values[count:], strict=True))
        filled = formatted(text, values[:count], keywords, deeper, labels)
        return filled or Unknown(
            "format()",
            "the template of a `.format()` does not match its arguments, as far as the code shows them",
        )

    all_labels = [*labels[:count], *["…"] * (count - len(labels[:count])), *names]
    return combine([*arguments.positional, *arguments.keywords.values()], fill, all_labels)


def _key(text: str) -> Value:
    return Constant(int(text)) if text.isdecimal() and len(text) < 9 else TextValue((LiteralPart(text),))


def of_table(
    table: DictValue, name: str, arguments: Arguments, label: str, branch_point: int
) -> PossibleValues | None:
    """`{…}.name(…)`."""
    if name in ("get", "pop", "setdefault") and arguments.positional:
        keys = arguments.positional[0]
        default = arguments.get(1, "default")
        choices: list[PossibleValue] = []
        for key in keys:
            plain = key.value.known if isinstance(key.value, TextValue) else None
            if plain is not None and table.complete and table.get(plain) is None and default is not None:
                choices += [PossibleValue(each.value, each.condition | key.condition) for each in default]
            else:
                choices += [
                    PossibleValue(each.value, each.condition | key.condition)
                    for each in element_of(table, key.value, label, branch_point)
                ]
        return bounded(choices, label)
    if name == "values":
        return one(ListValue(tuple(value for _, value in table.entries), table.complete))
    if name == "keys":
        return one(ListValue(tuple(_keys(table)), table.complete))
    if name == "items":
        pairs = (
            one(ListValue((key, value))) for key, (_, value) in zip(_keys(table), table.entries, strict=True)
        )
        return one(ListValue(tuple(pairs), table.complete))
    return one(table) if name == "copy" else None


def element_of(table: DictValue, key: Value, label: str, branch_point: int) -> PossibleValues:
    """The values of a dictionary for a key."""
    plain = key.known if isinstance(key, TextValue) else key.value if isinstance(key, Constant) else None
    found = table.get(plain) if plain is not None else None
    if found is not None:
        return found
    if plain is None and table.entries:
        branches = enumerate(table.entries)
        return bounded(
            (
                PossibleValue(o.value, o.condition | {(branch_point, branch)})
                for branch, (_, value) in branches
                for o in value
            ),
            label,
        )
    return one(Unknown(label, f"`{label}` is not among the keys that the code shows"))


def _keys(table: DictValue) -> list[PossibleValues]:
    return [
        one(TextValue((LiteralPart(key),)) if isinstance(key, str) else Constant(key))
        for key, _ in table.entries
    ]


def of_items(items: ListValue, name: str) -> PossibleValues | None:
    """`[…].name(…)`."""
    return one(items) if name == "copy" else None


def builtin(
    interpreter: Interpreter, name: str, arguments: Arguments, node: ast.Call
) -> PossibleValues | None:
    """A call of a builtin function."""
    first = arguments.get(0)
    label = label_of(node.args[0]) if node.args else "…"
    if name == "dict":
        return _dict(arguments)
    if name == "getattr" and first is not None:
        wanted = plain_text(arguments.get(1))
        found = (
            [each for choice in first for each in attribute(interpreter, choice.value, wanted)]
            if wanted
            else []
        )
        return bounded(found, wanted or label) if found else None
    if first is None:
        return None
    if name == "str" and len(arguments.positional) == 1:
        return combine(
            [written(interpreter, first, label)], lambda values: as_text(values[0], label), [label]
        )
    if name == "format":
        spec = plain_text(arguments.get(1)) or ""
        return combine(
            [written(interpreter, first, label)],
            lambda values: converted(values[0], label, None, spec),
            [label],
        )
    value = first[0].value if len(first) == 1 else None
    if name == "vars" and isinstance(value, ParsedArguments):
        return one(DictValue(tuple(value.parser.defaults.items()), complete=False))
    if name == "vars" and isinstance(value, (Instance, DictValue)):
        return one(value)
    if name in ("max", "min"):
        return extreme(name, arguments, label, id(node))
    if name in ("list", "tuple", "set", "sorted", "reversed", "iter", "frozenset"):
        return _listed(name, value, arguments)
    if name == "filter" and len(arguments.positional) > 1:
        over = arguments.positional[1]
        return _listed(name, over[0].value, arguments) if len(over) == 1 else None
    if name == "next" and isinstance(value, ListValue) and value.values:
        return value.values[0]
    if name == "enumerate" and isinstance(value, ListValue):
        pairs = (one(ListValue((one(Constant(index)), item))) for index, item in enumerate(value.values))
        return one(ListValue(tuple(pairs), value.complete))
    if name == "zip":
        return _zip(arguments)
    return None


def _listed(name: str, value: Value | None, arguments: Arguments) -> PossibleValues | None:
    if isinstance(value, DictValue):
        value = ListValue(tuple(_keys(value)), value.complete)
    return reordered(name, value, arguments) if isinstance(value, ListValue) else None


def _dict(arguments: Arguments) -> PossibleValues:
    first = arguments.get(0)
    value = first[0].value if first is not None and len(first) == 1 else None
    entries = value.entries if isinstance(value, DictValue) else ()
    known = (first is None or (isinstance(value, DictValue) and value.complete)) and arguments.more is None
    return one(DictValue((*entries, *arguments.keywords.items()), known))


def _zip(arguments: Arguments) -> PossibleValues | None:
    columns = [argument[0].value for argument in arguments.positional if len(argument) == 1]
    lists = [value for value in columns if isinstance(value, ListValue)]
    if not lists or len(lists) < len(arguments.positional):
        return None
    rows = zip(*(value.values for value in lists), strict=False)
    return one(ListValue(tuple(one(ListValue(row)) for row in rows), all(value.complete for value in lists)))
