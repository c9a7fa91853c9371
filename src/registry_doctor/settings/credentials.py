"""Which credentials wandb would use for a server (registry-rules 7.1, 6.1).

The order is: the given key, `WANDB_API_KEY` or `WANDB_IDENTITY_TOKEN_FILE`, netrc, a settings file. The first
one found decides, even if it is malformed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from registry_doctor.settings.address import FORGE_HOSTS, forge_upstream, netloc
from registry_doctor.settings.keys import key_problem, whitespace_problem
from registry_doctor.settings.model import (
    ApiKey,
    Credentials,
    IdentityToken,
    InvalidCredentials,
    NoCredentials,
    Sourced,
)
from registry_doctor.settings.surroundings import Surroundings, UnreadableFile, is_there, read_text
from registry_doctor.support.redaction import Secret

if TYPE_CHECKING:
    import netrc

API_KEY = "WANDB_API_KEY"
TOKEN_FILE = "WANDB_IDENTITY_TOKEN_FILE"


def find_credentials(
    *,
    base_url: str,
    given_key: str | None,
    file_key: Sourced[str] | None,
    settings_files: tuple[Path, ...],
    surroundings: Surroundings,
) -> Credentials:
    """The credentials that wandb would send to `base_url`, which is normalised and may be empty.

    `file_key` is the key in the settings files if it is for that server. `settings_files` are listed if no
    credentials are found.
    """
    if given_key:
        return _checked(given_key, "api=")
    environ = surroundings.environ
    key, token_file = environ.get(API_KEY), environ.get(TOKEN_FILE)
    # wandb refuses white space when it loads its settings, before it looks for credentials.
    if key and (problem := whitespace_problem(key)):
        return InvalidCredentials(problem, API_KEY, Secret(key))
    if key and token_file:
        problem = f"Both {API_KEY} and {TOKEN_FILE} are set, which is not allowed."
        return InvalidCredentials(problem, f"{API_KEY} and {TOKEN_FILE}", Secret(key))
    if key:
        return _checked(key, API_KEY)
    if token_file:
        # wandb does not expand "~" here.
        return IdentityToken(str(surroundings.cwd / token_file), TOKEN_FILE)

    from_netrc = _netrc_credentials(base_url, surroundings)
    if not isinstance(from_netrc, NoCredentials):
        return from_netrc
    if file_key is not None and file_key.value:
        source = file_key.source or "settings"
        if problem := whitespace_problem(file_key.value):
            return InvalidCredentials(problem, source, Secret(file_key.value))
        return _checked(file_key.value, source)
    variables = (f"{name} (set, but empty)" if name in environ else name for name in (API_KEY, TOKEN_FILE))
    looked_in = (*variables, *from_netrc.looked_in, *map(surroundings.show, settings_files))
    return NoCredentials(looked_in, from_netrc.other_machines)


def _checked(key: str, source: str) -> ApiKey | InvalidCredentials:
    problem = key_problem(key)
    return InvalidCredentials(problem, source, Secret(key)) if problem else ApiKey(Secret(key), source)


def _netrc_path(surroundings: Surroundings) -> Path:
    """R7.3: `$NETRC`, else the first existing file, else the platform's usual name."""
    if named := surroundings.environ.get("NETRC"):
        return surroundings.expand(named)
    candidates = [surroundings.home / ".netrc", surroundings.home / "_netrc"]
    for candidate in candidates:
        if is_there(candidate):
            return candidate
    return candidates[os.name == "nt"]


def _netrc_credentials(base_url: str, surroundings: Surroundings) -> Credentials:
    path = _netrc_path(surroundings)
    shown = surroundings.show(path)
    # The netrc module tries these two, in this order.
    text = read_text(path, ("utf-8", None))
    if text is None:
        return NoCredentials((f"{shown} (not there)",))
    if isinstance(text, UnreadableFile):
        if text.wandb == "crashes on it":
            return InvalidCredentials(f"the netrc file is not text: {text.reason}", shown, None)
        return NoCredentials((f"{shown} (cannot be read: {text.reason})",))

    # Imported only if there is a file, because it takes time.
    import netrc

    try:
        parsed = netrc.netrc(str(path))
    except netrc.NetrcParseError as error:
        # The message may quote a password; the number of the line cannot.
        return NoCredentials((f"{shown} (cannot be parsed, line {error.lineno})",))
    except (OSError, ValueError):
        return NoCredentials((f"{shown} (cannot be read)",))

    return _netrc_entry(parsed, base_url, shown)


def _netrc_entry(parsed: netrc.netrc, base_url: str, shown: str) -> Credentials:
    """The entry for the host, or else for the W&B host behind it. A `default` entry answers for the host (R6.2)."""
    host, upstream = netloc(base_url), forge_upstream(base_url)
    machines = list(dict.fromkeys(machine for machine in (host, upstream) if machine))
    for machine in machines:
        if not (entry := parsed.authenticators(machine)):
            continue
        if not (password := entry[2]):
            return NoCredentials((f"{shown} (machine {_host(machine)}, without password)",))
        credentials = _checked(password, shown)
        if isinstance(credentials, InvalidCredentials):
            return credentials
        if machine in parsed.hosts:
            return replace(credentials, machine=machine)
        return replace(credentials, machine="default", shadows=upstream if upstream in parsed.hosts else None)
    others = sorted(machine for machine in parsed.hosts if machine not in machines and _is_w_and_b(machine))
    return NoCredentials(
        tuple(f"{shown} (machine {_host(machine)})" for machine in machines) or (shown,), tuple(others)
    )


def _host(machine: str) -> str:
    """The name without the part before `@`: wandb looks up an address in netrc with its user and password."""
    return machine.rpartition("@")[2]


def _is_w_and_b(machine: str) -> bool:
    """Whether a W&B server may have this name. Names of other hosts are not shown."""
    return "wandb" in machine or machine in FORGE_HOSTS or machine.removeprefix("api.") in FORGE_HOSTS
