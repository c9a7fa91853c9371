"""What the environment says about the way to a server: certificates to trust, and proxies to go through.

Imports `requests`, so it is loaded with the first query only.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path

import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies, select_proxy, should_bypass_proxies

from registry_doctor.transport.address import shown_url
from registry_doctor.transport.failures import FailureKind, TransportFailure, presentable

INSECURE = "WANDB_INSECURE_DISABLE_SSL"
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE")
"""Where a person may say whom to trust; the first that is set counts. W&B's Go client reads the second and third."""

_WAY_VARIABLES = (
    *CA_VARIABLES,
    INSECURE,
    *(
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
    ),
    *("WANDB_HTTP_PROXY", "WANDB_HTTPS_PROXY"),
)
_TRUE = frozenset(("1", "t", "true", "y", "yes", "on"))
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+")


def tls_context(environ: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """How to check a server's certificate. Raises `TransportFailure` (`TLS`) for a bundle that cannot be read.

    With no variable set these are the authorities of certifi, which older W&B clients use, and the system's, which
    newer ones do.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if is_insecure(environ):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if str(getattr(urllib3, "__version__", "")).startswith("1."):
        # It does not tell OpenSSL which address it connects to, and compares names itself where OpenSSL does not.
        context.check_hostname = False
    variable = next((name for name in CA_VARIABLES if environ.get(name)), None)
    if variable is None:
        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        context.load_default_certs()
        return context
    try:
        _load(context, environ[variable])
        if variable.startswith("SSL_"):
            # Go takes these beside what the system trusts in the other form, file or directory; so does OpenSSL.
            context.load_default_certs()
        return context
    except OSError as problem:  # ssl.SSLError is one
        reason = "it holds no certificates" if isinstance(problem, ssl.SSLError) else problem.strerror
    raise TransportFailure(
        FailureKind.TLS,
        f"The certificates in {presentable(environ[variable], ())}, which {variable} names, cannot be used: {reason}.",
        advice=f"Correct {variable}, or remove it from the environment.",
    )


def way_of(environ: Mapping[str, str] = os.environ) -> tuple[str | None, ...]:
    """All that the environment says about the way to a server: equal values lead the same way."""
    return tuple(environ.get(name) for name in _WAY_VARIABLES)


def is_insecure(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the person has switched the check of certificates off."""
    return environ.get(INSECURE, "").strip().lower() in _TRUE


def _load(context: ssl.SSLContext, value: str) -> None:
    """Loads a file, a directory, or (SSL_CERT_DIR) several directories with the system's separator between them."""
    several = [path for path in map(Path, filter(None, value.split(os.pathsep))) if path.exists()]
    for path in [Path(value)] if Path(value).exists() or not several else several:
        if not path.is_dir():
            context.load_verify_locations(cafile=path)
        elif any(_HASHED_NAME.fullmatch(entry.name) for entry in path.iterdir()):
            context.load_verify_locations(capath=path)
        else:
            # OpenSSL finds certificates in a directory only under hashed names; Go, and so W&B's client, reads all.
            _load_all(context, path)


def _load_all(context: ssl.SSLContext, directory: Path) -> None:
    for entry in sorted(directory.iterdir()):
        if entry.is_file():
            try:
                context.load_verify_locations(cafile=entry)
            except ssl.SSLError:
                continue  # a README may lie among the certificates


def proxies_for(url: str) -> dict[str, str]:
    """The proxies for `url` by scheme: W&B's own variables, then the usual ones; none for what NO_PROXY excepts."""
    if should_bypass_proxies(url, no_proxy=None):
        return {}
    proxies = dict(get_environ_proxies(url))
    for scheme in ("http", "https"):
        own = os.environ.get(f"WANDB_{scheme.upper()}_PROXY")
        if own:
            proxies[scheme] = own
    return proxies


def proxy_label(url: str, proxies: Mapping[str, str]) -> str | None:
    """The proxy that `url` is reached through, fit to be shown; None if there is none."""
    proxy = select_proxy(url, dict(proxies))
    return shown_url(proxy) if proxy else None
