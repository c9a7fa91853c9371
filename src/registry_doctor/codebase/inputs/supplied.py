"""Values supplied by name (`--set NAME=VALUE`), and the names that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import final

from registry_doctor.domain.near_names import near_names
from registry_doctor.support.wording import quoted_name

_CAN_BE_SUPPLIED = re.compile(r"[\w.\-]+")


@final
class Supplied(Mapping[str, str]):
    """Values by name; records every name that is looked up, also names without a value."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """`values` are the supplied values."""
        self._values = values
        self._asked: dict[str, None] = {}

    def __getitem__(self, name: str) -> str:
        self._asked[name] = None
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def unused(self, in_calls: Iterable[str]) -> list[UnusedName]:
        """The supplied names that were never looked up, each with the nearest name that was.

        `in_calls` are the names under which the found calls take values; they come before equally near names.
        """
        names = [name for name in (*in_calls, *self._asked) if _CAN_BE_SUPPLIED.fullmatch(name)]
        found = []
        for name in self._values:
            if name not in self._asked:
                near = near_names(name, names, limit=1)
                found.append(UnusedName(name, near[0].name if near else None))
        return found


@dataclass(frozen=True)
class UnusedName:
    """A supplied name that no call uses; it is probably misspelt."""

    name: str
    near: str | None
    """The nearest name under which a value is taken from outside."""

    def __str__(self) -> str:
        meant = f"; did you mean {quoted_name(self.near)}?" if self.near is not None else ""
        return f"the supplied name {quoted_name(self.name)} is not used: no call takes a value of that name{meant}"
