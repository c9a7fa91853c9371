"""Typed reading of a world document, with the place of every value for error messages."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from registry_doctor.sandbox.errors import WorldError
from registry_doctor.sandbox.jsontypes import JsonObject, JsonValue
from registry_doctor.sandbox.roles import ROLE_LABELS, Role

T = TypeVar("T")


def _kind(value: object) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "true/false", type(None): "nothing"}
    return names.get(type(value), f"{value!r}")


def is_json(value: object) -> bool:
    """True if the value can be written as JSON (YAML also knows dates, sets and keys that are not text)."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_json, value))
    return value is None or isinstance(value, (str, bool, int, float))


@dataclass(frozen=True)
class Fields:
    """One mapping of a world document; every reader below raises WorldError with its place."""

    values: Mapping[str, object]
    place: str

    @classmethod
    def of(cls, value: object, place: str, known: Iterable[str]) -> Fields:
        """Check that a value is a mapping and has only known fields."""
        if not isinstance(value, Mapping):
            raise WorldError(f"{place}: expected a mapping, got {_kind(value)}")
        known = tuple(known)
        for key in value:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known fields: {', '.join(known)}"
                raise WorldError(f"{place}: unknown field '{key}' ({hint})")
        return cls(value, place)

    def at(self, field: str) -> str:
        """The place of a field, for messages."""
        return f"{self.place}.{field}"

    def text(self, field: str) -> str:
        """A field that must be there and not be empty."""
        value = self.optional_text(field)
        if not value:
            raise WorldError(f"{self.at(field)}: is missing or empty")
        return value

    def optional_text(self, field: str) -> str | None:
        """Text, or None if the field is missing."""
        value = self.values.get(field)
        if value is not None and not isinstance(value, str):
            raise WorldError(f"{self.at(field)}: expected text, got {_kind(value)} (quote it)")
        return value

    def flag(self, field: str) -> bool | None:
        """True, false, or None if the field is missing."""
        value = self.values.get(field)
        if value is not None and not isinstance(value, bool):
            raise WorldError(f"{self.at(field)}: expected true or false, got {_kind(value)}")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts; empty if the field is missing."""
        items = self._list(field)
        for number, item in enumerate(items):
            if not isinstance(item, str):
                raise WorldError(f"{self.at(field)}[{number}]: expected text, got {_kind(item)} (quote it)")
        return tuple(item for item in items if isinstance(item, str))

    def records(self, field: str, known: Iterable[str], build: Callable[[Fields], T]) -> tuple[T, ...]:
        """A list of mappings, each turned into a value by ``build``."""
        known = tuple(known)
        return tuple(
            build(Fields.of(item, f"{self._prefix(field)}[{number}]", known))
            for number, item in enumerate(self._list(field))
        )

    def choice(self, field: str, choices: Iterable[str]) -> str | None:
        """One of the given words, or None if the field is missing."""
        value = self.optional_text(field)
        choices = tuple(choices)
        if value is not None and value not in choices:
            raise WorldError(f"{self.at(field)}: '{value}' is not one of {', '.join(choices)}")
        return value

    def role(self, field: str) -> Role | None:
        """A role, or None if the field is missing."""
        value = self.choice(field, ROLE_LABELS)
        return None if value is None else Role.from_label(value)

    def roles(self, field: str) -> dict[str, Role]:
        """A mapping from names to roles; empty if the field is missing."""
        value = self.values.get(field)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise WorldError(f"{self.at(field)}: expected a mapping from names to roles, got {_kind(value)}")
        roles: dict[str, Role] = {}
        for name, label in value.items():
            role = Role.from_label(label) if isinstance(label, str) else None
            if not isinstance(name, str):
                raise WorldError(f"{self.at(field)}: the name {name!r} is not text (quote it)")
            if role is None:
                raise WorldError(f"{self.at(field)}.{name}: '{label}' is not one of {', '.join(ROLE_LABELS)}")
            roles[name] = role
        return roles

    def text_map(self, field: str) -> dict[str, str]:
        """A mapping from names to texts; empty if the field is missing."""
        value = self.values.get(field)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise WorldError(f"{self.at(field)}: expected a mapping from names to text, got {_kind(value)}")
        for name, text in value.items():
            if not isinstance(name, str) or not isinstance(text, str):
                raise WorldError(
                    f"{self.at(field)}: {name!r} must be a name with text, got {_kind(text)} (quote it)"
                )
        return dict(value)

    def json_object(self, field: str) -> JsonObject:
        """A mapping of anything that JSON can hold; empty if the field is missing."""
        value = self.values.get(field)
        if value is None:
            return {}
        try:
            fits = isinstance(value, dict) and is_json(value)
        except RecursionError:  # an alias of YAML that holds itself
            fits = False
        if not isinstance(value, dict) or not fits:
            raise WorldError(f"{self.at(field)}: expected a mapping that JSON can hold")
        content: dict[str, JsonValue] = value
        return content

    def _prefix(self, field: str) -> str:
        return self.at(field) if self.place != "world" else field

    def _list(self, field: str) -> list[object]:
        value = self.values.get(field)
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            raise WorldError(f"{self._prefix(field)}: expected a list, got {_kind(value)}")
        return list(value)
