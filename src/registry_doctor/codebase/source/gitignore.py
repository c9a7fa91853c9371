"""Which files git ignores: `.gitignore` at every level and `.git/info/exclude`, the deepest rule that matches."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from registry_doctor.codebase.source.wildmatch import NeverMatches, Segment, matches_path, segments
from registry_doctor.support.regular_files import read_regular

LARGEST_IGNORE_FILE = 100_000
"""In bytes; the rules of a larger file are not applied."""


@dataclass(frozen=True)
class IgnoreRules:
    """The rules that apply in one folder: its own and those of the folders above it."""

    folder: Path
    files: tuple[IgnoreFile, ...] = ()
    above: IgnoreRules | None = None

    @property
    def problems(self) -> tuple[tuple[Path, str], ...]:
        """The rule files of this folder that cannot be read, each with the reason."""
        return tuple((each.path, each.problem) for each in self.files if each.problem is not None)

    def within(self, folder: Path) -> IgnoreRules:
        """The rules in a folder below."""
        return IgnoreRules(folder, _files(folder / ".gitignore"), self)

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Whether git ignores this file or folder, if it does not ignore the folders above."""
        rules: IgnoreRules | None = self
        names: tuple[str, ...] | None = None
        while rules is not None:
            if rules.files:
                if names is None:
                    names = tuple(map(_as_bytes, path.parts))
                below = names[len(rules.folder.parts) :]
                for file in rules.files:
                    decided = file.ignores(below, is_folder)
                    if decided is not None:
                        return decided
            rules = rules.above
        return False


@dataclass(frozen=True)
class _Rule:
    """One pattern."""

    number: int
    """Its place in the file; the last rule that matches decides."""
    ignored: bool
    only_folders: bool
    parts: tuple[Segment | None, ...]
    anywhere: bool
    """It is about the name only, in whatever folder."""

    def matches(self, names: Sequence[str], is_folder: bool) -> bool:
        if self.only_folders and not is_folder:
            return False
        if not self.anywhere:
            return matches_path(self.parts, names)
        return self.parts[0] is None or self.parts[0].matches(names[-1])


@dataclass(frozen=True)
class IgnoreFile:
    """The rules of one file, the last one first."""

    path: Path
    rules: tuple[_Rule, ...] = ()
    problem: str | None = None
    quick: re.Pattern[str] | None = field(default=None, compare=False)
    """Matches a name that one of the simple rules may be about; most names are about none."""

    def ignores(self, names: Sequence[str], is_folder: bool) -> bool | None:
        """What the file says of a path relative to it; `None` if no rule is about it."""
        possible = self.quick is not None and self.quick.fullmatch(names[-1]) is not None
        for rule in self.rules:
            if (possible or not _is_simple(rule)) and rule.matches(names, is_folder):
                return rule.ignored
        return None


def has_git(folder: Path) -> bool:
    """Whether this folder is the root of a git repository or worktree, as far as it can be read."""
    try:
        return (folder / ".git").exists()
    except OSError:
        return False


def repository_of(folder: Path) -> Path | None:
    """The root of the git repository or worktree that contains this absolute path."""
    return next((each for each in (folder, *folder.parents) if has_git(each)), None)


def rules_for(folder: Path) -> IgnoreRules:
    """The rules that apply in `folder`, an absolute path: up to the root of its git repository, if it is in one."""
    top = repository_of(folder)
    if top is None:
        return IgnoreRules(folder, _files(folder / ".gitignore"))
    excluded = _files(top / ".git" / "info" / "exclude", follow=True)
    rules = IgnoreRules(top, (*_files(top / ".gitignore"), *excluded))
    at = top
    for part in folder.relative_to(top).parts:
        at = at / part
        rules = rules.within(at)
    return rules


def excluding(folder: Path, patterns: Sequence[str]) -> IgnoreRules:
    """Rules of the same form that somebody gives: patterns relative to a folder."""
    lines = (pattern.encode("utf-8", "surrogateescape") for pattern in patterns)
    rules = [rule for number, line in enumerate(lines) if (rule := _rule(number, line))]
    return IgnoreRules(folder, (IgnoreFile(folder, tuple(reversed(rules)), quick=_joined(rules)),))


def _files(file: Path, *, follow: bool = False) -> tuple[IgnoreFile, ...]:
    """The rules of one file; nothing if it is missing, a folder, or without rules."""
    try:
        content = read_regular(file, LARGEST_IGNORE_FILE, follow=follow)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it cannot be read"
        return () if file.is_dir() else (IgnoreFile(file, problem=reason),)
    lines = content.removeprefix(codecs.BOM_UTF8).split(b"\n")
    rules = [rule for number, line in enumerate(lines) if (rule := _rule(number, line))]
    return (IgnoreFile(file, tuple(reversed(rules)), quick=_joined(rules)),) if rules else ()


def _rule(number: int, line: bytes) -> _Rule | None:
    """The rule of a line; `None` for a comment, an empty line, and a pattern with which git matches nothing."""
    pattern = _trimmed(line.removesuffix(b"\r").decode("latin-1"))
    if not pattern or pattern.startswith("#"):
        return None
    ignored = not pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    only_folders = pattern.endswith("/")
    pattern = pattern[:-1] if only_folders else pattern
    try:
        parts = tuple(segments(pattern.removeprefix("/")))
    except (NeverMatches, re.error, RecursionError, OverflowError):
        return None
    return _Rule(number, ignored, only_folders, parts, anywhere="/" not in pattern) if pattern else None


def _trimmed(line: str) -> str:
    """The line without the spaces at its end, except one after a backslash."""
    bare = line.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if bare != line and backslashes % 2 else bare


def _is_simple(rule: _Rule) -> bool:
    return rule.anywhere and rule.parts[0] is not None and rule.parts[0].plain


def _joined(rules: Iterable[_Rule]) -> re.Pattern[str] | None:
    sources = [part.expression.pattern for rule in rules if _is_simple(rule) and (part := rule.parts[0])]
    return re.compile("|".join(dict.fromkeys(sources)), re.DOTALL) if sources else None


def _as_bytes(name: str) -> str:
    """A name with one character for each of its bytes, as patterns have it."""
    return name if name.isascii() else os.fsencode(name).decode("latin-1")
