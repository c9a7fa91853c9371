"""Uploads and downloads: bytes at signed addresses, and files of artifacts by the path that the SDK makes itself."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import TypeAlias

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Request, Response

from registry_doctor.sandbox.errors import Refusal, bad_request, not_found, permission_denied, unauthenticated
from registry_doctor.sandbox.history.backend import Backend
from registry_doctor.sandbox.history.history import History
from registry_doctor.sandbox.http import body_of
from registry_doctor.sandbox.model import Collection, Project, User
from registry_doctor.sandbox.session import Session
from registry_doctor.sandbox.storage import content_path, md5_digest

Endpoint: TypeAlias = Callable[..., Response]
"""Takes the request, whose it is, and the parts of the address by name."""

_COLLECTION = "/artifactsV2/<region>/<entity>/<project>/<collection>"


class FileRoutes:
    """The endpoints of one backend where bytes go in and out."""

    def __init__(self, backend: Backend, history: History) -> None:
        self._backend = backend
        self._history = history

    def _put(self, request: Request, _viewer: User | None, path: str) -> Response:
        """Keep bytes at a signed address; no key is sent there (protocol 2)."""
        announced = request.args.get("md5", "")
        self._check_signature(request, "put", path, announced)
        content = body_of(request)
        digest = md5_digest(content)
        if announced and digest != announced:
            raise Refusal(
                400,
                f"the content has the MD5 {digest}, but {announced} was announced for {path}",
                "BAD_DIGEST",
            )
        self._history.upload(path, content)
        return Response(headers={"ETag": f'"{base64.b64decode(digest).hex()}"'})

    def _get(self, request: Request, _viewer: User | None, path: str) -> Response:
        self._check_signature(request, "get", path)
        return self._content(request, path)

    def _allow_origins(self, _request: Request, _viewer: User | None, path: str) -> Response:
        """Pages of any origin may fetch what they have an address for."""
        del path
        return Response(
            status=204,
            headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, HEAD, PUT"},
        )

    def _artifact_file(
        self,
        request: Request,
        viewer: User | None,
        region: str,
        entity: str,
        project: str,
        collection: str,
        rest: str,
    ) -> Response:
        """A file of some version of a collection, by its digest: for single files the SDK makes the path itself."""
        del region
        *_, hex_digest, _name = ["", *rest.split("/")]
        with self._backend.database.lock:
            session = self._session(viewer)
            found = self._readable(session, entity, project)
            if not found or collection not in found[0].collections:
                raise not_found(f"artifact collection '{entity}/{project}/{collection}' not found")
            if not session.access.downloads(found[0]):
                raise permission_denied()
            path = _path_of_file([found[0].collections[collection]], hex_digest)
        return self._content(request, path)

    def _entity_file(
        self, request: Request, viewer: User | None, region: str, entity: str, birth: str, hex_digest: str
    ) -> Response:
        """The same where only the entity is named: a file of any collection that the viewer may download from."""
        del region, birth
        with self._backend.database.lock:
            session = self._session(viewer)
            projects = [each for each in self._readable(session, entity) if session.access.downloads(each)]
            path = _path_of_file(
                [each for project in projects for each in project.collections.values()], hex_digest
            )
        return self._content(request, path)

    def _session(self, viewer: User | None) -> Session:
        if viewer is None:
            raise unauthenticated()
        return self._backend.session(viewer)

    def _readable(self, session: Session, entity_name: str, project_name: str | None = None) -> list[Project]:
        """The projects of an entity that the viewer sees: all, or the one of a name."""
        entity = session.database.entity(entity_name)
        projects = entity.projects.values() if entity else ()
        named = project_name and project_name.casefold()
        return [
            project
            for project in projects
            if named in (None, project.name.casefold()) and session.access.sees(project)
        ]

    def _content(self, request: Request, path: str) -> Response:
        """The bytes under a path, or the range of them that is asked for."""
        content = self._backend.database.blobs.get(path)
        if content is None:
            raise not_found(f"there is nothing at {path}")
        response = Response(content, mimetype="application/octet-stream")
        try:
            response.make_conditional(request, accept_ranges=True, complete_length=len(content))
        except RequestedRangeNotSatisfiable:
            return Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
        return response

    def _check_signature(self, request: Request, direction: str, path: str, digest: str = "") -> None:
        signature = request.args.get("signature", "")
        if not self._backend.database.blobs.accepts(direction, path, signature, digest):
            raise permission_denied("the address is not signed for this")


def _path_of_file(collections: Iterable[Collection], hex_digest: str) -> str:
    """Where the bytes of the file with this digest are. Raises Refusal if no version has it."""
    try:
        digest = base64.b64encode(bytes.fromhex(hex_digest)).decode("ascii")
    except ValueError as error:
        raise bad_request(f"'{hex_digest}' is not a digest in hexadecimal digits") from error
    for collection in collections:
        for membership in collection.memberships.values():
            if any(
                entry.digest == digest and not entry.ref for entry in membership.artifact.entries.values()
            ):
                return content_path(digest)
    raise not_found(f"no version has a file with the digest '{hex_digest}'")


ROUTES: tuple[tuple[str, str, Callable[[FileRoutes], Endpoint]], ...] = (
    ("/storage/put/<path:path>", "PUT", lambda files: files._put),
    ("/storage/get/<path:path>", "GET", lambda files: files._get),
    ("/storage/get/<path:path>", "OPTIONS", lambda files: files._allow_origins),
    # Older SDKs name the version that a file was born in, and no collection.
    ("/artifactsV2/<region>/<entity>/<birth>/<hex_digest>", "GET", lambda files: files._entity_file),
    # The version that a file was born in may have no name; newer servers get one version more.
    (f"{_COLLECTION}/<path:rest>", "GET", lambda files: files._artifact_file),
    (f"{_COLLECTION}//<path:rest>", "GET", lambda files: files._artifact_file),
)
"""Which requests go where: address, method and endpoint; HEAD is answered wherever GET is."""
