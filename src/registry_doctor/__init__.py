"""Registry doctor: find out why a link to the W&B Registry or a fetch from it fails, and correct the path::

    import registry_doctor

    report = registry_doctor.diagnose("model/detector", type="model")
    path = registry_doctor.ensure_linkable("model/detector", artifact=artifact)
    path = registry_doctor.ensure_usable("wandb-registry-model/detector:production")

Each name is imported when it is first used, so the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # for type checkers; importing `typing` would take longer than the rest of this module
if TYPE_CHECKING:
    from registry_doctor.api import diagnose, ensure_linkable, ensure_usable
    from registry_doctor.checking.check import (
        Applicability,
        Check,
        Fail,
        Fix,
        Outcome,
        Pass,
        Severity,
        Skip,
        check,
    )
    from registry_doctor.checking.results import Result, Status, Suggestion
    from registry_doctor.codebase.api import preflight
    from registry_doctor.codebase.report.model import PreflightReport
    from registry_doctor.domain.path_tools import (
        ImpossibleName,
        NoPathInside,
        build_path,
        parse_path,
        path_from_url,
    )
    from registry_doctor.domain.target_path import MalformedPath, TargetPath
    from registry_doctor.known_errors.explaining import explain, explaining
    from registry_doctor.refusals import LinkFailed, LinkRefused, UseFailed, UseRefused
    from registry_doctor.report.explanation import Explanation
    from registry_doctor.report.model import Report
    from registry_doctor.workflows.calls import link, use

    __version__: str

__all__ = [
    "Applicability",
    "Check",
    "Explanation",
    "Fail",
    "Fix",
    "ImpossibleName",
    "LinkFailed",
    "LinkRefused",
    "MalformedPath",
    "NoPathInside",
    "Outcome",
    "Pass",
    "PreflightReport",
    "Report",
    "Result",
    "Severity",
    "Skip",
    "Status",
    "Suggestion",
    "TargetPath",
    "UseFailed",
    "UseRefused",
    "__version__",
    "build_path",
    "check",
    "diagnose",
    "ensure_linkable",
    "ensure_usable",
    "explain",
    "explaining",
    "link",
    "parse_path",
    "path_from_url",
    "preflight",
    "use",
]

_HOMES = {
    "api": ("diagnose", "ensure_linkable", "ensure_usable"),
    "checking.check": (
        "Applicability",
        "Check",
        "Fail",
        "Fix",
        "Outcome",
        "Pass",
        "Severity",
        "Skip",
        "check",
    ),
    "checking.results": ("Result", "Status", "Suggestion"),
    "codebase.api": ("preflight",),
    "codebase.report.model": ("PreflightReport",),
    "domain.path_tools": ("ImpossibleName", "NoPathInside", "build_path", "parse_path", "path_from_url"),
    "domain.target_path": ("MalformedPath", "TargetPath"),
    "known_errors.explaining": ("explain", "explaining"),
    "refusals": ("LinkFailed", "LinkRefused", "UseFailed", "UseRefused"),
    "report.explanation": ("Explanation",),
    "report.model": ("Report",),
    "workflows.calls": ("link", "use"),
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from registry_doctor.support.versions import installed_version

        return installed_version("wandb-registry-doctor") or "unknown"
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
