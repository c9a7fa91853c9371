"""The facts of one diagnosis. They are collected level by level and read lazily; a check reads only what it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

from registry_doctor.domain.subjects import Subject
from registry_doctor.queries.answers import Answers
from registry_doctor.queries.availability import Pending, Unavailable
from registry_doctor.queries.question import Question
from registry_doctor.support.records import record
from registry_doctor.support.wording import exception_in_words

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


def nothing(_: Facts) -> Iterable[Question[object]]:
    """No questions: the fact is derived from other facts."""
    return ()


@record(frozen=True, eq=False)
class Fact(Generic[_T_co]):
    """A typed key: `facts[FACT]` is a `_T`.

    `derive` makes the value out of other facts and of answers; it raises Unavailable. `asks` names
    the questions it needs; both read no facts but those in `after`.
    """

    name: str
    derive: Callable[[Facts], _T_co]
    asks: Callable[[Facts], Iterable[Question[object]]] = nothing
    after: tuple[Fact[object], ...] = ()
    about: frozenset[Subject] = frozenset()
    """The subjects of this fact: it has no meaning while one of them is unknown."""
    guesses: Callable[[Facts], Iterable[Question[object]]] = nothing
    """Questions that will probably come later, and may go out beside the very first ones. Reads no answers."""

    def __repr__(self) -> str:
        return f"Fact({self.name})"


AnyFact: TypeAlias = "Fact[object]"


class UndeclaredFact(LookupError):
    """A check read a fact that it did not declare."""


class Facts:
    """Values of facts, derived when first read. The answers behind them may be shared by many."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self._values: dict[AnyFact, object] = {}
        self._reasons: dict[AnyFact, Unavailable] = {}
        self._collecting = False

    def set(self, fact: Fact[_T], value: _T) -> None:
        """Set the value of a fact from outside."""
        self._values[fact] = value

    def mark_unavailable(self, fact: AnyFact, reason: Unavailable) -> None:
        """Set from outside the reason why a fact is not available."""
        self._reasons[fact] = reason

    def __getitem__(self, fact: Fact[_T]) -> _T:
        """The value. Raises Unavailable, or Pending while the server has not been asked."""
        if fact in self._reasons:
            raise self._reasons[fact].without_traceback()
        if fact not in self._values:
            try:
                self._values[fact] = fact.derive(self)
            except Unavailable as reason:
                self._reasons[fact] = reason.without_traceback()
                raise
        value: _T = self._values[fact]  # type: ignore[assignment]  # put and derive are typed by the key
        return value

    def get(self, fact: Fact[_T]) -> _T | None:
        """The value, or `None` where it is not available."""
        if fact in self._reasons:
            return None
        try:
            return self[fact]
        except Unavailable:
            return None

    def why_missing(self, fact: AnyFact) -> Unavailable | None:
        """Why a fact is not available; `None` if it is."""
        self.get(fact)
        return self._reasons.get(fact)

    def answer(self, question: Question[_T]) -> _T:
        """The server's answer. Raises Unavailable; while facts are being collected Pending, if it has not been asked."""
        if not self._collecting and not self.answers.asked(question):
            raise Unavailable("the server was not asked")
        return self.answers.get(question)

    def collect(self, wanted: Iterable[AnyFact]) -> None:
        """Ask the server what these facts need: everything that can be asked at once in one request."""
        collect_together(self.answers, [(self, wanted)])

    def open_questions(self, facts: Iterable[AnyFact]) -> list[Question[object]]:
        """The questions that can be asked now and have not been asked."""
        self._collecting = True
        try:
            return list(self._open_questions(facts))
        finally:
            self._collecting = False

    def guessed_questions(self, facts: Iterable[AnyFact]) -> list[Question[object]]:
        """The questions that may go out beside the first ones, before anything is known."""
        guessed: list[Question[object]] = []
        for fact in facts:
            with suppress(Unavailable):
                guessed += fact.guesses(self)
        return guessed

    def _open_questions(self, facts: Iterable[AnyFact]) -> Iterable[Question[object]]:
        for fact in facts:
            if fact in self._values or fact in self._reasons:
                continue
            try:
                asked = list(fact.asks(self))
            except (Pending, Unavailable):
                continue
            except Exception as problem:
                words = f"{fact.name} could not be collected: {exception_in_words(problem)}"
                self._reasons[fact] = Unavailable(words, unknown=True)
                continue
            yield from (one for one in asked if not self.answers.asked(one))


def collect_together(answers: Answers, wanted: Iterable[tuple[Facts, Iterable[AnyFact]]]) -> None:
    """Ask what these facts of several diagnoses need, level by level, all of a level together.

    All of them have to stand on these `answers`.
    """
    waiting = [(facts, _that_ask(tuple(which))) for facts, which in wanted]
    while waiting:
        questions: dict[Question[object], None] = {}
        guesses: dict[Question[object], None] = {}
        unsettled = []
        for facts, which in waiting:
            if found := facts.open_questions(which):
                questions.update(dict.fromkeys(found))
                unsettled.append((facts, which))
                if answers.connection is None and not answers.for_many:
                    guesses.update(dict.fromkeys(facts.guessed_questions(which)))
        answers.fetch(questions, guesses)
        waiting = unsettled


class DeclaredFacts:
    """What a check may read: the facts that it declared, and nothing else."""

    def __init__(self, facts: Facts, needs: Iterable[AnyFact], wants: Iterable[AnyFact]) -> None:
        self._facts = facts
        self._needs = frozenset(needs)
        self._wants = frozenset(wants)
        self.read: set[AnyFact] = set()
        """The facts that were read; a test compares them with the declared ones."""

    def __getitem__(self, fact: Fact[_T]) -> _T:
        """The value of a needed fact; the runner has made sure that it is available."""
        if fact not in self._needs:
            raise UndeclaredFact(f"{fact.name} is read but not declared in needs=")
        self.read.add(fact)
        return self._facts[fact]

    def get(self, fact: Fact[_T]) -> _T | None:
        """The value of a wanted fact, or `None` where it is not available."""
        if fact not in self._wants:
            raise UndeclaredFact(f"{fact.name} is read but not declared in wants=")
        self.read.add(fact)
        return self._facts.get(fact)

    def why_missing(self, fact: Fact[_T]) -> Unavailable | None:
        """Why a wanted fact is not available; `None` if it is."""
        self.get(fact)
        return self._facts.why_missing(fact)


@lru_cache(maxsize=64)
def _that_ask(wanted: tuple[AnyFact, ...]) -> tuple[AnyFact, ...]:
    """Those of these facts, and of the facts behind them, that ask the server; sources come first."""
    seen: dict[AnyFact, None] = {}

    def visit(fact: AnyFact) -> None:
        if fact not in seen:
            for source in fact.after:
                visit(source)
            seen[fact] = None

    for fact in wanted:
        visit(fact)
    return tuple(fact for fact in seen if fact.asks is not nothing)
