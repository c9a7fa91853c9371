"""What the transport makes of servers and networks that fail, on real sockets of this machine.

Each fault has to end with its own name, in a sentence without the key, at most a second after the deadline.
"""

from __future__ import annotations

import errno
import gzip
import signal
import socket
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass

import pytest

from registry_doctor.support.redaction import Secret
from registry_doctor.transport import Answer, Basic, Deadline, FailureKind, HttpTransport, TransportFailure
from tests.faults.loopback import Script, close, gigabyte, read_request, reset, send, serving, until_stopped

KEY = "0123456789abcdef0123456789abcdef0123beef"
ANSWER = b'{"data":{"viewer":null}}'
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n" + ANSWER


@dataclass(frozen=True)
class Ended:
    """How a query ended, after how long and how many requests."""

    outcome: Answer | TransportFailure
    seconds: float
    requests: int

    @property
    def failure(self) -> TransportFailure:
        assert isinstance(self.outcome, TransportFailure)
        return self.outcome


def connected(
    url: str, *, allowed: float = 5.0, connecting: float = 6.0, reading: float = 20.0
) -> HttpTransport:
    return HttpTransport(
        url,
        Basic(Secret(KEY)),
        deadline=Deadline.after(allowed),
        max_bytes=1_000_000,
        connect_timeout=connecting,
        read_timeout=reading,
    )


def ask(url: str, *, allowed: float = 1.0, connecting: float = 6.0, reading: float = 20.0) -> Ended:
    """Asks once, checks that the end came in time and without the key, and tells how it ended."""
    started = time.monotonic()
    outcome: Answer | TransportFailure
    with connected(url, allowed=allowed, connecting=connecting, reading=reading) as transport:
        try:
            outcome = transport.query("query Who { viewer { id } }", {})
        except TransportFailure as failure:
            outcome = failure
    seconds = time.monotonic() - started
    assert seconds <= allowed + 1.0
    if isinstance(outcome, TransportFailure):
        assert KEY not in "".join(traceback.format_exception(outcome)) + repr(outcome)
        assert (outcome.__context__, outcome.__cause__) == (None, None)
        assert outcome.advice
    return Ended(outcome, seconds, transport.requests_sent)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def test_a_good_server_is_answered_by_the_answer() -> None:
    with serving(send(GOOD)) as server:
        ended = ask(server.url)
    assert isinstance(ended.outcome, Answer)


def test_two_queries_share_one_connection() -> None:
    def twice(connection: socket.socket) -> None:
        connection.sendall(GOOD)
        read_request(connection)
        connection.sendall(GOOD)

    with serving(twice) as server, connected(server.url) as transport:
        transport.query("{ viewer { id } }", {})
        transport.query("{ viewer { id } }", {})
        assert (len(server.connections), transport.requests_sent) == (1, 2)
        assert transport.milliseconds > 0


def test_a_host_that_no_one_knows_is_a_dns_failure() -> None:
    failure = ask("http://no-such-host.invalid", allowed=5).failure
    assert failure.kind is FailureKind.DNS
    assert "no-such-host.invalid could not be looked up" in failure.message


def test_a_port_where_nothing_listens_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    failure = ask(f"http://127.0.0.1:{port}").failure
    assert failure.kind is FailureKind.REFUSED
    assert f"127.0.0.1:{port} refused the connection" in failure.message


def test_a_network_without_a_way_to_the_host_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_way(*_: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", no_way)
    failure = ask("http://192.0.2.1").failure
    assert failure.kind is FailureKind.UNREACHABLE
    assert "The network has no route to 192.0.2.1 (Network is unreachable)" in failure.message


def test_a_host_that_takes_no_connection_is_a_connect_timeout() -> None:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as full,
        socket.socket() as waiting,
        socket.socket() as more,
    ):
        address = full.getsockname()
        # The queue of connections that no one accepts holds one or two; the next one hangs.
        for filler in (waiting, more):
            filler.setblocking(False)
            filler.connect_ex(address)
        ended = ask(f"http://127.0.0.1:{address[1]}", connecting=0.3)
    assert ended.failure.kind is FailureKind.CONNECT_TIMEOUT
    assert "did not take the connection within 0.3 s" in ended.failure.message


def test_a_lookup_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        released.wait(10)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        failure = ask("http://slow-names.invalid", allowed=0.3).failure
    finally:
        released.set()
    assert failure.kind is FailureKind.DEADLINE
    assert "slow-names.invalid" in failure.message
    assert "looking up its name" in failure.message


@pytest.mark.parametrize(("reading", "silence"), [(0.3, "0.3 s"), (20.0, "s")])
def test_a_server_that_never_answers_is_a_read_timeout(reading: float, silence: str) -> None:
    with serving(until_stopped) as server:
        failure = ask(server.url, reading=reading).failure
    assert failure.kind is FailureKind.READ_TIMEOUT
    assert "took the connection but did not answer" in failure.message
    assert failure.message.endswith(f"{silence}.")


def test_a_body_of_a_byte_now_and_then_ends_at_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(GOOD[: -len(ANSWER)])
        for byte in ANSWER:
            connection.sendall(bytes([byte]))
            time.sleep(0.2)

    with serving(drip) as server:
        ended = ask(server.url)
    assert ended.failure.kind is FailureKind.DEADLINE
    assert "was still sending its answer" in ended.failure.message


def test_headers_of_a_byte_now_and_then_end_at_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        for byte in GOOD:
            connection.sendall(bytes([byte]))
            time.sleep(0.2)

    with serving(drip) as server:
        ended = ask(server.url)
    assert ended.failure.kind is FailureKind.DEADLINE
    assert "No answer came from 127.0.0.1" in ended.failure.message


def test_a_body_that_stops_is_a_read_timeout() -> None:
    def stop(connection: socket.socket) -> None:
        connection.sendall(GOOD[:-5])
        until_stopped(connection)

    with serving(stop) as server:
        failure = ask(server.url, reading=0.3).failure
    assert failure.kind is FailureKind.READ_TIMEOUT
    assert "stopped in the middle of its answer" in failure.message


@pytest.mark.parametrize("end", [reset, close], ids=["reset", "closed"])
def test_a_connection_closed_without_an_answer_is_tried_once_more(end: Script) -> None:
    with serving(end) as server:
        ended = ask(server.url)
    assert ended.failure.kind is FailureKind.RESET
    assert "closed the connection without an answer" in ended.failure.message
    assert (ended.requests, len(server.connections)) == (2, 2)


def test_a_second_try_after_a_reset_may_succeed() -> None:
    attempts: list[int] = []

    def reset_first(connection: socket.socket) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            reset(connection)
        else:
            connection.sendall(GOOD)

    with serving(reset_first) as server:
        ended = ask(server.url)
    assert isinstance(ended.outcome, Answer)


def test_a_connection_that_the_server_closed_between_two_queries_is_opened_again() -> None:
    with serving(send(GOOD)) as server, connected(server.url) as transport:
        transport.query("{ viewer { id } }", {})
        time.sleep(0.05)
        transport.query("{ viewer { id } }", {})
        assert len(server.connections) == 2


CHUNKS_WITHOUT_AN_END = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"dat\r\n'


@pytest.mark.parametrize("answer", [GOOD[:-5], CHUNKS_WITHOUT_AN_END])
def test_an_answer_cut_in_the_middle_is_read_once_more_and_then_named(answer: bytes) -> None:
    with serving(send(answer)) as server:
        ended = ask(server.url)
    assert ended.failure.kind is FailureKind.RESET
    assert "was cut in the middle of the answer" in ended.failure.message
    assert ended.requests == 2


@pytest.mark.parametrize("answer", [GOOD[:-5], CHUNKS_WITHOUT_AN_END])
def test_an_answer_that_is_cut_once_is_read_the_second_time(answer: bytes) -> None:
    scripts = iter([send(answer)])

    def cut_first(connection: socket.socket) -> None:
        next(scripts, send(GOOD))(connection)

    with serving(cut_first) as server:
        ended = ask(server.url)
    assert isinstance(ended.outcome, Answer)
    assert ended.requests == 2


def test_what_does_not_speak_http_is_named() -> None:
    with serving(send(b"SSH-2.0-OpenSSH_9.6\r\n")) as server:
        failure = ask(server.url).failure
    assert failure.kind is FailureKind.NOT_HTTP
    assert "does not speak HTTP" in failure.message


def bomb(connection: socket.socket) -> None:
    packed = gzip.compress(b" " * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    with suppress(OSError):
        connection.sendall(head.encode() + packed)


@pytest.mark.parametrize("script", [gigabyte, bomb])
def test_an_answer_beyond_the_limit_is_not_read_further(script: Script) -> None:
    with serving(script) as server:
        ended = ask(server.url, allowed=5)
    assert ended.failure.kind is FailureKind.TOO_LARGE
    assert "sent more than 0.954 MiB" in ended.failure.message
    assert ended.seconds < 3


def test_the_body_of_a_redirect_is_not_read_without_a_limit() -> None:
    def redirect(connection: socket.socket) -> None:
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 1000000000\r\n\r\n"
        )
        with suppress(OSError):
            while True:
                connection.sendall(b" " * 65536)

    with serving(redirect) as server:
        failure = ask(server.url, allowed=5).failure
    assert failure.kind is FailureKind.TOO_LARGE


def test_ctrl_c_ends_the_wait_at_once() -> None:
    if not hasattr(signal, "setitimer"):
        pytest.skip("this system has no timer that sends a signal")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    started = time.monotonic()
    try:
        with serving(until_stopped) as server:
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(KeyboardInterrupt):
                ask(server.url, allowed=5)
            assert time.monotonic() - started < 1
    finally:
        signal.signal(signal.SIGALRM, before)


def test_plain_http_where_https_is_expected_is_a_tls_failure() -> None:
    with serving(send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), reads_request=False) as server:
        failure = ask(f"https://127.0.0.1:{server.port}").failure
    assert failure.kind is FailureKind.TLS
    assert "answered plain http where https was expected" in failure.message


def test_https_where_plain_http_is_expected_is_a_tls_failure() -> None:
    alert = b"\x15\x03\x01\x00\x02\x02\x46"
    with serving(send(alert)) as server:
        failure = ask(server.url).failure
    assert failure.kind is FailureKind.TLS
    assert "expects https" in failure.message
    assert "https://" in (failure.advice or "")


def test_a_handshake_that_the_server_leaves_is_named() -> None:
    with serving(close, reads_request=False) as server:
        failure = ask(f"https://127.0.0.1:{server.port}").failure
    assert failure.kind in (FailureKind.TLS, FailureKind.RESET)
    assert f"127.0.0.1:{server.port}" in failure.message
