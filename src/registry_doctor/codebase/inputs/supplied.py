"""Values supplied from outside by name (`--set NAME=VALUE`), and which of the names nothing asks for."""

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
    """Values by name, which note the names that the reading of a source asks for, those without a value, too."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """`values` are what was supplied."""
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
        """The supplied names that nothing asked for, each with the nearest that something did.

        `in_calls` are names under which the calls that were found take values; they come before equally near ones.
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
    """A name under which a value was supplied that no call takes: most likely it is misspelt."""

    name: str
    near: str | None
    """The nearest name under which something is taken from outside."""

    def __str__(self) -> str:
        meant = f"; did you mean {quoted_name(self.near)}?" if self.near is not None else ""
        return f"the supplied name {quoted_name(self.name)} is not used: no call takes a value of that name{meant}"
