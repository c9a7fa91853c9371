"""The target paths in command lines: `wandb artifact get`, options of the scripts of the tree, and words like paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from pathlib import Path, PurePosixPath

from registry_doctor.codebase.inputs.commands.command_texts import Found, LocatedCommand, Setting
from registry_doctor.codebase.inputs.commands.shell_words import Part, Word
from registry_doctor.codebase.inputs.commands.snippets import calls_in_snippet
from registry_doctor.codebase.inputs.commands.takers import Arguments, Takers, Value
from registry_doctor.codebase.inputs.configurations.interpolation import LONGEST_TEXT, MOST_PARTS, as_pairs
from registry_doctor.codebase.inputs.configurations.targets import ignores_of
from registry_doctor.codebase.inputs.configurations.tree import PositionedText, Scalar
from registry_doctor.codebase.inputs.targets import OpenTarget, OrdinaryUse, Target, target_of
from registry_doctor.codebase.source.found import (
    FoundCall,
    Ignore,
    LiteralPart,
    Location,
    UnknownPart,
    Unreadable,
)
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.likeness import likeness_of
from registry_doctor.domain.purpose_words import purpose_by_keys
from registry_doctor.domain.registry_bound import bound_of
from registry_doctor.facts.call import Call
from registry_doctor.settings import Given

MOST_ALTERNATIVES = 16
"""How many values one word may have: a loop gives it several."""

_PYTHON = re.compile(r"python[\d.]*")
_OPTION = re.compile(r"(?P<option>-{1,2}[A-Za-z][\w.-]*)(?:=(?P<value>.*))?", re.DOTALL)
_OVERRIDE = re.compile(r"\+{0,2}(?P<option>[A-Za-z_][\w./-]*)=(?P<value>.*)", re.DOTALL)
_KEYWORDS = frozenset({"do", "then", "else", "if", "elif", "while", "until", "!", "time", "{"})
_NOT_FOR_SCRIPTS = frozenset(
    {
        "echo",
        "printf",
        "grep",
        "egrep",
        "rg",
        "sed",
        "awk",
        "git",
        "cd",
        "ls",
        "rm",
        "mkdir",
        "cat",
        "tee",
        "test",
        "[",
    }
)
"""Commands whose words are texts and files."""
_DEFINES = frozenset({"export", "declare", "local", "readonly", "typeset", "set", "setenv"})

InCommands = Target | OpenTarget | Unreadable


class CommandReader:
    """Reads the commands of one file after another."""

    def __init__(self, root: Path, supplied: Mapping[str, str], takers: Takers) -> None:
        self._root = root
        self._supplied = supplied
        self._takers = takers

    def targets(self, found: Iterable[Found], folder: str) -> Iterator[InCommands]:
        """What the commands and variables of a file contain; `folder` is that of the file, relative to the root."""
        script = _Script(self._root, self._supplied, self._takers, folder)
        unique: dict[object, InCommands] = {}
        for each in found:
            results = script.setting(each) if isinstance(each, Setting) else script.command(each)
            for target in results:
                key = (
                    target
                    if isinstance(target, Unreadable)
                    else (target.location, target.for_, _shown(target))
                )
                unique.setdefault(key, target)
        yield from unique.values()


def _shown(target: Target | OpenTarget) -> str:
    return target.text if isinstance(target, Target) else target.template


class _Script:
    """The variables of one file while its commands are read."""

    def __init__(self, root: Path, supplied: Mapping[str, str], takers: Takers, folder: str) -> None:
        self._root = root
        self._supplied = supplied
        self._takers = takers
        self._folder = folder
        self._variables: dict[str, list[tuple[Part, ...]]] = {}

    def setting(self, found: Setting) -> Iterator[InCommands]:
        """The calls in the code that take an environment variable."""
        values = self._values(found.value)
        self._variables[found.name] = values
        for parts in values:
            if found.literal is not None and len(parts) == 1 and isinstance(parts[0], LiteralPart):
                literal = found.literal
                parts = (LiteralPart(literal.text, found.text.span(literal), literal.text),)
            for call in self._takers.by_environment(found.name, Value(parts)):
                yield from _located(call, found.text, found.value, None, editable=found.literal is not None)

    def command(self, located: LocatedCommand) -> Iterator[InCommands]:
        """The paths in one command."""
        command = located.command
        words = _without_keywords(command.words)
        for name, value in command.assignments.items():
            if words:
                yield from self._exported(located, name, value)
            else:
                self._variables[name] = self._values(value)
        if not words:
            return
        first = words[0].text
        if first == "for" and len(words) > 3 and words[2].text == "in":
            values = [parts for word in words[3:] for parts in self._values(word)]
            self._variables[words[1].text] = values[:MOST_ALTERNATIVES]
        elif first in _DEFINES:
            for word in words[1:]:
                if found := _OVERRIDE.fullmatch(word.text):
                    value = Word(
                        word.after(found.start("value")), word.start + found.start("value"), word.end
                    )
                    self._variables[found["option"]] = self._values(value)
                    yield from self._exported(located, found["option"], value)
        elif first.rpartition("/")[2] not in _NOT_FOR_SCRIPTS:
            yield from self._program(located, words)

    def _exported(self, located: LocatedCommand, name: str, value: Word) -> Iterator[InCommands]:
        for parts in self._values(value):
            for call in self._takers.by_environment(name, Value(parts)):
                yield from _located(call, located.text, value, located.cell)

    def _program(self, located: LocatedCommand, words: list[Word]) -> Iterator[InCommands]:
        names = [word.text.rpartition("/")[2] for word in words]
        for index, name in enumerate(names[:-2]):
            if name == "wandb" and names[index + 1] == "artifact":
                yield from self._wandb(located, names[index + 2], words[index + 3 :])
                return
        yield from calls_in_snippet(located, words, names, self._root, self._supplied)
        start = _script_start(names)
        covered: set[int] = set()
        if start is not None:
            script = self._file(words[start].text, is_module=names[start - 1] == "-m")
            arguments = self._takers.arguments_of(script) if script else Arguments()
            given = dict(_given(words[start + 1 :], arguments))
            for target, word in self._for_script(located, script, given):
                covered.add(word.end)
                yield target
        for option, word in _all_values(words):
            if word.end not in covered:
                yield from self._like_a_path(located, option, word, names)

    def _for_script(
        self, located: LocatedCommand, script: str | None, given: Mapping[str, Word]
    ) -> Iterator[tuple[InCommands, Word]]:
        alternatives = {name: self._values(word) for name, word in given.items()}
        for number in range(max(map(len, alternatives.values()), default=0)):
            values = {
                name: Value(each[min(number, len(each) - 1)]) for name, each in alternatives.items() if each
            }
            for call in self._takers.by_options(script, values):
                word = _word_of(call, given, values)
                for target in _located(call, located.text, word, located.cell):
                    yield target, word

    def _like_a_path(
        self, located: LocatedCommand, option: str, word: Word, names: list[str]
    ) -> Iterator[InCommands]:
        for parts in self._values(word):
            if likeness_of(as_pairs(parts)) == "certain":
                text = "".join(part.text for part in parts)
                said = purpose_by_keys([option] if option else [], names[:3])
                for_: Purpose = said or ("use" if ":" in text.rpartition("/")[2] else "link")
                yield _target(located, word, parts, Call(text, for_))

    def _wandb(self, located: LocatedCommand, action: str, words: list[Word]) -> Iterator[InCommands]:
        """`wandb artifact get PATH`, and the name that `wandb artifact put` logs to."""
        given = dict(_given(words, _WANDB_OPTIONS))
        type_word = given.get("type")
        type_ = type_word.text if type_word is not None and type_word.known else None
        path = given.get("path" if action == "get" else "name") if action in ("get", "put") else None
        if path is None:
            return
        for parts in self._values(path):
            text = "".join(part.text for part in parts)
            if action == "get":
                if bound_of(as_pairs(parts)) != "ordinary":
                    yield _target(located, path, parts, Call(text, "use", type=type_, method="api.artifact"))
            elif bound_of(as_pairs(parts)) == "registry":
                yield _target(located, path, parts, Call(text, "link", type=type_))

    def _values(self, word: Word) -> list[tuple[Part, ...]]:
        """The values that a word can have, with the variables that are known here."""
        choices = [self._choices(part) for part in word.parts]
        longest = sum(max(len("".join(part.text for part in each)) for each in choice) for choice in choices)
        if longest > LONGEST_TEXT or sum(len(choice[0]) for choice in choices) > MOST_PARTS:
            return [(UnknownPart("…", "it is longer than any path"),)]
        return [
            tuple(part for chosen in each for part in chosen)
            for each in islice(product(*choices), MOST_ALTERNATIVES)
        ]

    def _choices(self, part: Part) -> list[tuple[Part, ...]]:
        given = next((self._supplied[name] for name in part.names if name in self._supplied), None)
        if given is not None:
            return [(LiteralPart(given),)]
        if isinstance(part, LiteralPart):
            return [(part,)]
        known = self._variables.get(part.label) or self._variables.get(part.label.rpartition(".")[2])
        return known or [(part,)]

    def _file(self, written: str, *, is_module: bool) -> str | None:
        """The script of the tree that is run, relative to the root."""
        name = written.replace(".", "/") + ".py" if is_module else written
        for folder in dict.fromkeys((self._folder, "")):
            path = PurePosixPath(folder, name)
            if not path.is_absolute() and ".." not in path.parts and (self._root / path).is_file():
                return path.as_posix()
        return None


_WANDB_OPTIONS = Arguments(
    {"-n": "name", "--name": "name", "-t": "type", "--type": "type"}, positional=("path",)
)


def _without_keywords(words: list[Word]) -> list[Word]:
    count = 0
    while count < len(words) and words[count].text in _KEYWORDS:
        count += 1
    return words[count:]


def _script_start(names: list[str]) -> int | None:
    """Where the script stands: a Python file, or a module after `-m`."""
    for index, name in enumerate(names):
        if name.endswith(".py"):
            return index
        if name == "-m" and index and index + 1 < len(names) and _PYTHON.fullmatch(names[index - 1]):
            module = index + 1
            launches = any(each.endswith(".py") for each in names[module + 1 :])
            return None if launches and names[module].startswith("torch") else module
    return None


def _given(words: list[Word], arguments: Arguments) -> Iterator[tuple[str, Word]]:
    """The values after a script, each with the name under which the code has it."""
    positional = list(arguments.positional)
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if found := _OPTION.fullmatch(word.text):
            option = found["option"]
            if found["value"] is not None:
                yield arguments.name_of(option), _tail(word, found.start("value"))
            elif (
                option not in arguments.switches and at < len(words) and not _OPTION.fullmatch(words[at].text)
            ):
                yield arguments.name_of(option), words[at]
                at += 1
        elif (found := _OVERRIDE.fullmatch(word.text)) and not positional:
            yield arguments.name_of(found["option"]), _tail(word, found.start("value"))
        elif positional:
            yield positional.pop(0), word


def _all_values(words: list[Word]) -> Iterator[tuple[str, Word]]:
    """Every word that can be a value, with the option before it."""
    option = ""
    for word in words[1:]:
        found = _OPTION.fullmatch(word.text) or _OVERRIDE.fullmatch(word.text)
        if found is None:
            yield option, word
            option = ""
        elif found["value"] is not None:
            yield found["option"], _tail(word, found.start("value"))
            option = ""
        else:
            option = found["option"]


def _tail(word: Word, count: int) -> Word:
    return Word(word.after(count), word.start + count, word.end)


def _word_of(call: FoundCall, given: Mapping[str, Word], values: Mapping[str, Value]) -> Word:
    """The word to report: the one that looks most like a path among those that the call takes."""
    parts = set(call.target.parts)
    taken = [given[name] for name, value in values.items() if parts.issuperset(value.parts)]
    return max(taken, key=lambda word: ("registry" in word.text, "/" in word.text))


def _located(
    call: FoundCall, text: PositionedText, word: Word, cell: int | None, *, editable: bool = False
) -> Iterator[InCommands]:
    """A call of the code as a target at the place that gives the value."""
    found = target_of(replace(call, location=_location(text, word, cell)))
    if isinstance(found, OrdinaryUse) or (isinstance(found, OpenTarget) and "registry" not in word.text):
        return
    if isinstance(found, Target):
        parts = found.parts if editable else ()
        found = replace(found, parts=parts, ignores=_ignores(text, word))
    yield found


def _target(located: LocatedCommand, word: Word, parts: tuple[Part, ...], call: Call) -> InCommands:
    location = _location(located.text, word, located.cell)
    unknown = [part for part in parts if isinstance(part, UnknownPart)]
    if unknown:
        names = tuple(dict.fromkeys(name for part in unknown for name in part.names))
        reason = "; ".join(dict.fromkeys(part.reason for part in unknown))
        return OpenTarget(location, call.for_, call.target or "", reason, names, call.method)
    return Target(location, call, Given(style="argument"), ignores=_ignores(located.text, word))


def _location(text: PositionedText, word: Word, cell: int | None) -> Location:
    return Location(text.file, cell, *text.line_and_column(word.start))


def _ignores(text: PositionedText, word: Word) -> tuple[Ignore, ...]:
    return ignores_of(text, Scalar(word.text, "text", word.start, word.end))
