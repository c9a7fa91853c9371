"""The guard passes on one query at a time, and nothing else, whoever asks and however it is dressed up."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
import requests

from registry_doctor.confirmation.guard import Guard, LinkTarget
from registry_doctor.transport import Answer, FailureKind, GraphQLError, JsonValue, TransportFailure

QUERY = "query Viewer { viewer { id } }"
LINK = "mutation LinkArtifact($input: LinkArtifactInput!) { result: linkArtifact(input: $input) { versionIndex } }"
INPUT: dict[str, JsonValue] = {
    "artifactID": "1",
    "artifactPortfolioName": "detector",
    "entityName": "acme-robotics_X7Q2",
    "projectName": "wandb-registry-model",
    "aliases": [],
}


@dataclass
class Server:
    """Stands in for the transport: notes what reaches it, and answers as a test chose."""

    asked: list[tuple[str, Mapping[str, JsonValue]]] = field(default_factory=list)
    says: Answer | TransportFailure = field(
        default_factory=lambda: Answer({"viewer": {"id": "1"}}, (), 200, 1.0)
    )

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """Answer as the transport would."""
        self.asked.append((document, variables))
        if isinstance(self.says, TransportFailure):
            raise self.says
        return self.says


@pytest.fixture
def server() -> Server:
    """What the guard would pass on to."""
    return Server()


@pytest.fixture
def guard(server: Server) -> Iterator[Guard]:
    """A guard that serves."""
    with Guard(server) as guard:
        yield guard


def post(
    guard: Guard, body: JsonValue | bytes, *, path: str = "/graphql", **headers: str
) -> requests.Response:
    """Send a request as wandb does, with the guard's key unless another header is given."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": guard.authorization, **headers}
        return session.post(f"http://{guard.address}{path}", data=content, headers=headers, timeout=10)


def test_a_query_is_passed_on_with_its_variables(guard: Guard, server: Server) -> None:
    """The answer comes back as the server gave it."""
    answer = post(guard, {"query": QUERY, "variables": {"a": 1}, "operationName": "Viewer"})
    assert (answer.status_code, answer.json()) == (200, {"data": {"viewer": {"id": "1"}}})
    assert server.asked == [(QUERY, {"a": 1})]
    assert guard.heard().refused == ()


HOSTILE: dict[str, JsonValue | bytes] = {
    "a mutation": {"query": "mutation { deleteArtifact(input: {}) { id } }"},
    "a subscription": {"query": "subscription { runs { id } }"},
    "a mutation after a query": {"query": f"{QUERY} mutation M {{ deleteRun {{ id }} }}", "operationName": "Viewer"},
    "a mutation after a query, chosen by name": {
        "query": f"{QUERY} mutation M {{ deleteRun {{ id }} }}",
        "operationName": "M",
    },
    "a mutation behind a comment": {"query": "# query Q { viewer { id } }\nmutation { deleteRun { id } }"},
    "a mutation behind a comment that a carriage return ends": {"query": "# query\rmutation { deleteRun { id } }"},
    "a mutation behind a mark": {"query": "\ufeff,,mutation { deleteRun { id } }"},
    "a mutation behind a fragment": {"query": "fragment F on Run { id } mutation { deleteRun { ...F } }"},
    "a mutation named query": {"query": "mutation query { deleteRun { id } }"},
    "a mutation after a text that seems to go on": {"query": '{ a(b: "\\"") } mutation { deleteRun { id } }'},
    "a mutation after a block text": {"query": '{ a(b: """ \\""" """) } mutation { deleteRun { id } }'},
    "an unfinished text": {"query": '{ a(b: "x) } mutation { deleteRun { id } }'},
    "an escaped keyword": {"query": "\\u006dutation { deleteRun { id } }"},
    "a keyword of other letters": {"query": "ｍutation { deleteRun { id } }"},
    "two queries": {"query": "query A { viewer { id } } query B { viewer { id } }", "operationName": "A"},
    "another name than the query's": {"query": QUERY, "operationName": "Other"},
    "a type definition": {"query": "type Query { a: Int } query Q { a }"},
    "nothing but a fragment": {"query": "fragment F on Run { id }"},
    "an empty document": {"query": ""},
    "no document": {"variables": {}},
    "a document that is stored on the server": {
        "query": QUERY,
        "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}},
    },
    "an id of a stored document": {"id": "1", "query": QUERY},
    "several requests in one": [{"query": QUERY}, {"query": QUERY}],
    "variables that are a list": {"query": QUERY, "variables": [1]},
    "a document that is a list": {"query": [QUERY]},
    "a second document under the same key": b'{"query": "{ viewer { id } }", "query": "mutation { deleteRun { id } }"}',
    "no JSON": b"query { viewer { id } }",
    "deep JSON": b"[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_not_one_query_never_reaches_the_server(
    guard: Guard, server: Server, body: JsonValue | bytes
) -> None:
    """It is refused with a status after which wandb does not try again, and the guard remembers it."""
    answer = post(guard, body)
    assert answer.status_code in (400, 403)
    assert server.asked == []
    assert len(guard.heard().refused) == 1


@pytest.mark.parametrize("path", ["/", "/graphql/", "/graphql?x=1", "/files/a/b/c/file_stream", "/GRAPHQL"])
def test_only_graphql_is_served(guard: Guard, server: Server, path: str) -> None:
    """Uploads, run files and everything else have another path."""
    assert post(guard, {"query": QUERY}, path=path).status_code == 404
    assert server.asked == []
    assert len(guard.heard().refused) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_is_served(guard: Guard, server: Server, method: str) -> None:
    """A query in an address is not served either."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(
            method,
            f"http://{guard.address}/graphql?query={{viewer{{id}}}}",
            headers={"Authorization": guard.authorization},
            timeout=10,
        )
    assert (answer.status_code, server.asked) == (501, [])


@pytest.mark.parametrize("key", ["", "Basic YXBpOjA=", "Bearer x", "Basic ä"])
def test_nobody_else_on_this_machine_can_use_it(guard: Guard, server: Server, key: str) -> None:
    """Another program does not know the key that was made for this guard."""
    answer = post(guard, {"query": QUERY}, Authorization=key.encode("utf-8").decode("latin-1"))
    assert (answer.status_code, server.asked) == (401, [])


@pytest.mark.parametrize("variables", [{"input": INPUT}, INPUT], ids=["input", "flat"])
def test_a_link_is_refused_and_says_where_it_would_go(
    guard: Guard, server: Server, variables: dict[str, JsonValue]
) -> None:
    """SDKs give the input as one variable or as several."""
    assert post(guard, {"query": LINK, "variables": variables}).status_code == 403
    assert server.asked == []
    heard = guard.heard()
    assert heard.links == (LinkTarget("acme-robotics_X7Q2", "wandb-registry-model", "detector"),)
    assert heard.refused == ()
    assert guard.heard().links == ()


@pytest.mark.parametrize(
    "variables", [{}, {"input": None}, {"input": {**INPUT, "entityName": None}}, {"input": [INPUT]}]
)
def test_a_link_that_does_not_say_where_is_only_refused(
    guard: Guard, server: Server, variables: dict[str, JsonValue]
) -> None:
    """It counts as something that is not passed on."""
    assert post(guard, {"query": LINK, "variables": variables}).status_code == 403
    heard = guard.heard()
    assert (server.asked, heard.links, len(heard.refused)) == ([], (), 1)


@pytest.mark.parametrize(
    ("kind", "status", "known"),
    [
        (FailureKind.UNAUTHORIZED, 401, True),
        (FailureKind.FORBIDDEN, 403, True),
        (FailureKind.REFUSED_QUERY, 400, True),
        (FailureKind.REFUSED, 422, False),
        (FailureKind.DEADLINE, 422, False),
        (FailureKind.SERVER_ERROR, 422, False),
        (FailureKind.RATE_LIMITED, 422, False),
    ],
)
def test_a_refusal_is_an_answer_and_silence_is_not(
    guard: Guard, server: Server, kind: FailureKind, status: int, known: bool
) -> None:
    """Where no answer came, the guard says so, and wandb is not kept trying."""
    server.says = TransportFailure(kind, "the reason")
    answer = post(guard, {"query": QUERY})
    assert (answer.status_code, answer.json()["errors"]) == (status, [{"message": "the reason"}])
    assert guard.heard().failure == (None if known else "the reason")


@pytest.mark.parametrize(
    ("status", "known"), [(200, True), (403, True), (404, True), (429, False), (500, False)]
)
def test_an_answer_of_a_server_in_trouble_is_none(
    guard: Guard, server: Server, status: int, known: bool
) -> None:
    """Data that comes with 429 or 500 is not believed."""
    server.says = Answer({"a": None}, (GraphQLError("no", ("a",), "CODE"),), status, 1.0)
    answer = post(guard, {"query": QUERY})
    assert (guard.heard().failure is None, answer.status_code) == (known, status if known else 422)
    if known:
        assert answer.json()["errors"] == [{"message": "no", "path": ["a"], "extensions": {"code": "CODE"}}]


def test_signed_addresses_in_answers_are_secrets(guard: Guard, server: Server) -> None:
    """They give access to a file without any key."""
    server.says = Answer({"file": [{"directUrl": "https://files/x?signature=abc"}]}, (), 200, 1.0)
    post(guard, {"query": QUERY})
    assert [each.reveal() for each in guard.heard().secrets] == ["https://files/x?signature=abc"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "40", "Content-Encoding": "gzip"},
        {"Content-Length": "-1"},
        {"Content-Length": "99999999"},
        {"Transfer-Encoding": "chunked"},
    ],
)
def test_a_body_that_cannot_be_read_is_refused(guard: Guard, server: Server, headers: dict[str, str]) -> None:
    """What is not read cannot be judged."""
    connection = http.client.HTTPConnection(guard.address, timeout=10)
    connection.putrequest("POST", "/graphql")
    for name, value in {"Authorization": guard.authorization, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()
    assert server.asked == []
