"""Facts that need no server: the call, the settings, and the interpretation of the path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from registry_doctor.domain.interpretation import LEGACY_PROJECT, Interpretation, Purpose, interpret
from registry_doctor.domain.target_path import is_registry_project, without_last_slash
from registry_doctor.facts.base import Fact, Facts
from registry_doctor.queries.availability import Unavailable
from registry_doctor.settings import Settings
from registry_doctor.support.installation import import_problem
from registry_doctor.support.records import record
from registry_doctor.support.versions import installed_version, read_version

if TYPE_CHECKING:
    from packaging.version import Version

Method: TypeAlias = Literal[
    "run.link_artifact",
    "artifact.link",
    "run.link_model",
    "run.use_artifact",
    "api.artifact",
    "run.use_model",
    "api.artifact_exists",
    "api.artifacts",
    "api.artifact_collection",
    "api.artifact_collection_exists",
]
"""The method of wandb that is called."""

UNKNOWN_SDK = "unknown"
"""The version of a call that runs elsewhere, with a wandb of which nothing is known."""

METHODS: tuple[Method, ...] = get_args(Method)

_OF_COLLECTIONS: frozenset[Method] = frozenset(
    {"api.artifacts", "api.artifact_collection", "api.artifact_collection_exists"}
)
"""They take the path of a collection: a version in it is taken for a part of the name."""


def purpose_of(method: Method) -> Purpose:
    """What the method is for.

    >>> purpose_of("run.link_model")
    'link'
    >>> purpose_of("api.artifacts")
    'collection'
    """
    if method in _OF_COLLECTIONS:
        return "collection"
    return "link" if "link" in method else "use"


def agreed_purpose(for_: Purpose, method: Method) -> Purpose | None:
    """The purpose of a call with both given; `None` if they contradict each other.

    `use` also stands for a method that looks at a collection.

    >>> agreed_purpose("use", "api.artifacts")
    'collection'
    """
    implied = purpose_of(method)
    return implied if for_ == implied or (for_, implied) == ("use", "collection") else None


@record(frozen=True)
class Call:
    """The call to wandb that is diagnosed."""

    target: str | None
    """The path as typed; `None` to examine only the environment."""
    for_: Purpose = "link"
    artifact: str | None = None
    """The logged artifact's path; `None` for a draft that a run would log, and for a use."""
    type: str | None = None
    """The draft's type, or the `type=` of a fetch."""
    aliases: tuple[str, ...] = ()
    method: Method | None = None
    """The method of wandb; `None` if it is unknown: then only what applies to every method is reported."""
    sdk_version: str | None = None
    """The wandb version to judge; `None` for the one that is installed, `UNKNOWN_SDK` if it is not known."""
    downloads: bool = True
    """Whether a fetch also downloads the files; `unlink` only looks the version up."""
    unknown_parts: tuple[str, ...] = ()
    """What stands in the path for parts that only the running program knows: `{name}`. The rest is judged."""
    in_code: bool = False
    """Whether the call stands in a program, where a link to an ordinary project is legitimate."""

    @property
    def logs_draft(self) -> bool:
        """Whether a run logs what is linked."""
        return self.for_ == "link" and self.artifact is None

    @property
    def by_run(self) -> bool:
        """Whether a run makes the call. Then the settings of the run count, not those of `wandb.Api`."""
        return self.logs_draft or (self.method or "").startswith("run.")

    @property
    def is_reference(self) -> bool:
        """Whether the text is the `uri` of `add_reference()`: of the calls in code that fetch, only this has no method."""
        return self.in_code and self.method is None and (self.target or "").startswith("wandb-artifact://")

    @property
    def links_through_run(self) -> bool:
        """Whether a run gets the target, as far as is known: it drops empty parts before it links (R1.20)."""
        return self.method in ("run.link_artifact", "run.link_model") or (
            self.method is None and self.logs_draft
        )

    @property
    def kind_of_artifact(self) -> str | None:
        """The type that is given, or that `run.link_model` gives."""
        return self.type or ("model" if self.method == "run.link_model" else None)

    def corrected(self, target: str) -> Call:
        """The call with another path. `run.link_model` takes no path, so it becomes `run.link_artifact`."""
        method = "run.link_artifact" if self.method == "run.link_model" else self.method
        return replace(self, target=target, method=method)


def _given(what: str) -> Fact[Call]:
    def missing(_: Facts) -> Call:
        raise Unavailable(f"no {what} was given")

    return Fact(what, missing)


def _settings(_: Facts) -> Settings:
    raise Unavailable("no settings were given")


def _interpretation(facts: Facts) -> Interpretation:
    call = facts[CALL]
    if call.target is None:
        raise Unavailable("no target path was given")
    reading = read_target(call, call.target)
    project = _default_project(facts) or ""
    typed = reading.as_typed
    if typed is None or typed.project:
        return reading
    completed = typed.with_default_project(project)
    if reading.pasted or not is_registry_project(project):
        return replace(reading, with_default_project=completed)
    return replace(
        interpret(str(completed), call.for_), text=call.target, as_typed=typed, completed_by=project
    )


def read_target(call: Call, target: str) -> Interpretation:
    """The interpretation of `target` as the method of the call gets it, before a project is added."""
    if call.method == "run.link_model" and "/" not in target:
        return _registered_model(target)
    reading = interpret(target, call.for_)
    if call.links_through_run and (shorter := without_last_slash(reading.as_typed)) is not None:
        return replace(interpret(str(shorter), call.for_), text=target, trailing_slash=True)
    return reading


def _registered_model(name: str) -> Interpretation:
    """What `run.link_model` makes of a name: a path of the legacy Model Registry (R8.5)."""
    return replace(interpret(f"{LEGACY_PROJECT}/{name}", "link"), text=name)


def _sdk_version(facts: Facts) -> Version:
    asked = facts[CALL].sdk_version
    if asked == UNKNOWN_SDK:
        raise Unavailable("the project's version of wandb is not known; --sdk-version gives it")
    text = asked or installed_version("wandb")
    if text is None:
        raise Unavailable("wandb is not installed, and no version was given")
    try:
        return read_version(text)
    except ValueError as problem:
        raise Unavailable(f"nothing is known of this wandb: {problem}") from problem


def _sdk_problem(facts: Facts) -> str | None:
    return None if facts[CALL].sdk_version else import_problem("wandb")


def _default_project(facts: Facts) -> str | None:
    """The project with which a short target can become a registry path (R1.3).

    For `artifact.link` it is a set one, not a given one; a run completes the target with its entity,
    too, which makes no registry path.
    """
    settings, call = facts[SETTINGS], facts[CALL]
    if call.for_ != "link":
        return (settings.run_project if call.by_run else settings.project).value
    by_artifact = call.method == "artifact.link" if call.method else call.artifact is not None
    project = settings.found_project if settings.project.given else settings.project
    return project.value if by_artifact else None


CALL: Fact[Call] = _given("call")
"""The call; set by the diagnosis."""

SETTINGS: Fact[Settings] = Fact("settings", _settings)
"""What wandb would use as base URL, credentials, entity and so on; set by the diagnosis."""

INTERPRETATION: Fact[Interpretation] = Fact("interpretation", _interpretation, after=(CALL, SETTINGS))
"""The path as typed and as meant; a project setting that is a registry completes a short one (R1.3)."""

SDK_VERSION: Fact[Version] = Fact("sdk version", _sdk_version, after=(CALL,))
"""The version of wandb to judge. Unavailable if none is installed and none was given."""

SDK_PROBLEM: Fact[str | None] = Fact("sdk problem", _sdk_problem, after=(CALL,))
"""Why the installed wandb cannot be imported, as a clause; `None` if nothing shows, or if a version was given."""
