"""Decide whether the server could answer, before reading what it answered. This is decided only here.

An answer is known only if the server was able to give it. It was not able to if the status says so (429, 500 and above), if it left
out what was asked, or if an error stands below what was asked. The words of an error never count: they may hold names. A refusal is an
answer: status 400 to 499, or a code that only refusals have, with the very path of what was asked.
"""

from __future__ import annotations

from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Question, dig
from registry_doctor.support.records import record
from registry_doctor.transport import GraphQLError, JsonValue, says_trouble

_REFUSAL_CODES = frozenset({"PERMISSION_ERROR"})
_NOT_REFUSALS = (408, 429)


@record(frozen=True)
class QuestionReply:
    """What came under the alias of one question: the status of the whole answer, the value, and the errors about it."""

    status: int
    value: JsonValue
    errors: tuple[GraphQLError, ...] = ()
    """Those with the alias at the beginning of their path; where the value is null also those without a path."""
    missing: bool = False
    """The answer has no such alias at all."""
    said: str = ""
    """What the server said of the answer as a whole."""

    @property
    def words(self) -> str:
        """What the server said about it."""
        if self.errors:
            return self.errors[0].message
        return self.said or f"it gave no answer (HTTP {self.status})"


@record(frozen=True)
class AskAgain:
    """Errors in these optional fields, `Type.field`, made the whole value null."""

    without: frozenset[str]


def read_question_reply(question: Question[object], reply: QuestionReply) -> object:
    """What the question makes of its reply; `Unavailable` if nothing is known, `AskAgain` if a smaller question may help."""
    spoilt = _spoilt(question, reply)
    if spoilt is not None:
        lost = any(_is_lost(reply.value, error, name) for error, name in spoilt)
        return AskAgain(frozenset(name for _, name in spoilt)) if lost else _parsed(question, reply)
    if _is_known(question, reply):
        return _parsed(question, reply)
    return Unavailable(f"the server could not say: {reply.words}", unknown=True)


def _is_known(question: Question[object], reply: QuestionReply) -> bool:
    if says_trouble(reply.status):
        return reply.value is not None and not reply.errors
    if not reply.errors:
        return not reply.missing
    refused = (error for error in reply.errors if _is_refusal(error, reply.status))
    if reply.value is None and reply.status == 401:
        return True
    return any(question.is_about(fields_of(error)) for error in refused if error.path)


def _is_refusal(error: GraphQLError, status: int) -> bool:
    return error.code in _REFUSAL_CODES or (400 <= status < 500 and status not in _NOT_REFUSALS)


def _parsed(question: Question[object], reply: QuestionReply) -> object:
    try:
        return question.parse(reply.value, reply.errors)
    except Unavailable as unavailable:
        return unavailable.without_traceback()


def _spoilt(question: Question[object], reply: QuestionReply) -> list[tuple[GraphQLError, str]] | None:
    """Each error with the spare field that it is below; `None` if some error is about something else."""
    below = [(error, question.spare_field(fields_of(error))) for error in reply.errors]
    found = [(error, name) for error, name in below if name is not None]
    return found if found and len(found) == len(below) else None


def _is_lost(value: JsonValue, error: GraphQLError, spare: str) -> bool:
    """Whether the error in an optional field also made the requested value null."""
    name = spare.partition(".")[2]
    for part in error.path[1:]:
        if value is None:
            return True
        if part == name:
            return False
        value = _step(value, part)
    return value is None


def _step(value: JsonValue, part: str | int) -> JsonValue:
    if isinstance(part, str):
        return dig(value, part)
    return value[part] if isinstance(value, list) and 0 <= part < len(value) else None


def fields_of(error: GraphQLError) -> tuple[str, ...]:
    """The fields below the alias on the way to the error, without the positions in lists."""
    return tuple(part for part in error.path[1:] if isinstance(part, str))
