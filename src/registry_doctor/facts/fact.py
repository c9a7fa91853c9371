"""Facts: typed, lazy, each with its reason when it is not available."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from registry_doctor.check import Name
from registry_doctor.records import dataclass

if TYPE_CHECKING:
    from registry_doctor.facts.declared import Facts
    from registry_doctor.queries import Question

T_co = TypeVar("T_co", covariant=True)


def nothing(_: Facts) -> Iterable[Question[object]]:
    """What a fact asks that is made of other facts alone."""
    return ()


@dataclass(frozen=True, eq=False)
class Fact(Generic[T_co]):
    """A typed key: `facts[FACT]` is a `T`.

    `derive` makes the value out of other facts and of answers; it raises Unavailable. `asks` names
    the questions it needs; both read no facts but those in `after`.
    """

    name: str
    derive: Callable[[Facts], T_co]
    asks: Callable[[Facts], Iterable[Question[object]]] = nothing
    after: tuple[Fact[object], ...] = ()
    about: frozenset[Name] = frozenset()
    """The names this fact speaks of: it says nothing while one of them is unknown."""

    def __repr__(self) -> str:
        return f"Fact({self.name})"


AnyFact: TypeAlias = "Fact[object]"
