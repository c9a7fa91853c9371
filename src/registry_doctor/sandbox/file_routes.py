"""Uploads and downloads: bytes at signed addresses, and files of artifacts by the path that the SDK makes itself."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from registry_doctor.sandbox.errors import Refusal, bad_request, not_found, permission_denied, unauthenticated
from registry_doctor.sandbox.history.backend import Backend
from registry_doctor.sandbox.history.history import History
from registry_doctor.sandbox.http import body_of
from registry_doctor.sandbox.model import FileEntry, User
from registry_doctor.sandbox.storage import content_path, md5_digest


class FileRoutes:
    """The endpoints of one backend where bytes go in and out."""

    def __init__(self, backend: Backend, history: History) -> None:
        self._backend = backend
        self._history = history

    def rules(self) -> Iterator[Rule]:
        """Which requests go where; HEAD is answered wherever GET is."""
        yield Rule("/storage/put/<path:path>", methods=["PUT"], endpoint=self._put)
        yield Rule("/storage/get/<path:path>", methods=["GET"], endpoint=self._get)
        yield Rule("/storage/get/<path:path>", methods=["OPTIONS"], endpoint=self._allow_origins)
        # A path has no name for the first version of a file where clients know of none, and one more with newer servers.
        yield Rule(
            "/artifactsV2/<region>/<entity>/<project>/<collection>/<path:rest>",
            methods=["GET"],
            endpoint=self._artifact_file,
        )
        yield Rule(
            "/artifactsV2/<region>/<entity>/<project>/<collection>//<path:rest>",
            methods=["GET"],
            endpoint=self._artifact_file,
        )

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
        if viewer is None:
            raise unauthenticated()
        *_, hex_digest, _name = ["", *rest.split("/")]
        with self._backend.database.lock:
            entry = self._entry(viewer, entity, project, collection, hex_digest)
        return self._content(request, content_path(entry.digest))

    def _entry(
        self, viewer: User, entity_name: str, project_name: str, collection_name: str, hex_digest: str
    ) -> FileEntry:
        """The file with this digest. Raises Refusal."""
        session = self._backend.session(viewer)
        entity = session.database.entity(entity_name)
        project = session.database.project(entity, project_name) if entity else None
        collection = project.collections.get(collection_name) if project else None
        if project is None or collection is None or not session.access.sees(project):
            raise not_found(f"artifact collection '{entity_name}/{project_name}/{collection_name}' not found")
        if not session.access.downloads(project):
            raise permission_denied()
        digest = _base64(hex_digest)
        for membership in collection.memberships.values():
            for entry in membership.artifact.entries.values():
                if entry.digest == digest and entry.ref is None:
                    return entry
        raise not_found(f"no version of '{collection_name}' has a file with the digest '{hex_digest}'")

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


def _base64(hex_digest: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(hex_digest)).decode("ascii")
    except (ValueError, binascii.Error) as error:
        raise bad_request(f"'{hex_digest}' is not a digest in hexadecimal digits") from error
