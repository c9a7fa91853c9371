"""HTTP on the loopback interface: waitress keeps the connections, werkzeug holds requests and responses."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
import zlib
from collections.abc import Callable

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server
from werkzeug.wrappers import Request, Response

from registry_doctor.sandbox.errors import bad_request
from registry_doctor.sandbox.jsontypes import JsonValue

THREADS = 64
"""How many requests are answered at a time: late answers (faults) must not delay the others."""
LARGEST_BODY = 1 << 30
DAY = 24 * 60 * 60


def body_of(request: Request) -> bytes:
    """The body of a request, unpacked."""
    body = request.get_data(cache=False)
    if request.headers.get("Content-Encoding", "").lower() != "gzip":
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise bad_request(f"the body is not gzip: {error}") from error


def json_of(request: Request) -> JsonValue:
    """The body of a request as JSON."""
    try:
        content: JsonValue = json.loads(body_of(request))
    except ValueError as error:
        raise bad_request(f"the body is not JSON: {error}") from error
    return content


def json_response(status: int, content: JsonValue) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(content, separators=(",", ":")), status, mimetype="application/json")


class LoopbackServer:
    """Accepts connections from the beginning, and answers from `start` to `stop`."""

    def __init__(self, host: str, port: int, answer: Callable[[Request], Response]) -> None:
        """Raises OSError if the port cannot be opened."""
        logging.getLogger("waitress").setLevel(logging.CRITICAL)  # requests are in the sandbox's own log
        listening = socket.create_server((host, port))
        self.port: int = listening.getsockname()[1]
        self._open: dict[int, socket.socket] = {}
        server = create_server(
            Request.application(answer),
            self._open,
            sockets=[listening],
            threads=THREADS,
            connection_limit=4096,
            channel_timeout=DAY,
            max_request_body_size=LARGEST_BODY,
            # bodies never go through temporary files, and a slow reader never blocks a thread
            inbuf_overflow=LARGEST_BODY,
            outbuf_overflow=LARGEST_BODY,
            outbuf_high_watermark=LARGEST_BODY,
            recv_bytes=1 << 18,
            ident="",
        )
        assert isinstance(server, BaseWSGIServer)  # it is another class for several sockets only
        self._server = server
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="wandb-sandbox", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being answered, then end all connections and threads; a second time does nothing."""
        if self._thread.is_alive():
            self._server.task_dispatcher.shutdown(timeout=30)
            self._stopping.set()
            self._server.pull_trigger()
            self._thread.join()
            wasyncore.close_all(self._open)  # only now: until here the loop or a worker may use any of them

    def _serve(self) -> None:
        """Waitress's own loop, with an end that another thread can ask for."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._open, count=1)
