"""What only a file of the checkout says about the server and the key.

Preflight runs no code, so people run it with rights that the code of a pull request does not have. A file of that
code may name another server, or any variable of the job as the key: in a job for a pull or merge request, no key
is then read or sent.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from registry_doctor.codebase.report.repository import repository_root
from registry_doctor.settings import ApiKey, IdentityToken, InvalidCredentials, NoCredentials, Settings
from registry_doctor.settings.address import without_userinfo

OPTION = "--trust-checkout"

_REQUESTS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("GITHUB_EVENT_NAME", frozenset({"pull_request", "pull_request_target"}), "pull request"),
    ("CI_MERGE_REQUEST_IID", frozenset(), "merge request"),
    ("CI_PIPELINE_SOURCE", frozenset({"external_pull_request_event"}), "pull request"),
    ("BITBUCKET_PR_ID", frozenset(), "pull request"),
    ("SYSTEM_PULLREQUEST_PULLREQUESTID", frozenset(), "pull request"),
    ("CHANGE_ID", frozenset(), "change request"),
)
"""A variable of the job, the values that say that it runs for a request (none: any), and what that is called.

GitHub, GitLab (twice), Bitbucket, Azure and Jenkins, as their documents list them.
"""


def request_of(environ: Mapping[str, str]) -> str | None:
    """`pull request`, or what the service calls it, if this job runs for one.

    >>> request_of({"GITHUB_EVENT_NAME": "pull_request"}), request_of({"GITHUB_EVENT_NAME": "push"})
    ('pull request', None)
    """
    for variable, values, words in _REQUESTS:
        value = environ.get(variable)
        if value and (not values or value in values):
            return words
    return None


@dataclass(frozen=True)
class CheckoutTrust:
    """What the settings of one preflight owe to the checkout."""

    root: Path
    """The folder that is searched."""
    trusted: bool
    """The caller trusts what the checkout says."""

    def address_note(self, settings: Settings) -> str | None:
        """A note that the server's address comes from the checkout, and whether the key was kept back; else `None`."""
        if not self._address_from_checkout(settings):
            return None
        address, source = without_userinfo(settings.base_url.value), settings.base_url.source
        request = None if self.trusted else request_of(os.environ)
        if request is None:
            return f"SERVER FROM THE CHECKOUT: {source} names {address}, and the key is sent there"
        return (
            f"KEY NOT SENT: this job runs for a {request}, and only {source} names the server {address}. Set"
            f" WANDB_BASE_URL in the job, or use {OPTION}"
        )

    def guarded(self, settings: Settings, key_variable: str | None) -> Settings:
        """The settings without credentials, if only the checkout says where to send them or which variable to read."""
        request = None if self.trusted else request_of(os.environ)
        found = isinstance(settings.credentials, (ApiKey, IdentityToken, InvalidCredentials))
        if request is None or not found:
            return settings
        if self._address_from_checkout(settings):
            place = f"no place, because only {settings.base_url.source} of this {request} names the server ({OPTION})"
            return replace(settings, credentials=NoCredentials((place,)))
        if key_variable is not None:
            place = f"{key_variable}, which was not read, because only a manifest of this {request} names it ({OPTION})"
            return replace(settings, credentials=NoCredentials((place,)))
        return settings

    def _address_from_checkout(self, settings: Settings) -> bool:
        file = settings.base_url.file
        if file is None:
            return False
        root = _real(self.root)
        return _real(file).is_relative_to(repository_root([root]) or root)


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return path.absolute()
