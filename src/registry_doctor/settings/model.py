"""The settings, each value with its source."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Generic, Literal, TypeVar

from registry_doctor.settings.address import without_userinfo
from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret

ValueT = TypeVar("ValueT", covariant=True)


@record(frozen=True, repr=False)
class Sourced(Generic[ValueT]):
    """A value and its source, in words for a person. The source is None if nothing is set.

    >>> Sourced("vision", "WANDB_ENTITY").source
    'WANDB_ENTITY'
    """

    value: ValueT
    source: str | None
    given: bool = field(default=False, compare=False)
    """The caller gave it; it was not found in variables or files."""
    file: Path | None = field(default=None, compare=False)
    """The file that says it, if `source` is a file."""

    def __repr__(self) -> str:
        shown = without_userinfo(self.value) if isinstance(self.value, str) else self.value
        return f"Sourced(value={shown!r}, source={self.source!r})"


@record(frozen=True)
class ApiKey:
    """A key that wandb would send. It is well-formed, but the server may not accept it."""

    secret: Secret
    source: str
    """`WANDB_API_KEY`, the netrc or settings file with the home directory as `~`, or `api=`."""
    machine: str | None = None
    """The netrc entry with the key: a host name, or `default`; None if the key is not from netrc."""
    shadows: str | None = None
    """The netrc machine that wandb would use if the `default` entry did not come first (R6.2)."""


@record(frozen=True)
class IdentityToken:
    """A file with a token that wandb would exchange for access (identity federation, R7.4)."""

    path: str
    """The absolute path that wandb uses: `~` is not expanded."""
    source: str


@record(frozen=True)
class InvalidCredentials:
    """Credentials that wandb refuses before it sends anything."""

    problem: str
    """wandb's own message, without the key."""
    source: str
    secret: Secret | None


@record(frozen=True)
class NoCredentials:
    """No credentials for this host in any place where wandb looks."""

    looked_in: tuple[str, ...]
    """The places, in wandb's order."""
    other_machines: tuple[str, ...] = ()
    """W&B hosts with an entry in netrc: the key may be there under another name (R6.1)."""


Credentials = ApiKey | IdentityToken | InvalidCredentials | NoCredentials


@record(frozen=True)
class FileProblem:
    """Why wandb ignores a settings file, or crashes on it. Of the values, only names and modes are quoted."""

    path: str
    problem: str
    crashes: bool


@record(frozen=True)
class VariableProblem:
    """An environment variable whose value makes wandb crash when it loads its settings."""

    variable: str
    problem: str


@record(frozen=True)
class PinnedRun:
    """A run in a sweep or of Launch: `wandb.init` ignores its `entity` and `project` arguments (R2.11)."""

    kind: Literal["sweep", "launch"]
    source: str
    """Where it is set: `WANDB_SWEEP_ID`, `WANDB_LAUNCH` or a settings file."""
    ignored_entity: str | None = None
    ignored_project: str | None = None
    """How the ignored values were given: `--entity`, `project=`."""

    @property
    def where(self) -> str:
        """`in a sweep`, `by Launch`."""
        return "in a sweep" if self.kind == "sweep" else "by Launch"

    def ignores(self, name: Literal["entity", "project"]) -> str | None:
        """`--entity is ignored in a sweep`, if something was given under this name."""
        given = self.ignored_entity if name == "entity" else self.ignored_project
        return f"{given} is ignored {self.where}" if given else None


@record(frozen=True)
class Settings:
    """The settings that wandb would use, and where they come from.

    `entity`, `organization` and `project` are None if nothing is set. An empty string is also None, with
    "(empty)" in the source: it hides the value in a settings file, and then counts as not set (R7.7).
    """

    base_url: Sourced[str]
    """The server: Forge addresses mapped and without trailing slash (R6.1), or as given if wandb
    would refuse it. The value may contain a user name and password; the repr does not."""
    base_url_problem: str | None
    """wandb's message if it would refuse the address."""
    app_url: str = field(repr=False)
    """The address of the user interface: `WANDB_APP_URL`, or derived from `base_url`."""
    credentials: Credentials
    entity: Sourced[str | None]
    organization: Sourced[str | None]
    project: Sourced[str | None]
    mode: Sourced[str]
    """`online`, `offline`, `disabled`, `dryrun`, `shared` or `run`; as given if wandb would refuse it."""
    timeout: Sourced[float]
    """Seconds that `wandb.Api` waits for an answer."""
    file_problems: tuple[FileProblem, ...]
    variable_problems: tuple[VariableProblem, ...] = ()
    """Malformed `WANDB_MODE`, `WANDB_PROJECT` and so on, except what `base_url_problem`, `credentials` or
    `timeout_problem` already say."""
    timeout_problem: str | None = None
    """Python's message if `WANDB_HTTP_TIMEOUT` is not a whole number; `import wandb` then crashes."""
    found_project: Sourced[str | None] = Sourced(None, None)
    """The project in variables and files, which `Artifact.link` uses."""
    entity_for_run: Sourced[str | None] | None = None
    project_for_run: Sourced[str | None] | None = None
    """What `wandb.init` uses; `None` if it is the same as for `wandb.Api`."""
    pinned_run: PinnedRun | None = None
    """Set in a sweep and by Launch."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What no output may contain: the key, also if wandb refuses it."""
        match self.credentials:
            case ApiKey(secret) | InvalidCredentials(secret=Secret() as secret):
                return (secret,)
            case _:
                return ()

    @property
    def run_entity(self) -> Sourced[str | None]:
        """The entity in which a run is started; without one, the server chooses."""
        return self.entity if self.entity_for_run is None else self.entity_for_run

    @property
    def run_project(self) -> Sourced[str | None]:
        """The project in which a run is started; without one, wandb uses the name of the git repository."""
        return self.project if self.project_for_run is None else self.project_for_run


@record(frozen=True)
class Given:
    """What the caller gives explicitly. It wins over everything, like `wandb.Api(overrides=…)`."""

    base_url: str | None = field(default=None, repr=False)
    entity: str | None = None
    project: str | None = None
    organization: str | None = None
    api_key: str | None = field(default=None, repr=False)
    style: Literal["option", "argument"] = "option"
    """How the source is written: `--entity` on the command line, `entity=` in a Python call."""
    place_option: str | None = None
    """The option that gave entity and project in one, as `--to` does."""
    sources: tuple[tuple[str, str], ...] = ()
    """For values from a configuration file: their names, and that file."""
    base_url_file: Path | None = None
    """The file that says `base_url`, if a configuration says it."""
    started: bool = False
    """Entity and project are those of a run that has already started, so a sweep no longer changes them."""

    def source(self, name: str) -> str:
        """How the value called `name` was given, in words."""
        if name in dict(self.sources):
            return dict(self.sources)[name]
        if self.place_option is not None and name in ("entity", "project"):
            return self.place_option
        return f"--{name.replace('_', '-')}" if self.style == "option" else f"{name}="
