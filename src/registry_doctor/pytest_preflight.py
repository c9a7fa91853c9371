"""A pytest plugin: `pytest --registry-preflight` tests every W&B Registry link and use in the code (docs/preflight.md).

Each file with links or uses becomes a test. The code is searched when tests are collected. The server is asked once
for all files, when the first of these tests runs. Without the option nothing is imported and nothing happens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from registry_doctor.codebase.job import Job
    from registry_doctor.codebase.report.baseline import Baseline
    from registry_doctor.codebase.report.model import PreflightReport
    from registry_doctor.codebase.run import Found
    from registry_doctor.diagnosis.options import Options

OPTION = "--registry-preflight"
PATHS = "registry_preflight_paths"
SET = "registry_preflight_set"
TEST = "registry-preflight"
"""The name of the test of each file."""


class WillNotWork(Exception):
    """The message of a failing test: the lines of the text format about its file."""


@dataclass(frozen=True)
class _PlainText:
    """Plain text, for a report of pytest."""

    color: bool = False
    verbose: bool = False
    quiet: bool = False
    width: int | None = None


@dataclass(frozen=True)
class _Preflight:
    """What was found, and its report."""

    job: Job
    found: list[Found]
    options: Options
    baseline: Baseline | None

    @cached_property
    def report(self) -> PreflightReport:
        """The report on all files, made when it is first needed."""
        return self.job.judge(self.found, self.options, baseline=self.baseline)

    @property
    def files(self) -> list[str]:
        """The files with targets, and those that cannot be read, in the order of their names."""
        from registry_doctor.codebase.inputs.targets import OpenTarget, Target
        from registry_doctor.codebase.source.found import Unreadable

        targets = {each.location.file for each in self.found if isinstance(each, (Target, OpenTarget))}
        return sorted(targets | {each.file for each in self.found if isinstance(each, Unreadable)})

    def of(self, file: str) -> PreflightReport:
        """The part of the report about one file."""
        report = self.report
        return replace(
            report,
            judged=tuple(each for each in report.judged if each.location.file == file),
            open=tuple(each for each in report.open if each.location.file == file),
            unreadable=tuple(each for each in report.unreadable if each.file == file),
            unused_ignores=tuple(each for each in report.unused_ignores if each.location.file == file),
            ordinary=0,
            notes=(),
        )


_PREFLIGHT = pytest.StashKey[_Preflight]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the settings."""
    parser.getgroup("registry doctor").addoption(
        OPTION, action="store_true", help="test whether every W&B Registry link and use in the code will work"
    )
    parser.addini(
        PATHS, f"files and folders that {OPTION} searches (default: the whole root folder)", "args", ["."]
    )
    parser.addini(
        SET, f"NAME=VALUE, one per line: values that the code takes from outside, for {OPTION}", "linelist"
    )


@pytest.hookimpl(tryfirst=True)  # before -k, -m and --deselect select tests
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add a test for each file with links to a registry or uses of one."""
    if not config.getoption(OPTION):
        return
    preflight = config.stash[_PREFLIGHT] = _search(config)
    for name in preflight.files:
        file = _File.from_parent(session, path=config.rootpath / name, nodeid=_shown(name))
        items.append(_Test.from_parent(file, name=TEST, preflight=preflight, searched=name))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what applies to all files, such as missing credentials."""
    preflight = config.stash.get(_PREFLIGHT, None)
    if preflight is None or "report" not in vars(preflight):  # no test of it was run
        return
    from registry_doctor.codebase.report.formats import render

    general = replace(preflight.report, judged=(), unreadable=(), unused_ignores=())
    if general.notes or general.open:
        terminalreporter.section("registry preflight")
        lines = render(general, "text", _PlainText()).splitlines()
        terminalreporter.write_line(
            "\n".join(lines[:-1]).rstrip()
        )  # without the summary, whose targets are left out here


class _File(pytest.File):
    """A file that was searched."""

    def collect(self) -> list[pytest.Item]:
        """No tests: the plugin adds them itself."""
        return []


class _Test(pytest.Item):
    """The test whether the links and uses of one file will work."""

    def __init__(self, name: str, parent: _File, preflight: _Preflight, searched: str) -> None:
        super().__init__(name, parent)
        self._preflight = preflight
        self._searched = searched

    def runtest(self) -> None:
        """Fail if the exit status of the command would not be 0; skip if no target is known from the source."""
        from registry_doctor.codebase.report.formats import render

        report = self._preflight.of(self._searched)
        if report.exit_code:
            raise WillNotWork(render(report, "text", _PlainText()))
        if report.open and not report.judged:
            pytest.skip("the targets in this file are not known from the source")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None) -> str:
        """Only the lines of the report, without a traceback."""
        if isinstance(excinfo.value, WillNotWork):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The path of the file, and the heading of a failure."""
        return self.path, None, self.name


def _search(config: pytest.Config) -> _Preflight:
    from registry_doctor.cli.preflight import BASELINE
    from registry_doctor.codebase.api import PREFLIGHT_SECONDS
    from registry_doctor.codebase.inputs.sources import NoSuchPath
    from registry_doctor.codebase.job import Job
    from registry_doctor.diagnosis.configuration import MalformedConfiguration, find_configuration
    from registry_doctor.diagnosis.options import Options

    root = config.rootpath
    job = Job(
        paths=tuple(root / each for each in config.getini(PATHS)),
        root=root,
        supplied=_supplied(config.getini(SET)),
    )
    try:
        configuration = find_configuration(root)
        found = job.search()
    except (MalformedConfiguration, NoSuchPath) as problem:
        raise pytest.UsageError(f"{OPTION}: {_shown(str(problem))}") from problem
    options = Options(
        fail_on=configuration.fail_on or "error",
        timeout=configuration.timeout or PREFLIGHT_SECONDS,
        configuration=configuration,
    )
    return _Preflight(job, found, options, _baseline(root / BASELINE))


def _supplied(lines: list[str]) -> dict[str, str]:
    pairs = {}
    for line in lines:
        name, equals, value = line.partition("=")
        if not equals or not name:
            raise pytest.UsageError(f"{SET}: {line!r} is not NAME=VALUE")
        pairs[name] = value
    return pairs


def _baseline(file: Path) -> Baseline | None:
    if not file.is_file():
        return None
    from registry_doctor.codebase.report.baseline import Baseline, MalformedBaseline

    try:
        return Baseline.parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, MalformedBaseline) as problem:
        raise pytest.UsageError(f"{OPTION}: {_shown(str(file))} cannot be used: {problem}") from problem


def _shown(text: str) -> str:
    from registry_doctor.support.terminal_text import visible

    return visible(text)
