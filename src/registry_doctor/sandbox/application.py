"""The routes: GraphQL, storage, file streams, and the sandbox's own controls."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable
from dataclasses import dataclass

from registry_doctor.sandbox.access import Access
from registry_doctor.sandbox.engine import INTERNAL_FAULT, Engine
from registry_doctor.sandbox.errors import (
    Refusal,
    SandboxError,
    bad_request,
    not_found,
    permission_denied,
    unauthenticated,
)
from registry_doctor.sandbox.faults import Fault, FaultList
from registry_doctor.sandbox.http import HttpRequest, HttpResponse, json_response
from registry_doctor.sandbox.jsontypes import JsonValue
from registry_doctor.sandbox.model import User
from registry_doctor.sandbox.mutations.streaming import stream_into_run
from registry_doctor.sandbox.populate import populate
from registry_doctor.sandbox.requestlog import LogEntry, RequestLog
from registry_doctor.sandbox.session import Session
from registry_doctor.sandbox.state import Database
from registry_doctor.sandbox.storage import StorageUrls
from registry_doctor.sandbox.world import World

GRAPHQL = "/graphql"
CONTROLS = "/sandbox/"
STORAGE = "/storage/"
RUN_FILES = "/files/"
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Call:
    """A request that is understood: its name and kind for log and faults, and how it is answered."""

    operation: str
    kind: str
    answer: Callable[[], HttpResponse]


class Application:
    """A whole backend: every request goes through `serve`."""

    def __init__(self) -> None:
        self.database = Database()
        self.faults = FaultList()
        self.log = RequestLog()
        self.base_url = ""
        self._engine = Engine()

    def serve(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; the sandbox's own controls stay out of the log and out of reach of faults."""
        if request.path.startswith(CONTROLS):
            return _answered(lambda: self._control(request))
        start = time.perf_counter()
        viewer = self._viewer(request)
        call = self._call(request, viewer)
        response = self.faults.strike(call.operation, request.path) or _answered(call.answer)
        ms = round((time.perf_counter() - start) * 1000, 3)
        username = viewer.username if viewer else None
        self.log.add(LogEntry(call.operation, call.kind, request.path, response.status, username, ms))
        return response

    def _viewer(self, request: HttpRequest) -> User | None:
        """Whose key it is: Basic, user ``api``, password = the key (protocol 2)."""
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            _, _, key = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return self.database.users_by_key.get(key)

    def _session(self, viewer: User | None) -> Session:
        if viewer is None:
            raise unauthenticated()
        database = self.database
        return Session(database, Access(database, viewer), StorageUrls(self.base_url, database.blobs))

    def _call(self, request: HttpRequest, viewer: User | None) -> Call:
        name = f"{request.method} {request.path}"
        if (request.method, request.path) == ("POST", GRAPHQL):
            return self._graphql(request, viewer)
        if request.path.startswith(STORAGE):
            return Call(name, request.method, lambda: self._storage(request))
        if request.method == "POST" and request.path.startswith(RUN_FILES):
            return Call(name, request.method, lambda: self._run_files(request, viewer))
        return Call(name, request.method, lambda: _nothing_at(request))

    def _graphql(self, request: HttpRequest, viewer: User | None) -> Call:
        try:
            text, wanted, variables = _graphql_fields(request)
        except Refusal as refusal:
            response = _refused(refusal)
            return Call("", "query", lambda: response)
        operation = self._engine.operation(text, wanted)

        def answer() -> HttpResponse:
            result = self._engine.execute(operation, self._session(viewer), variables, wanted)
            return json_response(result.status, result.body)

        return Call(operation.name, operation.kind, answer)

    def _storage(self, request: HttpRequest) -> HttpResponse:
        """Put or get bytes at a signed address; no key is sent there (protocol 2)."""
        direction, _, path = request.path.removeprefix(STORAGE).partition("/")
        blobs = self.database.blobs
        if not blobs.accepts(direction, path, request.query.get("signature", "")):
            raise permission_denied("the address is not signed for this")
        if (direction, request.method) == ("put", "PUT"):
            blobs.put(path, request.body)
            return HttpResponse(200)
        content = blobs.get(path) if direction == "get" and request.method in ("GET", "HEAD") else None
        return _nothing_at(request) if content is None else HttpResponse(200, content, BYTES)

    def _run_files(self, request: HttpRequest, viewer: User | None) -> HttpResponse:
        """``POST /files/{entity}/{project}/{run}/file_stream`` (protocol 3)."""
        parts = request.path.removeprefix(RUN_FILES).split("/")
        if len(parts) != 4 or parts[3] != "file_stream":
            return _nothing_at(request)
        session = self._session(viewer)
        with self.database.lock:
            return json_response(200, stream_into_run(session, parts[0], parts[1], parts[2], request.json()))

    def _control(self, request: HttpRequest) -> HttpResponse:
        """``GET /sandbox/log``, ``POST /sandbox/world``, ``POST /sandbox/faults`` (contract: world.md)."""
        match request.method, request.path.removeprefix(CONTROLS):
            case "GET", "log":
                return json_response(200, [entry.as_json() for entry in self.log.entries()])
            case "POST", "world":
                populate(self.database, World.from_document(request.json()))
            case "POST", "faults":
                faults = request.json()
                if not isinstance(faults, list):
                    raise bad_request("faults: expected a list")
                self.faults.replace([Fault.from_document(fault) for fault in faults])
            case _:
                return _nothing_at(request)
        return json_response(200, {"ok": True})


def _graphql_fields(request: HttpRequest) -> tuple[str, str | None, dict[str, JsonValue]]:
    """The document, the wanted operation and the variables of a GraphQL request."""
    body = request.json()
    if not isinstance(body, dict):
        raise bad_request("the body is not an object with a query")
    text, wanted, variables = body.get("query"), body.get("operationName"), body.get("variables")
    if not isinstance(text, str):
        raise bad_request("query: is missing")
    return text, wanted if isinstance(wanted, str) and wanted else None, variables if isinstance(variables, dict) else {}


def _answered(answer: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return answer()
    except Refusal as refusal:
        return _refused(refusal)
    except SandboxError as error:
        return _refused(bad_request(str(error)))
    except Exception as error:  # clients would try again for minutes after a dropped connection or a 500
        return _refused(Refusal(INTERNAL_FAULT, f"fault in the sandbox: {error!r}", "SANDBOX_FAULT"))


def _refused(refusal: Refusal) -> HttpResponse:
    error: JsonValue = {"message": refusal.message, "path": [], "extensions": {"code": refusal.code}}
    return json_response(refusal.status, {"errors": [error], "data": None})


def _nothing_at(request: HttpRequest) -> HttpResponse:
    return _refused(not_found(f"there is nothing at {request.method} {request.path}"))
