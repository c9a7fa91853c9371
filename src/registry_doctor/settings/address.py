"""The server addresses that wandb 0.31.0 accepts, and how it changes them (registry-rules R6.1)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from registry_doctor.settings.urls import url_problem

DEFAULT_BASE_URL = "https://api.forge.coreweave.com"

FORGE_HOSTS = {"forge.coreweave.com": "api.wandb.ai", "qa.forge.coreweave.com": "api.qa.wandb.ai"}
"""Each CoreWeave Forge host, with the W&B API host behind it."""

_W_AND_B_CLOUD = re.compile(r".*wandb\.ai[^\.]*$")
_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")


def without_userinfo(text: str) -> str:
    """`text` without the user names and passwords in its URLs."""
    return _USERINFO.sub("", text)


def forge_host(url: str) -> str | None:
    """The CoreWeave Forge host that serves the deployment at `url`, if one does."""
    hostname = _hostname(url)
    for forge, upstream in FORGE_HOSTS.items():
        if hostname in (forge, f"api.{forge}", upstream):
            return forge
    return None


def forge_upstream(url: str) -> str | None:
    """The W&B API host behind a Forge address, which is the second name looked up in netrc."""
    forge = forge_host(url)
    return FORGE_HOSTS[forge] if forge else None


def netloc(url: str) -> str:
    """The host with its port and user, as wandb looks it up in netrc; empty if there is none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def app_url_for(base_url: str) -> str:
    """The address of the user interface that goes with the API at `base_url` (wandb's `api_to_app_url`)."""
    if forge := forge_host(base_url):
        return f"https://{forge}/wandb"
    if "://api.wandb." in base_url and "://api.wandb.test" not in base_url:
        return base_url.replace("://api.", "://").strip("/")
    if "://api." in base_url:
        return base_url.replace("://api.", "://app.").strip("/")
    return base_url


def normalise(url: str) -> tuple[str, str | None]:
    """The address that wandb would use, or the text as given and wandb's message about it."""
    problem = url_problem(url) or _forge_problem(url)
    if problem is None and url and _hostname(url) in FORGE_HOSTS:
        return f"https://api.{_hostname(url)}", None
    if problem is None and _W_AND_B_CLOUD.match(url):
        if "api." not in url:
            problem = f"{url} is not a valid server address, did you mean {DEFAULT_BASE_URL}?"
        elif not url.startswith("https"):
            problem = f"http is not secure, please use {DEFAULT_BASE_URL}"
    if problem is not None:
        return url, without_userinfo(problem)
    return url.rstrip("/"), None


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _forge_problem(url: str) -> str | None:
    """Why Python or wandb refuses a Forge address that is otherwise a valid URL."""
    try:
        parsed = urlsplit(url)
        if parsed.hostname not in FORGE_HOSTS:
            return None
        in_order = (
            parsed.scheme == "https" and parsed.port is None and parsed.path.rstrip("/") == "/api/wandb"
        )
    except ValueError as error:
        return str(error)
    return None if in_order else f"Invalid Forge server address; use https://api.{parsed.hostname}."
