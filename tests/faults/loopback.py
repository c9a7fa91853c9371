"""Servers on the loopback interface that speak bytes, so that they can do wrong whatever a server can do wrong."""

from __future__ import annotations

import json
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import requests

from registry_doctor.transport import JsonValue

Script = Callable[[socket.socket], None]
"""What a server does with a connection, after it has read the request."""


class Server:
    """Listens on the loopback interface and runs a script for each connection, one after the other."""

    def __init__(self, script: Script, *, reads_request: bool, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections: list[socket.socket] = []
        self.first_accepted: float | None = None
        """When somebody first came, on the monotonic clock."""
        self._script = script
        self._reads_request = reads_request
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # stopped
                return
            self.first_accepted = self.first_accepted or time.monotonic()
            self.connections.append(connection)
            with suppress(OSError), connection:
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                    self.connections.append(connection)
                with connection:
                    if self._reads_request:
                        self.requests.append(read_request(connection))
                    self._script(connection)

    def stop(self) -> None:
        """Close all connections; what the script is doing fails then."""
        for each in (self._listener, *self.connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(2)


@contextmanager
def serving(
    script: Script, *, reads_request: bool = True, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server that runs this script, until the end of the block."""
    server = Server(script, reads_request=reads_request, tls=tls)
    try:
        yield server
    finally:
        server.stop()


def read_request(connection: socket.socket) -> bytes:
    """Reads one request with its body, or what there is of it."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return received
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def response(
    status: str, body: str | bytes = "", *headers: str, media_type: str = "application/json"
) -> bytes:
    """A whole HTTP answer after which the connection is closed; `status` is `404 Not Found`, say."""
    content = body.encode() if isinstance(body, str) else body
    lines = (
        f"HTTP/1.1 {status}",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(content)}",
        "Connection: close",
        *headers,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def send(data: bytes) -> Script:
    """Says this and closes."""
    return lambda connection: connection.sendall(data)


def until_stopped(connection: socket.socket) -> None:
    """Says nothing until the other side or the test ends."""
    with suppress(OSError):
        while connection.recv(65536):
            pass


def close(connection: socket.socket) -> None:
    """Closes without a word."""
    connection.close()


def reset(connection: socket.socket) -> None:
    """Closes so that the other side gets a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def wait(connection: socket.socket, seconds: float) -> None:
    """Waits so long, or until the other side leaves."""
    select.select([connection], [], [], seconds)


def byte_by_byte(data: bytes, pause: float, *, at_once: bytes = b"") -> Script:
    """Says this a byte at a time, with so many seconds between them, after what it says at once."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(at_once)
        for number in range(len(data)):
            connection.sendall(data[number : number + 1])
            wait(connection, pause)

    return drip


def gigabyte(connection: socket.socket) -> None:
    """A body of 1 GB, as fast as it is taken."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        for _ in range(1_000_000_000 // 65536):
            connection.sendall(b" " * 65536)


TOO_LONG = response("413 Content Too Large")


def altered(
    base_url: str,
    change: Callable[[dict[str, JsonValue]], dict[str, JsonValue]],
    first: Iterable[Script] = (),
    longest: int = 10_000_000,
    too_long: bytes = TOO_LONG,
) -> Script:
    """Lets the server at `base_url` answer, and passes on what `change` makes of its GraphQL answer.

    The first connections run those scripts instead, one each; a query longer than `longest` bytes gets the answer `too_long`.
    """
    instead = iter(first)

    def relay(connection: socket.socket) -> None:
        request = read_request(connection)
        if (script := next(instead, None)) is not None:
            script(connection)
            return
        head, _, body = request.partition(b"\r\n\r\n")
        if len(body) > longest:
            connection.sendall(too_long)
            return
        mark = b"authorization: "
        credentials = next(line for line in head.split(b"\r\n") if line.lower().startswith(mark))
        answer = requests.post(
            f"{base_url}/graphql",
            data=body,
            headers={"Authorization": credentials[len(mark) :], "Content-Type": "application/json"},
            timeout=20,
        )
        connection.sendall(response("200 OK", json.dumps(change(answer.json()))))

    return relay


def unchanged(document: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The answer as it is."""
    return document


@contextmanager
def in_front_of(
    base_url: str,
    change: Callable[[dict[str, JsonValue]], dict[str, JsonValue]] = unchanged,
    first: Iterable[Script] = (),
    longest: int = 10_000_000,
    too_long: bytes = TOO_LONG,
) -> Iterator[Server]:
    """A server that stands in front of another one: see `altered`."""
    with serving(altered(base_url, change, first, longest, too_long), reads_request=False) as server:
        yield server
