"""Questions and their answers: each question is asked once, all of a level in one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import TypeVar

from registry_doctor.queries.availability import Pending, Unavailable
from registry_doctor.queries.question import Document, Question, compose, fields_refused, is_trouble
from registry_doctor.support.records import record
from registry_doctor.transport import (
    Answer,
    FailureKind,
    GraphQLError,
    HttpTransport,
    JsonValue,
    Transport,
    TransportFailure,
)

T = TypeVar("T")

NOT_OFFERED = "this server does not offer it"
"""Why there is no answer where a server knows nothing of what a question asks for."""

MOST_QUESTIONS = 500
"""How many questions one request holds at most: some servers refuse documents that are too large."""


@record(frozen=True)
class Connection:
    """How the server took the first request: `failure` is `None` if it answered."""

    failure: TransportFailure | None


@record(frozen=True)
class Exchange:
    """One request as it was, and what came of it."""

    questions: tuple[Question[object], ...]
    left_out: frozenset[str]
    """Fields and arguments that the server was known not to know."""
    outcome: Answer | TransportFailure


class Answers:
    """What the server said. One object may serve many diagnoses; its answers are kept.

    `transport` is a way to the server, or the reason why there is none (no credentials, offline). `for_many`
    diagnoses few questions count for more than few levels: what a list answers is not asked by name besides.
    """

    def __init__(self, transport: Transport | str, *, keep: bool = False, for_many: bool = False) -> None:
        self._transport = transport
        self.for_many = for_many
        self._documents = 0
        self._answers: dict[Question[object], object] = {}
        self.connection: Connection | None = None
        """`None` while nothing has been asked."""
        self.milliseconds = 0.0
        self.unknown_fields: frozenset[str] = frozenset()
        """Fields and arguments that this server does not know, and that were left out."""
        self.exchanges: list[Exchange] | None = [] if keep else None
        """All requests with what came of them; `None` if they are not kept."""

    @property
    def requests(self) -> int:
        """How many requests were sent, repeated ones included."""
        return (
            self._transport.requests_sent if isinstance(self._transport, HttpTransport) else self._documents
        )

    def asked(self, question: Question[object]) -> bool:
        """Whether an answer, or the reason for none, is here."""
        return question in self._answers

    def get(self, question: Question[T]) -> T:
        """The answer. Raises Pending if it was not asked, Unavailable if it did not come."""
        if question not in self._answers:
            raise Pending
        found = self._answers[question]
        if isinstance(found, Unavailable):
            raise found.without_traceback()
        value: T = found  # type: ignore[assignment]  # stored by `ask` from this question's own parse
        return value

    def fetch(self, questions: Iterable[Question[object]]) -> None:
        """Ask all of them and keep what comes; up to `MOST_QUESTIONS` go out in one request, fewer if that is too large.

        Raises nothing for what the server does.
        """
        open_questions = [question for question in questions if question not in self._answers]
        if len(open_questions) > MOST_QUESTIONS:  # then most requests hold one kind, and have the same text
            open_questions.sort(key=lambda question: type(question).__name__)
        for start in range(0, len(open_questions), MOST_QUESTIONS):
            self._ask_at_once(open_questions[start : start + MOST_QUESTIONS])

    def _ask_at_once(self, open_questions: list[Question[object]]) -> None:
        if isinstance(self._transport, str):
            for question in open_questions:
                self._answers[question] = Unavailable(self._transport)
            return
        try:
            answer = self._send(self._transport, open_questions)
        except TransportFailure as failure:
            half = len(open_questions) // 2
            if failure.kind is FailureKind.QUERY_TOO_LARGE and half:
                self._ask_at_once(open_questions[:half])
                self._ask_at_once(open_questions[half:])
                return
            self.connection = self.connection or Connection(failure)
            for question in open_questions:
                self._answers[question] = Unavailable(failure.message, unknown=True)
            self._keep(open_questions, failure)
            return
        self.connection = self.connection or Connection(None)
        document = compose(open_questions, self.unknown_fields)
        for question, value, errors in answers_in(document, answer):
            self._answers[question] = read_answer(question, value, errors)
        for question in open_questions:
            self._answers.setdefault(question, Unavailable(NOT_OFFERED))
        self._keep(open_questions, answer)

    def _keep(self, questions: Iterable[Question[object]], outcome: Answer | TransportFailure) -> None:
        if self.exchanges is not None:
            self.exchanges.append(Exchange(tuple(questions), self.unknown_fields, outcome))

    def _send(self, transport: Transport, questions: list[Question[object]]) -> Answer:
        """Send one document; once more without the fields that an older server refuses to know."""
        document = compose(questions, self.unknown_fields)
        try:
            return self._query(transport, document)
        except TransportFailure as failure:
            refused = fields_refused(failure.errors)
            if not refused:
                raise
            self.unknown_fields |= refused
        document = compose(questions, self.unknown_fields)
        return self._query(transport, document)

    def _query(self, transport: Transport, document: Document) -> Answer:
        self._documents += 1
        started = perf_counter()
        try:
            return transport.query(document.text, document.variables)
        finally:
            self.milliseconds += (perf_counter() - started) * 1000


def answers_in(
    document: Document, answer: Answer
) -> Iterator[tuple[Question[object], JsonValue, list[GraphQLError]]]:
    """Each question of the document with the value that came for it, and the errors below it."""
    errors_under: dict[object, list[GraphQLError]] = {}
    for error in answer.errors:
        errors_under.setdefault(error.path[0] if error.path else None, []).append(error)
    for alias, question in document.questions.items():
        value = answer.data.get(alias)
        errors = errors_under.get(alias, [])
        if value is None:
            errors = errors + errors_under.get(None, [])
        yield question, value, errors


def read_answer(question: Question[object], value: JsonValue, errors: list[GraphQLError]) -> object:
    """What the question makes of its value, or Unavailable where the server was in trouble."""
    trouble = next((error for error in errors if is_trouble(error)), None)
    if trouble is not None:
        return Unavailable(f"the server could not say: {trouble.message}", unknown=True)
    return question.parse(value, errors)
