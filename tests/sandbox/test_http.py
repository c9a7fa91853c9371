"""Statuses, bodies and connections, as clients meet them (protocol 2 and 6)."""

from __future__ import annotations

import gzip
import http.client
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

NOT_LOGGED_IN = ["user is not logged in"]


@pytest.mark.parametrize("who", [None, "0" * 40], ids=["no key", "unknown key"])
def test_who_is_not_known_gets_401(client: Client, who: str | None) -> None:
    """Whatever is asked."""
    reply = client.ask(who, "{ viewer { username } }")
    assert (reply.status, reply.messages) == (401, NOT_LOGGED_IN)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{ viewer { nickname } }", 'Cannot query field "nickname" on type "User".'),
        ("{ lost }", 'Cannot query field "lost" on type "Query".'),
        ("mutation { dropAll { success } }", 'Cannot query field "dropAll" on type "Mutation".'),
        ("query A { viewer { id } ", "Syntax Error: Expected Name, found <EOF>."),
        ("query E($n: String!) { entity(name: $n) { id } }", "Variable '$n'"),
    ],
)
def test_a_document_that_does_not_fit_the_schema_is_a_bad_request(
    client: Client, document: str, said: str
) -> None:
    """400 and never 500, which clients would try again."""
    reply = client.ask("bob", document)
    assert reply.status == 400
    assert said in str(reply.messages[0])


def test_an_unknown_input_field_is_a_bad_request(client: Client) -> None:
    """The real server refuses what it does not know."""
    document = "mutation L($i: LinkArtifactInput!) { linkArtifact(input: $i) { versionIndex } }"
    assert client.ask("bob", document, i={"artifactID": "x", "colour": "red"}).status == 400


def test_an_error_leaves_the_rest_of_the_answer_complete(client: Client) -> None:
    """An error under one alias nulls that alone, and decides the status."""
    reply = client.ask(
        "gina",
        """{ me: viewer { username } file: project(entityName: "acme-robotics_X7Q2", name: "wandb-registry-model") {
          artifactCollectionMembership(name: "detector") { versionIndex files { totalCount } } } bad: users(first: -1) { totalCount } }""",
    )
    assert reply.status in (400, 403)
    assert sorted(map(str, reply.messages)) == ["first: must not be negative", "permission denied"]
    assert reply["me"] == {"username": "gina"}
    assert reply["bad"] is None
    assert reply["file.artifactCollectionMembership"] == {"versionIndex": 0, "files": None}


def test_an_error_has_a_path_and_a_code(client: Client) -> None:
    """As the SDK expects to find them."""
    reply = client.ask(
        "bob",
        '{ a: project(name: "detectors", entityName: "vision") { artifactCollections(filters: "[") { totalCount } } }',
    )
    assert isinstance(reply.body, dict)
    error = reply.body["errors"][0]
    assert (error["path"], error["extensions"]) == (["a", "artifactCollections"], {"code": "BAD_USER_INPUT"})


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"query": 1}', "\xff"])
def test_a_body_without_a_query_is_a_bad_request(client: Client, body: str) -> None:
    """Whatever was sent instead."""
    answer = client.session.post(
        f"{client.base_url}/graphql",
        data=body.encode("latin-1"),
        auth=("api", client.keys["bob"]),
        timeout=20,
    )
    assert answer.status_code == 400


def test_the_operation_is_read_from_the_document(client: Client) -> None:
    """Clients send an empty operationName, or none (protocol 2)."""
    client.ask("bob", "query NamedHere { viewer { id } }")
    client.ask("bob", "{ serverInfo { features { name } } }")
    assert [entry.operation for entry in client.sandbox.log] == ["NamedHere", "serverInfo"]


def test_the_wanted_operation_of_several_is_executed(client: Client) -> None:
    """And one that is not there is refused."""
    document = "query A { viewer { username } } query B { serverInfo { features { name } } }"
    for name, status in (("A", 200), ("C", 400)):
        body = {"query": document, "operationName": name}
        answer = client.session.post(
            f"{client.base_url}/graphql", json=body, auth=("api", client.keys["bob"]), timeout=20
        )
        assert answer.status_code == status


def test_introspection_works(client: Client) -> None:
    """Older SDKs ask the schema what it has."""
    reply = client.ask(
        "bob", '{ __type(name: "Organization") { fields { name } } __schema { queryType { name } } }'
    )
    fields = reply["__type.fields"]
    assert isinstance(fields, list)
    assert {"name": "orgEntity"} in fields
    assert reply["__schema.queryType.name"] == "Query"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/sdk/otel/v1/metrics"),
        ("GET", "/graphql"),
        ("GET", "/sandbox/nothing"),
        ("PUT", "/files/a"),
    ],
)
def test_where_there_is_nothing_the_answer_is_404_in_json(client: Client, method: str, path: str) -> None:
    """The SDK's side traffic ends there."""
    answer = client.session.request(method, client.base_url + path, timeout=20)
    assert answer.status_code == 404
    assert answer.json()["errors"]


def test_connections_are_kept_open(client: Client) -> None:
    """Several requests go over one connection, refused ones among them."""
    address = urlsplit(client.base_url).netloc
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("POST", "/graphql", body=b"{}")
        answer = connection.getresponse()
        assert (answer.version, answer.status) == (11, 400)
        answer.read()
    assert connection.sock is first
    connection.close()


@pytest.mark.parametrize("encoding", ["chunked", "gzip"])
def test_bodies_may_be_chunked_or_compressed(client: Client, encoding: str) -> None:
    """Uploads of some clients are (protocol 3)."""
    body = json.dumps({"query": "{ viewer { username } }"}).encode()
    address = f"{client.base_url}/graphql"
    auth = ("api", client.keys["bob"])
    if encoding == "gzip":
        answer = client.session.post(
            address, data=gzip.compress(body), headers={"Content-Encoding": "gzip"}, auth=auth, timeout=20
        )
    else:
        answer = client.session.post(address, data=iter([body[:9], body[9:]]), auth=auth, timeout=20)
    assert answer.json() == {"data": {"viewer": {"username": "bob"}}}


def test_the_log_tells_who_asked_what_and_never_a_key(client: Client) -> None:
    """Newest last, as GET /sandbox/log gives it."""
    client.ask("bob", "query First { viewer { id } }")
    client.ask(None, 'mutation Second { stopRun(input: {id: "x"}) { success } }')
    answer = client.session.get(f"{client.base_url}/sandbox/log", timeout=20)
    first, second = answer.json()
    assert (first["operation"], first["kind"], first["path"], first["status"], first["user"]) == (
        "First",
        "query",
        "/graphql",
        200,
        "bob",
    )
    assert (second["operation"], second["kind"], second["status"], second["user"]) == (
        "Second",
        "mutation",
        401,
        None,
    )
    assert first["ms"] >= 0
    assert client.keys["bob"] not in answer.text


def test_bytes_are_had_at_signed_addresses_only(client: Client) -> None:
    """The address is a secret: it needs no key, and another path or direction needs another one."""
    reply = client.ask(
        "bob",
        '{ project(name: "detectors", entityName: "vision") { artifactCollectionMembership(name: "yolo:v1") { files { edges { node { directUrl } } } } } }',
    )
    (url,) = reply.nodes("project.artifactCollectionMembership.files", "directUrl")
    assert isinstance(url, str)
    assert "wandb_artifacts/" in url
    assert client.session.get(url, timeout=20).text == "weights-v1"
    assert client.session.get(url.split("?")[0], timeout=20).status_code == 403
    assert client.session.put(url.replace("/get/", "/put/"), data=b"evil", timeout=20).status_code == 403
    assert url.split("signature=")[1] not in str(client.sandbox.log)


def test_what_the_sandbox_does_not_do_is_refused_for_good(client: Client) -> None:
    """501 is not tried again, and names the mutation."""
    reply = client.ask("alice", "mutation { upsertSweep(input: {}) { sweep { id } } }")
    assert reply.status == 501
    assert '"upsertSweep"' in str(reply.messages[0])
