"""What a diagnosis says of servers and networks that fail: the right code or exit status 3, and the cause by name.

Every fault stands on a real socket of this machine. A row says what the library's report has to be; the commands
run on some of them as processes of their own.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme
from _pytest.mark import ParameterSet

from registry_doctor import diagnose
from registry_doctor.report.model import Report
from registry_doctor.report.text import render
from tests.faults.commands import TARGET, YOLO, expect_clean, run
from tests.faults.loopback import (
    Script,
    byte_by_byte,
    close,
    gigabyte,
    reset,
    response,
    send,
    serving,
    until_stopped,
    wait,
)

GOOD = '{"data": {"q0": null}}'
LATER = format_datetime(datetime.now(timezone.utc) + timedelta(hours=2), usegmt=True)
LOGIN = "<!doctype html><html><head><title>Sign in to Acme</title></head><body>who are you</body></html>"


@dataclass(frozen=True)
class Environment:
    """Where the server is, and what else has to be set."""

    url: str
    variables: dict[str, str] = field(default_factory=dict)
    accepted: Callable[[], float | None] = lambda: None
    """When somebody first came, if that is known."""


Where = Callable[[Path], AbstractContextManager[Environment]]


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and what has to be said of it."""

    name: str
    where: Where
    words: str
    code: str | None = "RD001"
    """The failing check; `None` if nothing can be known, which is exit status 3."""
    timeout: float = 1.0


def script(script: Script, *, reads_request: bool = True) -> Where:
    """A server that runs this script."""

    @contextmanager
    def where(_: Path) -> Iterator[Environment]:
        with serving(script, reads_request=reads_request) as server:
            yield Environment(server.url, accepted=lambda: server.first_accepted)

    return where


def answer(status: str, body: str = "", *headers: str, media_type: str = "application/json") -> Where:
    """A server that always gives this answer."""
    return script(send(response(status, body, *headers, media_type=media_type)))


def at(url: str) -> Where:
    """An address where there is nothing."""

    @contextmanager
    def where(_: Path) -> Iterator[Environment]:
        yield Environment(url)

    return where


@contextmanager
def nothing_listens(_: Path) -> Iterator[Environment]:
    """A port that was just given back."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    yield Environment(f"http://127.0.0.1:{port}")


@contextmanager
def takes_no_connection(_: Path) -> Iterator[Environment]:
    """The queue of connections that no one accepts is full: the next one hangs, as on a network without a way."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as full,
        socket.socket() as waiting,
        socket.socket() as more,
    ):
        for filler in (waiting, more):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        yield Environment(f"http://127.0.0.1:{full.getsockname()[1]}")


def certificate(*, host: str = "localhost", trusted: bool = True, days: int = 1) -> Where:
    """A TLS server at `localhost` whose certificate is for `host` and ends in so many days."""

    @contextmanager
    def where(folder: Path) -> Iterator[Environment]:
        authority, now = trustme.CA(), datetime.now(timezone.utc)
        issued = authority.issue_cert(
            host, not_before=now - timedelta(days=5), not_after=now + timedelta(days=days)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        bundle = folder / "authority.pem"
        (authority if trusted else trustme.CA()).cert_pem.write_to_path(str(bundle))
        with serving(send(response("200 OK", GOOD)), tls=context) as server:
            yield Environment(
                f"https://localhost:{server.port}",
                {"SSL_CERT_FILE": str(bundle)},
                lambda: server.first_accepted,
            )

    return where


@contextmanager
def https_on_an_http_address(_: Path) -> Iterator[Environment]:
    """A server that speaks TLS alone, under an address that begins with http."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with serving(close, tls=context) as server:
        yield Environment(server.url.replace("https", "http"))


@contextmanager
def http_on_an_https_address(_: Path) -> Iterator[Environment]:
    """A server without TLS, under an address that begins with https."""
    with serving(send(response("400 Bad Request", "what?")), reads_request=False) as server:
        yield Environment(server.url.replace("http", "https"))


@contextmanager
def proxy_that_asks_for_a_password(_: Path) -> Iterator[Environment]:
    """Every request goes through a proxy, which refuses it."""
    with serving(
        send(response("407 Proxy Authentication Required", LOGIN, media_type="text/html"))
    ) as server:
        proxy = server.url.replace("http://", "http://someone:swordfish@")
        yield Environment(
            "http://api.wandb.invalid", {"HTTP_PROXY": proxy, "NO_PROXY": ""}, lambda: server.first_accepted
        )


def after(seconds: float, data: bytes) -> Script:
    """An answer that comes late."""

    def late(connection: socket.socket) -> None:
        wait(connection, seconds)
        connection.sendall(data)

    return late


def cut(connection: socket.socket) -> None:
    """Half of an answer, and then a reset."""
    connection.sendall(response("200 OK", GOOD)[:-8])
    reset(connection)


PACKED = gzip.compress(b" " * 100_000_000)

FAULTS = [
    Fault("refused", nothing_listens, "refused the connection: nothing listens there"),
    Fault("DNS", at("http://no-such-host.invalid"), "could not be looked up", timeout=5),
    Fault("unroutable", takes_no_connection, "did not take the connection within"),
    Fault("unknown authority", certificate(trusted=False), "from an authority that is not trusted here", timeout=5),
    Fault("another host's certificate", certificate(host="elsewhere.example"), "is for another host name", timeout=5),
    Fault("expired certificate", certificate(days=-1), "has expired", timeout=5),
    Fault("TLS on http", https_on_an_http_address, "A server that expects https does that when it is asked over plain http", timeout=5),
    Fault("http on TLS", http_on_an_https_address, "answered plain http where https was expected", timeout=5),
    Fault("proxy 407", proxy_that_asks_for_a_password, "asks for a user name and a password"),
    Fault("login page", answer("200 OK", LOGIN, media_type="text/html"), 'login page or a proxy answered instead of W&B: a web page came from'),
    Fault("redirect", answer("302 Found", "", "Location: https://login.example/?next=%2F"), "points to https://login.example/ instead of answering"),
    Fault("redirect that keeps the query", answer("307 Temporary Redirect", "", "Location: https://elsewhere.example/graphql"), "points to https://elsewhere.example/graphql instead"),
    Fault("redirect to itself", answer("308 Permanent Redirect", "", "Location: /graphql"), "instead of answering (HTTP 308)"),
    Fault("401", answer("401 Unauthorized", '{"errors": [{"message": "user is not logged in"}]}'), "does not accept the credentials from WANDB_API_KEY", "RD102"),
    Fault("403", answer("403 Forbidden", '{"errors": [{"message": "permission denied"}]}'), "permission denied", "RD102"),
    Fault("403 as a page", answer("403 Forbidden", LOGIN, media_type="text/html"), "a web page came from"),
    Fault("404", answer("404 Not Found", "no"), "has no W&B API at this address"),
    Fault("408", answer("408 Request Timeout"), "gave up waiting for the query"),
    Fault("413", answer("413 Content Too Large", LOGIN, media_type="text/html"), "refused the query as too large"),
    Fault("429 in seconds", answer("429 Too Many Requests", "", "Retry-After: 60"), "wants to be asked again in 60 s, and this run may last 1 s", None),
    Fault("429 at a date", answer("429 Too Many Requests", "", f"Retry-After: {LATER}"), "wants to be asked again in 1", None),
    Fault("429 for ever", answer("429 Too Many Requests", "", "Retry-After: 99999999999999999999"), "at a time that never comes", None),
    Fault("429 in nonsense", answer("429 Too Many Requests", "", "Retry-After: soon"), "refused to answer so many requests", None),
    *(
        Fault(f"{status} for ever", answer(f"{status} {phrase}"), f"failed to answer (HTTP {status}", None, 4)
        for status, phrase in ((500, "Internal Server Error"), (502, "Bad Gateway"), (503, "Service Unavailable"), (504, "Gateway Timeout"))
    ),
    Fault("503 as a page", answer("503 Service Unavailable", LOGIN, media_type="text/html"), "failed to answer (HTTP 503", None, 4),
    Fault("empty body", answer("200 OK"), "answered with nothing at all"),
    Fault("204", script(send(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")), "answered with nothing at all"),
    Fault("truncated JSON", answer("200 OK", GOOD[:-5]), "ends in the middle of its JSON"),
    Fault("JSON of another shape", answer("200 OK", '{"status": "ok"}'), "JSON that is not an answer to a query"),
    Fault("a JSON list", answer("200 OK", "[]"), "JSON that is not an answer to a query"),
    Fault("a JSON null", answer("200 OK", "null"), "JSON that is not an answer to a query"),
    Fault("data is a list", answer("200 OK", '{"data": [1]}'), "JSON that is not an answer to a query"),
    Fault("JSON nested deeply", answer("200 OK", "[" * 100_000), "is not JSON"),
    Fault("bytes", script(send(response("200 OK", b"\xff\xfe\x00\x01"))), "is not JSON"),
    Fault("errors without data", answer("200 OK", '{"errors": [{"message": "database is locked"}]}'), "refused the query: database is locked", None),
    Fault("errors and null data", answer("400 Bad Request", '{"data": null, "errors": [{"message": "no such operation"}]}'), "refused the query: no such operation", None),
    Fault("1 GB", script(gigabyte), "sent more than 32 MiB", timeout=20),
    Fault("packed bomb", script(send(response("200 OK", PACKED, "Content-Encoding: gzip"))), "sent more than 32 MiB", timeout=20),
    Fault("body a byte a second", script(byte_by_byte(GOOD.encode(), 1.0, at_once=response("200 OK", GOOD)[: -len(GOOD)])), "was still sending its answer", timeout=1.5),
    Fault("head a byte a second", script(byte_by_byte(response("200 OK", GOOD), 0.6)), "No answer came from 127.0.0.1"),
    Fault("cut in the middle", script(cut), "was cut in the middle of the answer"),
    Fault("closed without an answer", script(close), "closed the connection without an answer"),
    Fault("reset without an answer", script(reset), "closed the connection without an answer"),
    Fault("no answer", script(until_stopped), "took the connection but did not answer"),
    Fault("answer after the deadline", script(after(1.8, response("200 OK", GOOD))), "did not answer: nothing came for"),
    Fault("another protocol", script(send(b"220 mail.example ESMTP\r\n")), "does not speak HTTP"),
]  # fmt: skip


def diagnosed(fault: Fault, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report on a call to that server; it has to be there in time."""
    for name, value in environment.variables.items():
        monkeypatch.setenv(name, value)
    started = time.monotonic()
    report = diagnose(TARGET, artifact=YOLO, base_url=environment.url, timeout=fault.timeout)
    assert time.monotonic() - started <= fault.timeout + 1
    return report


WAITING = (
    "unroutable",
    "500 for ever",
    "502 for ever",
    "504 for ever",
    "503 as a page",
    "1 GB",
    "head a byte a second",
    "answer after the deadline",
)
"""What takes a second or more; together with the others it would be too long for `make test`."""


def rows() -> Iterator[ParameterSet]:
    """The table, with a mark on what waits."""
    for fault in FAULTS:
        yield pytest.param(fault, id=fault.name, marks=[pytest.mark.slow] if fault.name in WAITING else [])


@pytest.mark.parametrize("fault", [*rows()])
def test_a_diagnosis_names_the_cause(
    fault: Fault, tmp_path: Path, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One failing error of the right code, or nothing known; in time, without a crash, and without the key."""
    with fault.where(tmp_path) as environment:
        report = diagnosed(fault, environment, monkeypatch)
    assert [each.code for each in report.errors] == ([fault.code] if fault.code else [])
    assert report.exit_code == (1 if fault.code else 3)
    assert not [each for each in report.results if each.status.value == "error"]
    said = [each.message for each in report.results if each.is_error or each.unknown]
    assert fault.words in said[0]
    assert len(said) == 1
    expect_clean(report.to_json() + render(report))
    assert "swordfish" not in report.to_json()
    if fault.code:
        assert all(fix.steps for each in report.errors for fix in each.fixes)


AS_COMMANDS = (
    "refused",
    "expired certificate",
    "proxy 407",
    "login page",
    "401",
    "429 in seconds",
    "503 for ever",
    "truncated JSON",
    "body a byte a second",
    "answer after the deadline",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.name in AS_COMMANDS], ids=lambda fault: fault.name
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_the_command_names_the_cause_and_ends_in_time(
    fault: Fault, format_: str, tmp_path: Path, empty_home: Path
) -> None:
    """With the report's exit status; a second after the deadline nothing goes on."""
    with fault.where(tmp_path) as environment:
        arguments = ("doctor", TARGET, "--artifact", YOLO, "--base-url", environment.url)
        ended = run(
            *arguments,
            "--timeout",
            str(fault.timeout),
            "--format",
            format_,
            environment=environment.variables,
        )
        began = environment.accepted()
    assert ended.status == (1 if fault.code else 3)
    assert fault.words in ended.said
    assert ended.stderr == ""
    if fault.code:
        assert fault.code in ended.stdout
    if format_ == "json":
        assert json.loads(ended.stdout)["exit_code"] == ended.status
    if began is not None:
        assert ended.moment - began <= fault.timeout + 1
