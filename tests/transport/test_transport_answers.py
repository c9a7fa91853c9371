"""What the transport takes for an answer, and what it calls everything else that comes back."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.support.redaction import Secret
from registry_doctor.transport import (
    Basic,
    Deadline,
    FailureKind,
    GraphQLError,
    HttpTransport,
    JsonValue,
    TransportFailure,
)
from registry_doctor.transport.failures import presentable

URL = "https://wandb.example"
API = f"{URL}/graphql"
KEY = "0123456789abcdef0123456789abcdef0123beef"
QUERY = "query Who { viewer { id } }"
LOGIN_PAGE = b"<!doctype html><html><head><title>\n Sign in &amp; go </title></head></html>"


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def asked() -> Iterator[HttpTransport]:
    """A transport that does not really wait before it asks again."""
    credentials, deadline = Basic(Secret(KEY)), Deadline.after(30)
    with HttpTransport(URL, credentials, deadline=deadline, sleep=lambda _: None) as transport:
        yield transport


def failure_of(asked: HttpTransport) -> TransportFailure:
    with pytest.raises(TransportFailure) as caught:
        asked.query(QUERY, {})
    return caught.value


@dataclass(frozen=True)
class Case:
    status: int
    body: bytes
    kind: FailureKind
    says: str
    content_type: str = "application/json"


def errors(message: str = "no entity") -> bytes:
    return json.dumps({"errors": [{"message": message}], "data": None}).encode()


FAILURES = [
    Case(200, b"", FailureKind.EMPTY, "answered with nothing at all"),
    Case(200, b"  \n", FailureKind.EMPTY, "answered with nothing at all"),
    Case(200, b'{"data": {"viewer": ', FailureKind.CUT_OFF, "ends in the middle of its JSON"),
    Case(200, b'{"data": {"viewer": "ab', FailureKind.CUT_OFF, "ends in the middle of its JSON"),
    Case(200, b"pong", FailureKind.NOT_JSON, 'not JSON (HTTP 200 OK). It said: "pong"'),
    Case(200, b"\xff\xfe\xfa", FailureKind.NOT_JSON, "not JSON"),
    Case(200, b"[" * 100_000, FailureKind.NOT_JSON, "not JSON"),
    Case(200, b"1" * 5000, FailureKind.NOT_JSON, "not JSON"),
    Case(200, b"[1]", FailureKind.NOT_GRAPHQL, "not an answer to a query"),
    Case(200, b"7", FailureKind.NOT_GRAPHQL, "not an answer to a query"),
    Case(200, b"null", FailureKind.NOT_GRAPHQL, "not an answer to a query"),
    Case(200, b'{"data": [1]}', FailureKind.NOT_GRAPHQL, "not an answer to a query"),
    Case(200, b'{"data": null}', FailureKind.NOT_GRAPHQL, "not an answer to a query"),
    Case(200, b'{"errors": []}', FailureKind.NOT_GRAPHQL, "not an answer to a query"),
    Case(200, b'{"message": "healthy"}', FailureKind.NOT_GRAPHQL, 'It said: "healthy"'),
    Case(200, errors(), FailureKind.REFUSED_QUERY, "refused the query: no entity."),
    Case(400, errors("Bad."), FailureKind.REFUSED_QUERY, "refused the query: Bad."),
    Case(422, errors(), FailureKind.REFUSED_QUERY, "refused the query: no entity."),
    *(
        Case(status, errors(message), FailureKind.QUERY_TOO_LARGE, f"refused the query: {message}")
        for status in (200, 400)
        for message in (
            "operation has complexity 1506, which exceeds the limit of 1000",
            "maximum query complexity exceeded 22 > 20",
            "Query has complexity of 3008, which exceeds max complexity of 2500",
            "Query is too complex: 3008. Max allowed: 1000",
            "Query is too large",
            "Syntax Error: Document contains more that 15000 tokens. Parsing aborted.",
            "More than 15,000 'grammar' tokens have been presented.",
            "Syntax Error: Aliases limit of 15 exceeded, found 16.",
            "Syntax Error: Token limit of 1000 exceeded.",
        )
    ),
    *(
        Case(200, errors(message), FailureKind.REFUSED_QUERY, f"refused the query: {message}.")
        for message in ("Too many requests", "rate limit exceeded", "Unknown field 'limit'")
    ),
    Case(200, LOGIN_PAGE, FailureKind.HTML, '"Sign in & go"', "text/html"),
    Case(200, LOGIN_PAGE, FailureKind.HTML, "instead of W&B", "application/json"),
    Case(200, b"hello", FailureKind.HTML, "instead of W&B", "text/html"),
    Case(200, b"", FailureKind.EMPTY, "answered with nothing at all", "text/html"),
    Case(401, LOGIN_PAGE, FailureKind.HTML, "(HTTP 401 Unauthorized)", "text/html"),
    Case(403, LOGIN_PAGE, FailureKind.HTML, "(HTTP 403 Forbidden)", "text/html"),
    Case(404, LOGIN_PAGE, FailureKind.NOT_FOUND, '"Sign in & go"', "text/html"),
    Case(
        400,
        b"Client sent an HTTP request to an HTTPS server.",
        FailureKind.TLS,
        "expects https",
        "text/plain",
    ),
    Case(
        400,
        b"<p>The plain HTTP request was sent to HTTPS port",
        FailureKind.TLS,
        "expects https",
        "text/html",
    ),
    Case(400, b"", FailureKind.BAD_STATUS, "(HTTP 400 Bad Request)"),
    Case(401, errors("user is not logged in"), FailureKind.UNAUTHORIZED, '"user is not logged in"'),
    Case(401, b"", FailureKind.UNAUTHORIZED, "did not accept the credentials (HTTP 401 Unauthorized)."),
    Case(403, b'{"error": {"message": "seat limit"}}', FailureKind.FORBIDDEN, '"seat limit"'),
    Case(403, b"denied by policy", FailureKind.FORBIDDEN, '"denied by policy"', "text/plain"),
    Case(404, b"404 page not found", FailureKind.NOT_FOUND, "no W&B API", "text/plain"),
    Case(407, b"", FailureKind.PROXY, "user name and a password"),
    Case(408, b"", FailureKind.READ_TIMEOUT, "gave up waiting"),
    Case(413, b"", FailureKind.QUERY_TOO_LARGE, "refused the query as too large (HTTP 413"),
    Case(418, b'{"detail": "tea"}', FailureKind.BAD_STATUS, '"tea"'),
    Case(501, errors("nope"), FailureKind.SERVER_ERROR, '"nope"'),
    Case(302, b"", FailureKind.BAD_STATUS, "(HTTP 302 Found)"),
    Case(799, b"", FailureKind.SERVER_ERROR, "(HTTP 799)"),
]


@pytest.mark.parametrize(
    "case", FAILURES, ids=lambda case: f"{case.status}-{case.body[:24]!r}-{case.content_type}"
)
def test_a_body_that_is_no_answer_is_named(
    case: Case, server: responses.RequestsMock, asked: HttpTransport
) -> None:
    server.post(API, status=case.status, body=case.body, content_type=case.content_type)
    failure = failure_of(asked)
    assert (failure.kind, failure.status) == (case.kind, case.status)
    assert case.says in failure.message
    assert "wandb.example" in failure.message
    assert len(failure.message) < 500
    assert failure.advice or failure.kind is FailureKind.REFUSED_QUERY


def test_json_cut_anywhere_is_called_cut(server: responses.RequestsMock, asked: HttpTransport) -> None:
    """Within a word, a number or an escape, too."""
    whole = b'{"data": {"a": [null, true, false, -1.5e+3, 0], "b": "x\\u00e9\\ud83d\\ude00\\n"}}'
    json.loads(whole)
    for length in range(1, len(whole)):
        server.post(API, body=whole[:length])
        assert "ends in the middle of its JSON" in failure_of(asked).message, whole[:length]


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize(
    ("body", "data"),
    [
        ({"data": {"a": 1, "b": None}, "errors": [{"message": "m", "path": ["b"]}]}, {"a": 1, "b": None}),
        ({"data": None, "errors": [{"message": "m", "path": ["b"]}]}, {}),
        ({"errors": [{"message": "m", "path": ["b"]}]}, {}),
        ({"data": {"a": 1}}, {"a": 1}),
    ],
)
def test_data_or_the_path_of_an_error_is_an_answer_whatever_the_status(
    status: int,
    body: Mapping[str, JsonValue],
    data: Mapping[str, JsonValue],
    server: responses.RequestsMock,
    asked: HttpTransport,
) -> None:
    server.post(API, status=status, json=body)
    answer = asked.query(QUERY, {})
    assert asked.requests_sent == {429: 4, 500: 3, 503: 4}.get(status, 1)
    assert (answer.data, answer.status) == (data, status)
    assert [error.path for error in answer.errors] == ([("b",)] if "errors" in body else [])


IN_TROUBLE = {"data": {"a": 1, "b": None}, "errors": [{"message": "driver: bad connection", "path": ["b"]}]}


def test_an_answer_in_part_of_a_server_in_trouble_is_asked_for_again(
    server: responses.RequestsMock, asked: HttpTransport
) -> None:
    """W&B sends HTTP 500 with data; a moment later the answer is whole."""
    server.post(API, status=500, json=IN_TROUBLE)
    server.post(API, json={"data": {"a": 1, "b": 2}})
    answer = asked.query(QUERY, {})
    assert (answer.data, answer.status, asked.requests_sent) == ({"a": 1, "b": 2}, 200, 2)


def test_what_came_in_part_counts_if_the_next_try_brings_nothing(
    server: responses.RequestsMock, asked: HttpTransport
) -> None:
    """A web page instead of an answer takes nothing back."""
    server.post(API, status=500, json=IN_TROUBLE)
    server.post(API, body="<html><title>Sign in</title>", content_type="text/html")
    answer = asked.query(QUERY, {})
    assert (answer.data, answer.status) == (IN_TROUBLE["data"], 500)


def test_json_that_ends_too_early_is_read_once_more(
    server: responses.RequestsMock, asked: HttpTransport
) -> None:
    """A connection that is cut once in the middle of an answer says nothing of the server."""
    server.post(API, body=b'{"data": {"a"')
    server.post(API, json={"data": {"a": 1}})
    assert asked.query(QUERY, {}).data == {"a": 1}


def test_errors_keep_message_path_and_code(server: responses.RequestsMock, asked: HttpTransport) -> None:
    entries = [
        {"message": "no\nright", "path": ["project", "edges", 0], "extensions": {"code": "FORBIDDEN"}},
        {"message": None, "path": "project", "extensions": []},
        "just text",
    ]
    server.post(API, json={"data": {}, "errors": entries})
    answer = asked.query(QUERY, {})
    assert answer.errors == (
        GraphQLError("no right", ("project", "edges", 0), "FORBIDDEN"),
        GraphQLError('{"message": null, "path": "project", "extensions": []}', (), None),
        GraphQLError("just text", (), None),
    )


def test_a_refused_query_carries_what_the_server_objects_to(
    server: responses.RequestsMock, asked: HttpTransport
) -> None:
    words = 'Cannot query field "orgEntity" on type "Organization".'
    server.post(API, status=400, json={"errors": [{"message": words}, {"message": "and more"}]})
    failure = failure_of(asked)
    assert failure.kind is FailureKind.REFUSED_QUERY
    assert [error.message for error in failure.errors] == [words, "and more"]
    assert failure.message == f"wandb.example refused the query: {words}"


def test_a_packed_answer_is_unpacked_and_a_damaged_one_named(
    server: responses.RequestsMock, asked: HttpTransport
) -> None:
    headers = {"Content-Encoding": "gzip"}
    server.post(API, body=gzip.compress(b'{"data": {}}'), headers=headers)
    server.post(API, body=b"not packed at all", headers=headers)
    assert asked.query(QUERY, {}).data == {}
    failure = failure_of(asked)
    assert (failure.kind, "cannot be unpacked" in failure.message) == (FailureKind.NOT_JSON, True)


def test_what_a_server_says_is_shown_on_one_short_line_without_the_key(
    server: responses.RequestsMock, asked: HttpTransport
) -> None:
    basic = base64.b64encode(f"api:{KEY}".encode()).decode()
    server.post(API, status=403, body=f"\x1b[2J{KEY}\r\n\u202e {basic} \u2028{'long ' * 500}".encode())
    failure = failure_of(asked)
    assert '"[2J****beef ****' in failure.message
    assert failure.message.isprintable()
    assert len(failure.message) < 400


def test_a_secret_with_invisible_characters_in_it_is_masked_as_well() -> None:
    assert presentable("say a\u200bb\u200bc twice", [Secret("a\u200bb\u200bc")]) == "say **** twice"
    assert presentable("say a\u200bb\u200bc twice", [Secret("a b c")]) == "say **** twice"


@given(st.text(max_size=400), st.integers(0, 400))
def test_text_made_presentable_is_one_printable_line_without_the_secret(text: str, position: int) -> None:
    shown = presentable(text[:position] + KEY + text[position:], [Secret(KEY)])
    assert KEY not in shown
    assert len(shown) <= 300
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", shown)
