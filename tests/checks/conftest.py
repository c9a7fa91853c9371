"""People, places and verdicts that the tests of the checks are told in.

The organizations and most people are those of `tests/contract/worlds/acme.yaml`. A test module holds
a table from the behaviour, as a sentence, to the facts and the verdict that the contract wants of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import pytest

from registry_doctor.checking.check import Applicability, Check, Fail, Outcome, Pass, Severity, Skip
from registry_doctor.domain.organizations import Entity, Organization, Team, Viewer
from registry_doctor.domain.subjects import Subject
from registry_doctor.domain.target_path import Changes, PathField
from registry_doctor.facts import (
    CALL,
    DESTINATION,
    ENTITY,
    ORDINARY_LINK,
    SETTINGS,
    SOURCE,
    VIEWER,
    AnyFact,
    Call,
    CallingEntity,
    Destination,
    Method,
    SourceArtifact,
)
from registry_doctor.settings import ApiKey, Credentials, PinnedRun, Settings, Sourced
from registry_doctor.support.redaction import Secret
from registry_doctor.testing import run_check
from tests.checks.diagnosed import ACCEPTANCE, MORE, Diagnosed, diagnose
from tests.checks.remedies import confirm_remedies

Values: TypeAlias = "dict[AnyFact, object]"

ACME = Organization("Acme Robotics", "acme-robotics_X7Q2")
RIVAL = Organization("Rival Corp", "rival-corp")

VISION = Entity("vision", "team", ACME)
RIVALS = Entity("rivals", "team", RIVAL)
ORPHANS = Entity("orphans", "team")
ALICE_HERSELF = Entity("alice", "personal", None, (ACME,))
ERIN_HERSELF = Entity("erin", "personal", None, (ACME, RIVAL))
NOBODY_ELSE = Entity("loner", "personal")

IN_VISION, IN_SPEECH, IN_RIVALS = Team("vision", ACME), Team("speech", ACME), Team("rivals", RIVAL)
ALICE = Viewer("alice", "alice", (IN_VISION, IN_SPEECH), (ACME,))
BOB = Viewer("bob", "vision", (IN_VISION,), (ACME,))
CAROL = Viewer("carol", "carol", (), (ACME,))
ERIN = Viewer("erin", "erin", (IN_VISION, IN_RIVALS), (ACME, RIVAL))
LONER = Viewer("loner", "loner", (), ())

YOLO = "vision/detectors/yolo:v0"


def settings(
    *,
    entity: Sourced[str | None] | None = None,
    organization: Sourced[str | None] | None = None,
    project: Sourced[str | None] | None = None,
    mode: Sourced[str] | None = None,
    credentials: Credentials | None = None,
    base_url: Sourced[str] | None = None,
    base_url_problem: str | None = None,
) -> Settings:
    """What a person on the public cloud with a key in `WANDB_API_KEY` has set, and these values."""
    unset: Sourced[str | None] = Sourced(None, None)
    return Settings(
        base_url=base_url or Sourced("https://api.wandb.ai", "wandb's default"),
        base_url_problem=base_url_problem,
        app_url="https://wandb.ai",
        credentials=credentials or ApiKey(Secret("b0b0" * 10), "WANDB_API_KEY"),
        entity=entity or unset,
        organization=organization or unset,
        project=project or unset,
        mode=mode or Sourced("online", "wandb's default"),
        timeout=Sourced(19.0, "wandb's default"),
        file_problems=(),
    )


def link(
    target: str | None,
    more: Mapping[AnyFact, object] | None = None,
    *,
    artifact: str = YOLO,
    through: Entity = VISION,
    viewer: Viewer = BOB,
) -> Values:
    """A logged model is linked to `target`; it was logged in the entity `through`."""
    caller = CallingEntity(through.name, f"the artifact {artifact} was logged there", through)
    source = SourceArtifact("v0", "model", "COMMITTED", through)
    return _facts(Call(target, artifact=artifact), caller, viewer, {SOURCE: source}, more)


def draft(
    target: str | None,
    more: Mapping[AnyFact, object] | None = None,
    *,
    kind: str | None = "model",
    through: Entity = VISION,
    viewer: Viewer = BOB,
) -> Values:
    """A run in the entity `through` would log an artifact of the type `kind` and link it to `target`."""
    caller = CallingEntity(through.name, f"default entity of {viewer.username}", through)
    return _facts(Call(target, type=kind), caller, viewer, {}, more)


def use(
    target: str | None,
    more: Mapping[AnyFact, object] | None = None,
    *,
    kind: str | None = None,
    through: Entity = VISION,
    viewer: Viewer = BOB,
) -> Values:
    """`target` is fetched and downloaded through the entity `through`."""
    caller = CallingEntity(through.name, f"default entity of {viewer.username}", through)
    return _facts(Call(target, for_="use", type=kind), caller, viewer, {}, more)


def _facts(
    call: Call,
    caller: CallingEntity,
    viewer: Viewer,
    own: Mapping[AnyFact, object],
    more: Mapping[AnyFact, object] | None,
) -> Values:
    return {CALL: call, SETTINGS: settings(), VIEWER: viewer, ENTITY: caller, **own, **(more or {})}


def in_code(values: Values) -> Values:
    """The same call in a program, where nothing shows that a registry is meant."""
    call = values[CALL]
    assert isinstance(call, Call)
    return {**values, CALL: replace(call, in_code=True), ORDINARY_LINK: True}


def by(method: Method, values: Values) -> Values:
    """The same call, of which the method is known."""
    call = values[CALL]
    assert isinstance(call, Call)
    return {**values, CALL: replace(call, method=method)}


def in_a_sweep(kind: Literal["sweep", "launch"] = "sweep") -> dict[AnyFact, object]:
    """A run here ignores the entity that it was given."""
    variable = "WANDB_SWEEP_ID" if kind == "sweep" else "WANDB_LAUNCH"
    return {SETTINGS: replace(settings(), pinned_run=PinnedRun(kind, variable, "--entity"))}


def at(
    registry: str = "model",
    collection: str | None = "detector",
    version: str | None = None,
    organization: Organization = ACME,
) -> dict[AnyFact, object]:
    """The destination that the path means."""
    return {DESTINATION: Destination(organization, registry, collection, version)}


def calling_entity(
    name: str | None, entity: Entity | None, source: str = "WANDB_ENTITY"
) -> dict[AnyFact, object]:
    """The calling entity, which need not exist."""
    return {ENTITY: CallingEntity(name, source, entity)}


@dataclass(frozen=True)
class Edit:
    """What a fix changes in the path, and how far it may be trusted."""

    changes: Changes
    applicability: Applicability


def safe(**changes: str | None) -> Edit:
    """An edit that is provably what was meant."""
    return Edit(_by_part(changes), Applicability.SAFE)


def unsafe(**changes: str | None) -> Edit:
    """An edit that is the most likely of several."""
    return Edit(_by_part(changes), Applicability.UNSAFE)


def _by_part(changes: Mapping[str, str | None]) -> dict[PathField, str | None]:
    parts: tuple[PathField, ...] = ("organization", "registry", "collection", "version")
    assert set(changes) <= set(parts)
    return {part: changes[part] for part in parts if part in changes}


@dataclass(frozen=True)
class Verdict:
    """What the contract wants a check to say."""

    kind: type[Pass | Fail | Skip]
    words: tuple[str, ...]
    severity: Severity | None = None
    edits: tuple[Edit, ...] = ()
    leaves: frozenset[Subject] | None = frozenset()
    remedy: tuple[str, ...] = ()
    """Words of the titles, steps and snippets of the fixes."""
    unknown: bool = False

    def confirm(self, outcome: Outcome) -> None:
        """Compare it with what the check said."""
        assert isinstance(outcome, self.kind), outcome
        said = outcome.reason if isinstance(outcome, Skip) else outcome.message
        assert [word for word in self.words if word not in said] == [], said
        if isinstance(outcome, Skip):
            assert outcome.unknown is self.unknown
        if isinstance(outcome, Fail):
            self._confirm_failure(outcome)

    def _confirm_failure(self, outcome: Fail) -> None:
        assert outcome.severity is self.severity
        edits = tuple(Edit(fix.changes, fix.applicability) for fix in outcome.fixes if fix.changes)
        assert edits == self.edits
        if self.severity is Severity.ERROR:  # a warning blocks nothing
            assert outcome.leaves_unknown == self.leaves
        confirm_remedies(outcome.fixes)
        remedies = "\n".join("\n".join((fix.title, *fix.steps, fix.snippet or "")) for fix in outcome.fixes)
        assert [word for word in self.remedy if word not in remedies] == [], remedies


def passes(*words: str) -> Verdict:
    """All is well, in these words."""
    return Verdict(Pass, words)


def skips(*words: str, unknown: bool = False) -> Verdict:
    """It does not apply, or cannot be known."""
    return Verdict(Skip, words, unknown=unknown)


def fails(
    *words: str, edits: Iterable[Edit] = (), leaves: Iterable[Subject] | None = (), remedy: Iterable[str] = ()
) -> Verdict:
    """An error: wandb refuses, or acts outside a registry. `leaves=None`: blocks whatever requires it."""
    left = None if leaves is None else frozenset(leaves)
    return Verdict(Fail, words, Severity.ERROR, tuple(edits), left, tuple(remedy))


def warns(
    *words: str, edits: Iterable[Edit] = (), leaves: Iterable[Subject] = (), remedy: Iterable[str] = ()
) -> Verdict:
    """A warning: it works, but looks unintended."""
    return Verdict(Fail, words, Severity.WARNING, tuple(edits), frozenset(leaves), remedy=tuple(remedy))


Table: TypeAlias = "dict[str, tuple[Values, Verdict]]"


def each_of(table: Table) -> pytest.MarkDecorator:
    """One test for each row of a table from the behaviour to facts and verdict."""
    return pytest.mark.parametrize(("values", "verdict"), list(table.values()), ids=list(table))


def confirm(check: Check, values: Values, verdict: Verdict) -> None:
    """The check says this of these facts."""
    verdict.confirm(run_check(check, values))


@pytest.fixture(scope="session")
def diagnosed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Diagnosed]:
    """Every case of the contract and of `more_cases.yaml`, diagnosed in this process on sandboxes."""
    home = tmp_path_factory.mktemp("home")
    return {**diagnose(ACCEPTANCE, home), **diagnose(MORE, home)}
