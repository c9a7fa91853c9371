"""Questions of a listing, one request after the other."""

from __future__ import annotations

from typing import TypeVar

from registry_doctor.browse.model import CannotAsk
from registry_doctor.queries.answers import Answers
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Question
from registry_doctor.transport import Transport

_T = TypeVar("_T")


class Asker:
    """Asks the server questions, and remembers only which fields an older server does not know."""

    def __init__(self, transport: Transport | str) -> None:
        self._transport = transport
        self._unknown: frozenset[str] = frozenset()
        self._answered = False

    def ask(self, question: Question[_T]) -> _T:
        """Ask one question and return its answer. Raises CannotAsk if none came."""
        return self.taken(self.ask_all(question), question)

    def ask_all(self, *questions: Question[object]) -> Answers:
        """Ask the questions in one request and return the answers."""
        answers = Answers(self._transport)
        answers.unknown_fields = self._unknown
        answers.fetch(questions)
        self._unknown = answers.unknown_fields
        return answers

    def taken(self, answers: Answers, question: Question[_T]) -> _T:
        """Return this question's answer. Raises CannotAsk if none came."""
        try:
            answer = answers.get(question)
        except Unavailable as problem:
            connection = answers.connection
            in_trouble = problem.unknown and connection is not None and connection.in_trouble
            raise CannotAsk(problem.reason, inconclusive=self._answered or in_trouble) from problem
        self._answered = True
        return answer

    def given(self, answers: Answers, question: Question[_T]) -> _T | None:
        """Return this question's answer, or `None` if none came."""
        try:
            return answers.get(question)
        except Unavailable:
            return None
