"""Judge a bundle again: the same facts and checks, only with the answers in the bundle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from registry_doctor.bundle.model import Bundle, SavedAnswer, SavedRequest, Verdicts
from registry_doctor.bundle.reading import read_verdicts
from registry_doctor.bundle.values import Table
from registry_doctor.checking.plugins import Loaded
from registry_doctor.diagnosis.engine import diagnose_with
from registry_doctor.diagnosis.options import plan_of
from registry_doctor.queries.answer_state import AskAgain, QuestionReply, fields_of, read_question_reply
from registry_doctor.queries.answers import NOT_OFFERED, Answers, Connection
from registry_doctor.queries.availability import Unavailable
from registry_doctor.queries.question import Question
from registry_doctor.report.json import document
from registry_doctor.report.model import Report

NOT_SAVED = "the bundle does not have it"
NO_SDK = "not installed"
"""Used instead of the version of wandb if there was none. It is not read as a version."""


class SavedAnswers(Answers):
    """The answers in a bundle. Nothing is sent. A question that is not in the bundle has no answer."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__(bundle.not_asked or NOT_SAVED)
        self._not_asked = bundle.not_asked
        self._saved: dict[tuple[str, tuple[str, ...]], tuple[SavedRequest, SavedAnswer]] = {}
        for request in bundle.requests:
            for answer in request.answers:
                # What was asked again, for less, has its last answer.
                self._saved[answer.question, answer.names] = (request, answer)
        if bundle.requests:
            self.connection = Connection(bundle.requests[0].failure)

    def _ask_at_once(
        self, questions: list[Question[object]], guesses: Sequence[Question[object]] = ()
    ) -> None:
        for question in questions:
            self._answers[question] = self._answer(question)

    def _answer(self, question: Question[object]) -> object:
        if self._not_asked is not None:
            return Unavailable(self._not_asked)
        found = self._saved.get((type(question).__name__, question.names))
        if found is None:
            return Unavailable(NOT_SAVED, unknown=True)
        request, answer = found
        # What was left out because the server failed below it is not unknown to the server.
        failed = {question.spare_field(fields_of(error)) for error in answer.errors}
        self.unknown_fields |= request.left_out - failed
        if request.failure is not None:
            return Unavailable(request.failure.message, unknown=True)
        if answer.query is None:
            return Unavailable(NOT_OFFERED)
        reply = QuestionReply(request.status, answer.value, answer.errors, answer.missing, request.said)
        read = read_question_reply(question, reply)
        if isinstance(read, AskAgain):
            return Unavailable(f"the server could not say: {reply.words}", unknown=True)
        return read


@dataclass(frozen=True)
class Difference:
    """Something that is judged differently now."""

    what: str
    """A code, or `suggestion`, or `exit status`."""
    bundled: str
    now: str


@dataclass(frozen=True)
class Replayed:
    """The new report, and how it differs from the one in the bundle."""

    report: Report
    verdicts: tuple[Difference, ...]
    words: tuple[str, ...]
    """Codes with the same verdict but another message or other fixes."""


def replay(bundle: Bundle, loaded: Loaded) -> Replayed:
    """Judge the bundle again. No server is asked, and no setting of this machine is read.

    Raises UnknownCode if it selects or ignores a code that no check has here.
    """
    version = bundle.call.sdk_version or bundle.sdk_version or NO_SDK
    call = replace(bundle.call, sdk_version=version)
    planned = plan_of(loaded, bundle.options)
    report = diagnose_with(SavedAnswers(bundle), call, bundle.settings, planned, loaded, bundle.options)
    now = read_verdicts(Table.of(document(report), "report"))
    return Replayed(report, tuple(_differences(bundle.verdicts, now)), tuple(_reworded(bundle.verdicts, now)))


def _differences(bundled: Verdicts, now: Verdicts) -> Iterator[Difference]:
    for code in sorted({*bundled.results, *now.results}):
        before, after = bundled.results.get(code), now.results.get(code)
        if before is None or after is None or before.verdict != after.verdict:
            said = (f"{each.verdict}: {each.message}" if each else "not judged" for each in (before, after))
            yield Difference(code, *said)
    if bundled.suggestion != now.suggestion:
        yield Difference("suggestion", bundled.suggestion or "none", now.suggestion or "none")
    if bundled.exit_code != now.exit_code:
        yield Difference("exit status", str(bundled.exit_code), str(now.exit_code))


def _reworded(bundled: Verdicts, now: Verdicts) -> Iterator[str]:
    for code, before in sorted(bundled.results.items()):
        after = now.results.get(code)
        if after is not None and before != after and before.verdict == after.verdict:
            yield code
