"""The known problems of wandb versions with a link or a fetch (sdk-versions 0., 1., 5.; failures 3.4).

A flaw is a range of versions and a function of the call: whether the flaw concerns it, and what would happen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from registry_doctor.plugin import (
    ApiKey,
    Applicability,
    Call,
    Entity,
    Fix,
    IdentityToken,
    Organization,
    Settings,
    Severity,
    TargetPath,
    Version,
    quoted_name,
    read_version,
    record,
)

if TYPE_CHECKING:
    from registry_doctor.plugin import SdkVersion

NEWEST_KNOWN = "0.31.0"
"""The newest version that these flaws were collected from."""

_OLD_CLOUD = "https://api.wandb.ai"


@record(frozen=True)
class Situation:
    """The call that a version of wandb receives."""

    call: Call
    settings: Settings
    path: TargetPath | None
    """The path with what wandb fills in; `None` without one, or where wandb cannot parse it."""
    entity: Entity | None
    """The calling entity, if it is known."""
    organization: Organization | None
    """What wandb 0.31.0 resolves."""
    unresolved: bool
    """It resolves none; another check reports that."""
    named_by_setting: bool
    """The organization setting decides, not the path."""
    version: Version | None = None
    """What is fetched, if it is there."""

    @property
    def registry_path(self) -> TargetPath | None:
        """The path, if it names a registry, and its organization is right or not known yet."""
        if self.path is None or self.path.registry is None or self.unresolved:
            return None
        return self.path


@record(frozen=True)
class Consequence:
    """What happens to the call: a phrase that continues "wandb 0.18.3 …"."""

    does: str
    severity: Severity = Severity.WARNING
    fix: Fix | None = None
    """What also helps, without a newer version."""


@record(frozen=True)
class Flaw:
    """A problem of all versions from `since` on and before `before`."""

    since: str
    before: str
    concerns: Callable[[Situation], Consequence | None]
    right: str | None = None
    """The version that fixes it, if that is not `before` because another flaw follows."""

    @property
    def right_from(self) -> str:
        """The first version without it."""
        return self.right or self.before

    def has(self, version: SdkVersion) -> bool:
        """Whether this version has it; a pre-release counts as before its release."""
        return read_version(self.since) <= version < read_version(self.before)


def _name_the_entity(organization: Organization | None) -> Fix | None:
    if organization is None or organization.entity is None:
        return None
    name = organization.entity
    title = f"name the organization by its entity, {quoted_name(name)}"
    return Fix(title, {"organization": name}, Applicability.SAFE)


def _takes_the_prefix_for_an_entity(given: Situation) -> Consequence | None:
    path, organization = given.registry_path, given.organization
    if path is None:
        return None
    if organization is None:
        return Consequence(
            "reads the part before the registry as an entity; only the entity of the organization works"
        )
    if path.prefix == organization.entity:
        return None
    fix = _name_the_entity(organization)
    if path.prefix:
        does = f"reads {quoted_name(path.prefix)} as an entity, and would find no registry there"
        return Consequence(does, Severity.ERROR, fix)
    if given.entity is None or given.entity.kind == "organization":
        return None
    where = quoted_name(given.entity.name)
    if given.call.for_ == "link":
        does = (
            f"does not know organizations, and would link to project {quoted_name(path.project or '')} in"
            f" {where}"
        )
    else:
        does = f"does not know organizations, and would look for the registry in {where}"
    return Consequence(does, Severity.ERROR, fix)


def _knows_no_organization_of_a_person(given: Situation) -> Consequence | None:
    path, organization, entity = given.registry_path, given.organization, given.entity
    if path is None or given.call.for_ == "link" or entity is None or entity.kind != "personal":
        return None
    if organization is None or path.prefix == organization.entity:
        return None
    does = f"finds no organization through a personal entity, such as {quoted_name(entity.name)}"
    return Consequence(does, Severity.ERROR, _name_the_entity(organization))


def _ignores_the_organization_setting(given: Situation) -> Consequence | None:
    entity, setting = given.entity, given.settings.organization
    if given.registry_path is None or given.call.for_ != "use" or not given.named_by_setting:
        return None
    if given.organization is None or entity is None or len(entity.reachable) < 2:
        return None
    does = f"does not read {setting.source}, and {quoted_name(entity.name)} is in several organizations"
    return Consequence(does, Severity.ERROR, _name_the_entity(given.organization))


def _hides_a_refused_link(words: str) -> Callable[[Situation], Consequence | None]:
    def concerns(given: Situation) -> Consequence | None:
        return Consequence(words) if given.call.for_ == "link" else None

    return concerns


def _cannot_link_a_draft(given: Situation) -> Consequence | None:
    call = given.call
    if call.target is None or not call.logs_draft or call.method not in (None, "artifact.link"):
        return None
    fix = Fix(
        "log the artifact before you link it",
        steps=("Link what `log_artifact` returns.",),
        snippet="artifact = run.log_artifact(artifact).wait()",
    )
    if call.method is None:
        return Consequence("cannot link a draft with artifact.link(), only with run.link_artifact()", fix=fix)
    return Consequence("cannot link a draft with artifact.link()", Severity.ERROR, fix)


def _fetches_another_version(given: Situation) -> Consequence | None:
    """Likely: seen on a backend that does not list a link's own number among its aliases."""
    path, version = given.registry_path, given.version
    if given.call.for_ != "use" or path is None or version is None or version.name is None:
        return None
    if version.name in version.aliases or version.source_name in (None, version.name):
        return None
    does = (
        f"probably fetches {version.source_name} of the collection instead of {version.name}: it takes the number that"
        " the version has where it was logged for its number here"
    )
    return Consequence(does)


def _hangs(_: Situation) -> Consequence | None:
    return Consequence("never returns if the server does not answer")


def _is_told_to_log_in_again(_: Situation) -> Consequence | None:
    return Consequence("is refused by the server with some keys (`relogin required`)")


def _finds_no_key_of_its_host(given: Situation) -> Consequence | None:
    """Both addresses are the same service (R6.3); only a key that is stored for the new one is not found (R6.1)."""
    address, credentials = given.settings.base_url, given.settings.credentials
    if address.source != "wandb's default" or address.value == _OLD_CLOUD:
        return None
    if not isinstance(credentials, ApiKey) or credentials.machine != _host_of(address.value):
        return None
    fix = Fix(
        "store the key for the old address, too",
        steps=(f"Without a newer wandb: add a netrc entry for the machine {_host_of(_OLD_CLOUD)}.",),
        snippet=f"wandb login --relogin --host={_OLD_CLOUD}",
    )
    does = (
        f"uses {_OLD_CLOUD} and looks in netrc for {quoted_name(_host_of(_OLD_CLOUD))}, and not for"
        f" {quoted_name(credentials.machine)}"
    )
    return Consequence(does, fix=fix)


def _host_of(address: str) -> str:
    return address.rpartition("://")[2].partition("/")[0]


def _asks_netrc_without_port(given: Situation) -> Consequence | None:
    credentials = given.settings.credentials
    if not isinstance(credentials, ApiKey) or ":" not in (credentials.machine or ""):
        return None
    host = (credentials.machine or "").rpartition(":")[0]
    fix = Fix("add a netrc entry without the port", steps=(f"Add an entry for the machine {host}.",))
    does = f"looks in netrc for {quoted_name(host)}, and not for {quoted_name(credentials.machine or '')}"
    return Consequence(does, fix=fix)


def _reads_no_key_in_a_settings_file(given: Situation) -> Consequence | None:
    credentials = given.settings.credentials
    if not isinstance(credentials, ApiKey) or not credentials.source.endswith("settings"):
        return None
    fix = Fix("put the key into netrc", snippet="wandb login --relogin")
    return Consequence(f"does not read the API key from {credentials.source}", Severity.ERROR, fix)


def _takes_no_identity_token(given: Situation) -> Consequence | None:
    if not isinstance(given.settings.credentials, IdentityToken):
        return None
    severity = Severity.ERROR if given.call.method == "api.artifact" else Severity.WARNING
    return Consequence("does not accept an identity token in wandb.Api()", severity)


def _breaks_the_command(given: Situation) -> Consequence | None:
    if given.registry_path is None or given.call.for_ != "use" or given.call.method is not None:
        return None
    return Consequence("stops `wandb artifact get` of a registry path with an AttributeError")


FLAWS: tuple[Flaw, ...] = (
    Flaw("0", "0.18.4", _takes_the_prefix_for_an_entity),
    Flaw("0.18.4", "0.18.6", _knows_no_organization_of_a_person),
    Flaw("0.18.6", "0.19.11", _ignores_the_organization_setting),
    Flaw("0.21.0", "0.23.0", _cannot_link_a_draft),
    Flaw("0", "0.21.0", _reads_no_key_in_a_settings_file, right="0.30.0"),
    Flaw("0.24.2", "0.30.0", _reads_no_key_in_a_settings_file),
    Flaw("0", "0.24.2", _takes_no_identity_token),
    Flaw("0", "0.17.5", _hides_a_refused_link("shows no error and returns None if the server refuses the link"), right="0.21.2"),
    Flaw("0.17.5", "0.19.11", _hides_a_refused_link("returns None, with at most one line of text, if the server refuses the link"), right="0.21.2"),
    Flaw("0.19.11", "0.20.0", _hides_a_refused_link("returns an artifact even if the server refuses the link"), right="0.21.2"),
    Flaw("0.20.0", "0.21.0", _hides_a_refused_link("returns None, with at most one line of text, if the server refuses the link"), right="0.21.2"),
    Flaw("0.21.0", "0.21.2", _hides_a_refused_link("returns None if it cannot read the link back")),
    Flaw("0.18.4", "0.19.1", _breaks_the_command),
    Flaw("0", "0.23.1", _asks_netrc_without_port),
    Flaw("0.22.3", "0.24.2", _fetches_another_version),
    Flaw("0.24.0", "0.27.1", _hangs),
    Flaw("0.27.1", "0.28.0", _is_told_to_log_in_again),
    Flaw("0", "0.31.0", _finds_no_key_of_its_host),
)  # fmt: skip
"""Every known flaw that can concern a link or a fetch; flaws that make a call fail come first."""
