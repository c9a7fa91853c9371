"""Combine the sources of settings in wandb's order (registry-rules 7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from registry_doctor.settings.address import DEFAULT_BASE_URL, app_url_for, normalise
from registry_doctor.settings.credentials import find_credentials
from registry_doctor.settings.files import read_settings_files, truth_of_setting, value_problem
from registry_doctor.settings.model import (
    Credentials,
    Given,
    InvalidCredentials,
    PinnedRun,
    Settings,
    Sourced,
    VariableProblem,
)
from registry_doctor.settings.surroundings import NOWHERE, Surroundings, is_there

DEFAULT = "wandb's default"
HTTP_TIMEOUT = "WANDB_HTTP_TIMEOUT"
DEFAULT_HTTP_TIMEOUT = 19

_NAMES = ("base_url", "entity", "organization", "project", "mode", "api_key", "app_url_override")
_PINNING = ("sweep_id", "launch")
"""The settings that make `wandb.init` ignore the entity and project that it is given."""


def read_settings(
    given: Given = Given(),  # noqa: B008 - frozen
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    home: Path | None = None,
) -> Settings:
    """The settings that wandb would use in a process with these variables and directories; never raises.

    Without arguments, in this process. `given` is what the caller gives, and wins over everything.
    """
    surroundings = Surroundings.of(environ, cwd, home)
    paths = _settings_paths(surroundings)
    files = read_settings_files(paths, surroundings)
    variables = _from_variables(surroundings.environ)
    for_run = {**files.values, **variables}
    found = {**for_run, **_read_by_api(surroundings.environ)}
    pinned = None if given.started else _pinned_run(given, found)

    own_url = found.get("base_url", Sourced(DEFAULT_BASE_URL, DEFAULT))
    url = (
        own_url
        if given.base_url is None
        else Sourced(given.base_url, given.source("base_url"), file=given.base_url_file)
    )
    base_url, url_problem = normalise(url.value)
    # A key in a file is for the server in the settings, not for a server given in a call. A variable hides
    # the key in a file, even if the variable is empty.
    same_server = url_problem is None and normalise(own_url.value)[0] == base_url
    credentials = find_credentials(
        base_url="" if url_problem else base_url,
        given_key=given.api_key,
        file_key=found.get("api_key") if same_server else None,
        settings_files=paths,
        surroundings=surroundings,
    )
    app_url = found.get("app_url_override")
    timeout, timeout_problem = _timeout(surroundings.environ)
    return Settings(
        base_url=Sourced(base_url, url.source, file=url.file),
        base_url_problem=url_problem,
        app_url=(app_url.value if app_url else "") or app_url_for(base_url),
        credentials=credentials,
        entity=_choose("entity", given.entity, given, found),
        organization=_choose("organization", given.organization, given, found),
        project=_choose("project", given.project, given, found),
        mode=found.get("mode", Sourced("online", DEFAULT)),
        timeout=timeout,
        file_problems=files.problems,
        variable_problems=_variable_problems(
            {**variables, **_read_by_api(surroundings.environ)},
            _reported_elsewhere(url, credentials),
            surroundings.home,
        ),
        timeout_problem=timeout_problem,
        found_project=_choose("project", None, given, found),
        entity_for_run=_choose("entity", given.entity if pinned is None else None, given, for_run),
        project_for_run=_choose("project", given.project if pinned is None else None, given, for_run),
        pinned_run=pinned,
    )


def _reported_elsewhere(url: Sourced[str], credentials: Credentials) -> set[str | None]:
    """The variables whose problems are reported elsewhere in the settings."""
    return {url.source, credentials.source if isinstance(credentials, InvalidCredentials) else None}


def _choose(
    name: str, given_value: str | None, given: Given, found: Mapping[str, Sourced[str]]
) -> Sourced[str | None]:
    """The value that wins. An empty string also wins, and then counts as not set (R7.7)."""
    winner = found.get(name) if given_value is None else Sourced(given_value, given.source(name), given=True)
    if winner is None:
        return Sourced(None, None)
    return winner if winner.value else Sourced(None, f"{winner.source} (empty)", winner.given)


def _pinned_run(given: Given, found: Mapping[str, Sourced[str]]) -> PinnedRun | None:
    """The sweep or Launch that decides the run's entity and project; a sweep first, as in wandb (R2.11)."""
    sweep, launch = found.get("sweep_id"), found.get("launch")
    if sweep is not None and sweep.value:
        kind: Literal["sweep", "launch"] = "sweep"
        source = sweep.source
    elif launch is not None and truth_of_setting(launch.value):
        kind, source = "launch", launch.source
    else:
        return None
    return PinnedRun(
        kind,
        source or "",
        None if given.entity is None else given.source("entity"),
        None if given.project is None else given.source("project"),
    )


def _from_variables(environ: Mapping[str, str]) -> dict[str, Sourced[str]]:
    """The settings in `WANDB_…` variables. As in wandb, the rest of a name may be in any case."""
    found: dict[str, Sourced[str]] = {}
    for variable, value in environ.items():
        if not variable.startswith("WANDB_"):
            continue
        name = variable.removeprefix("WANDB_").lower()
        if variable == "WANDB_APP_URL":
            name = "app_url_override"
        if name in (*_NAMES, *_PINNING):
            found[name] = Sourced(value, variable)
    return found


def _read_by_api(environ: Mapping[str, str]) -> dict[str, Sourced[str]]:
    """The variables that `wandb.Api` and `Artifact.link`, but not `wandb.init`, read a second time (R7.8)."""
    names = {f"WANDB_{name.upper()}": name for name in ("base_url", "entity", "organization", "project")}
    return {
        name: Sourced(environ[variable], variable) for variable, name in names.items() if variable in environ
    }


def _variable_problems(
    variables: Mapping[str, Sourced[str]], reported: set[str | None], home: Path
) -> tuple[VariableProblem, ...]:
    problems = [
        VariableProblem(variable.source or "", problem)
        for name, variable in variables.items()
        if variable.source not in reported and (problem := value_problem(name, variable.value))
    ]
    if home == NOWHERE:
        problems.append(VariableProblem("HOME", "Could not determine home directory."))
    return tuple(problems)


def _timeout(environ: Mapping[str, str]) -> tuple[Sourced[float], str | None]:
    """The timeout of `wandb.Api` in whole seconds, and Python's message about any other value."""
    if (text := environ.get(HTTP_TIMEOUT)) is None:
        return Sourced(float(DEFAULT_HTTP_TIMEOUT), DEFAULT), None
    try:
        return Sourced(float(int(text)), HTTP_TIMEOUT), None
    except (ValueError, OverflowError) as error:
        return Sourced(float(DEFAULT_HTTP_TIMEOUT), DEFAULT), str(error)


def _settings_paths(surroundings: Surroundings) -> tuple[Path, ...]:
    """The global file and the local one, which wins.

    `WANDB_DIR` moves the directory of runs, but wandb loads the local file before it reads that variable.
    """
    config = surroundings.environ.get("WANDB_CONFIG_DIR")
    folder = surroundings.expand(config) if config else surroundings.home / ".config" / "wandb"
    local = ".wandb" if is_there(surroundings.cwd / ".wandb") else "wandb"
    return folder / "settings", surroundings.cwd / local / "settings"
