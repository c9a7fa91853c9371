"""One preflight: what to search, and how to judge what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from os import environ
from pathlib import Path

from registry_doctor.checking.plugins import Loaded, load_checks
from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.checkout_trust import CheckoutTrust
from registry_doctor.codebase.inputs.not_read import mentioned_elsewhere
from registry_doctor.codebase.inputs.project_sdk import ProjectVersions
from registry_doctor.codebase.inputs.sources import code_paths, collect
from registry_doctor.codebase.inputs.supplied import Supplied
from registry_doctor.codebase.inputs.targets import OpenTarget, Target
from registry_doctor.codebase.judging import Circumstances
from registry_doctor.codebase.report.baseline import Baseline
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.codebase.run import Found, run_preflight, with_notes
from registry_doctor.codebase.source.found import FoundCall, FoundComment, Unreadable
from registry_doctor.codebase.source.gitignore import IgnoreRules
from registry_doctor.codebase.without_key import NOTICE, key_required, nobody_can_ask
from registry_doctor.diagnosis.options import Options
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts.call import UNKNOWN_SDK
from registry_doctor.report.model import Report
from registry_doctor.settings import (
    ApiKey,
    Given,
    InvalidCredentials,
    NoCredentials,
    Settings,
    read_settings,
)

_CREDENTIALS = ("WANDB_API_KEY", "WANDB_IDENTITY_TOKEN_FILE")

OFFLINE = "OFFLINE: only the grammar of the paths was checked; no server was asked"


@dataclass(frozen=True)
class Job:
    """What to search: files and folders, manifests, logs, standard input; if nothing is given, the root."""

    paths: tuple[Path, ...] = ()
    root: Path = field(default_factory=Path.cwd)
    """Relative paths start here, and files are named relative to it."""
    excluded: IgnoreRules | None = None
    """What to pass over in the folders, in the form of a `.gitignore`."""
    supplied: Mapping[str, str] = field(default_factory=dict)
    """Values that the source takes from outside, by name."""
    manifests: tuple[Path, ...] = ()
    logs: tuple[Path, ...] = ()
    stdin: bytes | None = None
    for_: Purpose = "link"
    """The purpose of the paths on standard input."""
    given: Given = Given()  # noqa: RUF009 - frozen
    """Server, entity, project and organization for calls that name none."""
    sdk_version: tuple[str, str] | None = None
    """The version of wandb that makes the calls, and where it was given; `None` to look for it beside the code."""
    require_credentials: bool = False
    trust_checkout: bool = False
    """In a job for a pull request: whether files of the checkout may name the server and the key's variable."""
    strangers: bool = True
    """Whether the checks of plugins run, too."""

    @property
    def checks(self) -> Loaded:
        """The checks that run."""
        return load_checks(others=self.strangers)

    def search(self) -> list[Found]:
        """All that is found, and the unused supplied names. Raises NoSuchPath for a path that does not exist."""
        named = bool(self.paths) or self._has_lists
        supplied = Supplied(self.supplied)
        found: list[Found] = list(
            collect(
                self.paths if named else (self.root,),
                root=self.root,
                supplied=supplied,
                manifests=self.manifests,
                logs=self.logs,
                stdin=None if self.stdin is None else BytesIO(self.stdin),
                for_=self.for_,
                excluded=self.excluded,
            )
        )
        return found + supplied.unused(_names_in(found))

    @property
    def _has_lists(self) -> bool:
        """Whether targets come from manifests, logs or standard input."""
        return bool(self.manifests or self.logs or self.stdin is not None)

    def calls(self) -> Iterator[FoundCall | FoundComment | Unreadable]:
        """All calls in the searched code, also those that need no diagnosis."""
        paths = [self.root / path for path in self.paths] or [self.root]
        return find_calls(code_paths(paths), root=self.root, supplied=self.supplied, excluded=self.excluded)

    def _with_versions(self, found: Iterable[Found]) -> Iterator[Found]:
        """What was found, each target with the wandb of its project; a log says its own."""
        versions = ProjectVersions(self.root.absolute(), environ, self.sdk_version)
        for each in found:
            if not isinstance(each, Target) or each.call.sdk_version is not None:
                yield each
                continue
            sdk = versions.of(each.location.file)
            if sdk is None:
                yield replace(each, call=replace(each.call, sdk_version=UNKNOWN_SDK))
            else:
                call = replace(each.call, sdk_version=sdk.highest)
                lowest = sdk.lowest if sdk.lowest != sdk.highest else None
                yield replace(each, call=call, lowest_sdk=lowest, sdk_source=sdk.source)

    def circumstances(self) -> Circumstances:
        """What wandb would take for each call that is found."""
        return Circumstances(self.given, self._settings)

    def _settings(self, given: Given, key_variable: str | None) -> Settings:
        return self._trust.guarded(_settings(given, key_variable), key_variable)

    @property
    def _trust(self) -> CheckoutTrust:
        return CheckoutTrust(self.root, self.trust_checkout)

    def judge(
        self,
        found: Iterable[Found],
        options: Options,
        *,
        baseline: Baseline | None = None,
        on_report: Callable[[Target, Report], None] | None = None,
    ) -> PreflightReport:
        """Diagnose what was found. Raises UnknownCode if `options` names a code that no check has."""
        found = list(self._with_versions(found))
        targets = [each for each in found if isinstance(each, Target)]
        circumstances = self.circumstances()
        keyless = not self.require_credentials and nobody_can_ask(targets, circumstances)
        report = run_preflight(
            found,
            circumstances,
            self.checks,
            replace(options, offline=options.offline or keyless),
            baseline=baseline,
            on_report=on_report,
        )
        if self.require_credentials and not options.offline and not targets:
            report = key_required(report, circumstances, self.checks, options)
        if not targets and not any(isinstance(each, OpenTarget) for each in found):
            folders = [self.root / path for path in self.paths] or ([] if self._has_lists else [self.root])
            elsewhere = mentioned_elsewhere(folders, self.root, self.excluded)
            report = report if elsewhere is None else with_notes(report, elsewhere)
        report = with_notes(report, *_sources_of_sdk(targets))
        if options.offline:
            return with_notes(report, OFFLINE)
        of_server = self._trust.address_note(_settings(self.given, None))
        notes = (*((of_server,) if of_server else ()), *((NOTICE,) if keyless else ()))
        return with_notes(report, *notes)


def _sources_of_sdk(targets: Iterable[Target]) -> Iterator[str]:
    """Where the versions of wandb come from, a note for each."""
    for version, lowest, source in dict.fromkeys(
        (each.call.sdk_version, each.lowest_sdk, each.sdk_source)
        for each in targets
        if each.sdk_source is not None
    ):
        yield f"judged for wandb {version if lowest is None else f'{lowest} to {version}'}: {source}"


def _names_in(found: Iterable[Found]) -> Iterator[str]:
    """The names under which values of the targets can be supplied."""
    for each in found:
        if isinstance(each, OpenTarget):
            yield from each.names
        elif isinstance(each, Target):
            yield from (name for part in each.parts for name in part.names)


def _settings(given: Given, key_variable: str | None) -> Settings:
    if key_variable is None:
        return read_settings(given)
    others = {name: value for name, value in environ.items() if name not in _CREDENTIALS}
    settings = read_settings(given, environ={**others, "WANDB_API_KEY": environ.get(key_variable, "")})
    match settings.credentials:
        case ApiKey(secret, "WANDB_API_KEY"):
            return replace(settings, credentials=ApiKey(secret, key_variable))
        case InvalidCredentials(problem, "WANDB_API_KEY", secret):
            return replace(settings, credentials=InvalidCredentials(problem, key_variable, secret))
    return replace(settings, credentials=NoCredentials((key_variable,)))  # never another key
