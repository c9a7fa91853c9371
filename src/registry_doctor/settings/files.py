"""wandb's two settings files (registry-rules 7.2).

An unknown name or an invalid value makes wandb ignore both files (R7.5). wandb ignores only the file that it cannot
parse, and crashes on `%` or on bytes that are not text (R7.6). This module checks all names, and the values of the
settings that decide where a run goes: address, mode, project, key, sweep and Launch. It does not check the others:
if `quiet` is not a boolean, for example, wandb ignores both files, and this module does not notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from registry_doctor.settings.address import normalise
from registry_doctor.settings.keys import whitespace_problem
from registry_doctor.settings.model import FileProblem, Sourced
from registry_doctor.settings.names import SETTING_NAMES, WANDB_VERSION
from registry_doctor.settings.surroundings import Surroundings, UnreadableFile, read_text
from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret

MODES = ("online", "offline", "shared", "disabled", "dryrun", "run")

LONGEST_SHOWN = 80
"""How many characters of a name are quoted; wandb's longest name has 37."""

_LIKE_A_KEY = re.compile(r"[\w.-]{40,}")

_IGNORED = frozenset({"settings_system", "root_dir", "anonymous"})
"""Names that wandb warns about in a file and then ignores."""


@record(frozen=True)
class FileSettings:
    """The values of both files together, and why wandb ignores a file."""

    values: Mapping[str, Sourced[str]]
    problems: tuple[FileProblem, ...]


def read_settings_files(paths: Sequence[Path], surroundings: Surroundings) -> FileSettings:
    """The settings in the files at `paths`; later files win."""
    merged: dict[str, Sourced[str]] = {}
    problems: list[FileProblem] = []
    for path in paths:
        shown = surroundings.show(path)
        items = _read_file(path, shown)
        if isinstance(items, FileProblem):
            problems.append(items)
        else:
            merged.update((name, Sourced(value, shown, file=path)) for name, value in items.items())

    invalid = [
        FileProblem(found.source or "", f"{problem}; wandb then ignores every settings file", False)
        for name, found in merged.items()
        if (problem := _setting_problem(name, found.value))
    ]
    if invalid or any(problem.crashes for problem in problems):
        merged = {}
    return FileSettings(
        {name: found for name, found in merged.items() if name not in _IGNORED}, (*problems, *invalid)
    )


def value_problem(name: str, value: str) -> str | None:
    """wandb's message about an invalid value in a file or a variable; None if the value is valid or not checked."""
    if name == "base_url":
        return normalise(value)[1]
    if name == "mode" and value not in MODES:
        return "Input should be 'online', 'offline', 'shared', 'disabled', 'dryrun' or 'run'"
    if name == "api_key":
        return whitespace_problem(value)
    if name == "project":
        return _project_problem(value)
    if name == "sweep_id":
        return _sweep_problem(value)
    if name == "launch" and truth_of_setting(value) is None:
        return "Input should be a valid boolean, unable to interpret input"
    return None


def truth_of_setting(value: str) -> bool | None:
    """The boolean that wandb reads in a text; `None` if wandb refuses the text."""
    word = value.lower()
    if word in ("1", "true", "t", "yes", "y", "on"):
        return True
    return False if word in ("0", "false", "f", "no", "n", "off") else None


def _read_file(path: Path, shown: str) -> dict[str, str] | FileProblem:
    text = read_text(path)
    if not text:
        return {}
    if isinstance(text, UnreadableFile):
        problem = f"cannot be read ({text.reason}); wandb {text.wandb}"
        return FileProblem(shown, problem, crashes=text.wandb == "crashes on it")

    # The import takes 5 ms, and most people have no settings file.
    import configparser

    parser = configparser.ConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # The error itself would quote the line, and the line may hold a key.
        return FileProblem(shown, f"{_parse_problem(error)}; wandb ignores this file", False)
    if not parser.has_section("default"):
        if not parser.sections() and not parser.defaults():
            return {}
        return FileProblem(shown, "has no [default] section; wandb only reads this section", False)
    try:
        return dict(parser.items("default"))
    except configparser.InterpolationError as error:
        name = _printable(str(error.option))
        return FileProblem(
            shown, f"the value of `{name}` has a `%` that is not doubled; wandb crashes on it", True
        )


def _parse_problem(error: Exception) -> str:
    """What is wrong with the text of a file, without quoting it."""
    import configparser

    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"line {error.lineno} is before the [default] section"
    if isinstance(error, configparser.DuplicateOptionError):
        return f"line {error.lineno} sets `{_printable(str(error.option))}` a second time"
    if isinstance(error, configparser.DuplicateSectionError):
        return f"line {error.lineno} opens a section a second time"
    if isinstance(error, configparser.ParsingError) and error.errors:
        return f"line {error.errors[0][0]} is not in the form `name = value`"
    return "it cannot be parsed"


def _setting_problem(name: str, value: str) -> str | None:
    # wandb's private settings begin with "x_", and may also be written with only "_".
    if (f"x{name}" if name.startswith("_") else name) not in SETTING_NAMES:
        return f"`{_printable(name)}` is not a setting of wandb {WANDB_VERSION}"
    problem = value_problem(name, value)
    return f"`{name}`: {problem}" if problem else None


def _project_problem(value: str) -> str | None:
    if len(value) > 128:
        return f"Invalid project name {value!r}: exceeded 128 characters"
    invalid = [character for character in "/\\#?%:" if character in value]
    if invalid:
        return (
            f"Invalid project name {value!r}: cannot contain characters '/,\\\\,#,?,%,:', "
            f"found {','.join(invalid)!r}"
        )
    return None


def _sweep_problem(value: str) -> str | None:
    if not value:
        return "Sweep ID cannot be empty"
    return None if value == value.strip() else "Sweep ID cannot start or end with whitespace"


def _printable(name: str) -> str:
    """A name from a file, safe to show: a key may be there by mistake instead of a name."""
    masked = _LIKE_A_KEY.sub(lambda found: Secret(found[0]).masked, name)
    return masked if len(masked) <= LONGEST_SHOWN else masked[:LONGEST_SHOWN] + "…"
