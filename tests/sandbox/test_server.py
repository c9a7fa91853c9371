"""Connections and threads: many at a time, late ones among them, and a clean end."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from registry_doctor.sandbox import Sandbox, SandboxError, default_world

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

VIEWER = "query Viewer { viewer { username } }"
LATE = "query Late { viewer { username } }"


def test_a_renewed_sandbox_has_another_world_at_its_address(client: Client) -> None:
    """Nothing of the old one is left: no key, no request, no fault."""
    sandbox = client.sandbox
    sandbox.set_faults([{"op": "*", "status": 500, "times": None}])
    assert client.ask("bob", VIEWER).status == 500
    address = sandbox.base_url
    sandbox.renew({"users": [{"username": "zoe", "api_keys": ["z" * 40]}]})
    assert (sandbox.base_url, sandbox.log) == (address, [])
    assert client.ask("bob", VIEWER).status == 401
    assert client.ask("z" * 40, VIEWER)["viewer.username"] == "zoe"
    sandbox.renew()
    assert client.ask(default_world().users[0].api_keys[0], VIEWER)["viewer.username"] == "ada"


def test_a_sandbox_that_keeps_its_state_is_not_renewed(tmp_path: Path) -> None:
    """What was to be kept would be lost."""
    with Sandbox.start(state=tmp_path) as sandbox, pytest.raises(SandboxError, match="cannot be renewed"):
        sandbox.renew()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.com", ""])
def test_only_the_loopback_address_is_served(host: str) -> None:
    """Nobody else on the network gets in."""
    with pytest.raises(SandboxError, match="only on the loopback address"):
        Sandbox.start({}, host=host)


@pytest.mark.parametrize("port", [-1, 65536])
def test_an_impossible_port_is_refused(port: int) -> None:
    """With the range in the message."""
    with pytest.raises(SandboxError, match="0 to 65535"):
        Sandbox.start({}, port=port)


def test_a_port_in_use_is_refused_and_free_again_after_the_stop() -> None:
    """Nothing of a sandbox is left."""
    with Sandbox.start({}) as first:
        port = urlsplit(first.base_url).port
        assert port
        with pytest.raises(SandboxError, match=f"cannot listen on 127.0.0.1:{port}"):
            Sandbox.start({}, port=port)
    with Sandbox.start({}, port=port) as second:
        assert second.base_url == first.base_url


def test_after_the_stop_connections_are_closed_and_threads_have_ended() -> None:
    """Those that are kept open, too; a second stop does nothing."""
    before = set(threading.enumerate())
    sandbox = Sandbox.start({})
    address = urlsplit(sandbox.base_url)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=20) as connection:
        connection.sendall(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 404")
        sandbox.stop()
        sandbox.stop()
        assert connection.recv(1000) == b""
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=20)
    assert set(threading.enumerate()) <= before
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.base_url, timeout=20)


def test_late_answers_hold_up_neither_the_others_nor_the_stop(client: Client) -> None:
    """Many clients may wait at a time; the stop cuts their waiting short."""
    client.sandbox.set_faults([{"op": "Late", "delay": 60, "times": None}])
    many = 40
    with ThreadPoolExecutor(many) as pool:
        late = [
            pool.submit(
                requests.post,
                f"{client.base_url}/graphql",
                json={"query": LATE},
                auth=("api", client.keys["bob"]),
                timeout=50,
            )
            for _ in range(many)
        ]
        time.sleep(0.5)
        assert client.ask("bob", VIEWER).status == 200
        assert not any(answer.done() for answer in late)
        client.sandbox.stop()
        assert {answer.result().status_code for answer in late} == {200}


def test_many_clients_get_their_own_answers(client: Client) -> None:
    """None is lost, none is another one's."""

    def ask(number: int) -> bool:
        with requests.Session() as session:
            session.auth = ("api", client.keys["bob"])
            return all(
                session.post(
                    f"{client.base_url}/graphql",
                    json={"query": f"{{ a{number}_{turn}: viewer {{ username }} }}"},
                    timeout=50,
                ).json()
                == {"data": {f"a{number}_{turn}": {"username": "bob"}}}
                for turn in range(5)
            )

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(ask, range(32)))
    assert len(client.sandbox.log) == 32 * 5


def test_the_head_of_bytes_tells_their_length(client: Client) -> None:
    """And nothing of them is sent; bodies far larger than a packet come through."""
    content = b"0123456789" * 300_000
    urls = client.sandbox._application.backend.database.blobs
    path = "wandb_runs/1/ü #?.txt"
    address = f"{client.base_url}/storage/{{}}/wandb_runs/1/%C3%BC%20%23%3F.txt"
    put, get = ({"signature": urls.signature(direction, path)} for direction in ("put", "get"))
    assert client.session.put(address.format("put"), params=put, data=content, timeout=20).status_code == 200
    head = client.session.head(address.format("get"), params=get, timeout=20)
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(len(content)), b"")
    assert client.session.get(address.format("get"), params=get, timeout=20).content == content


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741825\r\n\r\n", 413),
        (b"POST /graphql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"GET /%ff%zz HTTP/1.1\r\nHost: [\r\n\r\n", 404),
    ],
    ids=["no HTTP", "length below 0", "over 1 GiB", "no chunk", "no gzip", "odd path"],
)
def test_malformed_requests_are_refused_in_silence(
    client: Client, request_head: bytes, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Never a 500, and nothing is printed."""
    address = urlsplit(client.base_url)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=20) as connection:
        connection.sendall(request_head)
        assert connection.recv(1000).split()[1] == str(status).encode()
    assert capfd.readouterr() == ("", "")


def test_a_bug_of_the_sandbox_is_no_500(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients would try again for minutes; it may be anywhere."""

    def fail(*_: object) -> None:
        raise RuntimeError("bug")

    for place in ("operation", "execute"):
        with monkeypatch.context() as patched:
            patched.setattr(client.sandbox._application.backend.engine, place, fail)
            reply = client.ask("bob", VIEWER)
        assert (reply.status, reply.messages) == (422, ["fault in the sandbox: RuntimeError('bug')"])
