"""Answers of another shape that change nothing of what a call does: quirks of a server, and resolvers that fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from registry_doctor.sandbox import Sandbox
from registry_doctor.transport import JsonValue

QUIRKS = ("teams_without_personal_entity", "empty_first_page", "entity_stub")
"""Quirks that change nothing of what any call does (docs/sandbox.md)."""

ROOTS = ("viewer", "entity", "project", "organization", "serverInfo")
WORDS = (
    "An internal error occurred. Please contact support.",
    "driver: bad connection",
    "Error 1213: Deadlock found when trying to get lock; try restarting transaction",
    "graphql: panic occurred: runtime error: invalid memory address or nil pointer dereference",
    "context deadline exceeded",
)
BELOW: Mapping[str, tuple[str, ...]] = {
    "viewer": ("organizations", "teams"),
    "project": ("artifactTypes", "artifactCollection"),
    "entity": ("organization", "user"),
    "organization": ("orgEntity",),
}


@dataclass(frozen=True)
class AnswerShape:
    """Quirks that are on, and the resolver that fails, once or always."""

    quirks: tuple[str, ...] = ()
    root: str | None = None
    below: tuple[str, ...] = ()
    words: str = ""
    always: bool = False

    def __str__(self) -> str:
        failing = f"{'.'.join([self.root, *self.below])} fails" if self.root else ""
        times = " always" if self.always else " once"
        return " and ".join([*self.quirks, *([failing + times] if failing else [])])

    @property
    def faults(self) -> list[Mapping[str, JsonValue]]:
        """For the sandbox."""
        if self.root is None:
            return []
        return [
            {
                "fields": [self.root],
                "below": list(self.below),
                "status": 500,
                "message": self.words,
                "times": None if self.always else 1,
            }
        ]

    def put_on(self, sandbox: Sandbox) -> None:
        """From now on the sandbox answers like this."""
        sandbox.set_quirks(self.quirks)
        sandbox.set_faults(self.faults)


PLAIN = AnswerShape()


def failing_resolvers() -> Iterator[AnswerShape]:
    """Each root field, and what is below it, that fails once."""
    for number, root in enumerate(ROOTS):
        for below in ((), *((name,) for name in BELOW.get(root, ()))):
            yield AnswerShape(root=root, below=below, words=WORDS[number % len(WORDS)])


def drawn_shape(chance: Random) -> AnswerShape:
    """Some of the quirks, a failing resolver, or both."""
    quirks = tuple(quirk for quirk in QUIRKS if chance.random() < 0.5)
    if quirks and chance.random() < 0.5:
        return AnswerShape(quirks)
    failing = chance.choice(list(failing_resolvers()))
    return replace(failing, quirks=quirks, always=chance.random() < 0.5)
