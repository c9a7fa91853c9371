"""RD002: the version of wandb is not known to fail, or to hide failures, for this call.

What 0.18.3, 0.18.5, 0.19.10 and 0.22.3 do was tried with these versions on the sandbox; the rest stands in
sdk-versions 0., 1. and 5. and in failures 3.4.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from registry_doctor_checks.sdk_flaws import FLAWS, NEWEST_KNOWN
from registry_doctor_checks.sdk_version import sdk_version

from registry_doctor.checking.check import Fail, Pass, Severity
from registry_doctor.domain.organizations import Entity
from registry_doctor.facts import (
    CALL,
    CONNECTION,
    ENTITY,
    RESOLUTION,
    SDK_VERSION,
    SETTINGS,
    VERSION,
    AnyFact,
    Call,
    Method,
    Unavailable,
    Version,
)
from registry_doctor.queries.answers import Connection
from registry_doctor.settings import ApiKey, Credentials, IdentityToken, NoCredentials, Sourced
from registry_doctor.support.redaction import Secret
from registry_doctor.support.versions import read_version
from registry_doctor.testing import facts_with, run_check
from registry_doctor.transport import FailureKind, TransportFailure
from tests.checks.conftest import (
    ACME,
    ALICE,
    ALICE_HERSELF,
    ERIN,
    ERIN_HERSELF,
    Table,
    Values,
    Verdict,
    confirm,
    draft,
    each_of,
    fails,
    link,
    passes,
    safe,
    settings,
    use,
    warns,
)

PATH = "wandb-registry-model/detector"
BY_ENTITY = f"acme-robotics_X7Q2/{PATH}"
BY_DISPLAY = f"Acme Robotics/{PATH}"
TO_ENTITY = safe(organization="acme-robotics_X7Q2")
KEY = Secret("b0b0" * 10)
FORGE = "https://api.forge.coreweave.com"


def sdk(version: str, *more: dict[AnyFact, object]) -> dict[AnyFact, object]:
    """This version makes the call."""
    facts: dict[AnyFact, object] = {SDK_VERSION: read_version(version)}
    for each in more:
        facts |= each
    return facts


def organization(value: str) -> dict[AnyFact, object]:
    """The organization that is set."""
    return {SETTINGS: settings(organization=Sourced(value, "WANDB_ORGANIZATION"))}


def key_of(credentials: Credentials) -> dict[AnyFact, object]:
    """Where the credentials come from."""
    return {SETTINGS: settings(credentials=credentials)}


def at_default(address: str, credentials: Credentials) -> dict[AnyFact, object]:
    """wandb 0.31.0 chooses the server."""
    return {SETTINGS: settings(base_url=Sourced(address, "wandb's default"), credentials=credentials)}


def offline() -> dict[AnyFact, object]:
    """Nothing is known of entities and organizations."""
    reason = Unavailable("the server was not asked")
    return {ENTITY: reason, RESOLUTION: reason}


def by(method: Method, values: Values) -> Values:
    """The call is made with this method."""
    call = values[CALL]
    assert isinstance(call, Call)
    return {**values, CALL: replace(call, method=method)}


PREFIXES: Table = {
    "0.18.3 links a short path into a project of the team": (
        link(PATH, sdk("0.18.3")),
        fails("would link to project 'wandb-registry-model' in 'vision'", "fixed in 0.18.4", edits=[TO_ENTITY], remedy=["pip install --upgrade 'wandb>=0.21.2'"]),
    ),
    "0.18.3 looks for a short path in the team": (
        use(f"{PATH}:v0", sdk("0.18.3")),
        fails("would look for the registry in 'vision'", "fixed in 0.18.4", edits=[TO_ENTITY], remedy=["pip install --upgrade 'wandb>=0.18.4'"]),
    ),
    "0.18.3 knows no display names": (
        use(f"{BY_DISPLAY}:v0", sdk("0.18.3")), fails("reads 'Acme Robotics' as an entity", edits=[TO_ENTITY]),
    ),
    "0.18.3 fetches by the entity's name": (use(f"{BY_ENTITY}:v0", sdk("0.18.3")), passes("0.18.3")),
    "0.18.3 needs no prefix in the organization's own entity": (
        use(f"{PATH}:v0", sdk("0.18.3"), through=Entity("acme-robotics_X7Q2", "organization", ACME)), passes(),
    ),
    "an empty prefix is none": (use(f"/{PATH}:v0", sdk("0.18.3")), fails("in 'vision'", edits=[TO_ENTITY])),
    "a prefix that no version takes is another check's matter": (use(f"vision/{PATH}:v0", sdk("0.18.3")), passes()),
    "an ordinary path has no organization": (use("vision/detectors/yolo:v0", sdk("0.18.3")), passes()),
    "without a server it only may concern the path": (
        use(f"{PATH}:v0", sdk("0.18.3", offline())), warns("only the entity of the organization works", remedy=["wandb>=0.18.4"]),
    ),
    "0.18.4 takes short paths": (by("api.artifact", use(f"{PATH}:v0", sdk("0.18.4"))), passes()),
    "0.18.4 takes display names": (by("api.artifact", use(f"{BY_DISPLAY}:v0", sdk("0.18.4"))), passes()),
    "0.18.5 finds no organization through a personal entity": (
        use(f"{PATH}:v0", sdk("0.18.5"), through=ALICE_HERSELF, viewer=ALICE),
        fails("'alice'", "fixed in 0.18.6", edits=[TO_ENTITY], remedy=["wandb>=0.1"]),
    ),
    "0.18.5 takes no display name there either": (
        use(f"{BY_DISPLAY}:v0", sdk("0.18.5"), through=ALICE_HERSELF, viewer=ALICE), fails("'alice'", edits=[TO_ENTITY]),
    ),
    "0.18.5 takes the entity's name there": (
        by("api.artifact", use(f"{BY_ENTITY}:v0", sdk("0.18.5"), through=ALICE_HERSELF, viewer=ALICE)), passes(),
    ),
    "0.18.6 finds the organization of a person": (
        by("api.artifact", use(f"{PATH}:v0", sdk("0.18.6"), through=ALICE_HERSELF, viewer=ALICE)), passes(),
    ),
    "0.19.10 does not read the organization setting": (
        use(f"{PATH}:v0", sdk("0.19.10", organization("Acme Robotics")), through=ERIN_HERSELF, viewer=ERIN),
        fails("WANDB_ORGANIZATION", "'erin'", "fixed in 0.19.11", edits=[TO_ENTITY], remedy=["wandb>=0.19.11"]),
    ),
    "0.19.10 does not need it with a team": (use(f"{PATH}:v0", sdk("0.19.10", organization("Acme Robotics"))), passes()),
    "0.19.10 does not need it with a prefix": (
        use(f"{BY_DISPLAY}:v0", sdk("0.19.10", organization("Acme Robotics")), through=ERIN_HERSELF, viewer=ERIN), passes(),
    ),
    "0.19.11 reads it": (
        use(f"{PATH}:v0", sdk("0.19.11", organization("Acme Robotics")), through=ERIN_HERSELF, viewer=ERIN), passes(),
    ),
    "0.19.0 ends the command with an error of its own": (
        use(f"{PATH}:v0", sdk("0.19.0")), warns("wandb artifact get", "fixed in 0.19.1"),
    ),
}  # fmt: skip

LINKS: Table = {
    "0.17.4 says nothing at all": (link(BY_ENTITY, sdk("0.17.4")), warns("shows no error and returns None", "fixed in 0.21.2")),
    "0.17.9 says a line at most": (link(BY_ENTITY, sdk("0.17.9")), warns("at most one line of text", "fixed in 0.21.2")),
    "0.19.11 looks like a success": (link(PATH, sdk("0.19.11")), warns("returns an artifact even if", "fixed in 0.21.2")),
    "0.20.1 returns None": (link(PATH, sdk("0.20.1")), warns("returns None, with at most one line", remedy=["wandb>=0.21.2"])),
    "0.21.1 raises, except for reading back": (link(PATH, sdk("0.21.1")), warns("cannot read the link back", "fixed in 0.21.2")),
    "0.21.2 raises": (link(PATH, sdk("0.21.2")), passes("0.21.2")),
    "a fetch was never silent": (use(f"{PATH}:v0", sdk("0.20.1")), passes()),
    "0.22.3 cannot link a draft by itself": (
        by("artifact.link", draft(PATH, sdk("0.22.3"))),
        fails("cannot link a draft", "fixed in 0.23.0", remedy=["run.log_artifact(artifact).wait()", "wandb>=0.23.0"]),
    ),
    "0.22.3 may not be able to, if the method was not said": (
        draft(PATH, sdk("0.22.3")), warns("only with run.link_artifact()", remedy=["run.log_artifact(artifact).wait()"]),
    ),
    "a run links the draft": (by("run.link_artifact", draft(PATH, sdk("0.22.3"))), passes()),
    "0.20.1 logs the draft": (by("artifact.link", draft(PATH, sdk("0.20.1"))), warns("one line of text")),
    "0.23.0 logs the draft": (by("artifact.link", draft(PATH, sdk("0.23.0"))), passes()),
    "a logged artifact is no draft": (by("artifact.link", link(PATH, sdk("0.22.3"))), passes()),
    "without a path nothing is linked": (draft(None, sdk("0.22.3")), passes()),
}  # fmt: skip

SURROUNDINGS: Table = {
    "0.24.0 hangs": (use(f"{PATH}:v0", sdk("0.24.0")), warns("never returns", "fixed in 0.27.1", remedy=["wandb>=0.27.1"])),
    "0.27.0 hangs": (link(PATH, sdk("0.27.0")), warns("never returns")),
    "0.27.1 is refused with some keys": (link(PATH, sdk("0.27.1")), warns("relogin required", "fixed in 0.28.0")),
    "0.28.0 is not": (link(PATH, sdk("0.28.0")), passes()),
    "0.30.0 does not find a key that is stored only for the new address": (
        link(PATH, sdk("0.30.0", at_default(FORGE, ApiKey(KEY, "~/.netrc", "api.forge.coreweave.com")))),
        warns("looks in netrc for 'api.wandb.ai'", "fixed in 0.31.0", remedy=["--host=https://api.wandb.ai", "wandb>=0.31.0"]),
    ),
    "0.30.0 finds a key that is stored for the old address": (
        link(PATH, sdk("0.30.0", at_default(FORGE, ApiKey(KEY, "~/.netrc", "api.wandb.ai")))), passes(),
    ),
    "0.30.0 finds the key of the environment": (
        use(f"{PATH}:v0", sdk("0.30.0", at_default(FORGE, ApiKey(KEY, "WANDB_API_KEY")))), passes(),
    ),
    "without a key nothing is known against 0.30.0": (
        use(f"{PATH}:v0", sdk("0.30.0", at_default(FORGE, NoCredentials(())))), passes(),
    ),
    "0.30.0 goes where it is told to": (link(PATH, sdk("0.30.0")), passes()),
    "0.31.0 goes to its own default": (link(PATH, sdk("0.31.0", at_default(FORGE, ApiKey(KEY, "~/.netrc", "api.forge.coreweave.com")))), passes()),
    "0.22.3 asks netrc without the port": (
        use(f"{PATH}:v0", sdk("0.22.3", key_of(ApiKey(KEY, "~/.netrc", "localhost:8080")))),
        warns("looks in netrc for 'localhost', and not for 'localhost:8080'", "fixed in 0.23.1", remedy=["the machine localhost"]),
    ),
    "0.23.1 asks with the port": (use(f"{PATH}:v0", sdk("0.23.1", key_of(ApiKey(KEY, "~/.netrc", "localhost:8080")))), passes()),
    "a host without a port is one name": (use(f"{PATH}:v0", sdk("0.22.3", key_of(ApiKey(KEY, "~/.netrc", "acme.wandb.io")))), passes()),
    "0.29.0 takes no key out of a settings file": (
        use(f"{PATH}:v0", sdk("0.29.0", key_of(ApiKey(KEY, "~/.config/wandb/settings")))),
        fails("~/.config/wandb/settings", "fixed in 0.30.0", remedy=["wandb login", "wandb>=0.30.0"]),
    ),
    "0.20.1 does not either": (
        use(f"{PATH}:v0", sdk("0.20.1", key_of(ApiKey(KEY, "wandb/settings")))), fails("wandb/settings", "fixed in 0.30.0"),
    ),
    "0.23.1 does": (use(f"{PATH}:v0", sdk("0.23.1", key_of(ApiKey(KEY, "wandb/settings")))), passes()),
    "0.30.0 does": (use(f"{PATH}:v0", sdk("0.30.0", key_of(ApiKey(KEY, "wandb/settings")))), passes()),
    "0.23.1 takes no identity token in wandb.Api()": (
        by("api.artifact", use(f"{PATH}:v0", sdk("0.23.1", key_of(IdentityToken("/t", "WANDB_IDENTITY_TOKEN_FILE"))))),
        fails("identity token", "fixed in 0.24.2"),
    ),
    "where a run makes the call, it may concern it": (
        link(PATH, sdk("0.23.1", key_of(IdentityToken("/t", "WANDB_IDENTITY_TOKEN_FILE")))), warns("identity token"),
    ),
    "an error is told before a warning, and both are": (
        by("artifact.link", draft(PATH, sdk("0.22.3", key_of(ApiKey(KEY, "~/.netrc", "localhost:8080"))))),
        fails("wandb 0.22.3 cannot link a draft", ". It looks in netrc", remedy=["wandb>=0.23.1"]),
    ),
}  # fmt: skip

LINKED = Version("v0", ("production",), source_name="v3")
"""A link with another number than its source, on a server that does not list the number among the aliases."""
FETCHED = f"{BY_ENTITY}:production"
NUMBERS: Table = {
    **{
        f"wandb {version} takes the number of the source": (
            use(FETCHED, sdk(version, {VERSION: LINKED})), warns("probably fetches v3", "instead of v0", remedy=["0.24.2"])
        )
        for version in ("0.22.3", "0.23.1")
    },
    "newer ones take the right one": (use(FETCHED, sdk("0.31.0", {VERSION: LINKED})), passes()),
    "a number among the aliases is read": (
        use(FETCHED, sdk("0.22.3", {VERSION: replace(LINKED, aliases=("production", "v0"))})), passes()
    ),
    "equal numbers hide it": (use(FETCHED, sdk("0.22.3", {VERSION: replace(LINKED, source_name="v0")})), passes()),
    "a source that is hidden settles nothing": (
        use(FETCHED, sdk("0.22.3", {VERSION: replace(LINKED, source_name=None)})), passes()
    ),
}  # fmt: skip
VERSIONS: Table = {
    "the newest known": (link(PATH, sdk("0.31.0")), passes("wandb 0.31.0 is not known to fail")),
    "a local version of it": (link(PATH, sdk("0.31.0+acme")), passes("is not known to fail")),
    "a patch that nobody has seen": (link(PATH, sdk("0.31.1")), passes("0.31.1 is newer than 0.31.0")),
    "a development version": (link(PATH, sdk("0.32.0.dev1")), passes("0.32.0.dev1 is newer than 0.31.0")),
    "a pre-release counts as before its release": (link(PATH, sdk("0.21.2rc1")), warns("cannot read the link back")),
    "a local version counts as its release": (link(PATH, sdk("0.21.2+acme")), passes()),
    "a post-release has the flaw of its release": (link(PATH, sdk("0.21.1.post1")), warns("cannot read the link back")),
}  # fmt: skip


@each_of(PREFIXES)
def test_old_versions_read_organizations_in_their_own_ways(values: Values, verdict: Verdict) -> None:
    """The organization's entity name is what every version takes."""
    confirm(sdk_version, values, verdict)


@each_of(LINKS)
def test_old_versions_keep_failed_links_to_themselves(values: Values, verdict: Verdict) -> None:
    """Each range of versions does so in another way."""
    confirm(sdk_version, values, verdict)


@each_of(SURROUNDINGS)
def test_versions_differ_in_where_server_and_key_come_from(values: Values, verdict: Verdict) -> None:
    """Only what concerns this server and these credentials is told."""
    confirm(sdk_version, values, verdict)


@each_of(VERSIONS)
def test_every_kind_of_version_has_its_place(values: Values, verdict: Verdict) -> None:
    """Releases, pre-releases, development and local versions."""
    confirm(sdk_version, values, verdict)


@pytest.mark.parametrize("values", [link(PATH), use(f"{PATH}:v0"), draft(PATH), draft(None)])
def test_nothing_is_known_against_the_newest_known_version(values: Values) -> None:
    """Whatever is called."""
    outcome = run_check(sdk_version, {**values, SDK_VERSION: read_version(NEWEST_KNOWN)})
    assert isinstance(outcome, Pass)
    assert [flaw for flaw in FLAWS if flaw.has(read_version(NEWEST_KNOWN))] == []


def test_what_helps_an_error_stands_before_the_upgrade_and_this_before_what_helps_a_warning() -> None:
    """The first fix is the one that a person sees."""
    values = draft(
        PATH,
        sdk("0.22.3", at_default(FORGE, ApiKey(KEY, "~/.netrc", "api.forge.coreweave.com"))),
        viewer=ALICE,
        through=ALICE_HERSELF,
    )
    outcome = run_check(sdk_version, by("artifact.link", values))
    assert isinstance(outcome, Fail)
    assert outcome.severity is Severity.ERROR
    assert [fix.title for fix in outcome.fixes] == [
        "log the artifact before you link it",
        "upgrade wandb to 0.31.0 or newer",
        "store the key for the old address, too",
    ]


@pytest.mark.parametrize(
    ("kind", "version", "words"),
    [
        (FailureKind.REFUSED, "0.31.0", "would not report why"),
        (FailureKind.RATE_LIMITED, "0.28.2", "would not report why"),
        (FailureKind.UNAUTHORIZED, "0.31.0", "is not known to fail"),
        (FailureKind.REFUSED, "0.23.1", "is not known to fail"),
    ],
)
def test_that_a_cause_would_be_hidden_is_told_where_there_is_one(
    kind: FailureKind, version: str, words: str
) -> None:
    """From 0.27.1 on every trouble of the network ends in the same words; refused credentials do not."""
    failure = Connection(TransportFailure(kind, "acme.wandb.io: trouble"))
    outcome = run_check(sdk_version, use(f"{PATH}:v0", sdk(version, {CONNECTION: failure})))
    assert isinstance(outcome, Pass)
    assert words in outcome.message


@pytest.mark.parametrize(
    ("asked", "installed", "found"),
    [
        ("0.18.3", "0.31.0", "0.18.3"),
        (None, "0.31.0", "0.31.0"),
        (None, None, "wandb is not installed"),
        (None, "unknown", "nothing is known of this wandb: 'unknown' is not a version"),
    ],
)
def test_the_version_asked_about_goes_before_the_installed_one(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, installed: str | None, found: str
) -> None:
    """Without either, or with one that is no version, there is nothing to judge."""
    monkeypatch.setattr("registry_doctor.facts.call.installed_version", lambda _: installed)
    facts = facts_with({CALL: Call(PATH, sdk_version=asked)})
    reason = facts.why_missing(SDK_VERSION)
    assert found in (str(facts[SDK_VERSION]) if reason is None else reason.reason)
    assert reason is None or not reason.unknown


NOTHING, A_LINE = "shows no error and returns None", "returns None, with at most one line"
AN_ARTIFACT, NOT_READ_BACK = "returns an artifact", "cannot read the link back"


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("0.17.4", NOTHING), ("0.17.5", A_LINE), ("0.19.10", A_LINE), ("0.19.11", AN_ARTIFACT), ("0.20.0", A_LINE),
        ("0.20.1", A_LINE), ("0.21.0", NOT_READ_BACK), ("0.21.1", NOT_READ_BACK),
    ],
)  # fmt: skip
def test_each_silent_version_is_silent_in_one_way(version: str, words: str) -> None:
    """At the first and the last version of each range."""
    outcome = run_check(sdk_version, by("run.link_artifact", link(BY_ENTITY, sdk(version))))
    assert isinstance(outcome, Fail)
    assert outcome.severity is Severity.WARNING
    assert words in outcome.message
    assert ". It " not in outcome.message


IN_FILE = key_of(ApiKey(KEY, "wandb/settings"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (use(f"{PATH}:v0", sdk("0.18.4"), through=ALICE_HERSELF, viewer=ALICE), "through a personal entity"),
        (use(f"{PATH}:v0", sdk("0.18.6", organization("Acme Robotics")), through=ERIN_HERSELF, viewer=ERIN), "WANDB_ORGANIZATION"),
        (use(f"{PATH}:v0", sdk("0.18.4")), "wandb artifact get"),
        (by("artifact.link", draft(PATH, sdk("0.21.0"))), "cannot link a draft"),
        (use(f"{PATH}:v0", sdk("0.24.2", IN_FILE)), "wandb/settings"),
    ],
)  # fmt: skip
def test_the_first_version_with_a_flaw_has_it(values: Values, words: str) -> None:
    """A range begins where the change came in."""
    outcome = run_check(sdk_version, values)
    assert isinstance(outcome, Fail)
    assert words in outcome.message


def test_a_key_in_a_settings_file_is_taken_between_two_ranges() -> None:
    """What was measured there stands; what was not is not claimed."""
    for version in ("0.21.0", "0.23.1", "0.24.1"):
        outcome = run_check(sdk_version, use(f"{PATH}:v0", sdk(version, IN_FILE)))
        assert "wandb/settings" not in getattr(outcome, "message", "")


@each_of(NUMBERS)
def test_a_link_with_another_number_than_its_source(values: Values, verdict: Verdict) -> None:
    """Two versions of wandb probably fetch another version then."""
    confirm(sdk_version, values, verdict)
