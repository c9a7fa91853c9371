"""HTTP/1.1 on the loopback interface: connections are kept open, each is served by a thread."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from registry_doctor.sandbox.errors import Refusal, bad_request
from registry_doctor.sandbox.jsontypes import JsonValue

LARGEST_BODY = 1 << 30


@dataclass(frozen=True)
class HttpRequest:
    """A request whose body has been read."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> JsonValue:
        """The body as JSON."""
        try:
            content: JsonValue = json.loads(self.body)
        except ValueError as error:
            raise bad_request(f"the body is not JSON: {error}") from error
        return content


@dataclass(frozen=True)
class HttpResponse:
    """An answer with its whole body."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"


HttpApplication: TypeAlias = "Callable[[HttpRequest], HttpResponse]"


def json_response(status: int, content: JsonValue) -> HttpResponse:
    """An answer in JSON."""
    return HttpResponse(status, json.dumps(content, separators=(",", ":")).encode())


class LoopbackServer(ThreadingHTTPServer):
    """Serves an application until it is closed; closing also ends connections that are kept open."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int, application: HttpApplication) -> None:
        self.application = application
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__((host, port), _Handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Remember the connection."""
        if isinstance(request, socket.socket):
            with self._connections_lock:
                self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Forget the connection."""
        if isinstance(request, socket.socket):
            with self._connections_lock:
                self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is nothing to report."""

    def close(self) -> None:
        """Stop listening and end all connections."""
        self.shutdown()
        self.server_close()
        with self._connections_lock:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet
    server: LoopbackServer

    def _serve(self) -> None:
        try:
            response = self.server.application(self._request())
        except Refusal as refusal:
            self.close_connection = True
            response = json_response(refusal.status, {"errors": [{"message": refusal.message}]})
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    # http.server finds these by the method's name
    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve  # noqa: N815

    def _request(self) -> HttpRequest:
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = {name: values[-1] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
        return HttpRequest(self.command, unquote(address.path), query, headers, self._body(headers))

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        else:
            length = headers.get("content-length", "0")
            if not length.isdigit() or int(length) > LARGEST_BODY:
                raise bad_request(f"Content-Length: '{length}' is not possible")
            body = self.rfile.read(int(length))
        if headers.get("content-encoding", "").lower() != "gzip":
            return body
        try:
            return gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise bad_request(f"the body is not gzip: {error}") from error

    def _chunks(self) -> bytes:
        body = b""
        while True:
            try:
                length = int(self.rfile.readline().split(b";")[0], 16)
            except ValueError as error:
                raise bad_request("a chunk without length") from error
            if length == 0:
                break
            if len(body) + length > LARGEST_BODY:
                raise bad_request("the body is too large")
            body += self.rfile.read(length)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return body

    def log_message(self, format: str, *args: object) -> None:
        """Nothing goes to stderr; the requests are in the sandbox's own log."""
