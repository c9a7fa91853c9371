"""One call tried by the doctor and then by the SDK, in the same world; and again with the path that the doctor suggests.

Every call finds its world as it was drawn: a link that succeeds is not there for the next call.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from zlib import crc32

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import Status, Suggestion
from registry_doctor.domain.target_path import REGISTRY_PREFIX, TargetPath, is_registry_project
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox, World
from tests.differential.crossing import crossed, organizations_named
from tests.differential.worlds import Document
from tests.sdk.conftest import PATIENCE, Case, Sdk, diagnose, surroundings, works
from tests.shapes.other_answers import PLAIN, drawn_shape

ROOT = Path(__file__).parents[2]

Outcome = Mapping[str, object]


@dataclass(frozen=True)
class Disagreement:
    """A call of which doctor and SDK say two things; `kind` is what they differ about."""

    kind: str
    world: Document
    case: Case
    works: bool
    words: str

    def __str__(self) -> str:
        case = self.case
        call = f"{case.for_} {case.target!r} {dict(case.options)} {list(case.aliases)} {dict(case.environ)}"
        return f"{self.kind}: {call}\n    {self.words}"


@dataclass
class Tally:
    """What was tried."""

    worlds: int = 0
    calls: int = 0
    drafts: int = 0
    suggestions: int = 0
    verified: int = 0
    works: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    """How often the server answered in each other shape."""
    errors: Counter[str] = field(default_factory=Counter)
    """How often each code was a root cause."""

    def __str__(self) -> str:
        codes = ", ".join(f"{code} {times}" for code, times in self.errors.most_common())
        return (
            f"{self.calls} calls in {self.worlds} worlds ({self.drafts} drafts): {self.works} work; "
            f"{self.suggestions} suggestions, {self.verified} verified; {sum(self.shapes.values())} again in {len(self.shapes)} other shapes; {codes}"
        )


class LongSdk(Sdk):
    """A process that makes calls with the real SDK, all of them in one."""

    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.differential.make_calls"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=kept
            | PATIENCE
            | {
                "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
                "HOME": str(folder),
                "NO_PROXY": "127.0.0.1",
                "WANDB_ERROR_REPORTING": "false",
                "WANDB_SILENT": "true",
            },
            text=True,
        )


class Bench:
    """A sandbox and the SDKs that make the calls there."""

    def __init__(self, folder: Path, sdk: Sdk, forking_sdk: Sdk) -> None:
        self._folder = folder
        self._sdk = sdk
        self._forking_sdk = forking_sdk
        self._sandbox = Sandbox.start({})
        self._world: Document = {}
        self._touched = False
        self.tally = Tally()

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Bench]:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            sdk, forking_sdk = LongSdk(folder), Sdk()
            stack.callback(sdk.close)
            stack.callback(forking_sdk.close)
            bench = cls(folder, sdk, forking_sdk)
            stack.callback(lambda: bench._sandbox.stop())
            yield bench

    def compare(self, world: Document, case: Case) -> list[Disagreement]:
        """Everything that is wrong with what the doctor says of this call."""
        self._renew(world)
        report = self._diagnose(case)
        in_other_shape = self._wrong_in_other_shape(case, report)
        outcome = self._attempt(case)
        right = works(outcome)
        self._count(case, report, right)
        wrong = [_wrong_verdict(report, outcome), _wrong_place(report, outcome), in_other_shape]
        if report.suggestion is not None and report.suggestion.target_path != case.target:
            wrong.append(self._wrong_suggestion(world, case, report, report.suggestion))
        return [Disagreement(each[0], world, case, right, each[1]) for each in wrong if each]

    def _wrong_in_other_shape(self, case: Case, plain: Report) -> tuple[str, str] | None:
        """The same call while the server answers in another shape: the verdict stays, or is unknown."""
        shape = drawn_shape(Random(crc32(repr(case).encode())))
        shape.put_on(self._sandbox)
        try:
            report = self._diagnose(case)
        finally:
            PLAIN.put_on(self._sandbox)
        self.tally.shapes[str(shape)] += 1
        found, before = ({each.code for each in one.errors} for one in (report, plain))
        if report.exit_code in (3, plain.exit_code) and found <= before:
            return None
        return "shape", f"{_shown(plain)}; under {shape} {_shown(report)}"

    def _wrong_suggestion(
        self, world: Document, case: Case, report: Report, suggestion: Suggestion
    ) -> tuple[str, str] | None:
        """It is verified if and only if wandb then does it; then it passes, and leads nowhere else unless it says so."""
        again = replace(case, target=suggestion.target_path)
        second = self._diagnose(again) if suggestion.verified else None
        outcome = self._attempt(again)
        said = f"{_shown(report)} suggests {suggestion}"
        if suggestion.verified != works(outcome):
            return "suggestion", f"{said}; wandb: {_brief(outcome)}"
        if second is None:
            return None
        if second.exit_code != 0:
            return "fix point", f"{said}; diagnosed again {_shown(second)}"
        if suggestion.applicability is Applicability.UNSAFE:
            return None
        crossing = self._crossing(world, again, case, outcome)
        return ("crossing", f"{said}: {crossing}") if crossing else None

    def _crossing(self, world: Document, suggested: Case, typed: Case, outcome: Outcome) -> str | None:
        """How a suggestion leads elsewhere than the call as typed could mean, see `crossing`."""
        registry = str(outcome["project"]).removeprefix(REGISTRY_PREFIX)
        if (found := crossed(world, typed, outcome)) or organizations_named(world, typed, registry):
            return found
        path = TargetPath.parse(suggested.target)
        for entity in (str(org["entity"]) for org in world["orgs"] if org["entity"] != outcome["entity"]):
            elsewhere = replace(suggested, target=str(path.edit({"organization": entity})))
            landed = self._attempt(elsewhere)
            # The name of an organization's entity may be the display name of the one that is suggested.
            if works(landed) and landed["entity"] != outcome["entity"]:
                return f"no organization was named, and {elsewhere.target!r} works as well"
        return None

    def _renew(self, world: Document) -> None:
        """Begin with the world anew, unless nothing has changed in it.

        Another world has another sandbox, because the connections of the SDK stay open: with hundreds of them the
        sandbox would take longer for each answer.
        """
        if self._world is not world:
            fresh = Sandbox.start(World.from_document(world))
            self._sandbox.stop()
            self._sandbox, self._world = fresh, world
        elif self._touched:
            self._sandbox.renew(World.from_document(world))
        self._touched = False

    def _diagnose(self, case: Case) -> Report:
        return diagnose(case, self._environ(case), self._folder)

    def _attempt(self, case: Case) -> Outcome:
        if not _is_draft(case):
            outcome = self._sdk.attempt(case, case.call, self._environ(case), self._folder)
            self._touched |= outcome["outcome"] == "linked"
            return outcome
        self._touched = True
        with tempfile.TemporaryDirectory() as name:
            environ = surroundings(case, self._sandbox.base_url, Path(name))
            return self._forking_sdk.attempt(case, case.call, environ, Path(name))

    def _environ(self, case: Case) -> dict[str, str]:
        return surroundings(case, self._sandbox.base_url, self._folder)

    def _count(self, case: Case, report: Report, right: bool) -> None:
        tally = self.tally
        tally.calls += 1
        tally.drafts += _is_draft(case)
        tally.works += right
        tally.suggestions += report.suggestion is not None
        tally.verified += report.suggestion is not None and report.suggestion.verified
        tally.errors.update(each.code for each in report.errors)


def _is_draft(case: Case) -> bool:
    return case.for_ == "link" and "--artifact" not in case.options


def _wrong_verdict(report: Report, outcome: Outcome) -> tuple[str, str] | None:
    """Exit 0 if and only if it works, in a registry."""
    if report.exit_code == (0 if works(outcome) else 1):
        return None
    return f"exit {report.exit_code}", f"{_shown(report)}; wandb: {_brief(outcome)}"


def _wrong_place(report: Report, outcome: Outcome) -> tuple[str, str] | None:
    resolved = report.resolved
    if resolved.project is None or outcome["outcome"] == "refused":
        return None
    said = (resolved.entity, resolved.project, resolved.collection)
    landed = (outcome["entity"], outcome["project"], outcome["collection"])
    same = said == landed
    if not is_registry_project(resolved.project):
        # The server is not asked how it spells an ordinary project, and finds it in any case of letters (R1.12).
        same = [str(each).casefold() for each in said] == [str(each).casefold() for each in landed]
    return None if same else ("place", f"{_shown(report)} resolved {said}; wandb: {landed}")


def _shown(report: Report) -> str:
    told = [
        f"{each.code} {each.message}"
        for each in report.results
        if each.is_error or each.unknown or each.status is Status.ERROR
    ]
    return f"exit {report.exit_code} {told}"


def _brief(outcome: Outcome) -> str:
    return json.dumps(outcome, ensure_ascii=False)
