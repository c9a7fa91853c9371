"""One root cause is one failing error: what depends on it is blocked and names it, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from registry_doctor.checking.check import Fail, Judge, Outcome
from registry_doctor.checking.plugins import load_checks
from registry_doctor.checking.results import Result, Status
from registry_doctor.diagnosis.runner import plan, run_checks
from registry_doctor.domain.organizations import Entity
from registry_doctor.domain.subjects import SUBJECTS, Subject
from registry_doctor.facts import (
    COLLECTION,
    COLLECTIONS,
    CONNECTION,
    DOWNLOAD,
    LEGACY,
    REGISTRIES,
    REGISTRY,
    SETTINGS,
    SOURCE,
    SOURCE_COLLECTION,
    VERSION,
    VERSIONS,
    VIEWER,
    AnyFact,
    Collection,
    DeclaredFacts,
    Download,
    Legacy,
    Listing,
    Registry,
    SourceCollection,
    Unavailable,
    Version,
)
from registry_doctor.queries.answers import Connection
from registry_doctor.settings import NoCredentials, Sourced
from registry_doctor.testing import facts_with
from registry_doctor.transport import FailureKind, TransportFailure
from tests.checks.conftest import (
    ALICE,
    ALICE_HERSELF,
    BOB,
    ERIN,
    ERIN_HERSELF,
    ORPHANS,
    RIVALS,
    Values,
    calling_entity,
    draft,
    link,
    settings,
    use,
)

PROVIDED = load_checks(others=False).checks
BY_CODE = {each.check.code: each.check for each in PROVIDED}
EVERY_NAME: frozenset[Subject] = frozenset(SUBJECTS)


def followers(code: str) -> set[str]:
    """The checks that require this one, directly or through others."""
    found: set[str] = set()
    while more := {each.code for each in BY_CODE.values() if {code, *found} & set(each.requires)} - found:
        found |= more
    return found


def results_with(changed: Mapping[str, Judge], values: Values) -> dict[str, Result]:
    """Every check's result where some of them judge otherwise, without needing anything."""
    checks = [
        replace(each, check=replace(each.check, judge=changed[each.check.code], needs=()))
        if each.check.code in changed
        else each
        for each in PROVIDED
    ]
    return {each.result.code: each.result for each in run_checks(plan(checks), facts_with(values))}


def failing(leaves: frozenset[Subject] | None) -> Judge:
    """A judge that says an error."""

    def judge(_: DeclaredFacts) -> Outcome:
        return Fail("it fails", leaves_unknown=leaves)

    return judge


def crash(_: DeclaredFacts) -> Outcome:
    """A judge with a mistake in it."""
    raise ZeroDivisionError("a mistake")


def blocked_by(results: Mapping[str, Result]) -> dict[str, str | None]:
    """The blocked checks and what blocks each."""
    return {code: each.blocked_by for code, each in results.items() if each.status is Status.BLOCKED}


@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_failure_blocks_what_requires_it_and_speaks_of_what_it_leaves(code: str, name: Subject) -> None:
    """Each blocked check names the failing one; what does not require it or speaks of other names is judged."""
    expected = {each: code for each in followers(code) if name in BY_CODE[each].about}
    assert blocked_by(results_with({code: failing(frozenset({name}))}, {})) == expected


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_failure_of_which_nothing_is_said_blocks_all_that_requires_it(code: str) -> None:
    """`leaves=None` asks no further."""
    assert blocked_by(results_with({code: failing(None)}, {})) == dict.fromkeys(followers(code), code)


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_failure_that_leaves_nothing_unknown_blocks_nothing(code: str) -> None:
    """An edit that the facts were asked with is such a failure."""
    assert blocked_by(results_with({code: failing(frozenset())}, {})) == {}


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_unrelated_failures_block_nothing(code: str) -> None:
    """However many names the others leave, a check is judged unless it requires one of them."""
    unrelated = [each for each in BY_CODE if each != code and code not in followers(each)]
    results = results_with({each: failing(EVERY_NAME) for each in unrelated}, {})
    assert results[code].status is not Status.BLOCKED


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_crash_never_stops_the_rest(code: str) -> None:
    """The crashed check has an error for a result, what requires it is blocked, and everything else is as before."""
    values = healthy(link(TARGET))
    before, after = results_with({}, values), results_with({code: crash}, values)
    assert set(after) == set(BY_CODE)
    assert after[code].status is Status.ERROR
    assert "ZeroDivisionError: a mistake" in after[code].message
    assert blocked_by(after) == dict.fromkeys(followers(code), code)
    untouched = set(BY_CODE) - followers(code) - {code}
    assert {each: after[each].status for each in untouched} == {
        each: before[each].status for each in untouched
    }


TARGET = "wandb-registry-model/detector"
MODEL = Registry("model", ("model",), False)
V0 = Version("v0", ("production",), "model", "COMMITTED")
ITS_TYPE = SourceCollection("model", ("v0",))
NOBODY = Unavailable("the server does not know who this is")
UNREACHABLE = Unavailable("acme.wandb.io: refused", unknown=True)


def healthy(values: Values, more: Mapping[AnyFact, object] | None = None) -> Values:
    """These facts of a call, on a server where all that the call can mean is there, except for `more`."""
    return {
        CONNECTION: Connection(None),
        REGISTRY: MODEL, REGISTRIES: Listing((MODEL,)),
        COLLECTION: Collection("detector", "model"), COLLECTIONS: Listing((Collection("detector", "model"),)),
        VERSION: V0, VERSIONS: Listing((V0,)), DOWNLOAD: Download(None),
        SOURCE_COLLECTION: ITS_TYPE, LEGACY: Legacy(None, ()),
        **values, **(more or {}),
    }  # fmt: skip


def organization(name: str) -> dict[AnyFact, object]:
    """`WANDB_ORGANIZATION` is this."""
    return {SETTINGS: settings(organization=Sourced(name, "WANDB_ORGANIZATION"))}


def each_by(root: str, *codes: str) -> dict[str, str]:
    """These checks, blocked by one."""
    return dict.fromkeys(codes, root)


@dataclass(frozen=True)
class Story:
    """A call with one cause of failure."""

    values: Values
    root: str
    blocked: Mapping[str, str]
    judged: Iterable[str] = field(default_factory=list[str])
    """Checks that it must not block."""


OF_THE_REGISTRY = ("RD402", "RD403", "RD404", "RD501", "RD502", "RD503")
REFUSED = settings(
    base_url_problem="not a valid server address", credentials=NoCredentials(("WANDB_API_KEY",))
)
NO_KEY = settings(credentials=NoCredentials(("WANDB_API_KEY",)))
TO_FILL_IN = settings(entity=Sourced("your_entity", "WANDB_ENTITY"))
PERSONAL = Entity("loner", "personal")

STORIES = {
    "a missing registry blocks all in it, for a link": Story(
        healthy(link("wandb-registry-secret/x"), {REGISTRY: None, COLLECTION: None}), "RD401",
        each_by("RD401", *OF_THE_REGISTRY), ["RD301", "RD304", "RD601", "RD602"],
    ),
    "a missing registry blocks all in it, for a fetch": Story(
        healthy(use("wandb-registry-secret/x:v0", kind="model"), {REGISTRY: None, COLLECTION: None, VERSION: None, DOWNLOAD: None}),
        "RD401", each_by("RD401", *OF_THE_REGISTRY), ["RD301"],
    ),
    "a refused type blocks the collection's type alone": Story(
        healthy(draft(TARGET, kind="dataset")), "RD404", each_by("RD404", "RD501"), ["RD402", "RD502"],
    ),
    "a personal source blocks the choice of an organization, not the path": Story(
        healthy(link(TARGET, through=ALICE_HERSELF, viewer=ALICE)), "RD304", each_by("RD304", "RD303"),
        ["RD201", "RD202", "RD302", "RD305", "RD306", "RD401", "RD402", "RD404", "RD501", "RD502", "RD601"],
    ),
    "a personal source in several organizations is the same": Story(
        healthy(draft(TARGET, through=ERIN_HERSELF, viewer=ERIN)), "RD304", each_by("RD304", "RD303"), ["RD201", "RD202"],
    ),
    "an entity without an organization blocks what goes through it": Story(
        healthy(link(TARGET, through=ORPHANS)), "RD301",
        each_by("RD301", "RD302", "RD303", "RD304", "RD305", "RD306", "RD307", "RD401", *OF_THE_REGISTRY),
        ["RD201", "RD202", "RD203", "RD204"],
    ),
    "an artifact in an entity that is not there is not looked for": Story(
        healthy(link(TARGET, {**calling_entity("visoin", None), SOURCE: None}, artifact="visoin/detectors/yolo:v0")), "RD301",
        each_by("RD301", "RD304", "RD401", "RD404", "RD501", "RD601"), ["RD201", "RD202", "RD203"],
    ),
    "a person in no organization has no personal source to be told of": Story(
        healthy(draft(TARGET, through=PERSONAL)), "RD301", each_by("RD301", "RD304", "RD303", "RD401"), ["RD201", "RD202"],
    ),
    "a placeholder for the registry": Story(
        healthy(link("wandb-registry-<registry>/detector")), "RD207", each_by("RD207", "RD401", *OF_THE_REGISTRY),
        ["RD301", "RD302", "RD303", "RD304", "RD305", "RD306", "RD601", "RD602"],
    ),
    "a placeholder for the registry, without its prefix": Story(
        healthy(link("{REGISTRY}/detector")), "RD207", each_by("RD207", "RD202", "RD401", *OF_THE_REGISTRY), ["RD301", "RD601"],
    ),
    "a placeholder for every part": Story(
        healthy(link("your-entity/your-project/your-collection-name")), "RD207",
        each_by("RD207", "RD202", "RD302", "RD401", *OF_THE_REGISTRY), ["RD301", "RD601"],
    ),
    "a placeholder for the collection": Story(
        healthy(link("wandb-registry-model/<collection>")), "RD207", each_by("RD207", "RD501", "RD502", "RD503", "RD403"),
        ["RD202", "RD301", "RD302", "RD401", "RD402", "RD404", "RD601"],
    ),
    "a placeholder for the organization": Story(
        healthy(link(f"<org>/{TARGET}")), "RD207", each_by("RD207", "RD302", "RD305", "RD401", *OF_THE_REGISTRY),
        ["RD202", "RD203", "RD301", "RD304", "RD601"],
    ),
    "a placeholder for the version of a fetch": Story(
        healthy(use(f"{TARGET}:<version>")), "RD207", each_by("RD207", "RD503", "RD403"), ["RD202", "RD301", "RD401", "RD502"],
    ),
    "a placeholder for a version in a link": Story(
        healthy(link(f"{TARGET}:<version>")), "RD207", each_by("RD207", "RD203"), ["RD202", "RD301", "RD401", "RD502"],
    ),
    "a placeholder for the entity": Story(
        healthy(draft(TARGET, {SETTINGS: TO_FILL_IN, **calling_entity("your_entity", None)})),
        "RD207", each_by("RD207", "RD301", "RD302", "RD304", "RD307", "RD401"), ["RD201", "RD202", "RD203", "RD204"],
    ),
    "a placeholder for the artifact": Story(
        healthy(link(TARGET, {**calling_entity("<entity>", None), SOURCE: None}, artifact="<entity>/<project>/<name>:v0")),
        "RD207", each_by("RD207", "RD301", "RD304", "RD404", "RD501", "RD601", "RD602"), ["RD201", "RD202", "RD203", "RD204"],
    ),
    "a missing collection": Story(
        healthy(use("wandb-registry-model/segmenter:v0", kind="model"), {COLLECTION: None, VERSION: None, DOWNLOAD: None}),
        "RD502", each_by("RD502", "RD403", "RD501", "RD503"), ["RD301", "RD401"],
    ),
    "a missing version": Story(
        healthy(use(f"{TARGET}:v9"), {VERSION: None, DOWNLOAD: None}), "RD503", each_by("RD503", "RD403", "RD602"),
        ["RD401", "RD502"],
    ),
    "a missing artifact": Story(
        healthy(link(TARGET, {SOURCE: None}, artifact="vision/detectors/yolo:v9")), "RD601",
        each_by("RD601", "RD404", "RD501", "RD602"), ["RD301", "RD304", "RD401", "RD402", "RD502"],
    ),
    "a path without a collection": Story(
        healthy(link("wandb-registry-model"), {COLLECTION: Unavailable("the path names no collection")}), "RD201",
        each_by("RD201", "RD502", "RD501"), ["RD301", "RD401", "RD402"],
    ),
    "a path without a registry": Story(
        healthy(link("detector")), "RD201", each_by("RD201", "RD401", *OF_THE_REGISTRY), ["RD301", "RD304", "RD601"],
    ),
    "a project that means no registry": Story(
        healthy(link("detectors/yolo"), {REGISTRY: None}), "RD202", each_by("RD202", "RD401", *OF_THE_REGISTRY), ["RD301", "RD302"],
    ),
    "a legacy path": Story(
        healthy(link("vision/model-registry/detector")), "RD204", each_by("RD204", "RD302", "RD401", *OF_THE_REGISTRY),
        ["RD301", "RD304", "RD601"],
    ),
    "a corrected prefix lets the path be judged": Story(
        healthy(link(f"vision/{TARGET}")), "RD302", {}, ["RD305", "RD401", "RD402", "RD404", "RD501", "RD502"],
    ),
    "a prefix that cannot be corrected": Story(
        healthy(use(f"globex/{TARGET}:v0", through=ERIN_HERSELF, viewer=ERIN)), "RD302",
        each_by("RD302", "RD401", *OF_THE_REGISTRY), ["RD301", "RD202"],
    ),
    "several organizations, of which none has anything of the path": Story(
        healthy(use(f"{TARGET}:v0", through=ERIN_HERSELF, viewer=ERIN)), "RD303",
        each_by("RD303", "RD401", *OF_THE_REGISTRY), ["RD201", "RD202", "RD301", "RD302"],
    ),
    "a wrong setting that the path cannot make good": Story(
        healthy(use(f"{TARGET}:v0", organization("globex"), through=ERIN_HERSELF, viewer=ERIN)), "RD306",
        each_by("RD306", "RD401", *OF_THE_REGISTRY), ["RD201", "RD202", "RD301", "RD302"],
    ),
    "an organization of the person that the entity does not reach": Story(
        healthy(link(f"Acme Robotics/{TARGET}", through=RIVALS, viewer=ERIN)), "RD305",
        each_by("RD305", "RD401", *OF_THE_REGISTRY), ["RD201", "RD202", "RD301", "RD304"],
    ),
    "a wrong setting that the path can make good": Story(
        healthy(link(TARGET, organization("vision"))), "RD306", {}, ["RD401", "RD402", "RD502"],
    ),
    "a refused address": Story(
        healthy(link(TARGET), {SETTINGS: REFUSED, CONNECTION: Unavailable("nothing was sent"), VIEWER: UNREACHABLE}), "RD006",
        each_by("RD006", "RD001", "RD101", "RD102", "RD301", "RD401"), ["RD201", "RD202", "RD203"],
    ),
    "no credentials": Story(
        healthy(link(TARGET), {SETTINGS: NO_KEY, CONNECTION: Unavailable("nothing was sent"), VIEWER: UNREACHABLE}), "RD101",
        each_by("RD101", "RD001", "RD102", "RD301", "RD401"), ["RD201", "RD202", "RD203"],
    ),
    "no server": Story(
        healthy(
            link(TARGET),
            {CONNECTION: Connection(TransportFailure(FailureKind.REFUSED, "acme.wandb.io: refused")), VIEWER: UNREACHABLE},
        ),
        "RD001", each_by("RD001", "RD102", "RD301", "RD401"), ["RD101", "RD201", "RD202", "RD203"],
    ),
    "refused credentials": Story(
        healthy(link(TARGET), {VIEWER: NOBODY}), "RD102", each_by("RD102", "RD301", "RD304", "RD401", "RD601"),
        ["RD201", "RD202", "RD203"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", list(STORIES.values()), ids=list(STORIES))
def test_one_cause_is_one_failing_error(story: Story) -> None:
    """What depends on the cause is blocked by it, and what does not is judged."""
    results = results_with({}, story.values)
    assert {code for code, each in results.items() if each.is_error} == {story.root}
    assert story.blocked.items() <= blocked_by(results).items()
    assert [code for code in story.judged if results[code].status in (Status.BLOCKED, Status.ERROR)] == []


def test_nothing_is_blocked_where_nothing_fails() -> None:
    """A healthy call passes every check that applies."""
    for values in (link(TARGET), draft(TARGET), use(f"{TARGET}:production", kind="model", viewer=BOB)):
        results = results_with({}, healthy(values))
        assert {each.status for each in results.values()} <= {Status.PASS, Status.SKIP}


def test_a_warning_blocks_nothing() -> None:
    """What works but looks unintended lets everything after it be judged."""
    results = results_with({}, healthy(link(f"Acme Robotics/{TARGET}", organization("Globex"))))
    assert [code for code, each in results.items() if each.is_warning] == ["RD306"]
    assert blocked_by(results) == {}
