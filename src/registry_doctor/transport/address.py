"""Where the API is: the base URL taken apart, and URLs made fit to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit, urlunsplit

from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret
from registry_doctor.transport.failures import FailureKind, TransportFailure, presentable

_DEFAULT_PORTS = {"http": 80, "https": 443}


@record(frozen=True)
class Address:
    """The URL that queries are posted to, without user name, password and fragment."""

    scheme: str
    host: str
    port: int
    url: str

    @classmethod
    def of_api(cls, base_url: str, secrets: Iterable[Secret] = ()) -> Address:
        """The address of GraphQL under `base_url`. Raises `TransportFailure` (`BAD_ADDRESS`) if that is no HTTP URL."""
        address = cls._of(_without_query(base_url.strip()).rstrip("/") + "/graphql")
        if address is not None:
            return address
        shown = presentable(shown_url(base_url), secrets) or "An empty text"
        raise TransportFailure(
            FailureKind.BAD_ADDRESS,
            f"{shown} is not the address of a server, which has the form https://host or http://host:port.",
            advice="Set the base URL to the address of the W&B API, such as https://api.wandb.ai.",
        )

    @classmethod
    def _of(cls, url: str) -> Address | None:
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme, parts.hostname, parts.port
        except ValueError:  # its text may hold what stands before the @
            return None
        if scheme not in _DEFAULT_PORTS or not host or not host.isprintable() or " " in host:
            return None
        whole = urlunsplit((scheme, _location(host, port), parts.path, parts.query, ""))
        return cls(scheme, host, port or _DEFAULT_PORTS[scheme], whole)

    @property
    def label(self) -> str:
        """The host for a sentence, with its port if that is not the usual one."""
        return _location(self.host, None if self.port == _DEFAULT_PORTS[self.scheme] else self.port)

    def redirected(self, location: str) -> Address | None:
        """The address that a `Location` header points to, or None if that is no HTTP URL."""
        try:
            return Address._of(urljoin(self.url, location))
        except ValueError:
            return None

    def same_origin(self, other: Address) -> bool:
        """Whether scheme, host and port are the same, so that credentials may go to `other` too."""
        return (self.scheme, self.host, self.port) == (other.scheme, other.host, other.port)


@record(frozen=True)
class AddressParts:
    """The names of the server and of the proxy in front of it, for messages."""

    host: str
    proxy: str | None
    encrypted: bool = True
    """Whether it is asked over https."""

    def __str__(self) -> str:
        return f"{self.host} (through the proxy {self.proxy})" if self.proxy else self.host


def shown_url(url: str) -> str:
    """`url` for a sentence: without user name, password, query and fragment, on one line."""
    scheme, mark, rest = _without_query(url).rpartition("://")
    location, slash, path = rest.partition("/")
    return presentable(scheme + mark + location.rpartition("@")[2] + slash + path, ())


def _without_query(url: str) -> str:
    return url.split("#", 1)[0].split("?", 1)[0]


def _location(host: str, port: int | None) -> str:
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if port is None else f"{bracketed}:{port}"
