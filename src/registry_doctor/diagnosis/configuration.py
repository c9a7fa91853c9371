"""A project's configuration: `registry-doctor.toml`, or `[tool.registry-doctor]` in `pyproject.toml`.

Both have the same keys. The nearest file from the working directory upwards is the only one that is read, as
ruff and mypy do it; docs/configuration.md describes it for people.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import TypeVar

from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import FailOn
from registry_doctor.support.records import record
from registry_doctor.support.wording import listed, quoted_name

OWN_FILE = "registry-doctor.toml"
PROJECT_FILE = "pyproject.toml"
TABLE = "registry-doctor"
"""Of `[tool]` in a `pyproject.toml`."""

LARGEST_CONFIGURATION = 1 << 20
"""Bytes of a file that are still read: far more than a person writes."""

KEYS = ("select", "ignore", "severity", "fail-on", "timeout")

Value = TypeVar("Value")


class MalformedConfiguration(ValueError):
    """A configuration file cannot be used: the file, the key where there is one, and what to do about it."""


@record(frozen=True)
class Configuration:
    """What a project has decided. Codes are upper-case, and each may be the beginning of several."""

    source: str = ""
    """The file, as a person would name it from the working directory; empty if there is none."""
    select: tuple[str, ...] = ()
    ignore: Mapping[str, str] = field(default_factory=dict[str, str])
    """The reason for each code."""
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    fail_on: FailOn | None = None
    timeout: float | None = None

    def reason_to_ignore(self, code: str) -> str | None:
        """Why this check is ignored; `None` if it is not."""
        return _longest(self.ignore, code)

    def severity_of(self, code: str) -> Severity | None:
        """The severity that failures of this check are to have; `None` for the check's own."""
        return _longest(self.severity, code)


def read_configuration(text: str, source: str, *, in_project_file: bool = False) -> Configuration | None:
    """The configuration that `text` holds, the contents of the file `source`.

    `in_project_file` says that it is a `pyproject.toml`; `None` then means that it has no
    `[tool.registry-doctor]`. Raises MalformedConfiguration.
    """
    from registry_doctor.support.toml import load_toml  # imported here: most projects have no such file

    if in_project_file and TABLE not in text:
        return None
    try:
        table: object = load_toml(text)
    except ValueError as problem:
        raise MalformedConfiguration(f"{source} is no TOML: {problem}") from problem
    if in_project_file:
        for key in ("tool", TABLE):
            if not isinstance(table, dict) or key not in table:
                return None
            table = table[key]
    return _Reader(source, f"tool.{TABLE}." if in_project_file else "").configuration(table)


def find_configuration(folder: Path) -> Configuration:
    """The nearest configuration from `folder` upwards; an empty one if there is none.

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
    except OSError:  # a folder that may not be looked into
        return False


def load_configuration(file: Path, source: str) -> Configuration | None:
    """The configuration in one file, which messages call `source`.

    `None` for a `pyproject.toml` without the table. Raises MalformedConfiguration.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_CONFIGURATION + 1)
    except (OSError, ValueError) as problem:
        said = getattr(problem, "strerror", None) or "this is no name of a file"
        raise MalformedConfiguration(f"{source} cannot be read: {said}") from problem
    if len(content) > LARGEST_CONFIGURATION:
        raise MalformedConfiguration(f"{source} is larger than {LARGEST_CONFIGURATION >> 20} MiB")
    in_project_file = file.name == PROJECT_FILE
    if in_project_file and TABLE.encode() not in content:
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise MalformedConfiguration(
            f"{source} is no UTF-8 text: {problem.reason} at byte {problem.start}"
        ) from problem
    return read_configuration(text, source, in_project_file=in_project_file)


@record(frozen=True)
class _Reader:
    """One file's table on its way to a configuration."""

    source: str
    prefix: str
    """What stands before each key in messages."""

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
        )

    def _select(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self._wrong("select", 'it takes a list of codes, such as ["RD2", "RD401"]')
        return tuple(dict.fromkeys(self._code("select", each) for each in value))

    def _ignore(self, value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self._wrong("ignore", 'it takes a table with a reason for each code: RD502 = "why"')
        reasons = self._by_code("ignore", value)
        for typed, reason in value.items():
            if not isinstance(reason, str) or not reason.strip():
                raise self._wrong(f"ignore.{_shown(typed)}", 'it takes a reason in words, "why"')
        return {code: str(reason).strip() for code, reason in reasons.items()}

    def _severities(self, value: object) -> dict[str, Severity]:
        if not isinstance(value, dict):
            raise self._wrong("severity", 'it takes a table with a severity for each code: RD205 = "error"')
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
        raise self._wrong("timeout", "it takes a number of seconds above 0")

    def _level(self, key: str, value: object) -> FailOn:
        # Written out, so that type checkers see which of the two it is.
        if value == "error":
            return "error"
        if value == "warning":
            return "warning"
        hint = "; to silence a check, use `ignore`" if key.startswith("severity.") else ""
        raise self._wrong(key, f'it takes "error" or "warning"{hint}')

    def _by_code(self, key: str, table: Mapping[object, object]) -> dict[str, object]:
        """The table's values by upper-case code."""
        found: dict[str, object] = {}
        for typed, value in table.items():
            code = self._code(key, typed)
            if code in found:
                raise self._wrong(key, f"{_shown(code)} stands in it twice")
            found[code] = value
        return found

    def _code(self, key: str, typed: object) -> str:
        if not isinstance(typed, str) or not typed.strip():
            raise self._wrong(key, "a code is empty or no text; codes look like RD302")
        return typed.strip().upper()

    def _table(self, value: object, key: str) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._wrong(key, "it is no table")
        return value

    def _unknown(self, key: str) -> str:
        from registry_doctor.domain.near_names import (
            near_names,  # imported here: most files have no unknown key
        )

        near = near_names(key, KEYS)
        meant = f"did you mean `{near[0].name}`?" if near else f"there are {listed(KEYS)}"
        return f"unknown key `{self.prefix}{_shown(key)}`; {meant}"

    def _wrong(self, key: str, what: str) -> MalformedConfiguration:
        return MalformedConfiguration(f"{self.source}: `{(self.prefix + key).rstrip('.')}`: {what}")


def _longest(table: Mapping[str, Value], code: str) -> Value | None:
    """The value for the longest beginning of `code` that stands in the table."""
    fitting = [each for each in table if code.startswith(each)]
    return table[max(fitting, key=len)] if fitting else None


def _shown(key: object) -> str:
    """A key as messages show it: bare where TOML allows that, else in quotes with its escapes visible."""
    text = str(key)
    return text if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text) else quoted_name(text)
