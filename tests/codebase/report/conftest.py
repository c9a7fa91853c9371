"""Reports of a preflight made by hand, for looking at how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest

from registry_doctor.checking.check import Applicability, Severity
from registry_doctor.checking.results import Suggestion
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.report import compact, github, gitlab, junit, markdown, sarif, text
from registry_doctor.codebase.report.baseline import SILENCED
from registry_doctor.codebase.report.model import Finding, PreflightReport, TargetResult, UnusedIgnore
from registry_doctor.codebase.source.found import Ignore, Location, Unreadable
from registry_doctor.facts.call import Call
from registry_doctor.report.model import Context, EffectivePath, Provenance, Report, Requests
from registry_doctor.report.model import RequestedTarget as Asked
from registry_doctor.support.redaction import Secret

KEY = "b0b0000000000000000000000000000000000002"
TYPED = "vision/wandb-registry-model/detector"
CORRECTED = "acme-robotics_X7Q2/wandb-registry-model/detector"

PREFIX = Finding(
    "RD302",
    "organization-prefix",
    Severity.ERROR,
    "'vision' is a team, not the organization",
    "docs/checks/RD302.md",
    "name the organization 'Acme Robotics'",
)
ALIAS = Finding(
    "RD205",
    "aliases-valid",
    Severity.WARNING,
    "wandb sets 'latest' itself",
    "docs/checks/RD205.md",
    "leave 'latest' out",
)
NEW = Finding(
    "RD502", "collection-exists", Severity.ERROR, "there is no such collection", "docs/checks/RD502.md"
)
NO_KEY = Finding(
    "RD101",
    "credentials-found",
    Severity.ERROR,
    "there is no API key",
    "docs/checks/RD101.md",
    "log in to this server",
)
CORRECTION = Suggestion(CORRECTED, True, Applicability.SAFE, ())

RENDERERS: Mapping[str, Callable[[PreflightReport], str]] = {
    "text": text.render,
    "compact": compact.render,
    "github": github.render,
    "markdown": markdown.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "sarif": sarif.render,
}
"""What each format's own module makes of a report; JSON needs the full reports, and has a writer of its own."""


@dataclass(frozen=True)
class Preflights:
    """Makes reports, of which a test names only what it is about."""

    key: str = KEY
    typed: str = TYPED
    corrected: str = CORRECTED

    def target(
        self, file: str = "src/train.py", line: int = 12, path: str = TYPED, **changes: object
    ) -> Target:
        """A link of a model."""
        plain = Target(Location(file, None, line, 5), Call(path, "link", type="model"))
        return replace(plain, **changes)  # type: ignore[arg-type]  # the names are Target's

    def in_cell(self, path: str = TYPED) -> Target:
        """A link in a notebook."""
        return Target(Location("nb/link it.ipynb", 3, 2, 1), Call(path, "link", type="model"))

    def failing(self, target: Target | None = None) -> TargetResult:
        """One error, with its verified correction."""
        return TargetResult(target or self.target(), (PREFIX,), suggestion=CORRECTION)

    def one(self, name: str, file: str | None = None) -> PreflightReport:
        """A report with `name` in every place that can have a text of others."""
        file = name if file is None else file
        target = self.target(file, path=name, ignores=(Ignore((name,), name, 12),))
        finding = replace(PREFIX, message=name, fix=name, name=name)
        silenced = replace(NEW, message=name, silenced=name)
        return PreflightReport(
            judged=(
                TargetResult(
                    target,
                    (finding, silenced),
                    (name,),
                    Suggestion(name + "x", True, Applicability.SAFE, ()),
                    (name,),
                ),
                TargetResult(self.in_cell(name), (), (name,)),
            ),
            general=(finding,),
            open=(OpenTarget(Location(file, None, 30, 1), "link", name, name, (name,)),),
            unreadable=(Unreadable(file, name),),
            unused_ignores=(UnusedIgnore(target.location, target.ignores[0]),),
            notes=(f"about {name}", f"OFFLINE: {name}"),
            secrets=(Secret(self.key),),
        )

    def without_key(self) -> PreflightReport:
        """No target, and no required key."""
        return PreflightReport(general=(NO_KEY,))

    def full(self) -> PreflightReport:
        """A report with everything in it."""
        other = self.target(line=20, path="wandb-registry-model/other")
        return PreflightReport(
            judged=(
                self.failing(self.in_cell()),
                self.failing(),
                TargetResult(other, (replace(NEW, silenced="on purpose"), ALIAS)),
                TargetResult(
                    self.target(line=21, path="wandb-registry-model/old"),
                    (replace(PREFIX, silenced=SILENCED),),
                ),
                TargetResult(
                    self.target(line=22, path="wandb-registry-model/who"),
                    (),
                    ("RD402 the server refused to say",),
                    notes=("RD301 cannot be judged: the entity comes from outside",),
                ),
                TargetResult(self.target("src/use.py", 1, "wandb-registry-model/good"), ()),
            ),
            open=(
                OpenTarget(
                    Location("src/use.py", None, 7, 9),
                    "use",
                    "wandb-registry-{REGISTRY}/detector:v0",
                    "REGISTRY is an environment variable",
                    ("REGISTRY",),
                    "run.use_artifact",
                ),
            ),
            unreadable=(Unreadable("src/broken.py", "not Python 3: invalid syntax", 3, 7),),
            unused_ignores=(
                UnusedIgnore(Location("src/use.py", None, 1, 5), Ignore(("RD203",), "was needed once", 1)),
            ),
            ordinary=40,
            notes=("the server is older than the questions",),
            requests=Requests(4, 81.5),
            secrets=(Secret(self.key),),
        )


@pytest.fixture
def preflights() -> Preflights:
    """Makes reports."""
    return Preflights()


@pytest.fixture
def report() -> Report:
    """A full report, with a suggestion."""
    nothing = Provenance(None, None)
    return Report(
        target=Asked(TYPED, "link", None, "model"),
        results=(),
        suggestion=CORRECTION,
        resolved=EffectivePath(),
        context=Context(nothing, nothing, nothing, nothing, nothing, nothing, None, None, None),
        requests=Requests(2, 9.8),
        secrets=(Secret(KEY),),
    )
