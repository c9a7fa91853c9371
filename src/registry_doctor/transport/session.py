"""One HTTP exchange on one `requests` session.

Imports `requests`, so it is loaded with the first query only.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from registry_doctor.transport.address import Address
from registry_doctor.transport.answers import Reply
from registry_doctor.transport.deadline import Deadline
from registry_doctor.transport.progress import Progress
from registry_doctor.transport.trust import is_insecure, proxies_for, proxy_label, tls_context

_PIECE = 16 * 1024
"""Bytes read at a time. Old urllib3 unpacks a piece whole, a thousandfold at worst, before it can be counted."""


class TooLargeError(Exception):
    """The answer, unpacked, has more bytes than allowed."""


class OutOfTimeError(Exception):
    """The deadline passed while the answer was coming in."""


class Line:
    """The way to one server: a session that keeps its connection, with credentials, certificates and proxies.

    Raises `TransportFailure` (`TLS`) if the certificates that the environment names cannot be used.
    """

    def __init__(self, address: Address, authorization: Callable[[], str], user_agent: str) -> None:
        insecure = is_insecure()
        context = tls_context() if address.scheme == "https" else None
        self._session = _PlainSession()
        # Else requests would take passwords from .netrc, and its own idea of certificates from the environment.
        self._session.trust_env = False
        self._session.verify = not insecure
        self._session.auth = _Authorization(authorization)
        self._session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})
        # requests also offers brotli and zstd where those packages are there; what unpacks is better known here.
        self._session.headers["Accept-Encoding"] = "gzip, deflate"
        self._session.proxies = proxies_for(address.url)
        self.proxy = proxy_label(address.url, self._session.proxies)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(context))
        if insecure:
            # The person has asked for it; a warning with every request would bury the diagnosis.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def post(
        self, address: Address, body: bytes, deadline: Deadline, max_bytes: int, progress: Progress
    ) -> Reply:
        """Posts `body` and reads the whole reply, keeping `progress` up to date.

        Raises what requests and urllib3 raise, `TooLargeError` and `OutOfTimeError`.
        """
        progress.sent = True
        started = time.perf_counter()
        with self._session.post(
            address.url,
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=(progress.connect_timeout, progress.read_timeout),
            allow_redirects=False,
            stream=True,
        ) as response:
            progress.answering = True
            response.raw.enforce_content_length = True  # else urllib3 1.x takes a cut body for a whole one
            content = bytearray()
            for piece in _pieces(response):
                content += piece
                progress.received = len(content)
                if len(content) > max_bytes:
                    raise TooLargeError
                if deadline.remaining() <= 0:
                    raise OutOfTimeError
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Reply(
                response.status_code, headers, bytes(content), (time.perf_counter() - started) * 1000
            )

    def close(self) -> None:
        """Closes the connections that no exchange is using; one in use closes at its end."""
        self._session.close()


class _PlainSession(requests.Session):
    """A session that leaves redirects alone. Even when told not to follow, requests would read their bodies whole."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Authorization(AuthBase):
    """Puts the credentials on a request without keeping them in any header of the session."""

    def __init__(self, authorization: Callable[[], str]) -> None:
        self._authorization = authorization

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._authorization()
        return request


class _Adapter(HTTPAdapter):
    """Checks certificates by the given context and by nothing else; it keeps one connection."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **settings: object
    ) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **settings)

    def proxy_manager_for(self, proxy: str, **settings: object) -> object:
        return super().proxy_manager_for(proxy, ssl_context=self._context, **settings)

    def cert_verify(self, conn: object, url: str, verify: object, cert: object) -> None:
        """Adds nothing to the context; the base class would add a bundle of its own."""


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The unpacked body, piece by piece, so that the deadline is checked even if the server is slow."""
    read = getattr(
        response.raw, "read1", response.raw.read
    )  # `read` of urllib3 1.x waits until a piece is full
    while piece := read(_PIECE, decode_content=True):
        yield piece
