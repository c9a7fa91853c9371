"""Calls of builtins and of the methods of texts, lists and dictionaries."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from registry_doctor.codebase.evaluation.attributes import attribute, element
from registry_doctor.codebase.evaluation.choices import bounded, combine, one
from registry_doctor.codebase.evaluation.external_values import plain_text
from registry_doctor.codebase.evaluation.names import label_of
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.strings import METHODS, converted, formatted, join, text_of
from registry_doctor.codebase.evaluation.strings import method as text_method
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    Constant,
    DictValue,
    ListValue,
    ParsedArguments,
    PossibleValue,
    PossibleValues,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart


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

        def put_together(things: Sequence[Value]) -> Value:
            items = things[0]
            return (join(text, items, label) if isinstance(items, ListValue) else None) or Unknown(
                label, f"`{label}` is put together when the program runs", _own(label)
            )

        return _each_way(arguments.positional[0], put_together, label)
    if name in METHODS:

        def change(things: Sequence[Value]) -> Value:
            return text_method(text, name, things) or text_of(
                Unknown("…", f"a `.{name}()` of an unknown text"), "…"
            )

        return combine(list(arguments.positional), change, [*labels, *["…"] * len(arguments.positional)])
    return None


def _own(label: str) -> tuple[str, ...]:
    return (label,) if label.isidentifier() else ()


def _each_way(
    possible: PossibleValues, make: Callable[[Sequence[Value]], Value], label: str
) -> PossibleValues:
    """Items whose elements can be several things are taken apart first, so that each way is joined by itself."""
    options: list[PossibleValue] = []
    for option in possible:
        thing = option.value
        if isinstance(thing, ListValue) and any(len(value) != 1 for value in thing.values):
            ways = combine(list(thing.values), _items_of(thing.complete), [label] * len(thing.values))
            options += [PossibleValue(make([each.value]), each.condition | option.condition) for each in ways]
        else:
            options.append(PossibleValue(make([thing]), option.condition))
    return bounded(options, label)


def _items_of(complete: bool) -> Callable[[Sequence[Value]], Value]:
    return lambda things: ListValue(tuple(one(each) for each in things), complete)


def _format(
    interpreter: Interpreter, text: TextValue, arguments: Arguments, labels: Sequence[str]
) -> PossibleValues:
    names = list(arguments.keywords)
    count = len(arguments.positional)

    def deeper(thing: Value, rest: str) -> Value | None:
        if rest.startswith(".") and rest[1:].isidentifier():
            found = attribute(interpreter, thing, rest[1:])
        elif rest.startswith("[") and rest.endswith("]"):
            found = element(interpreter, thing, _key(rest[1:-1]), rest[1:-1], 0)
        else:
            return None
        return found[0].value if len(found) == 1 else None

    def fill(things: Sequence[Value]) -> Value:
        keywords = dict(zip(names, things[count:], strict=True))
        filled = formatted(text, things[:count], keywords, deeper, labels)
        return filled or Unknown(
            "format()", "the template of a `.format()` does not fit what the code tells of its arguments"
        )

    all_labels = [*labels[:count], *["…"] * (count - len(labels[:count])), *names]
    return combine([*arguments.positional, *arguments.keywords.values()], fill, all_labels)


def _key(text: str) -> Value:
    return Constant(int(text)) if text.isdecimal() and len(text) < 9 else TextValue((LiteralPart(text),))


def of_table(
    table: DictValue, name: str, arguments: Arguments, label: str, place: int
) -> PossibleValues | None:
    """`{…}.name(…)`."""
    if name in ("get", "pop", "setdefault") and arguments.positional:
        keys = arguments.positional[0]
        default = arguments.get(1, "default")
        options: list[PossibleValue] = []
        for key in keys:
            plain = key.value.known if isinstance(key.value, TextValue) else None
            if plain is not None and table.complete and table.get(plain) is None and default is not None:
                options += [PossibleValue(each.value, each.condition | key.condition) for each in default]
            else:
                options += [
                    PossibleValue(each.value, each.condition | key.condition)
                    for each in element_of(table, key.value, label, place)
                ]
        return bounded(options, label)
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


def element_of(table: DictValue, key: Value, label: str, place: int) -> PossibleValues:
    """What a dictionary holds for a key."""
    plain = key.known if isinstance(key, TextValue) else key.value if isinstance(key, Constant) else None
    found = table.get(plain) if plain is not None else None
    if found is not None:
        return found
    if plain is None and table.entries:
        ways = enumerate(table.entries)
        return bounded(
            (PossibleValue(o.value, o.condition | {(place, way)}) for way, (_, value) in ways for o in value),
            label,
        )
    return one(Unknown(label, f"`{label}` is not among the keys that the code tells"))


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
            [each for option in first for each in attribute(interpreter, option.value, wanted)]
            if wanted
            else []
        )
        return bounded(found, wanted or label) if found else None
    if first is None:
        return None
    if name == "str" and len(arguments.positional) == 1:
        return combine([first], lambda things: text_of(things[0], label), [label])
    if name == "format":
        spec = plain_text(arguments.get(1)) or ""
        return combine([first], lambda things: converted(things[0], label, None, spec), [label])
    thing = first[0].value if len(first) == 1 else None
    if name == "vars" and isinstance(thing, ParsedArguments):
        return one(DictValue(tuple(thing.options.defaults.items()), complete=False))
    if name in ("list", "tuple", "set", "sorted", "reversed", "iter", "frozenset"):
        return _listed(thing)
    if name == "next" and isinstance(thing, ListValue) and thing.values:
        return thing.values[0]
    if name == "enumerate" and isinstance(thing, ListValue):
        pairs = (one(ListValue((one(Constant(index)), value))) for index, value in enumerate(thing.values))
        return one(ListValue(tuple(pairs), thing.complete))
    if name == "zip":
        return _zip(arguments)
    return None


def _listed(thing: Value | None) -> PossibleValues | None:
    if isinstance(thing, DictValue):
        return one(ListValue(tuple(_keys(thing)), thing.complete))
    return one(thing) if isinstance(thing, ListValue) else None


def _dict(arguments: Arguments) -> PossibleValues:
    first = arguments.get(0)
    thing = first[0].value if first is not None and len(first) == 1 else None
    entries = thing.entries if isinstance(thing, DictValue) else ()
    known = (first is None or (isinstance(thing, DictValue) and thing.complete)) and arguments.more is None
    return one(DictValue((*entries, *arguments.keywords.items()), known))


def _zip(arguments: Arguments) -> PossibleValues | None:
    columns = [value[0].value for value in arguments.positional if len(value) == 1]
    lists = [thing for thing in columns if isinstance(thing, ListValue)]
    if not lists or len(lists) < len(arguments.positional):
        return None
    rows = zip(*(thing.values for thing in lists), strict=False)
    return one(ListValue(tuple(one(ListValue(row)) for row in rows), all(thing.complete for thing in lists)))
