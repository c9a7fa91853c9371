"""A server on this machine between wandb and W&B: it passes queries on, and refuses everything that writes.

wandb may send from a process of its own, so nothing in wandb is changed: it is only told that this is its server.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret
from registry_doctor.transport import Answer, FailureKind, JsonValue, NotAQuery, Transport, TransportFailure
from registry_doctor.transport.documents import query_names

if TYPE_CHECKING:
    from typing_extensions import Self

_LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of a request. wandb's are a hundred times smaller."""

_REFUSAL = "registry doctor stops here: this would write, and nothing is written"
_LINK = "linkArtifact"
_SECRET_KEYS = ("directUrl", "uploadUrl")
_ANSWERS = {
    FailureKind.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    FailureKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    FailureKind.REFUSED_QUERY: HTTPStatus.BAD_REQUEST,
}
"""Failures that are the server's answer; every other one means that nothing is known."""


@record(frozen=True)
class LinkTarget:
    """Where a link that was stopped would have gone."""

    entity: str
    project: str
    collection: str


@record(frozen=True)
class Overheard:
    """What happened during one call of wandb."""

    links: tuple[LinkTarget, ...] = ()
    refused: tuple[str, ...] = ()
    """What else was not passed on, a few words for each."""
    failure: str | None = None
    """Why the server gave no answer."""
    secrets: tuple[Secret, ...] = ()
    """What the server's answers hold that must not be shown."""


class _Refused(Exception):
    """A request that is not passed on; without words, because what it is has been noted."""

    def __init__(self, status: HTTPStatus, words: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Guard:
    """Serves one wandb on 127.0.0.1 until it is closed; a context manager.

    wandb is given `key`, which is good for this guard only: the person's key stays in this process.
    """

    def __init__(self, transport: Transport) -> None:
        self.key = secrets.token_hex(20)
        self._transport = transport
        self._one_at_a_time = threading.Lock()
        self._heard = Overheard()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False  # a connection that wandb keeps open must not hold up the end
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """`127.0.0.1:PORT`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def authorization(self) -> str:
        """The header that a request has to have."""
        return "Basic " + base64.b64encode(f"api:{self.key}".encode()).decode()

    def heard(self) -> Overheard:
        """What happened since the last look."""
        heard, self._heard = self._heard, Overheard()
        return heard

    def answer(self, path: str, body: bytes) -> tuple[int, JsonValue]:
        """Status and body for a request that has the right key."""
        with self._one_at_a_time:
            return self._answer(path, body)

    def _answer(self, path: str, body: bytes) -> tuple[int, JsonValue]:
        try:
            if path != "/graphql":
                raise _Refused(HTTPStatus.NOT_FOUND, f"the path {path.partition('?')[0][:80]}")
            document, variables, name = _read(body)
            self._allow(document, variables, name)
        except _Refused as refused:
            if refused.words:
                self._heard = replace(self._heard, refused=(*self._heard.refused, refused.words))
            return refused.status, _errors(_REFUSAL)
        return self._forward(document, variables)

    def _allow(self, document: str, variables: dict[str, JsonValue], name: str | None) -> None:
        """Let exactly one query pass. Raises _Refused for everything else."""
        try:
            names = query_names(document)
        except NotAQuery:
            target = _link_target(variables) if _LINK in document else None
            if target is None:
                words = f"a document that is not a query: {_title(document)}"
                raise _Refused(HTTPStatus.FORBIDDEN, words) from None
            self._heard = replace(self._heard, links=(*self._heard.links, target))
            raise _Refused(HTTPStatus.FORBIDDEN) from None
        if len(names) != 1 or (name and name != names[0]):
            raise _Refused(HTTPStatus.BAD_REQUEST, "a document of several operations")

    def _forward(self, document: str, variables: dict[str, JsonValue]) -> tuple[int, JsonValue]:
        try:
            answer = self._transport.query(document, variables)
        except TransportFailure as failure:
            status = _ANSWERS.get(failure.kind)
            if status is None:
                return self._no_answer(failure.message)
            said = [each.message for each in failure.errors] or [failure.message]
            return status, _errors(*said)
        found = tuple(map(Secret, _secrets_in(answer.data)))
        self._heard = replace(self._heard, secrets=(*self._heard.secrets, *found))
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._no_answer(f"the server is in trouble (HTTP {answer.status})")
        return answer.status, _document(answer)

    def _no_answer(self, why: str) -> tuple[int, JsonValue]:
        """422, because wandb tries again after most other statuses."""
        self._heard = replace(self._heard, failure=self._heard.failure or why)
        return HTTPStatus.UNPROCESSABLE_ENTITY, _errors(why)


def _read(body: bytes) -> tuple[str, dict[str, JsonValue], str | None]:
    """Document, variables and operation name of a request. Raises _Refused for what has any other shape."""
    try:
        request: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        raise _Refused(HTTPStatus.BAD_REQUEST, "a request that is not JSON") from None
    if not isinstance(request, dict):
        raise _Refused(HTTPStatus.BAD_REQUEST, "a request of several queries")
    document, variables, name = (request.pop(each, None) for each in ("query", "variables", "operationName"))
    if any(request.values()):
        raise _Refused(HTTPStatus.BAD_REQUEST, "a request with extensions")
    if not isinstance(document, str) or not isinstance(variables or {}, dict):
        raise _Refused(HTTPStatus.BAD_REQUEST, "a request without a query")
    if not (name is None or isinstance(name, str)):
        raise _Refused(HTTPStatus.BAD_REQUEST, "a request without a name")
    return document, variables if isinstance(variables, dict) else {}, name


def _link_target(variables: dict[str, JsonValue]) -> LinkTarget | None:
    """Where `LinkArtifact` would link to; SDKs before 0.22 give its input as variables of their own."""
    given = variables.get("input", variables)
    if not isinstance(given, dict):
        return None
    match given:
        case {
            "entityName": str(entity),
            "projectName": str(project),
            "artifactPortfolioName": str(collection),
        }:
            return LinkTarget(entity, project, collection)
    return None


def _title(document: str) -> str:
    """The beginning of a document, for a sentence."""
    return " ".join(document.partition("{")[0].partition("(")[0].split())[:60]


def _secrets_in(value: JsonValue) -> Iterator[str]:
    """Addresses in an answer that give access to whoever has them."""
    if isinstance(value, list):
        for each in value:
            yield from _secrets_in(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in _SECRET_KEYS and isinstance(each, str) and each:
                yield each
            else:
                yield from _secrets_in(each)


def _document(answer: Answer) -> JsonValue:
    """The answer as the server gave it."""
    errors: list[JsonValue] = [
        {
            "message": each.message,
            **({"path": list(each.path)} if each.path else {}),
            **({"extensions": {"code": each.code}} if each.code else {}),
        }
        for each in answer.errors
    ]
    return {"data": answer.data or None, **({"errors": errors} if errors else {})}


def _errors(*messages: str) -> JsonValue:
    return {"errors": [{"message": each} for each in messages], "data": None}


def _handler(guard: Guard) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > _LARGEST_BODY or self.headers.get("Content-Encoding"):
                self.close_connection = True
                self._send(HTTPStatus.BAD_REQUEST, _errors(_REFUSAL))
                return
            body = self.rfile.read(int(length))
            given = self.headers.get("Authorization", "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, guard.authorization.encode()):
                self._send(HTTPStatus.UNAUTHORIZED, _errors("not the key of this guard"))
                return
            self._send(*guard.answer(self.path, body))

        def _send(self, status: int, value: JsonValue) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged: a request may hold names."""

    return Handler
