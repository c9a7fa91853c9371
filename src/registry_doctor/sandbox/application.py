"""The routes: GraphQL, storage, file streams, and the sandbox's own controls."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from registry_doctor.sandbox.absent import absence_in_headers
from registry_doctor.sandbox.engine import INTERNAL_FAULT, refused_answer
from registry_doctor.sandbox.errors import (
    Refusal,
    SandboxError,
    bad_request,
    not_found,
    unauthenticated,
)
from registry_doctor.sandbox.faults import Fault, FaultList, FieldFault, RequestFault, read_fault
from registry_doctor.sandbox.file_routes import ROUTES, Endpoint, FileRoutes
from registry_doctor.sandbox.history.backend import Backend
from registry_doctor.sandbox.history.changes import Mutated, Streamed, WorldAdded
from registry_doctor.sandbox.history.folder import StateFolder
from registry_doctor.sandbox.history.history import History
from registry_doctor.sandbox.http import json_of, json_response
from registry_doctor.sandbox.jsontypes import JsonValue
from registry_doctor.sandbox.model import User
from registry_doctor.sandbox.requestlog import LogEntry, RequestLog
from registry_doctor.sandbox.world import World

CONTROLS = "/sandbox/"


@dataclass(frozen=True)
class Call:
    """A request that is understood: its name, kind and root fields for log and faults, and how it is answered."""

    operation: str
    kind: str
    answer: Callable[[FieldFault | None], Response]
    roots: frozenset[str] = frozenset()


class Application:
    """A whole backend: every request goes through `serve`."""

    def __init__(self, folder: StateFolder | None = None) -> None:
        self.backend = Backend()
        self.history = History(self.backend, folder)
        self.faults = FaultList()
        self.log = RequestLog()
        self.files = FileRoutes(self.backend, self.history)

    def serve(self, request: Request) -> Response:
        """Answer a request; the sandbox's own controls are not logged, and faults do not touch them."""
        start = time.perf_counter()
        viewer = self._viewer(request)
        call = self._call(request, viewer)
        if request.path.startswith(CONTROLS):
            return _answered(partial(call.answer, None))
        response = self._answer(call, self.faults.strike(call.operation, request.path, call.roots))
        ms = round((time.perf_counter() - start) * 1000, 3)
        username = viewer.username if viewer else None
        self.log.add(LogEntry(call.operation, call.kind, request.path, response.status_code, username, ms))
        return response

    def _answer(self, call: Call, fault: Fault | None) -> Response:
        if isinstance(fault, RequestFault):
            return fault.cut_off(fault.response() or _answered(partial(call.answer, None)))
        return _answered(partial(call.answer, fault))

    def _viewer(self, request: Request) -> User | None:
        """Whose key it is: Basic, user ``api``, password = the key (protocol 2)."""
        key = request.authorization.password if request.authorization else None
        return self.backend.database.users_by_key.get(key) if key else None

    def _call(self, request: Request, viewer: User | None) -> Call:
        name = f"{request.method} {request.path}"
        try:
            chosen, values = _routes().bind("").match(request.path, request.method)
        except HTTPException:
            nothing = not_found(f"there is nothing at {name}")
            return Call(name, request.method, lambda _fault: _refused(nothing))
        if chosen is None:
            return self._graphql(request, viewer)
        endpoint = chosen(self)
        return Call(name, request.method, lambda _fault: endpoint(request, viewer, **values))

    def _graphql(self, request: Request, viewer: User | None) -> Call:
        try:
            text, wanted, variables = _graphql_fields(request)
            operation = self.backend.engine.operation(text, wanted)
        except Exception as error:
            response = _refused(error)
            return Call("", "query", lambda _fault: response)

        def answer(fault: FieldFault | None) -> Response:
            _require_presence(request)
            if viewer is None:
                if not operation.roots:
                    raise unauthenticated()
                refusals = {root.name: unauthenticated() for root in operation.roots}
                result = refused_answer(operation, refusals, 401)
            elif operation.kind == "mutation" and not operation.errors:
                if fault is None:
                    result = self.history.make(Mutated(viewer.username, text, wanted, variables))
                else:  # nothing of it is done: a change is kept and made as a whole
                    result = refused_answer(operation, fault.refusals, fault.status)
            else:
                session = self.backend.session(viewer)
                refusals = fault.refusals if fault else {}
                result = self.backend.engine.execute(operation, session, variables, wanted, refusals)
                if fault and not operation.errors:
                    result = replace(result, status=fault.status)
            return json_response(result.status, result.body)

        return Call(operation.name, operation.kind, answer, frozenset(root.name for root in operation.roots))

    def _file_stream(
        self, request: Request, viewer: User | None, entity: str, project: str, run: str
    ) -> Response:
        """What a run sends while it goes on (protocol 3)."""
        person = _signed_in(viewer)
        _require_presence(request)
        message = Streamed(person.username, entity, project, run, json_of(request))
        return json_response(200, self.history.make(message))

    def _ready(self, _request: Request, _viewer: User | None) -> Response:
        """What wandb's own tools ask a server before they use it."""
        return Response("ok")

    def _show_log(self, _request: Request, _viewer: User | None) -> Response:
        return json_response(200, [entry.as_json() for entry in self.log.entries()])

    def _add_world(self, request: Request, _viewer: User | None) -> Response:
        self.history.make(WorldAdded(World.from_document(json_of(request))))
        return json_response(200, {"ok": True})

    def _set_faults(self, request: Request, _viewer: User | None) -> Response:
        faults = json_of(request)
        if not isinstance(faults, list):
            raise bad_request("faults: expected a list")
        self.faults.replace([read_fault(fault) for fault in faults])
        return json_response(200, {"ok": True})

    def _set_quirks(self, request: Request, _viewer: User | None) -> Response:
        quirks = json_of(request)
        if not isinstance(quirks, list):
            raise bad_request("quirks: expected a list of names")
        self.set_quirks(quirks)
        return json_response(200, {"ok": True})

    def set_quirks(self, names: Sequence[object]) -> None:
        """Answer in exactly these shapes from now on: a change of the world, kept like every other one."""
        self.history.make(WorldAdded(World.from_document({"server": {"quirks": list(names)}})))


@cache
def _routes() -> Map:
    """Which requests go where, the same for every application; `None` stands for GraphQL."""

    def of_files(chosen: Callable[[FileRoutes], Endpoint]) -> Callable[[Application], Endpoint]:
        return lambda each: chosen(each.files)

    own: tuple[tuple[str, str, Callable[[Application], Endpoint] | None], ...] = (
        ("/graphql", "POST", None),
        ("/files/<entity>/<project>/<run>/file_stream", "POST", lambda each: each._file_stream),
        ("/ready", "GET", lambda each: each._ready),
        (f"{CONTROLS}log", "GET", lambda each: each._show_log),
        (f"{CONTROLS}world", "POST", lambda each: each._add_world),
        (f"{CONTROLS}faults", "POST", lambda each: each._set_faults),
        (f"{CONTROLS}quirks", "POST", lambda each: each._set_quirks),
    )
    files = ((address, method, of_files(chosen)) for address, method, chosen in ROUTES)
    rules = [Rule(address, methods=[method], endpoint=chosen) for address, method, chosen in (*own, *files)]
    return Map(rules, merge_slashes=False)


def _graphql_fields(request: Request) -> tuple[str, str | None, dict[str, JsonValue]]:
    """The document, the wanted operation and the variables of a GraphQL request."""
    body = json_of(request)
    if not isinstance(body, dict):
        raise bad_request("the body is not an object with a query")
    text, wanted, variables = body.get("query"), body.get("operationName"), body.get("variables")
    if not isinstance(text, str):
        raise bad_request("query: is missing")
    return (
        text,
        wanted if isinstance(wanted, str) and wanted else None,
        variables if isinstance(variables, dict) else {},
    )


def _signed_in(viewer: User | None) -> User:
    if viewer is None:
        raise unauthenticated()
    return viewer


def _require_presence(request: Request) -> None:
    """Refuse what the headers ask for and the sandbox does not have."""
    absence = absence_in_headers(request.headers.keys())
    if absence is not None:
        raise absence


def _answered(answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except Exception as error:
        return _refused(error)


def _refused(error: Exception) -> Response:
    """What the client reads; a bug of the sandbox is not a 500, which clients would try again for minutes."""
    if isinstance(error, SandboxError):
        error = bad_request(str(error))
    if not isinstance(error, Refusal):
        error = Refusal(INTERNAL_FAULT, f"fault in the sandbox: {error!r}", "SANDBOX_FAULT")
    return json_response(error.status, {"errors": [error.as_json()], "data": None})
