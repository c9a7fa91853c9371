"""Which proxy the transport goes through, and what it calls one that fails, with proxies on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from registry_doctor.support.redaction import Secret
from registry_doctor.transport import Answer, Basic, Deadline, FailureKind, HttpTransport, TransportFailure

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "WANDB_HTTP_PROXY", "WANDB_HTTPS_PROXY")
KEY = "0123456789abcdef0123456789abcdef0123beef"


class Proxy(HTTPServer):
    """Answers everything itself, with the given status."""

    status = 200
    reason = "OK"
    seen: str | None = None

    @property
    def url(self) -> str:
        return f"http://someone:swordfish@127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = b'{"data": {}}' if self.server.status == 200 else b"no"
        self.server.seen = self.requestline
        self.send_response(self.server.status, self.server.reason)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the output of the tests clean."""


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with Proxy(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(2)


def ask(url: str) -> Answer | TransportFailure:
    with HttpTransport(url, Basic(Secret(KEY)), deadline=Deadline.after(5)) as transport:
        try:
            return transport.query("{ viewer { id } }", {})
        except TransportFailure as failure:
            return failure


def refusal_of(url: str) -> TransportFailure:
    """The failure that asking ends with: it has to be the proxy's, and without its password."""
    failure = ask(url)
    assert isinstance(failure, TransportFailure)
    assert failure.kind is FailureKind.PROXY
    assert "swordfish" not in repr(failure)
    assert failure.advice
    return failure


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_password_is_named(
    scheme: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.status, proxy.reason = 407, "Proxy Authentication Required"
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy.url)
    failure = refusal_of(f"{scheme}://api.wandb.invalid")
    assert "asks for a user name and a password" in failure.message
    assert f"127.0.0.1:{proxy.server_port}" in failure.message
    assert failure.status == 407


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_named(
    scheme: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy.url.replace(str(proxy.server_port), str(port)))
    failure = refusal_of(f"{scheme}://api.wandb.invalid")
    assert (
        f"The proxy http://127.0.0.1:{port} on the way to api.wandb.invalid cannot be used" in failure.message
    )
    assert "Connection refused" in failure.message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_whose_name_no_one_knows_is_named(
    scheme: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", "http://someone:swordfish@no-proxy.invalid:1")
    assert "The proxy http://no-proxy.invalid:1" in refusal_of(f"{scheme}://api.wandb.invalid").message
    assert proxy.seen is None


def test_a_proxy_that_refuses_the_host_is_named_with_its_words(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.status, proxy.reason = 403, "Blocked by policy"
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    message = refusal_of("https://api.wandb.invalid").message
    assert "refused to connect to api.wandb.invalid (HTTP 403 Blocked by policy)" in message


def test_a_proxy_of_another_protocol_is_named(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("http://", "socks5://"))
    assert "The proxy socks5://127.0.0.1" in refusal_of("https://api.wandb.invalid").message


def test_wandb_s_own_proxy_comes_before_the_usual_one(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://unused.invalid:1")
    monkeypatch.setenv("WANDB_HTTP_PROXY", proxy.url)
    assert isinstance(ask("http://api.wandb.invalid"), Answer)
    assert proxy.seen == "POST http://api.wandb.invalid/graphql HTTP/1.1"


def test_no_proxy_is_used_for_what_is_excepted(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "WANDB_HTTP_PROXY"):
        monkeypatch.setenv(name, "http://unused.invalid:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert isinstance(ask(f"http://127.0.0.1:{proxy.server_port}"), Answer)
    assert proxy.seen == "POST /graphql HTTP/1.1"


def test_a_failure_behind_a_proxy_names_the_proxy_too(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy.status = 403
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    failure = ask("http://api.wandb.invalid")
    assert isinstance(failure, TransportFailure)
    assert f"api.wandb.invalid (through the proxy http://127.0.0.1:{proxy.server_port})" in failure.message
