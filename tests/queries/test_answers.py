"""Asking: each question once, all of a level together, errors where they belong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from registry_doctor.facts import Pending, Unavailable
from registry_doctor.facts.questions.identity import AskEntity, AskServer, AskViewer
from registry_doctor.facts.questions.registry import AskDownload, AskRegistry
from registry_doctor.queries.answers import Answers
from registry_doctor.transport import Answer, FailureKind, GraphQLError, JsonValue, TransportFailure


@dataclass
class Canned:
    """A transport that answers with prepared answers, in order."""

    answers: list[Answer | TransportFailure]
    documents: list[str] = field(default_factory=list)

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """The next prepared answer."""
        self.documents.append(document)
        answer = self.answers.pop(0)
        if isinstance(answer, TransportFailure):
            raise answer
        return answer


def answer(data: dict[str, JsonValue], *errors: GraphQLError, status: int = 200) -> Answer:
    """An answer with this data and these errors."""
    return Answer(data, errors, status, 1.0)


VIEWER: JsonValue = {"id": "x", "username": "bob", "entity": "vision"}


def test_all_questions_of_a_call_go_out_in_one_request() -> None:
    """Two questions, one document."""
    transport = Canned([answer({"q0": VIEWER, "q1": {"features": []}})])
    answers = Answers(transport)
    answers.fetch([AskViewer(), AskServer()])
    assert len(transport.documents) == 1 == answers.requests
    viewer = answers.get(AskViewer())
    assert viewer is not None and viewer.username == "bob"


def test_a_question_is_asked_once() -> None:
    """An equal question later costs nothing."""
    transport = Canned([answer({"q0": VIEWER}), answer({"q0": {"features": []}})])
    answers = Answers(transport)
    answers.fetch([AskViewer()])
    answers.fetch([AskViewer(), AskServer()])
    assert "viewer" not in transport.documents[1]


def test_a_question_that_was_not_asked_is_pending() -> None:
    """It is neither answered nor unavailable."""
    with pytest.raises(Pending):
        Answers("no way").get(AskViewer())


def test_without_a_way_to_the_server_every_question_has_the_reason() -> None:
    """The reason is the one given, and nothing is called unknown."""
    answers = Answers("there are no credentials")
    answers.fetch([AskViewer()])
    with pytest.raises(Unavailable, match="there are no credentials") as caught:
        answers.get(AskViewer())
    assert not caught.value.unknown
    assert answers.connection is None


def test_an_error_under_one_alias_is_that_question_s_matter_alone() -> None:
    """The others keep their answers."""
    refused = GraphQLError("internal server error", ("q1",), None)
    answers = Answers(Canned([answer({"q0": VIEWER, "q1": None}, refused)]))
    answers.fetch([AskViewer(), AskRegistry("acme", "wandb-registry-model")])
    assert answers.get(AskViewer()) is not None
    with pytest.raises(Unavailable, match="internal server error") as caught:
        answers.get(AskRegistry("acme", "wandb-registry-model"))
    assert caught.value.unknown


@pytest.mark.parametrize("words", ["permission denied", "project 'wandb-registry-x' not found"])
def test_a_registry_that_the_server_hides_counts_as_not_there(words: str) -> None:
    """ "Not found" and "permission denied" both mean: not there, or not for you (R4.15)."""
    error = GraphQLError(words, ("q0",), None)
    answers = Answers(Canned([answer({"q0": None}, error, status=404)]))
    answers.fetch([AskRegistry("acme", "wandb-registry-x")])
    assert answers.get(AskRegistry("acme", "wandb-registry-x")) is None


def test_refused_files_are_an_answer_and_the_address_of_a_file_is_dropped() -> None:
    """The right to download is known either way, and no signed address is kept."""
    granted: JsonValue = {
        "artifactCollection": {
            "artifactMembership": {
                "files": {"edges": [{"node": {"name": "a", "directUrl": "https://signed.example/?sig=1"}}]}
            }
        }
    }
    refusal = GraphQLError(
        "permission denied", ("q0", "artifactCollection", "artifactMembership", "files"), None
    )
    allowed, refused = AskDownload("acme", "p", "c", "v0"), AskDownload("acme", "p", "c", "v1")
    answers = Answers(
        Canned([answer({"q0": granted}), answer({"q0": {"artifactCollection": None}}, refusal, status=403)])
    )
    answers.fetch([allowed])
    answers.fetch([refused])
    first, second = answers.get(allowed), answers.get(refused)
    assert first is not None and first.refusal is None and "signed" not in repr(first)
    assert second is not None and second.refusal == "permission denied"


def test_trouble_under_the_files_is_no_word_about_the_right_to_download() -> None:
    """An internal error leaves it unknown; only a refusal refuses."""
    trouble = GraphQLError("internal server error", ("q0", "artifactCollection"), None)
    answers = Answers(Canned([answer({"q0": None}, trouble)]))
    answers.fetch([AskDownload("acme", "p", "c", "v0")])
    with pytest.raises(Unavailable, match="internal server error") as caught:
        answers.get(AskDownload("acme", "p", "c", "v0"))
    assert caught.value.unknown


def test_an_older_server_is_asked_once_more_without_what_it_does_not_know() -> None:
    """The refused field is dropped, the rest answered, and the omission remembered."""
    refusal = TransportFailure(
        FailureKind.REFUSED_QUERY,
        "refused",
        errors=(GraphQLError('Cannot query field "entityType" on type "Entity".', (), None),),
    )
    transport = Canned([refusal, answer({"q0": {"name": "vision", "isTeam": True}})])
    answers = Answers(transport)
    answers.fetch([AskEntity("vision")])
    found = answers.get(AskEntity("vision"))
    assert found is not None and found.kind == "team"
    assert answers.unknown_fields == {"Entity.entityType"}
    assert "entityType" not in transport.documents[1]
    assert answers.requests == 2


def test_a_server_that_refuses_twice_is_not_asked_a_third_time() -> None:
    """The refusal becomes the reason."""
    refusal = TransportFailure(
        FailureKind.REFUSED_QUERY,
        "refused",
        errors=(GraphQLError('Cannot query field "name" on type "X".', (), None),),
    )
    transport = Canned([refusal, refusal])
    answers = Answers(transport)
    answers.fetch([AskEntity("vision")])
    with pytest.raises(Unavailable, match="refused"):
        answers.get(AskEntity("vision"))
    assert len(transport.documents) == 2


def test_a_failed_request_is_remembered_as_the_state_of_the_connection() -> None:
    """The first request decides whether the server is reachable."""
    failure = TransportFailure(FailureKind.REFUSED, "nothing listens there")
    answers = Answers(Canned([failure]))
    answers.fetch([AskViewer()])
    assert answers.connection is not None and answers.connection.failure is failure
    with pytest.raises(Unavailable, match="nothing listens there") as caught:
        answers.get(AskViewer())
    assert caught.value.unknown


GUESS = AskRegistry("acme", "wandb-registry-model")


def test_a_guess_goes_out_beside_the_first_questions() -> None:
    """Its answer is there when it is asked for."""
    registry: JsonValue = {"project": {"name": "wandb-registry-model"}}
    transport = Canned([answer({"q0": VIEWER, "q1": registry})])
    answers = Answers(transport)
    answers.fetch([AskViewer()], [GUESS])
    answers.fetch([GUESS])
    assert len(transport.documents) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        *(
            TransportFailure(kind, "no", status=403)
            for kind in (FailureKind.FORBIDDEN, FailureKind.UNAUTHORIZED, FailureKind.REFUSED_QUERY)
        ),
        answer({"q0": None, "q1": None}, GraphQLError("permission denied", ("q1",), None), status=403),
    ],
    ids=["forbidden", "unauthorized", "refused query", "403 with data"],
)
def test_a_refusal_with_a_guess_is_asked_again_without_it(refusal: Answer | TransportFailure) -> None:
    """It may be the guess that was refused; what was not asked stays to be asked."""
    transport = Canned([refusal, answer({"q0": VIEWER}), answer({"q0": {"project": None}})])
    answers = Answers(transport)
    answers.fetch([AskViewer()], [GUESS])
    viewer = answers.get(AskViewer())
    assert viewer is not None and viewer.username == "bob"
    assert not answers.asked(GUESS)
    answers.fetch([GUESS])
    assert len(transport.documents) == 3


def test_a_server_in_trouble_is_not_asked_again_for_a_guess() -> None:
    """It was asked often enough."""
    transport = Canned([TransportFailure(FailureKind.SERVER_ERROR, "trouble", status=503)])
    answers = Answers(transport)
    answers.fetch([AskViewer()], [GUESS])
    assert len(transport.documents) == 1
    with pytest.raises(Unavailable) as caught:
        answers.get(AskViewer())
    assert caught.value.unknown
