"""A project's configuration: `registry-doctor.toml`, or `[tool.registry-doctor]` in `pyproject.toml`.

Both have the same keys. The nearest file from the working directory upwards is the only one that is read, as
in ruff and mypy; docs/configuration.md describes it.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TypeVar

from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import FailOn
from registry_doctor.diagnosis.configured_options import (
    INSTEAD,
    OPTION_KEYS,
    ConfiguredOptions,
    read_options,
)
from registry_doctor.support.records import record
from registry_doctor.support.regular_files import read_regular
from registry_doctor.support.wording import listed, quoted_name

OWN_FILE = "registry-doctor.toml"
PROJECT_FILE = "pyproject.toml"
TABLE = "registry-doctor"
"""Of `[tool]` in a `pyproject.toml`."""

LARGEST_CONFIGURATION = 1_000_000
"""The largest file that is read, in bytes: far more than a person writes."""

_OWN_KEYS = ("select", "ignore", "severity", "fail-on", "timeout")
KEYS = (*_OWN_KEYS, *OPTION_KEYS)

_Value = TypeVar("_Value")


class MalformedConfiguration(ValueError):
    """A configuration file cannot be used; the message names the file, the key if any, and what to do."""


@record(frozen=True)
class Configuration:
    """The settings of a project. Codes are upper-case; a code may also be the beginning of several codes."""

    source: str = ""
    """The file, relative to the working directory; empty if there is none."""
    select: tuple[str, ...] = ()
    ignore: Mapping[str, str] = field(default_factory=dict[str, str])
    """The reason for each code."""
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    fail_on: FailOn | None = None
    timeout: float | None = None
    options: ConfiguredOptions = field(default_factory=ConfiguredOptions)
    """What stands for other options of the command line."""
    file: Path | None = None
    """The absolute path of the file; paths in it start at its folder."""

    def reason_to_ignore(self, code: str) -> str | None:
        """Why this check is ignored; `None` if it is not."""
        return _longest(self.ignore, code)

    def severity_of(self, code: str) -> Severity | None:
        """The configured severity for failures of this check; `None` if the check's own severity applies."""
        return _longest(self.severity, code)


def read_configuration(text: str, source: str, *, in_project_file: bool = False) -> Configuration | None:
    """Read the configuration from `text`, the contents of the file `source`.

    With `in_project_file` the file is a `pyproject.toml`; the result is `None` if it has no
    `[tool.registry-doctor]`. Raises MalformedConfiguration.
    """
    from registry_doctor.support.toml import load_toml  # imported here: most projects have no such file

    if in_project_file and TABLE not in text:
        return None
    try:
        table: object = load_toml(text)
    except ValueError as problem:
        raise MalformedConfiguration(f"{source} is not valid TOML: {problem}") from problem
    if in_project_file:
        for key in ("tool", TABLE):
            if not isinstance(table, dict) or key not in table:
                return None
            table = table[key]
    return _Reader(source, f"tool.{TABLE}." if in_project_file else "").configuration(table)


def find_configuration(folder: Path) -> Configuration:
    """Find the nearest configuration from `folder` upwards; return an empty one if there is none.

    In each folder `registry-doctor.toml` comes before a `pyproject.toml` with the table. The search ends at
    the first of them, at the root of a git repository, and at the root. Raises MalformedConfiguration.
    """
    for each in (folder, *folder.parents):
        for name in (OWN_FILE, PROJECT_FILE):
            file = each / name
            if _is(file, Path.is_file):
                found = load_configuration(file, os.path.relpath(file, folder))
                if found is not None:
                    return found
        if _is(each / ".git", Path.exists):  # in a worktree it is a file
            break
    return Configuration()


def _is(file: Path, what: Callable[[Path], bool]) -> bool:
    try:
        return what(file)
    except OSError:  # a folder without read permission
        return False


def load_configuration(file: Path, source: str) -> Configuration | None:
    """Load the configuration from one file, which messages call `source`.

    Returns `None` for a `pyproject.toml` without the table. Raises MalformedConfiguration.
    """
    try:
        content = read_regular(file, LARGEST_CONFIGURATION)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "this is not a valid file name"
        raise MalformedConfiguration(f"{source} cannot be read: {reason}") from problem
    in_project_file = file.name == PROJECT_FILE
    if in_project_file and TABLE.encode() not in content:
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise MalformedConfiguration(
            f"{source} is not UTF-8 text: {problem.reason} at byte {problem.start}"
        ) from problem
    found = read_configuration(text, source, in_project_file=in_project_file)
    return None if found is None else replace(found, file=file.absolute())


@record(frozen=True)
class _Reader:
    """Turns the table of one file into a configuration."""

    source: str
    prefix: str
    """The prefix of each key in messages."""

    def configuration(self, table: object) -> Configuration:
        entries = self._table(table, "")
        for key in entries:
            if key not in KEYS:
                raise MalformedConfiguration(f"{self.source}: {self._unknown(key)}")
        return Configuration(
            self.source,
            self._select(entries.get("select", [])),
            self._ignore(entries.get("ignore", {})),
            self._severities(entries.get("severity", {})),
            self._fail_on(entries["fail-on"]) if "fail-on" in entries else None,
            self._timeout(entries["timeout"]) if "timeout" in entries else None,
            read_options(entries, self._wrong),
        )

    def _select(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self._wrong("select", 'must be a list of codes, such as ["RD2", "RD401"]')
        return tuple(dict.fromkeys(self._code("select", each) for each in value))

    def _ignore(self, value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self._wrong("ignore", 'must be a table with a reason for each code: RD502 = "why"')
        reasons = self._by_code("ignore", value)
        for typed, reason in value.items():
            if not isinstance(reason, str) or not reason.strip():
                raise self._wrong(f"ignore.{_shown(typed)}", 'must be a reason in words, such as "why"')
        return {code: str(reason).strip() for code, reason in reasons.items()}

    def _severities(self, value: object) -> dict[str, Severity]:
        if not isinstance(value, dict):
            raise self._wrong("severity", 'must be a table with a severity for each code: RD205 = "error"')
        chosen = self._by_code("severity", value)
        return {
            code: Severity(self._level(f"severity.{_shown(code)}", each)) for code, each in chosen.items()
        }

    def _fail_on(self, value: object) -> FailOn:
        return self._level("fail-on", value)

    def _timeout(self, value: object) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                seconds = float(value)
            except OverflowError:
                seconds = math.inf
            if math.isfinite(seconds) and seconds > 0:
                return seconds
        raise self._wrong("timeout", "must be a number of seconds above 0")

    def _level(self, key: str, value: object) -> FailOn:
        # Two comparisons, because type checkers do not narrow `value in (...)`.
        if value == "error":
            return "error"
        if value == "warning":
            return "warning"
        hint = "; to silence a check, use `ignore`" if key.startswith("severity.") else ""
        raise self._wrong(key, f'must be "error" or "warning"{hint}')

    def _by_code(self, key: str, table: Mapping[object, object]) -> dict[str, object]:
        """The table's values by upper-case code."""
        found: dict[str, object] = {}
        for typed, value in table.items():
            code = self._code(key, typed)
            if code in found:
                raise self._wrong(key, f"{_shown(code)} is given twice; remove one of them")
            found[code] = value
        return found

    def _code(self, key: str, typed: object) -> str:
        if not isinstance(typed, str) or not typed.strip():
            raise self._wrong(key, "the code must be a non-empty string such as RD302")
        return typed.strip().upper()

    def _table(self, value: object, key: str) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._wrong(key, "must be a table")
        return value

    def _unknown(self, key: str) -> str:
        from registry_doctor.domain.near_names import (
            near_names,  # imported here: most files have no unknown key
        )

        if instead := INSTEAD.get(key.replace("_", "-")):
            return f"unknown key `{self.prefix}{_shown(key)}`: {instead}"
        near = near_names(key, KEYS)
        meant = f"did you mean `{near[0].name}`?" if near else f"the keys are {listed(KEYS, shown=len(KEYS))}"
        return f"unknown key `{self.prefix}{_shown(key)}`; {meant}"

    def _wrong(self, key: str, what: str) -> MalformedConfiguration:
        return MalformedConfiguration(f"{self.source}: `{(self.prefix + key).rstrip('.')}`: {what}")


def _longest(table: Mapping[str, _Value], code: str) -> _Value | None:
    """The value for the longest beginning of `code` in the table."""
    fitting = [each for each in table if code.startswith(each)]
    return table[max(fitting, key=len)] if fitting else None


def _shown(key: object) -> str:
    """A key as messages show it: bare where TOML allows that, else in quotes with its escapes visible."""
    text = str(key)
    return text if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text) else quoted_name(text)
