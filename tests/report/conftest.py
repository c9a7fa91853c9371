"""Reports made by hand, for looking at how they are shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from registry_doctor.checking.check import GROUPS, Applicability, Severity
from registry_doctor.checking.results import ProposedFix, Result, Status, Suggestion
from registry_doctor.report.model import (
    Context,
    EffectivePath,
    PlaceToLink,
    Provenance,
    Report,
    RequestedTarget,
    Requests,
)
from registry_doctor.support.redaction import Secret

KEY = "b0b0000000000000000000000000000000000002"
TYPED = "vision/wandb-registry-model/detector"
CORRECTED = "acme-robotics_X7Q2/wandb-registry-model/detector"


@dataclass(frozen=True)
class Reports:
    """Makes results and reports, of which a test names only what it is about."""

    typed: str = TYPED
    corrected: str = CORRECTED
    key: str = KEY

    def result(self, code: str, name: str, status: Status, message: str, **changes: object) -> Result:
        """A result; a failure is an error if nothing else is said."""
        severity = Severity.ERROR if status is Status.FAIL else None
        plain = Result(
            code,
            name,
            GROUPS[code[:3]],
            status,
            severity,
            message,
            f"docs/checks/{code}.md",
            "wandb-registry-doctor",
        )
        return replace(plain, **changes)  # type: ignore[arg-type]  # the names are Result's

    def passing(self) -> Result:
        """A check that passed."""
        return self.result("RD001", "server-reachable", Status.PASS, "the server answers")

    def failing(self) -> Result:
        """The one error of the example, with its safe edit."""
        fix = ProposedFix("name the organization 'Acme Robotics'", self.corrected, Applicability.SAFE)
        message = "'vision' is a team, not the organization"
        return self.result("RD302", "organization-prefix", Status.FAIL, message, fixes=(fix,))

    def blocked(self, code: str, name: str) -> Result:
        """A check that the error blocks."""
        message = "cannot be judged before RD302 is settled"
        return self.result(code, name, Status.BLOCKED, message, blocked_by="RD302")

    def warning(self) -> Result:
        """Something that works and looks unintended."""
        fix = ProposedFix("leave 'latest' out", None, Applicability.DISPLAY)
        return self.result(
            "RD205",
            "aliases-valid",
            Status.FAIL,
            "wandb sets 'latest' itself",
            severity=Severity.WARNING,
            fixes=(fix,),
        )

    def skipped(self) -> Result:
        """A check that does not apply."""
        return self.result("RD503", "version-exists", Status.SKIP, "a link names no version")

    def unknown(self) -> Result:
        """A check whose answer did not come."""
        return self.result(
            "RD402", "registry-writable", Status.SKIP, "the server refused to say", unknown=True
        )

    def crashed(self) -> Result:
        """A check that is broken."""
        return self.result(
            "RD404", "registry-accepts-type", Status.ERROR, "the check crashed: KeyError: 'type'"
        )

    def suggestion(self) -> Suggestion:
        """The corrected path of the example, verified."""
        return Suggestion(self.corrected, True, Applicability.SAFE, ())

    def report(self, *results: Result, **changes: object) -> Report:
        """A report on linking the example's path."""
        plain = Report(
            target=RequestedTarget(self.typed, "link", "vision/detectors/yolo:v0", "model"),
            results=results,
            suggestion=None,
            resolved=EffectivePath(),
            context=Context(
                base_url=Provenance("https://wandb.example", "WANDB_BASE_URL"),
                credentials=Provenance("****0002", "WANDB_API_KEY"),
                entity=Provenance("vision", "default entity of bob"),
                organization=Provenance(None, None),
                project=Provenance(None, None),
                mode=Provenance("online", "wandb's default"),
                viewer="bob",
                sdk_version="0.31.0",
                server_version="0.85.0",
            ),
            requests=Requests(2, 9.84),
            secrets=(Secret(self.key),),
        )
        return replace(plain, **changes)  # type: ignore[arg-type]  # the names are Report's

    def example(self) -> Report:
        """One error that blocks two checks, with a verified suggestion."""
        return self.report(
            self.passing(),
            self.failing(),
            self.blocked("RD402", "registry-writable"),
            self.blocked("RD401", "registry-exists"),
            self.skipped(),
            suggestion=self.suggestion(),
        )

    def environment(self) -> Report:
        """A report without a path: who the person is, and where they can link."""
        places = (
            PlaceToLink(
                "Acme Robotics",
                "acme-robotics_X7Q2",
                "model",
                ("model", "onnx"),
                True,
                f"{self.corrected[:-8]}<collection>",
            ),
            PlaceToLink(
                "Acme Robotics",
                "acme-robotics_X7Q2",
                "any",
                None,
                False,
                "acme/wandb-registry-any/<collection>",
            ),
            PlaceToLink(
                "Rival Corp", "rival-corp", "model", (), None, "rival/wandb-registry-model/<collection>"
            ),
        )
        return self.report(
            self.passing(),
            target=RequestedTarget(None, "link", None, None),
            places=places,
            teams={"vision": "Acme Robotics", "orphans": None},
        )


@pytest.fixture
def reports() -> Reports:
    """Makes reports."""
    return Reports()
