"""A connection stays open between two diagnoses of a process, and only then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar, cast

import pytest

from registry_doctor.support.redaction import Secret
from registry_doctor.transport import Basic, Deadline, HttpTransport
from registry_doctor.transport.kept_lines import KEPT_LINES, KeptLines
from registry_doctor.transport.session import Line

KEY = "0123456789abcdef0123456789abcdef0123beef"
QUERY = "query Who { viewer { id } }"


class Handler(BaseHTTPRequestHandler):
    """Answers every question, counts connections, and keeps each open unless told otherwise."""

    protocol_version = "HTTP/1.1"
    connections: ClassVar[int] = 0
    closing: ClassVar[bool] = False

    def setup(self) -> None:
        """A new connection."""
        type(self).connections += 1
        super().setup()

    def do_POST(self) -> None:
        """One answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"data": {"viewer": {"id": "x"}}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.closing

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server of its own."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(Handler, "connections", 0)
    monkeypatch.setattr(Handler, "closing", False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        KEPT_LINES.close()
        running.shutdown()


def ask(url: str, key: str = KEY, keep: bool = True) -> None:
    """One question on a transport of its own."""
    with HttpTransport(
        url, Basic(Secret(key)), deadline=Deadline.after(10), keep_connection=keep
    ) as transport:
        transport.query(QUERY, {})


def test_the_next_transport_of_the_process_uses_the_same_connection(server: str) -> None:
    """For the same server and credentials."""
    for _ in range(3):
        ask(server)
    assert Handler.connections == 1


@pytest.mark.parametrize("different", ["key", "way", "not kept"])
def test_what_differs_has_a_connection_of_its_own(
    different: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another key, other certificates or proxies."""
    ask(server, keep=different != "not kept")
    if different == "way":
        monkeypatch.setenv("SSL_CERT_DIR", "/somewhere")
    ask(server, key=KEY[::-1] if different == "key" else KEY)
    assert Handler.connections == 2


def test_a_connection_that_the_server_closed_is_opened_again(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody notices."""
    monkeypatch.setattr(Handler, "closing", True)
    ask(server)
    ask(server)
    assert Handler.connections == 2


def test_what_ends_with_an_exception_keeps_nothing(server: str) -> None:
    """An answer may still be on the way."""
    with (
        pytest.raises(KeyboardInterrupt),
        HttpTransport(
            server, Basic(Secret(KEY)), deadline=Deadline.after(10), keep_connection=True
        ) as transport,
    ):
        transport.query(QUERY, {})
        raise KeyboardInterrupt
    ask(server)
    assert Handler.connections == 2


class FakeLine:
    """Says whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        """Note it."""
        self.closed = True


def line() -> Line:
    """A line that leads nowhere."""
    return cast("Line", FakeLine())


def closed(which: Line) -> bool:
    """Whether it was closed."""
    return cast("FakeLine", which).closed


def test_an_idle_line_is_closed_and_not_given_out() -> None:
    """A firewall may have forgotten it without a word."""
    now = [0.0]
    lines, old = KeptLines(lambda: now[0]), line()
    lines.give("a", old)
    now[0] = 3600.0
    assert lines.take("a") is None
    assert closed(old)


def test_a_line_is_given_to_one_taker() -> None:
    """Two threads never share it."""
    lines, only = KeptLines(), line()
    lines.give("a", only)
    assert lines.take("a") is only
    assert lines.take("a") is None


def test_only_a_few_lines_wait() -> None:
    """The oldest is closed."""
    lines, many = KeptLines(), [line() for _ in range(10)]
    for number, each in enumerate(many):
        lines.give(number, each)
    assert closed(many[0])
    assert not closed(many[-1])


def test_a_forked_process_does_not_use_its_parent_s_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers would get mixed."""
    lines, parents = KeptLines(), line()
    lines.give("a", parents)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert lines.take("a") is None
