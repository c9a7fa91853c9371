"""Which files git ignores: `.gitignore` at every level and `.git/info/exclude`, the deepest rule that matches."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec


@dataclass(frozen=True)
class IgnoreRules:
    """The rules that apply in one folder: its own and those of the folders above it."""

    folder: Path
    specs: tuple[GitIgnoreSpec, ...] = ()
    above: IgnoreRules | None = None

    def within(self, folder: Path) -> IgnoreRules:
        """The rules in a folder below."""
        specs = _specs(folder / ".gitignore")
        return IgnoreRules(folder, specs, self)

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Whether git ignores this file or folder, if it does not ignore the folders above."""
        rules: IgnoreRules | None = self
        while rules is not None:
            name = path.relative_to(rules.folder).as_posix() + ("/" if is_folder else "")
            for spec in rules.specs:
                decided = spec.check_file(name).include
                if decided is not None:
                    return decided
            rules = rules.above
        return False


def has_git(folder: Path) -> bool:
    """Whether this folder is the root of a git repository or worktree, as far as it can be read."""
    try:
        return (folder / ".git").exists()
    except OSError:
        return False


def rules_for(folder: Path) -> IgnoreRules:
    """The rules that apply in `folder`, an absolute path: up to the root of its git repository, if it is in one."""
    top = next((each for each in (folder, *folder.parents) if has_git(each)), None)
    if top is None:
        return IgnoreRules(folder, _specs(folder / ".gitignore"))
    rules = IgnoreRules(top, (*_specs(top / ".gitignore"), *_specs(top / ".git" / "info" / "exclude")))
    below = list(folder.relative_to(top).parts)
    at = top
    for part in below:
        at = at / part
        rules = rules.within(at)
    return rules


def _specs(file: Path) -> tuple[GitIgnoreSpec, ...]:
    """The rules of one file; none if it is missing or cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    specs = []
    try:
        specs.append(GitIgnoreSpec.from_lines(lines))
    except ValueError:
        specs.extend(_readable(lines))
    return tuple(specs)


def _readable(lines: list[str]) -> list[GitIgnoreSpec]:
    """The valid patterns: git skips an invalid pattern, and so do we."""
    readable = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        readable.append(line)
    return [GitIgnoreSpec.from_lines(readable)]
