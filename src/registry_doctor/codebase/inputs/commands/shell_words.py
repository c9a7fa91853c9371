"""Command lines taken apart into words with positions. Nothing is executed, and nothing is looked up.

`shlex` gives no positions and knows no variables; the parsers of the shell are under the GPL (bashlex) or need native
code for each platform (tree-sitter). Only words are needed here, so this reader knows quotes, variables, comments,
here-documents and where a command ends. It never fails: what it cannot follow is an unknown part of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from registry_doctor.codebase.source.found import LiteralPart, UnknownPart

MOST_COMMANDS = 20_000
"""How many commands of one text are read."""

_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_SPACE = re.compile(r"(?:[ \t]|\\\r?\n)+")
_PLAIN = re.compile(r"[^\s\\'\"$`;&|()<>{]+")
_TEMPLATE = re.compile(r"\$?\{\{(?P<label>[^{}\n]{0,300})\}\}")
_DEFAULT = re.compile(r"(?P<name>[A-Za-z_]\w*)(?::?[-=](?P<default>[^{}]*))?")
_DELIMITER = re.compile(r"(?P<strip>-?)[ \t]*(?P<quote>['\"\\]?)(?P<word>\w+)['\"]?")
_ESCAPED_IN_QUOTES = '"\\$`\n'

Part = LiteralPart | UnknownPart


@dataclass(frozen=True)
class Word:
    """One word of a command line."""

    parts: tuple[Part, ...]
    start: int
    """Offsets in the text that is read; the quotes are included."""
    end: int

    @property
    def text(self) -> str:
        """The word; its unknown parts in braces."""
        return "".join(part.text for part in self.parts)

    @property
    def known(self) -> bool:
        """Whether the whole word is known."""
        return all(isinstance(part, LiteralPart) for part in self.parts)

    def after(self, count: int) -> tuple[Part, ...]:
        """The parts without this many characters at the start, which are known."""
        rest: list[Part] = []
        for part in self.parts:
            if isinstance(part, LiteralPart) and count:
                rest.append(LiteralPart(part.text[count:], names=part.names))
                count = max(0, count - len(part.text))
            else:
                rest.append(part)
        return tuple(part for part in rest if part.text)


@dataclass
class Command:
    """The words of one command, and the text that it reads from a here-document."""

    words: list[Word] = field(default_factory=list)
    assignments: dict[str, Word] = field(default_factory=dict)
    """Variables set for this command, or for the script if there are no words."""
    document: tuple[int, int] | None = None
    """Start and end of the here-document."""
    literal: bool = True
    """Nothing in the here-document is replaced by the shell."""


@dataclass
class _Pending:
    command: Command
    delimiter: str
    indented: bool
    literal: bool


class ShellText:
    """Reads a part of a text as command lines."""

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        *,
        make: bool = False,
        braces: bool = False,
        one_line: bool = False,
    ) -> None:
        """`make`: variables are those of make, and `$$` stands for `$`. `braces`: `{name}` is a value of a notebook.

        `one_line`: the lines are joined before the shell gets them.
        """
        self._text = text
        self._end = end
        self._at = start
        self._make = make
        self._one_line = one_line
        self._braces = braces
        self._pending: list[_Pending] = []
        self._nested: list[tuple[int, int]] = []

    def commands(self) -> Iterator[Command]:
        """The commands in order; those inside of `$(…)` come after the one around them."""
        for _ in range(MOST_COMMANDS):
            command = self._command()
            if command is None:
                return
            if command.words or command.assignments or command.document:
                yield command
            nested, self._nested = self._nested, []
            for start, end in nested:
                inner = ShellText(self._text, start, end, make=self._make, braces=self._braces)
                yield from inner.commands()

    def _command(self) -> Command | None:
        command = Command()
        skip_next = False
        while True:
            if space := _SPACE.match(self._text, self._at, self._end):
                self._at = space.end()
            if self._at >= self._end:
                self._take_documents()
                return command if command.words or command.assignments else None
            letter = self._text[self._at]
            if letter == "#":
                self._skip_comment()
            elif letter in "\r\n":
                self._at += 1
                if letter == "\n" and not self._one_line:
                    self._take_documents()
                    return command
            elif letter in ";&|()":
                self._at += 1
                if command.words or command.assignments:
                    return command
            elif letter in "<>":
                skip_next = self._redirection(command)
            else:
                word = self._word()
                if skip_next:
                    skip_next = False
                else:
                    _add(command, word)

    def _skip_comment(self) -> None:
        end = self._text.find("\n", self._at, self._end)
        self._at = self._end if end < 0 else end

    def _redirection(self, command: Command) -> bool:
        """Pass `<` or `>`; whether the next word is the name of a file."""
        if self._text.startswith("<<<", self._at):
            self._at += 3
            return True
        if self._text.startswith("<<", self._at):
            found = _DELIMITER.match(self._text, self._at + 2, self._end)
            if found is not None:
                self._at = found.end()
                pending = _Pending(command, found["word"], bool(found["strip"]), bool(found["quote"]))
                self._pending.append(pending)
                return False
            self._at += 2
            return True
        self._at += 1
        while self._text[self._at : self._at + 1] in ("<", ">", "&", "|") and self._at < self._end:
            self._at += 1
        return True

    def _take_documents(self) -> None:
        for pending in self._pending:
            start = at = self._at
            while at < self._end:
                stop = self._text.find("\n", at, self._end)
                stop = self._end if stop < 0 else stop
                line = self._text[at:stop].rstrip("\r")
                if (line.strip() if pending.indented else line.strip(" ")) == pending.delimiter:
                    break
                at = stop + 1
            pending.command.document = (start, min(at, self._end))
            pending.command.literal = pending.literal
            stop = self._text.find("\n", min(at, self._end), self._end)
            self._at = self._end if stop < 0 else stop + 1
        self._pending.clear()

    def _word(self) -> Word:
        start = self._at
        parts: list[Part] = []
        while self._at < self._end:
            letter = self._text[self._at]
            if letter.isspace() or letter in ";&|()<>":
                break
            if letter == "'":
                parts.append(LiteralPart(self._single_quoted()))
            elif letter == '"':
                parts += self._double_quoted()
            elif letter == "\\":
                if self._text.startswith(("\\\n", "\\\r\n"), self._at):
                    break
                parts.append(LiteralPart(self._text[self._at + 1 : self._at + 2]))
                self._at += 2
            elif letter in "$`{":
                parts.append(self._expansion())
            elif plain := _PLAIN.match(self._text, self._at, self._end):
                parts.append(LiteralPart(plain[0]))
                self._at = plain.end()
            else:
                self._at += 1
        return Word(_joined(parts), start, min(self._at, self._end))

    def _single_quoted(self) -> str:
        end = self._text.find("'", self._at + 1, self._end)
        end = self._end if end < 0 else end
        text = self._text[self._at + 1 : end]
        self._at = end + 1
        return text

    def _double_quoted(self) -> list[Part]:
        self._at += 1
        parts: list[Part] = []
        letters: list[str] = []
        while self._at < self._end and (letter := self._text[self._at]) != '"':
            if letter == "\\" and self._text[self._at + 1 : self._at + 2] in tuple(_ESCAPED_IN_QUOTES):
                letters.append(self._text[self._at + 1].replace("\n", ""))
                self._at += 2
            elif letter in "$`{":
                parts.append(LiteralPart("".join(letters)))
                letters.clear()
                parts.append(self._expansion())
            else:
                letters.append(letter)
                self._at += 1
        self._at += 1
        return [*parts, LiteralPart("".join(letters))]

    def _expansion(self) -> Part:
        """A variable, a command inside, or the letter itself."""
        text, at = self._text, self._at
        if template := _TEMPLATE.match(text, at, self._end):
            self._at = template.end()
            return _unknown(template["label"].strip())
        letter = text[at]
        if letter == "{":
            found = _NAME.match(text, at + 1, self._end) if self._braces else None
            if found is not None and text.startswith("}", found.end()):
                self._at = found.end() + 1
                return _unknown(found[0])
            self._at += 1
            return LiteralPart("{")
        if letter == "`":
            return self._nested_command(at + 1, "`")
        if self._make and text.startswith("$$", at):
            at += 1
        if text.startswith("$(", at) and not self._make:
            return self._nested_command(at + 2, ")")
        opened = text[at + 1 : at + 2]
        if opened in ("{", "(") and opened:
            end = _closing(text, at + 1, self._end)
            inner = text[at + 2 : end - 1]
            self._at = end
            whole = _DEFAULT.fullmatch(inner)
            if whole is None:
                return _unknown(inner[:60], ())
            if whole["default"] is not None and "$" not in whole["default"]:
                return LiteralPart(whole["default"].strip("\"'"), names=(whole["name"],))
            return _unknown(whole["name"])
        if name := _NAME.match(text, at + 1, self._end):
            self._at = name.end()
            return _unknown(name[0])
        self._at = at + 1 + (opened.isdigit() or opened in ("@", "*", "#", "?", "!"))
        return _unknown(f"${opened}", ()) if self._at > at + 1 else LiteralPart("$")

    def _nested_command(self, start: int, closing: str) -> UnknownPart:
        if closing == "`":
            end = self._text.find("`", start, self._end)
            end = self._end if end < 0 else end
            after = end + 1
        else:
            after = _closing(self._text, start - 1, self._end)
            end = max(start, after - 1)
        self._nested.append((start, end))
        self._at = min(after, self._end)
        return _unknown(self._text[start:end].strip()[:60], ())


def _closing(text: str, at: int, end: int) -> int:
    """The place after the bracket that closes the one at `at`."""
    opened, closed = text[at], {"(": ")", "{": "}"}[text[at]]
    depth = 0
    for place in range(at, min(end, at + 10_000)):
        if text[place] == opened:
            depth += 1
        elif text[place] == closed:
            depth -= 1
            if not depth:
                return place + 1
    return min(end, at + 10_000)


def _unknown(label: str, names: tuple[str, ...] | None = None) -> UnknownPart:
    given = names if names is not None else ((label,) if _NAME.fullmatch(label) else ())
    return UnknownPart(label, f"`{label}` is known only when the command runs", given)


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """The parts with neighbouring plain texts as one."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, LiteralPart) and isinstance(last, LiteralPart) and part.names == last.names:
            joined[-1] = LiteralPart(last.text + part.text, names=last.names)
        else:
            joined.append(part)
    return tuple(part for part in joined if part.text)


def _add(command: Command, word: Word) -> None:
    first = word.parts[0] if word.parts else None
    if not command.words and isinstance(first, LiteralPart) and (found := _ASSIGNMENT.match(first.text)):
        name = found[0].rstrip("+=")
        command.assignments[name] = Word(word.after(found.end()), word.start + found.end(), word.end)
    elif word.parts:
        command.words.append(word)
