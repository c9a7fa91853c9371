"""What is known about the settings, each value with the place it came from."""

from __future__ import annotations

from dataclasses import field
from typing import Generic, Literal, TypeVar

from registry_doctor.settings.address import without_userinfo
from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret

ValueT = TypeVar("ValueT", covariant=True)


@record(frozen=True, repr=False)
class Sourced(Generic[ValueT]):
    """A value and, in words for a person, where it was found; nothing set has no source.

    >>> Sourced("vision", "WANDB_ENTITY").source
    'WANDB_ENTITY'
    """

    value: ValueT
    source: str | None
    given: bool = field(default=False, compare=False)
    """The caller said it; it was not found in the surroundings."""

    def __repr__(self) -> str:
        shown = without_userinfo(self.value) if isinstance(self.value, str) else self.value
        return f"Sourced(value={shown!r}, source={self.source!r})"


@record(frozen=True)
class ApiKey:
    """A key that wandb would send: well-formed, which is not to say that the server knows it."""

    secret: Secret
    source: str
    """`WANDB_API_KEY`, the netrc or settings file with the home directory as `~`, or `api=`."""
    machine: str | None = None
    """The netrc entry the key is from: a host name, or `default`; None if it is not from netrc."""
    shadows: str | None = None
    """The netrc machine that wandb would have used, had the `default` entry not come first (R6.2)."""


@record(frozen=True)
class IdentityToken:
    """A file with a token that wandb would exchange for access (identity federation, R7.4)."""

    path: str
    """Absolute, as wandb takes it: `~` is not expanded."""
    source: str


@record(frozen=True)
class InvalidCredentials:
    """Credentials that are there, and that wandb refuses before it sends anything."""

    problem: str
    """wandb's own words; never the key."""
    source: str
    secret: Secret | None


@record(frozen=True)
class NoCredentials:
    """Nothing for this host, anywhere that wandb looks."""

    looked_in: tuple[str, ...]
    """The places, in wandb's order."""
    other_machines: tuple[str, ...] = ()
    """W&B hosts that netrc does have an entry for: the key may be there under another name (R6.1)."""


Credentials = ApiKey | IdentityToken | InvalidCredentials | NoCredentials


@record(frozen=True)
class FileProblem:
    """Why wandb drops a settings file, or crashes on it. It quotes no value but names and modes."""

    path: str
    problem: str
    crashes: bool


@record(frozen=True)
class VariableProblem:
    """An environment variable on whose value wandb crashes as soon as it loads its settings."""

    variable: str
    problem: str


@record(frozen=True)
class PinnedRun:
    """A run in a sweep or of Launch: `wandb.init` ignores the entity and project that it is given (R2.11)."""

    kind: Literal["sweep", "launch"]
    source: str
    """Where wandb learns of it: `WANDB_SWEEP_ID`, `WANDB_LAUNCH` or a settings file."""
    ignored_entity: str | None = None
    ignored_project: str | None = None
    """How those were given that are ignored: `--entity`, `project=`."""

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
    """What wandb would go by, and why.

    `entity`, `organization` and `project` are None where nothing is set, and also where the empty
    string is: that hides what a settings file says and then counts as nothing (R7.7), so the value
    is None and the source says "(empty)".
    """

    base_url: Sourced[str]
    """The server: Forge addresses mapped and without trailing slash (R6.1), or as given if wandb
    would refuse it. Its value may hold a user name and password; its repr does not."""
    base_url_problem: str | None
    """wandb's words if it would refuse the address."""
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
    """Malformed `WANDB_MODE`, `WANDB_PROJECT` and the like: what is not already told by
    `base_url_problem`, `credentials` or `timeout_problem`."""
    timeout_problem: str | None = None
    """Python's words if `WANDB_HTTP_TIMEOUT` is no whole number: `import wandb` then crashes."""
    found_project: Sourced[str | None] = Sourced(None, None)
    """The project of the surroundings alone: `Artifact.link` goes by that one."""
    entity_for_run: Sourced[str | None] | None = None
    project_for_run: Sourced[str | None] | None = None
    """What `wandb.init` takes; `None` if it is what `wandb.Api` takes."""
    pinned_run: PinnedRun | None = None
    """Set in a sweep and by Launch."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What nothing that is shown may hold: the key, also one that wandb refuses."""
        match self.credentials:
            case ApiKey(secret) | InvalidCredentials(secret=Secret() as secret):
                return (secret,)
            case _:
                return ()

    @property
    def run_entity(self) -> Sourced[str | None]:
        """The entity that a run is started with; the server chooses if there is none."""
        return self.entity if self.entity_for_run is None else self.entity_for_run

    @property
    def run_project(self) -> Sourced[str | None]:
        """The project that a run is started with; without one wandb names it after the git repository."""
        return self.project if self.project_for_run is None else self.project_for_run


@record(frozen=True)
class Given:
    """What the caller says explicitly. It wins over everything, as `wandb.Api(overrides=…)` does."""

    base_url: str | None = field(default=None, repr=False)
    entity: str | None = None
    project: str | None = None
    organization: str | None = None
    api_key: str | None = field(default=None, repr=False)
    style: Literal["option", "argument"] = "option"
    """How the source is worded: `--entity` on the command line, `entity=` in a Python call."""
    place_option: str | None = None
    """The option that gave entity and project in one, as `--to` does."""
    started: bool = False
    """Entity and project are those of a run that is there already: no sweep changes them any more."""

    def source(self, name: str) -> str:
        """The words for where the value called `name` was given."""
        if self.place_option is not None and name in ("entity", "project"):
            return self.place_option
        return f"--{name.replace('_', '-')}" if self.style == "option" else f"{name}="
