"""Read JSON that may contain anything: each value is read by its key and its type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from registry_doctor.bundle.model import MalformedBundle
from registry_doctor.transport import JsonValue

Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True)
class Table:
    """An object of the file. Each method raises MalformedBundle, which names the key."""

    entries: dict[str, JsonValue]
    place: str = ""

    @classmethod
    def of(cls, value: JsonValue, place: str) -> Table:
        """`value` as a table; `place` names it in messages."""
        if not isinstance(value, dict):
            raise MalformedBundle(f"{place or 'the bundle'} must be an object")
        return cls(value, place)

    def wrong(self, key: str, what: str) -> MalformedBundle:
        """The error for the value of this key."""
        return MalformedBundle(f"{self._named(key)} {what}")

    def value(self, key: str) -> JsonValue:
        """Any value."""
        if key not in self.entries:
            raise self.wrong(key, "is missing")
        return self.entries[key]

    def text(self, key: str) -> str:
        """A string."""
        value = self.value(key)
        if not isinstance(value, str):
            raise self.wrong(key, "must be a string")
        return value

    def text_or_none(self, key: str) -> str | None:
        """A string or null."""
        return None if self.value(key) is None else self.text(key)

    def flag(self, key: str) -> bool:
        """A boolean."""
        value = self.value(key)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def number(self, key: str) -> float:
        """A finite number, 0 or greater."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e9:
            raise self.wrong(key, "must be a number, 0 or greater")
        return float(value)

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        """One of these words."""
        found = self.text(key)
        for each in choices:
            if each == found:
                return each
        raise self.wrong(key, f"must be one of {', '.join(choices)}")

    def choice_or_none(self, key: str, choices: tuple[Choice, ...]) -> Choice | None:
        """One of these words, or null."""
        return None if self.value(key) is None else self.choice(key, choices)

    def entries_of(self, key: str) -> list[JsonValue]:
        """A list of anything."""
        value = self.value(key)
        if not isinstance(value, list):
            raise self.wrong(key, "must be a list")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        found = self.entries_of(key)
        texts = tuple(each for each in found if isinstance(each, str))
        if len(texts) < len(found):
            raise self.wrong(key, "must only contain strings")
        return texts

    def texts_by_key(self, key: str) -> dict[str, str]:
        """An object whose values are strings."""
        table = self.table(key)
        return {name: table.text(name) for name in table.entries}

    def table(self, key: str) -> Table:
        """An object."""
        return Table.of(self.value(key), self._named(key))

    def table_or_none(self, key: str) -> Table | None:
        """An object or null."""
        return None if self.value(key) is None else self.table(key)

    def tables(self, key: str) -> Iterator[Table]:
        """A list of objects."""
        for number, value in enumerate(self.entries_of(key)):
            yield Table.of(value, f"{self._named(key)}[{number}]")

    def _named(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key
