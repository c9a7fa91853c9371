"""Finds the cause in what requests, urllib3 and the standard library raise, and says it in a sentence.

Imports `requests`, so it is loaded with the first query only.
"""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Iterable, Iterator
from typing import TypeVar

import requests
import urllib3.exceptions
from urllib3.util.ssl_match_hostname import CertificateError

from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret
from registry_doctor.transport.address import AddressParts
from registry_doctor.transport.failures import FailureKind, TransportFailure, presentable
from registry_doctor.transport.progress import Progress

TRANSPORT_ERRORS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    UnicodeError,
)
"""Everything that an exchange raises for a reason outside of this program."""

_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL)

_VERIFY_ADVICE = (
    "Have the certificate of the authority put into a file and name it in SSL_CERT_FILE (W&B from 0.27.1) "
    "and REQUESTS_CA_BUNDLE (before)."
)
_CLOCK_ADVICE = "Tell whoever runs the server, and check the clock of this machine."
_VERIFY: dict[int, tuple[str, str]] = {
    9: ("is not valid yet", _CLOCK_ADVICE),
    10: ("has expired", _CLOCK_ADVICE),
    18: ("is self-signed, and not one that is trusted here", _VERIFY_ADVICE),
    19: ("comes from an authority that is not trusted here", _VERIFY_ADVICE),
    20: ("comes from an authority that is not trusted here", _VERIFY_ADVICE),
    21: ("comes from an authority that is not trusted here", _VERIFY_ADVICE),
    62: ("is for another host name", "Use the host name that the certificate is for as the base URL."),
    64: ("is for another address", "Use the host name that the certificate is for as the base URL."),
}
"""What OpenSSL's codes for a refused certificate mean."""

_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
)

_E = TypeVar("_E", bound=BaseException)


@record(frozen=True)
class _Situation:
    place: AddressParts
    progress: Progress
    secrets: tuple[Secret, ...]


def explain_failure(
    error: BaseException, place: AddressParts, progress: Progress, secrets: tuple[Secret, ...]
) -> TransportFailure:
    """The named failure for `error`, one of `TRANSPORT_ERRORS`, with which an exchange with `place` ended."""
    chain = tuple(_causes(error))
    situation = _Situation(place, progress, secrets)
    return (
        _of_certificate(chain, situation)
        or _of_proxy(chain, situation)
        or _of_tls(chain, situation)
        or _of_connecting(chain, situation)
        or _of_answering(chain, situation)
        or TransportFailure(
            FailureKind.UNREACHABLE,
            f"The exchange with {situation.place} failed: {_text(chain, situation)}.",
            advice="Try again; check the network, VPN and proxy.",
        )
    )


def _of_certificate(chain: tuple[BaseException, ...], situation: _Situation) -> TransportFailure | None:
    error = _first(chain, ssl.SSLCertVerificationError)
    if error is not None:
        fault, advice = _VERIFY.get(error.verify_code, ("was not accepted", _VERIFY_ADVICE))
        detail = presentable(error.verify_message, situation.secrets).rstrip(".")
    elif mismatch := _first(chain, CertificateError):  # how urllib3 1.x puts it
        fault, advice = _VERIFY[62]
        detail = presentable(str(mismatch), situation.secrets)
    else:
        return None
    return TransportFailure(
        FailureKind.TLS, f"The TLS certificate of {situation.place} {fault} ({detail}).", advice=advice
    )


def _of_proxy(chain: tuple[BaseException, ...], situation: _Situation) -> TransportFailure | None:
    """If there is a proxy, it is blamed for every failure before the request is sent."""
    named = _first(chain, requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)
    connecting = _first(chain, urllib3.exceptions.NewConnectionError, requests.ConnectTimeout)
    no_socks = _first(chain, requests.exceptions.InvalidSchema)
    if named is None and (situation.place.proxy is None or (connecting is None and no_socks is None)):
        return None
    proxy, host = situation.place.proxy, situation.place.host
    advice = "Check HTTPS_PROXY, HTTP_PROXY and WANDB_HTTPS_PROXY, or add the host to NO_PROXY."
    tunnel = re.search(r"Tunnel connection failed: (\d+) ?([^'\"]*)", " ".join(map(str, chain)))
    if tunnel is not None and tunnel[1] == "407":
        said = f"The proxy {proxy} asks for a user name and a password (HTTP 407)"
        advice = "Put them into the proxy's URL, or add the host to NO_PROXY."
    elif tunnel is not None:
        phrase = presentable(tunnel[2], situation.secrets)
        said = f"The proxy {proxy} refused to connect to {host} (HTTP {tunnel[1]} {phrase})"
    elif no_socks is not None:
        said = f"The proxy {proxy} speaks SOCKS, which needs the package PySocks"
    else:
        said = f"The proxy {proxy} on the way to {host} cannot be used: {_text(chain, situation)}"
    return TransportFailure(
        FailureKind.PROXY, said + ".", status=int(tunnel[1]) if tunnel else None, advice=advice
    )


def _of_tls(chain: tuple[BaseException, ...], situation: _Situation) -> TransportFailure | None:
    error = _first(chain, ssl.SSLError)
    alert = _first(chain, http.client.BadStatusLine)
    if error is not None and error.reason in _NOT_TLS:
        said = f"{situation.place} answered plain http where https was expected"
        advice = (
            "Write http:// instead of https:// in the base URL if the server has no TLS, and check the port."
        )
    elif error is not None:
        said = f"No encrypted connection with {situation.place} came about ({_text((error,), situation)})"
        advice = "Check the port, and whether a proxy or firewall interferes with TLS."
    elif alert is not None and str(alert).lstrip("'\"").startswith(("\x15\x03", "\\x15\\x03")):
        said = f"{situation.place} expects https, and was asked over plain http"
        advice = "Write https:// instead of http:// in the base URL."
    else:
        return None
    return TransportFailure(FailureKind.TLS, said + ".", advice=advice)


def _of_connecting(chain: tuple[BaseException, ...], situation: _Situation) -> TransportFailure | None:
    place = situation.place
    if _first(chain, UnicodeError, urllib3.exceptions.LocationParseError, requests.exceptions.InvalidURL):
        return TransportFailure(
            FailureKind.BAD_ADDRESS,
            f"{place} is not a name that a host can have.",
            advice="Correct the base URL.",
        )
    lookup = _first(chain, socket.gaierror)
    if lookup is not None:
        return TransportFailure(
            FailureKind.DNS,
            f"The name of the host {place} could not be looked up ({_text((lookup,), situation)}).",
            advice="Check the spelling of the base URL, the network and the VPN.",
        )
    if _first(chain, ConnectionRefusedError):
        return TransportFailure(
            FailureKind.REFUSED,
            f"{place} refused the connection: nothing listens there.",
            advice="Check host and port of the base URL, and whether the server is running.",
        )
    unanswered = _first(chain, OSError)
    if _first(chain, requests.ConnectTimeout) or (
        unanswered is not None and unanswered.errno == errno.ETIMEDOUT
    ):
        return TransportFailure(
            FailureKind.CONNECT_TIMEOUT,
            f"{place} did not take the connection within {situation.progress.connect_timeout:.3g} s.",
            advice="Check the network, VPN, firewall and proxy, and host and port of the base URL.",
        )
    new = _first(chain, urllib3.exceptions.NewConnectionError)
    if new is not None or any(isinstance(link, OSError) and link.errno in _NO_WAY for link in chain):
        return TransportFailure(
            FailureKind.UNREACHABLE,
            f"The network has no route to {place} ({_text(chain, situation)}).",
            advice="Check the network, VPN and proxy.",
        )
    return None


def _of_answering(chain: tuple[BaseException, ...], situation: _Situation) -> TransportFailure | None:
    place, progress = situation.place, situation.progress
    if _first(chain, requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError):
        silence = (
            "stopped in the middle of its answer"
            if progress.answering
            else "took the connection but did not answer"
        )
        return TransportFailure(
            FailureKind.READ_TIMEOUT,
            f"{place} {silence}: nothing came for {progress.read_timeout:.3g} s.",
            advice="Try again later; if it stays so, look for a proxy or firewall on the way.",
        )
    if _first(chain, urllib3.exceptions.DecodeError):
        return TransportFailure(
            FailureKind.NOT_JSON,
            f"The answer of {place} is damaged: it cannot be unpacked.",
            advice="Try again; look for a proxy on the way that changes answers.",
        )
    if _first(chain, ConnectionError, http.client.IncompleteRead) or progress.answering:
        if progress.answering:
            said = f"The connection to {place} was cut in the middle of the answer, after {progress.received} bytes."
        else:
            said = f"{place} closed the connection without an answer."
            if not place.encrypted:
                said += " A server that expects https does that when it is asked over plain http."
        return TransportFailure(
            FailureKind.RESET,
            said,
            advice="Try again; if it stays so, look for a proxy or firewall on the way.",
        )
    if _first(chain, http.client.HTTPException):
        return TransportFailure(
            FailureKind.NOT_HTTP,
            f"What answers at {place} does not speak HTTP ({_text(chain, situation)}).",
            advice="Check host and port of the base URL.",
        )
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that is wrapped in it, each once, from the outside in."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        wrapped: Iterable[object] = (
            getattr(link, "reason", None),
            link.__cause__,
            link.__context__,
            *link.args,
        )
        waiting.extend(inner for inner in wrapped if isinstance(inner, BaseException))


def _first(chain: tuple[BaseException, ...], *kinds: type[_E]) -> _E | None:
    return next((link for link in chain if isinstance(link, kinds)), None)


def _text(chain: tuple[BaseException, ...], situation: _Situation) -> str:
    """What the innermost operating system error says, or else the name of the outermost exception.

    The text of requests' own exceptions is left out: it holds URLs with all that is in them.
    """
    for link in reversed(chain):
        if isinstance(link, OSError) and isinstance(link.strerror, str):
            return presentable(link.strerror, situation.secrets)
    return type(chain[0]).__name__
