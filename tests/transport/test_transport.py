"""What the transport sends, how it reads what comes back, and when it asks again."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
import responses

from registry_doctor.support.redaction import Secret
from registry_doctor.transport import (
    Basic,
    Bearer,
    Deadline,
    FailureKind,
    HttpTransport,
    TransportFailure,
)

URL = "https://wandb.example"
API = f"{URL}/graphql"
KEY = "0123456789abcdef0123456789abcdef0123beef"
QUERY = "query Who { viewer { id } }"
LOGIN_PAGE = b"<!doctype html><html><head><title>\n Sign in &amp; go </title></head></html>"


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def time() -> Time:
    return Time()


def transport(
    time: Time, base_url: str = URL, credentials: Basic | Bearer | None = None, seconds: float = 30
) -> HttpTransport:
    return HttpTransport(
        base_url,
        credentials or Basic(Secret(KEY)),
        deadline=Deadline.after(seconds, lambda: time.now),
        sleep=time.sleep,
    )


def failure_of(asked: HttpTransport, document: str = QUERY) -> TransportFailure:
    """The failure that the query ends with, after a look for the key in all of its traceback."""
    with asked, pytest.raises(TransportFailure) as caught:
        asked.query(document, {})
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.args)
    assert KEY not in shown + str(caught.value.advice)
    assert base64.b64encode(f"api:{KEY}".encode()).decode() not in shown
    return caught.value


# What is sent


def test_a_query_is_posted_as_json_with_the_key_as_basic_password(
    server: responses.RequestsMock, time: Time
) -> None:
    server.post(API, json={"data": {"viewer": {"id": "x"}}})
    with transport(time, URL + "/") as asked:
        answer = asked.query("query Who($n: Int) { viewer { id } }", {"n": 1})
    request = server.calls[0].request
    assert json.loads(request.body or "") == {
        "query": "query Who($n: Int) { viewer { id } }",
        "variables": {"n": 1},
        "operationName": "Who",
    }
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(f"api:{KEY}".encode()).decode()
    assert request.headers["User-Agent"] == "wandb-registry-doctor"
    assert request.headers["Content-Type"] == "application/json"
    assert "Use-Admin-Privileges" not in request.headers
    assert (answer.data, answer.errors, answer.status) == ({"viewer": {"id": "x"}}, (), 200)
    assert answer.milliseconds >= 0


def test_a_document_without_a_name_is_sent_without_an_operation_name(
    server: responses.RequestsMock, time: Time
) -> None:
    server.post(API, json={"data": {}})
    with transport(time) as asked:
        asked.query("{ viewer { id } }", {})
    assert "operationName" not in json.loads(server.calls[0].request.body or "")


def test_an_access_token_is_sent_as_bearer(server: responses.RequestsMock, time: Time) -> None:
    server.post(API, json={"data": {}})
    with transport(time, credentials=Bearer(Secret("ey.to-ken"))) as asked:
        asked.query(QUERY, {})
    assert server.calls[0].request.headers["Authorization"] == "Bearer ey.to-ken"


@pytest.mark.parametrize("key", ["", "schlüssel", "ключ", "two\nlines", "\ud800"])
def test_a_key_of_any_characters_is_sent(key: str, server: responses.RequestsMock, time: Time) -> None:
    server.post(API, json={"data": {}})
    with transport(time, credentials=Basic(Secret(key))) as asked:
        asked.query(QUERY, {})
    sent = base64.b64decode(server.calls[0].request.headers["Authorization"].removeprefix("Basic "))
    assert sent.decode("utf-8", "surrogatepass") == f"api:{key}"


@pytest.mark.parametrize("token", ["", "schlüssel", "ключ", "two\nlines", "\ud800"])
def test_a_token_that_no_header_can_hold_is_refused_and_not_shown(token: str, time: Time) -> None:
    failure = failure_of(transport(time, credentials=Bearer(Secret(token))))
    assert failure.kind is FailureKind.UNAUTHORIZED
    assert not token or token not in "".join(traceback.format_exception(failure))


def test_netrc_is_never_used(
    server: responses.RequestsMock, time: Time, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine wandb.example login api password from-netrc\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.post(API, json={"data": {}})
    with transport(time, "https://user:password@wandb.example") as asked:
        asked.query(QUERY, {})
    sent = base64.b64decode(server.calls[0].request.headers["Authorization"].removeprefix("Basic "))
    assert sent == f"api:{KEY}".encode()


def test_requests_is_loaded_with_the_first_query_only() -> None:
    program = "import sys, registry_doctor.transport; sys.exit(any(m in sys.modules for m in ('requests', 'urllib3')))"
    assert (
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        ).returncode
        == 0
    )


@pytest.mark.parametrize(
    "address",
    ["", "wandb.example", "ftp://wandb.example", "https://", "http://[::1", "https://a b", "https://h:99999"],
)
def test_an_address_that_is_no_address_is_named_before_anything_is_sent(address: str, time: Time) -> None:
    failure = failure_of(transport(time, address))
    assert failure.kind is FailureKind.BAD_ADDRESS
    assert "is not the address of a server" in failure.message


@pytest.mark.parametrize(
    "address", [KEY, f"https://u:{KEY}@[", f"https://u:{KEY}@exam\u2100ple", f"u:{KEY}@host"]
)
def test_an_address_with_the_key_in_it_is_named_without_the_key(address: str, time: Time) -> None:
    assert failure_of(transport(time, address)).kind is FailureKind.BAD_ADDRESS


@pytest.mark.parametrize(
    "address", ["https://" + "a" * 70 + ".example", "https://*.wandb.example", "https://.example"]
)
def test_a_name_that_no_host_can_have_is_a_bad_address(address: str, time: Time) -> None:
    assert failure_of(transport(time, address)).kind in (FailureKind.BAD_ADDRESS, FailureKind.DNS)


# Asking again


def test_a_busy_server_is_asked_again_with_growing_waits(server: responses.RequestsMock, time: Time) -> None:
    for status in (429, 503, 502):
        server.post(API, status=status)
    server.post(API, json={"data": {"a": 1}})
    with transport(time) as asked:
        assert asked.query(QUERY, {}).data == {"a": 1}
    assert asked.requests_sent == 4
    assert all(wait <= slept <= wait * 1.25 for wait, slept in zip((0.2, 0.4, 0.8), time.slept, strict=True))


@pytest.mark.parametrize(
    ("status", "requests_sent", "kind"),
    [
        (429, 4, FailureKind.RATE_LIMITED),
        (502, 4, FailureKind.SERVER_ERROR),
        (503, 4, FailureKind.SERVER_ERROR),
        (504, 4, FailureKind.SERVER_ERROR),
        (500, 3, FailureKind.SERVER_ERROR),
        (501, 1, FailureKind.SERVER_ERROR),
        (403, 1, FailureKind.FORBIDDEN),
    ],
)
def test_what_stays_is_named_after_so_many_tries(
    status: int, requests_sent: int, kind: FailureKind, server: responses.RequestsMock, time: Time
) -> None:
    server.post(
        API,
        status=status,
        body=LOGIN_PAGE if status > 500 else b"",
        content_type="text/html" if status > 500 else "",
    )
    asked = transport(time)
    failure = failure_of(asked)
    assert (failure.kind, failure.status, asked.requests_sent) == (kind, status, requests_sent)
    assert (f"It was asked {requests_sent} times." in failure.message) == (requests_sent > 1)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:09 GMT", "Date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 9),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.2),
        ({"Retry-After": "0"}, 0.2),
        ({"Retry-After": "-5"}, 0.2),
        ({"Retry-After": "soon"}, 0.2),
        ({"Retry-After": "Wed, 99 Oct 9999 07:28:00 GMT"}, 0.2),
    ],
)
def test_retry_after_is_kept_to(
    headers: Mapping[str, str], wait: float, server: responses.RequestsMock, time: Time
) -> None:
    server.post(API, status=429, headers=headers)
    server.post(API, json={"data": {}})
    with transport(time) as asked:
        asked.query(QUERY, {})
    assert wait <= time.slept[0] <= max(wait, 0.25)


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ("60", "in 60 s"),
        ("3600", "in 60 min, at "),
        ("9" * 400, "at a time that never comes"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31 23:5"),
    ],
)
def test_a_wait_beyond_the_deadline_ends_the_query_at_once(
    after: str, says: str, server: responses.RequestsMock, time: Time
) -> None:
    server.post(API, status=429, headers={"Retry-After": after})
    asked = transport(time)
    failure = failure_of(asked)
    assert (failure.kind, asked.requests_sent, time.slept) == (FailureKind.RATE_LIMITED, 1, [])
    assert "wants to be asked again" in failure.message
    assert says in failure.message
    assert "this run may last 30 s" in failure.message


def test_no_try_begins_after_the_deadline(server: responses.RequestsMock, time: Time) -> None:
    server.post(API, status=503)
    failure = failure_of(transport(time, seconds=0.5))
    assert (failure.kind, sum(time.slept) < 0.5) == (FailureKind.SERVER_ERROR, True)
    assert "no time to ask again" in failure.message
    asked = transport(time, seconds=0)
    failure = failure_of(asked)
    assert (failure.kind, asked.requests_sent) == (FailureKind.DEADLINE, 0)
    assert "were over before wandb.example could be asked" in failure.message


def test_a_fault_of_this_program_is_not_disguised(server: responses.RequestsMock, time: Time) -> None:
    server.post(API, body=KeyError("a mistake"))
    with transport(time) as asked, pytest.raises(KeyError):
        asked.query(QUERY, {})


def test_an_unknown_error_of_requests_is_named_without_its_text(
    server: responses.RequestsMock, time: Time
) -> None:
    server.post(API, body=requests.RequestException(f"failed at https://api:{KEY}@wandb.example?x"))
    failure = failure_of(transport(time))
    assert failure.message == "The exchange with wandb.example failed: RequestException."


# Redirects


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_within_the_server_is_followed_once_with_the_query(
    status: int, server: responses.RequestsMock, time: Time
) -> None:
    server.post(API, status=status, headers={"Location": "/v2/graphql"})
    server.post(f"{URL}/v2/graphql", json={"data": {"a": 1}})
    with transport(time) as asked:
        assert asked.query(QUERY, {}).data == {"a": 1}
    first, second = (call.request for call in server.calls)
    assert (second.method, second.body) == ("POST", first.body)


@pytest.mark.parametrize(
    ("status", "location", "shown"),
    [
        (307, "https://elsewhere.example/graphql", "https://elsewhere.example/graphql"),
        (308, "http://wandb.example/graphql", "http://wandb.example/graphql"),
        (307, "https://wandb.example:8443/graphql", "https://wandb.example:8443/graphql"),
        (302, "/login", "https://wandb.example/login"),
        (301, f"https://u:{KEY}@wandb.example/?key={KEY}#x", "https://wandb.example/ instead"),
        (303, "javascript://x", "javascript://x"),
        (307, f"https://api:{KEY}@[", "https://["),
        (307, "/graphql", "https://wandb.example/graphql"),
    ],
)
def test_any_other_redirect_is_named_and_gets_no_credentials(
    status: int, location: str, shown: str, server: responses.RequestsMock, time: Time
) -> None:
    server.post(API, status=status, headers={"Location": location})
    failure = failure_of(transport(time))
    assert (failure.kind, failure.status) == (FailureKind.REDIRECT, status)
    assert f"points to {shown}" in failure.message
    assert len(server.calls) == (2 if location == "/graphql" else 1)


def test_a_redirect_to_https_is_met_with_the_advice_to_write_it(
    server: responses.RequestsMock, time: Time
) -> None:
    server.post("http://wandb.example/graphql", status=301, headers={"Location": API})
    assert "https://" in (failure_of(transport(time, "http://wandb.example")).advice or "")
