"""What an answer is worth: its status and the paths of its errors decide, never the words of an error."""

from __future__ import annotations

import pytest

from registry_doctor.facts import Unavailable
from registry_doctor.facts.questions.identity import AskViewer
from registry_doctor.facts.questions.registry import (
    AskCollection,
    AskDownload,
    AskMembers,
    AskRegistry,
    Registry,
)
from registry_doctor.queries.answer_state import AskAgain, QuestionReply, read_question_reply
from registry_doctor.queries.question import Question
from registry_doctor.transport import GraphQLError, JsonValue

REGISTRY = AskRegistry("acme", "wandb-registry-internal")
COLLECTION = AskCollection("acme", "wandb-registry-model", "timeout")
DOWNLOAD = AskDownload("acme", "wandb-registry-model", "c", "v0")
MEMBERS = AskMembers("acme", "wandb-registry-model")
THERE: JsonValue = {"name": "wandb-registry-internal", "readOnly": False, "artifactTypes": None}


def error(*path: str | int, code: str | None = None) -> GraphQLError:
    """An error with words that mean nothing."""
    return GraphQLError("internal server error: not found", path, code)


UNKNOWN: dict[str, tuple[Question[object], QuestionReply]] = {
    "status 500 with an error": (REGISTRY, QuestionReply(500, None, (error("q"),))),
    "status 500 with null and no word about it": (REGISTRY, QuestionReply(500, None)),
    "status 429 with an error": (REGISTRY, QuestionReply(429, None, (error("q"),))),
    "status 503, and the code of a refusal": (REGISTRY, QuestionReply(503, None, (error("q", code="PERMISSION_ERROR"),))),
    "status 200 with an error": (REGISTRY, QuestionReply(200, None, (error("q"),))),
    "an error without a path": (REGISTRY, QuestionReply(403, None, (error(),))),
    "nothing came": (REGISTRY, QuestionReply(200, None, (), missing=True)),
    "a refusal below the person": (AskViewer(), QuestionReply(403, None, (error("q", "organizations"),))),
    "a refusal below the collection": (COLLECTION, QuestionReply(404, None, (error("q", "artifactCollection", "name"),))),
    "trouble below the files": (DOWNLOAD, QuestionReply(500, None, (error("q", "artifactCollection"),))),
}  # fmt: skip

REFUSED: dict[str, tuple[Question[object], QuestionReply]] = {
    "no error at all": (REGISTRY, QuestionReply(200, None)),
    "404": (REGISTRY, QuestionReply(404, None, (error("q"),))),
    "403": (REGISTRY, QuestionReply(403, None, (error("q"),))),
    "200 with the code of a refusal": (REGISTRY, QuestionReply(200, None, (error("q", code="PERMISSION_ERROR"),))),
    "401 without a path": (AskViewer(), QuestionReply(401, None, (error(),))),
    "the project of a collection": (COLLECTION, QuestionReply(404, None, (error("q"),))),
    "the collection": (COLLECTION, QuestionReply(404, {"artifactCollection": None}, (error("q", "artifactCollection"),))),
}  # fmt: skip


@pytest.mark.parametrize(("question", "reply"), UNKNOWN.values(), ids=UNKNOWN)
def test_trouble_is_unknown(question: Question[object], reply: QuestionReply) -> None:
    """Nothing is claimed, and what the server said is told."""
    found = read_question_reply(question, reply)
    assert isinstance(found, Unavailable) and found.unknown
    assert reply.words in found.reason


@pytest.mark.parametrize(("question", "reply"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_of_the_very_thing_means_that_it_is_not_there(
    question: Question[object], reply: QuestionReply
) -> None:
    """Whatever the words are."""
    assert read_question_reply(question, reply) is None


def test_what_came_from_a_server_in_trouble_counts() -> None:
    """Other fields of the answer failed."""
    assert isinstance(read_question_reply(REGISTRY, QuestionReply(500, THERE)), Registry)


def test_a_detail_that_failed_leaves_the_rest() -> None:
    """The registry is there; its types are withheld."""
    found = read_question_reply(REGISTRY, QuestionReply(500, THERE, (error("q", "artifactTypes"),)))
    assert isinstance(found, Registry) and found.withheld and not found.types_told


def test_what_was_lost_for_a_detail_is_asked_for_without_it() -> None:
    """The null of a field that is not nullable has gone up to the registry."""
    reply = QuestionReply(500, None, (error("q", "artifactTypes", "edges", 0, "node"),))
    assert read_question_reply(REGISTRY, reply) == AskAgain(frozenset({"Project.artifactTypes"}))


def test_members_that_are_hidden_are_none() -> None:
    """Whoever may not see them is refused; that is no trouble."""
    found = read_question_reply(MEMBERS, QuestionReply(403, None, (error("q", "members"),)))
    assert not isinstance(found, Unavailable)
