"""Questions and their answers: each question is asked once, all of a level in one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TypeVar

from registry_doctor.queries.answer_state import AskAgain, QuestionReply, read_question_reply
from registry_doctor.queries.availability import Pending, Unavailable
from registry_doctor.queries.question import Document, Question, compose, fields_refused
from registry_doctor.support.records import record
from registry_doctor.transport import (
    Answer,
    FailureKind,
    GraphQLError,
    HttpTransport,
    Transport,
    TransportFailure,
)

_T = TypeVar("_T")

NOT_OFFERED = "this server does not offer it"
"""The reason for a missing answer if the server has none of the fields of a question."""

MOST_QUESTIONS = 500
"""How many questions one request holds at most: some servers refuse documents that are too large."""

MOST_PAGES = 20
"""How many further pages of a list are asked for: a server may leave whole pages empty."""


_REFUSALS = (
    FailureKind.UNAUTHORIZED,
    FailureKind.FORBIDDEN,
    FailureKind.REFUSED_QUERY,
    FailureKind.QUERY_TOO_LARGE,
)
_FROM_REFUSED, _FROM_TROUBLE = 400, 500
_TROUBLE = frozenset({FailureKind.RATE_LIMITED, FailureKind.SERVER_ERROR})


@record(frozen=True)
class Connection:
    """How the server took the first request: `failure` is `None` if it answered."""

    failure: TransportFailure | None

    @property
    def in_trouble(self) -> bool:
        """For a question without an answer: whether the server was reached, and could not answer."""
        return self.failure is None or self.failure.kind in _TROUBLE


@record(frozen=True)
class Exchange:
    """One request as it was, and what came of it."""

    questions: tuple[Question[object], ...]
    left_out: frozenset[str]
    """Fields and arguments that the server was known not to know."""
    outcome: Answer | TransportFailure


class Answers:
    """What the server said. One object may serve many diagnoses; its answers are kept.

    `transport` leads to the server; a text is the reason why there is none (no credentials, offline). With `for_many`,
    save questions rather than levels: do not ask by name for what a list already contains.
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

    def get(self, question: Question[_T]) -> _T:
        """The answer. Raises Pending if it was not asked, Unavailable if it did not come."""
        if question not in self._answers:
            raise Pending
        found = self._answers[question]
        if isinstance(found, Unavailable):
            raise found.without_traceback()
        value: _T = found  # type: ignore[assignment]  # stored by `ask` from this question's own parse
        return value

    def fetch(self, questions: Iterable[Question[object]], guesses: Iterable[Question[object]] = ()) -> None:
        """Ask all of them and keep what comes; up to `MOST_QUESTIONS` go out in one request, fewer if that is too large.

        `guesses` go out beside the first request. If the server refuses that request, it is asked again without them,
        and they count as not asked. Raises nothing for what the server does.
        """
        open_questions = [question for question in questions if question not in self._answers]
        if len(open_questions) > MOST_QUESTIONS:  # then most requests hold one kind, and have the same text
            open_questions.sort(key=lambda question: type(question).__name__)
        beside = [each for each in guesses if each not in self._answers and each not in open_questions]
        for start in range(0, len(open_questions), MOST_QUESTIONS):
            self._ask_at_once(open_questions[start : start + MOST_QUESTIONS], beside)
            beside = []
        self._follow_pages(open_questions)

    def _follow_pages(self, questions: list[Question[object]]) -> None:
        """Ask for the pages behind those that show too little."""
        last = {question: self._answers[question] for question in questions}
        for _ in range(MOST_PAGES):
            following = {
                question: page
                for question, answer in last.items()
                if not isinstance(answer, Unavailable) and (page := question.next_page(answer)) is not None
            }
            if not following:
                return
            self._ask_at_once([page for page in following.values() if page not in self._answers])
            last = {}
            for question, page in following.items():
                more = self._answers[page]
                if not isinstance(more, Unavailable):
                    last[question] = question.joined(self._answers[question], more)
                    self._answers[question] = last[question]

    def _ask_at_once(
        self, questions: list[Question[object]], guesses: Sequence[Question[object]] = ()
    ) -> None:
        open_questions = [*questions, *guesses]
        if isinstance(self._transport, str):
            for question in questions:
                self._answers[question] = Unavailable(self._transport)
            return
        try:
            answer = self._send(self._transport, open_questions)
        except TransportFailure as failure:
            if guesses and failure.kind in _REFUSALS:
                self._ask_at_once(questions)
                return
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
        if guesses and _FROM_REFUSED <= answer.status < _FROM_TROUBLE:  # it may be because of a guess
            self._ask_at_once(questions)
            return
        self.connection = self.connection or Connection(None)
        document = compose(open_questions, self.unknown_fields)
        again: dict[Question[object], tuple[AskAgain, QuestionReply]] = {}
        for question, reply in replies_in(document, answer):
            found = read_question_reply(question, reply)
            if isinstance(found, AskAgain):
                again[question] = (found, reply)
                found = Unavailable(f"the server could not say: {reply.words}", unknown=True)
            self._answers[question] = found
        for question in open_questions:
            self._answers.setdefault(question, Unavailable(NOT_OFFERED))
        self._keep(open_questions, answer)
        if again:
            self._ask_for_less(self._transport, again)

    def _ask_for_less(
        self, transport: Transport, again: dict[Question[object], tuple[AskAgain, QuestionReply]]
    ) -> None:
        """Ask these questions once more, without the fields below which the server failed."""
        left_out = self.unknown_fields.union(*(found.without for found, _ in again.values()))
        document = compose(again, left_out)
        try:
            answer = self._query(transport, document)
        except TransportFailure:
            return  # what the first answer said stays
        # The errors of the first answer are still those of what was left out.
        first = {alias: again[question][1].errors for alias, question in document.questions.items()}
        errors = (
            replace(error, path=(alias, *error.path[1:])) for alias, found in first.items() for error in found
        )
        answer = replace(answer, errors=(*answer.errors, *errors))
        for question, reply in replies_in(document, answer):
            found = read_question_reply(question, reply)
            if not isinstance(found, AskAgain):
                self._answers[question] = found
        self._keep(again, answer, left_out)

    def _keep(
        self,
        questions: Iterable[Question[object]],
        outcome: Answer | TransportFailure,
        left_out: frozenset[str] | None = None,
    ) -> None:
        if self.exchanges is not None:
            without = self.unknown_fields if left_out is None else left_out
            self.exchanges.append(Exchange(tuple(questions), without, outcome))

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


def replies_in(document: Document, answer: Answer) -> Iterator[tuple[Question[object], QuestionReply]]:
    """Each question of the document with what came for it."""
    errors_under: dict[object, tuple[GraphQLError, ...]] = {}
    for error in answer.errors:
        key = error.path[0] if error.path else None
        errors_under[key] = (*errors_under.get(key, ()), error)
    said = answer.errors[0].message if answer.errors else ""
    for alias, question in document.questions.items():
        value = answer.data.get(alias)
        errors = errors_under.get(alias, ())
        if value is None:
            errors += errors_under.get(None, ())
        yield question, QuestionReply(answer.status, value, errors, alias not in answer.data, said)
