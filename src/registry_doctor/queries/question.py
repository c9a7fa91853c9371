"""GraphQL text, composed per level from what the facts need.

A `Question` is one thing to ask the server, answered under an alias of its own, so an error
under one alias affects only that question. Only fields of the evidence schema may stand here: the real
server refuses a whole document for one field that it does not know.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from registry_doctor.queries.field_types import ROOT_TYPE, type_of
from registry_doctor.support.records import record
from registry_doctor.transport import GraphQLError, JsonValue

_T_co = TypeVar("_T_co", covariant=True)

PAGE_SIZE = 100
"""The largest number of rows in one request for a list. Reports say if further names were not searched."""


@record(frozen=True)
class Arg:
    """An argument: a variable of this GraphQL type, or a literal number or truth value if `type` is `None`."""

    name: str
    value: str | int | bool
    type: str | None = None


@record(frozen=True)
class Field:
    """A field of a selection, with what is selected of it."""

    name: str
    fields: tuple[Field, ...] = ()
    args: tuple[Arg, ...] = ()

    def without(self, unknown: frozenset[str], parent: str = ROOT_TYPE) -> Field | None:
        """The same selection without these fields, `Type.field`, and arguments, `Type.field(argument)`.

        `parent` is the type that the field is of. `None` if nothing is left. A name without a type is left out of all types.
        """
        place = f"{parent}.{self.name}"
        if place in unknown or self.name in unknown:
            return None
        below = type_of(parent, self.name)
        kept = tuple(found for one in self.fields if (found := one.without(unknown, below)))
        if self.fields and not kept:
            return None
        known = (arg for arg in self.args if unknown.isdisjoint({f"{place}({arg.name})", arg.name}))
        return replace(self, fields=kept, args=tuple(known))


def select(*fields: str | Field) -> tuple[Field, ...]:
    """A selection out of plain names and fields."""
    return tuple(Field(one) if isinstance(one, str) else one for one in fields)


def nodes_of(
    connection: str, *fields: str | Field, args: Sequence[Arg] = (), page_info: bool = False
) -> Field:
    """`connection{edges{node{…}}}`, with `pageInfo` if asked for."""
    inner = Field("edges", (Field("node", select(*fields)),))
    page = (Field("pageInfo", select("hasNextPage", "endCursor")),) if page_info else ()
    return Field(connection, (*page, inner), tuple(args))


class Question(ABC, Generic[_T_co]):
    """One thing to ask, about something with these names; equal questions are asked once.

    A class of its own rather than a dataclass: there is a kind for each thing to ask, and making a
    dataclass of each costs a cold start more than all answers take.
    """

    asked: tuple[tuple[str, ...], ...] = ((),)
    """The fields below the root field that lead to what is asked: an error at or above one of them refuses that value."""
    spare: frozenset[str] = frozenset()
    """Fields, `Type.field`, without which the answer still says what was asked."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._hash = hash((type(self), names))

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it is about; with the kind of question they say which question it is."""
        return self._names

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Question) and self._names == other._names

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._names}"

    @abstractmethod
    def selection(self) -> Field:
        """The root field that answers it."""

    @abstractmethod
    def parse(self, value: JsonValue, errors: Sequence[GraphQLError]) -> _T_co:
        """The answer out of the value under its alias and the errors below it.

        Those errors are refusals: what is not there, or not for this person, is an answer, too. Or they are about spare
        fields, which are then null or missing. Raises Unavailable for a value that does not say what was asked.
        """

    def is_about(self, fields: tuple[str, ...]) -> bool:
        """Whether an error at these fields below the root field is about the very thing that is asked."""
        return any(fields == path[: len(fields)] for path in self.asked)

    def spare_field(self, fields: tuple[str, ...]) -> str | None:
        """The spare field that an error at these fields is below; `None` if there is none."""
        return next((name for name in self.spare if name.partition(".")[2] in fields), None)

    def next_page(self, answer: object) -> Question[object] | None:
        """The question for what comes after this answer, where a list goes on before it has shown enough."""
        return None

    def joined(self, answer: object, page: object) -> object:
        """This answer with that of `next_page` behind it."""
        raise NotImplementedError


@record(frozen=True)
class Document:
    """One request: the text, its variables, and the question behind each alias."""

    text: str
    variables: Mapping[str, JsonValue]
    questions: Mapping[str, Question[object]]


def compose(questions: Iterable[Question[object]], unknown: frozenset[str] = frozenset()) -> Document:
    """One query document for all questions, without the fields and arguments that a server refused.

    Every question has variables of its own: the text only says which kinds of things are asked, so a server that
    caches parsed queries can reuse it.
    """
    variables: list[tuple[JsonValue, str]] = []
    lines: list[str] = []
    aliases: dict[str, Question[object]] = {}

    def render(one: Field) -> str:
        args = []
        for arg in one.args:
            if arg.type is None:
                args.append(f"{arg.name}: {str(arg.value).lower()}")
                continue
            args.append(f"{arg.name}: $v{len(variables)}")
            variables.append((arg.value, arg.type))
        call = f"({', '.join(args)})" if args else ""
        inner = f" {{ {' '.join(render(each) for each in one.fields)} }}" if one.fields else ""
        return f"{one.name}{call}{inner}"

    for number, question in enumerate(questions):
        whole = question.selection()
        selection = whole.without(unknown) if unknown else whole
        if selection is None:
            continue
        alias = f"q{number}"
        aliases[alias] = question
        lines.append(f"  {alias}: {render(selection)}")
    declared = ", ".join(f"$v{number}: {kind}" for number, (_, kind) in enumerate(variables))
    head = f"query RegistryDoctor({declared})" if declared else "query RegistryDoctor"
    values = {f"v{number}": value for number, (value, _) in enumerate(variables)}
    return Document("\n".join([head + " {", *lines, "}"]), values, aliases)


_UNKNOWN_FIELD = re.compile(
    r"""Cannot query field ["'](?P<field>\w+)["'](?: on type ["'](?P<type>\w+)["'])?"""
)
_UNKNOWN_ARGUMENT = re.compile(
    r"""Unknown argument ["'](?P<argument>\w+)["']"""
    r"""(?: on field ["'](?:(?P<parent>\w+)\.)?(?P<field>\w+)["'](?: of type ["'](?P<type>\w+)["'])?)?"""
)


def fields_refused(errors: Iterable[GraphQLError]) -> frozenset[str]:
    """What an older server says it does not know: `Type.field`, `Type.field(argument)`; only a name if it gives no type."""
    return frozenset(name for error in errors for name in _names_refused(error.message))


def _names_refused(message: str) -> Iterator[str]:
    for found in _UNKNOWN_FIELD.finditer(message):
        yield f"{found['type']}.{found['field']}" if found["type"] else found["field"]
    for found in _UNKNOWN_ARGUMENT.finditer(message):
        parent, argument = found["type"] or found["parent"], found["argument"]
        yield f"{parent}.{found['field']}({argument})" if parent else argument


def dig(value: JsonValue, *keys: str) -> JsonValue:
    """The value below these keys, or `None` where anything on the way is missing or of another shape."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text(value: JsonValue, *keys: str) -> str | None:
    """The string below these keys, if there is one."""
    found = dig(value, *keys)
    return found if isinstance(found, str) else None


def flag(value: JsonValue, *keys: str) -> bool | None:
    """The truth value below these keys, if there is one."""
    found = dig(value, *keys)
    return found if isinstance(found, bool) else None


def number(value: JsonValue, *keys: str) -> int | None:
    """The whole number below these keys, if there is one."""
    found = dig(value, *keys)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def nodes(value: JsonValue, *keys: str) -> list[JsonValue]:
    """The nodes of the connection below these keys; empty where there is none."""
    edges = dig(value, *keys, "edges")
    if not isinstance(edges, list):
        return []
    return [node for edge in edges if (node := dig(edge, "node")) is not None]


def items(value: JsonValue, *keys: str) -> list[JsonValue]:
    """The entries of the list below these keys, without nulls."""
    found = dig(value, *keys)
    return [each for each in found if each is not None] if isinstance(found, list) else []
