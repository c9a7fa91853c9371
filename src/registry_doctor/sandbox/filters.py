"""Mongo-style filters as the SDK sends them: JSON text -> a test of records (protocol 3)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeAlias

from registry_doctor.sandbox.errors import bad_request
from registry_doctor.sandbox.jsontypes import JsonValue

Record: TypeAlias = "Callable[[str], JsonValue]"
"""Gives the value of a field of whatever is being filtered; None if it has none."""

Test: TypeAlias = "Callable[[Record], bool]"
ValueTest: TypeAlias = "Callable[[JsonValue], bool]"


class Filter:
    """A compiled filter."""

    def __init__(self, expression: JsonValue) -> None:
        self._expression = expression
        self._test = _compile(expression)

    def matches(self, record: Record) -> bool:
        """True if the record passes."""
        return self._test(record)

    def fields(self) -> frozenset[str]:
        """The fields that it asks about."""
        return frozenset(_fields(self._expression))

    def converted(self, convert: Callable[[str, JsonValue], JsonValue]) -> Filter:
        """The filter with each operand as `convert` makes it, which gets the field too."""
        return Filter(_converted(self._expression, convert))

    def names(self) -> frozenset[str] | None:
        """The only names that can pass, if the filter says so: they are looked up, not searched for."""
        return _pinned_names(self._expression)


@lru_cache(maxsize=256)
def parse_filter(text: str | None) -> Filter:
    """Compile a filter argument; nothing, or an empty text, passes everything."""
    try:
        return Filter(json.loads(text) if text else None)
    except ValueError as error:
        raise bad_request(f"filters: not valid JSON: {error}") from error


def _compile(expression: JsonValue) -> Test:
    if expression is None:
        return _always
    if not isinstance(expression, dict):
        raise bad_request(f"filters: expected an object, got {json.dumps(expression)}")
    return _all([_compile_item(key, operand) for key, operand in expression.items()])


def _compile_item(key: str, operand: JsonValue) -> Test:
    if key == "$not":
        return _negated(_compile(operand))
    if key in ("$and", "$or", "$nor"):
        if not isinstance(operand, list):
            raise bad_request(f"filters: {key} needs a list")
        tests = [_compile(item) for item in operand]
        if key == "$and":
            return _all(tests)
        return _any(tests) if key == "$or" else _negated(_any(tests))
    if key.startswith("$"):
        raise bad_request(f"filters: unknown operator {key}")
    check = _compile_operand(operand)
    return lambda record: check(record(key))


def _compile_operand(operand: JsonValue) -> ValueTest:
    if not (isinstance(operand, dict) and operand and all(key.startswith("$") for key in operand)):
        return _equals(operand)
    checks = [_compile_operator(operator, value) for operator, value in operand.items()]
    return checks[0] if len(checks) == 1 else lambda value: all(check(value) for check in checks)


def _compile_operator(operator: str, operand: JsonValue) -> ValueTest:
    if operator == "$not":
        return _fails(_compile_operand(operand))
    if operator in _COMPARISONS:
        compare = _COMPARISONS[operator]
        return lambda value: any(
            _comparable(item, operand) and compare(item, operand) for item in _items(value)
        )
    build = _OPERATORS.get(operator)
    if build is None:
        raise bad_request(f"filters: unknown operator {operator}")
    return build(operand)


def _equals(operand: JsonValue) -> ValueTest:
    """A list passes if it is the operand or holds it, as in Mongo."""
    return lambda value: value == operand or (isinstance(value, list) and operand in value)


def _is_in(operand: JsonValue) -> ValueTest:
    if not isinstance(operand, list):
        raise bad_request("filters: $in and $nin need a list")
    return lambda value: any(item in operand for item in _items(value))


def _regex(operand: JsonValue) -> ValueTest:
    try:
        search = re.compile(str(operand)).search
    except re.error as error:
        raise bad_request(f"filters: $regex: {error}") from error
    return lambda value: any(isinstance(item, str) and bool(search(item)) for item in _items(value))


def _contains(operand: JsonValue) -> ValueTest:
    """Part of a text, or an element of a list."""
    return lambda value: (
        operand in value if isinstance(value, list) else isinstance(value, str) and str(operand) in value
    )


def _has_all(operand: JsonValue) -> ValueTest:
    wanted = operand if isinstance(operand, list) else [operand]
    return lambda value: all(item in _items(value) for item in wanted)


def _fails(test: ValueTest) -> ValueTest:
    return lambda value: not test(value)


_OPERATORS: dict[str, Callable[[JsonValue], ValueTest]] = {
    "$eq": _equals,
    "$ne": lambda operand: _fails(_equals(operand)),
    "$in": _is_in,
    "$nin": lambda operand: _fails(_is_in(operand)),
    "$regex": _regex,
    "$contains": _contains,
    "$exists": lambda operand: lambda value: (value is not None) is bool(operand),
    "$size": lambda operand: lambda value: isinstance(value, list) and len(value) == operand,
    "$all": _has_all,
}


def _greater(value: JsonValue, operand: JsonValue) -> bool:
    if isinstance(value, str) and isinstance(operand, str):
        return value > operand
    return isinstance(value, (int, float)) and isinstance(operand, (int, float)) and value > operand


_COMPARISONS: dict[str, Callable[[JsonValue, JsonValue], bool]] = {
    "$gt": _greater,
    "$gte": lambda value, operand: value == operand or _greater(value, operand),
    "$lt": lambda value, operand: _greater(operand, value),
    "$lte": lambda value, operand: value == operand or _greater(operand, value),
}


def _comparable(value: JsonValue, operand: JsonValue) -> bool:
    both_text = isinstance(value, str) and isinstance(operand, str)
    return both_text or (isinstance(value, (int, float)) and isinstance(operand, (int, float)))


def _items(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _always(_record: Record) -> bool:
    return True


def _negated(test: Test) -> Test:
    return lambda record: not test(record)


def _all(tests: list[Test]) -> Test:
    if not tests:
        return _always
    return tests[0] if len(tests) == 1 else lambda record: all(test(record) for test in tests)


def _any(tests: list[Test]) -> Test:
    return lambda record: any(test(record) for test in tests)


def _fields(expression: JsonValue) -> Iterator[str]:
    if isinstance(expression, list):
        for item in expression:
            yield from _fields(item)
    elif isinstance(expression, dict):
        for key, operand in expression.items():
            if key.startswith("$"):
                yield from _fields(operand)
            else:
                yield key


def _converted(expression: JsonValue, convert: Callable[[str, JsonValue], JsonValue]) -> JsonValue:
    if isinstance(expression, list):
        return [_converted(item, convert) for item in expression]
    if not isinstance(expression, dict):
        return expression
    return {
        key: _converted(operand, convert)
        if key.startswith("$")
        else _converted_operand(key, operand, convert)
        for key, operand in expression.items()
    }


def _converted_operand(
    field: str, operand: JsonValue, convert: Callable[[str, JsonValue], JsonValue]
) -> JsonValue:
    """Operators keep what they are given in lists and below ``$not``; a pattern is not a value."""
    if isinstance(operand, dict) and operand and all(key.startswith("$") for key in operand):
        return {
            key: value if key in ("$regex", "$exists", "$size") else _converted_operand(field, value, convert)
            for key, value in operand.items()
        }
    if isinstance(operand, list):
        return [convert(field, item) for item in operand]
    return convert(field, operand)


def _pinned_names(expression: JsonValue) -> frozenset[str] | None:
    """The names that a filter on ``name`` leaves possible, also inside $and and $or; None for "any"."""
    if not isinstance(expression, dict):
        return None
    found: frozenset[str] | None = None
    for key, operand in expression.items():
        names: frozenset[str] | None = None
        if key == "name":
            names = _names_of(operand)
        elif key == "$and" and isinstance(operand, list):
            pinned = [names for names in map(_pinned_names, operand) if names is not None]
            names = frozenset.intersection(*pinned) if pinned else None
        elif key == "$or" and isinstance(operand, list):
            options = [_pinned_names(item) for item in operand]
            known = [names for names in options if names is not None]
            names = frozenset().union(*known) if len(known) == len(options) else None
        if names is not None:
            found = names if found is None else found & names
    return found


def _names_of(operand: JsonValue) -> frozenset[str] | None:
    if isinstance(operand, str):
        return frozenset([operand])
    if isinstance(operand, dict) and isinstance(operand.get("$eq"), str):
        return frozenset([str(operand["$eq"])])
    options = operand.get("$in") if isinstance(operand, dict) else None
    if isinstance(options, list):
        return frozenset(item for item in options if isinstance(item, str))
    return None
