"""Where command lines stand: shell scripts, Dockerfiles, Makefiles, Jenkinsfiles, jobs in YAML, and notebooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from registry_doctor.codebase.inputs.commands.shell_words import Command, ShellText, Word
from registry_doctor.codebase.inputs.configurations.interpolation import ValuePosition
from registry_doctor.codebase.inputs.configurations.key_words import COMMAND_KEYS
from registry_doctor.codebase.inputs.configurations.targets import scalars_in
from registry_doctor.codebase.inputs.configurations.tree import Node, PositionedText, Scalar
from registry_doctor.codebase.source.found import LiteralPart

SCRIPT_SUFFIXES = (".sh", ".bash", ".zsh", ".ksh", ".slurm", ".sbatch", ".mk", "dockerfile", "containerfile")
SCRIPT_BEGINNINGS = ("dockerfile", "containerfile", "makefile", "gnumakefile", "jenkinsfile")
"""Files with command lines, by the end or the beginning of their names in lower case."""

_INSTRUCTION = re.compile(
    r"^[ \t]*(?P<name>ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL"
    r"|STOPSIGNAL|USER|VOLUME|WORKDIR)[ \t]+",
    re.MULTILINE | re.IGNORECASE,
)
_COMMENT_LINE = re.compile(r"^[ \t]*#[^\n]*\n?", re.MULTILINE)
_RECIPE = re.compile(r"^\t[@+-]*(?P<command>(?:[^\\\n]|\\.|\\\n)*)", re.MULTILINE)
_MAKE_VARIABLE = re.compile(
    r"^(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*[:?+]{0,2}=[ \t]*(?P<value>[^\n#]*)", re.MULTILINE
)
_GROOVY = re.compile(
    r"\b(?:sh|bash|script)\b[ \t(]*(?:script[ \t]*:[ \t]*)?"
    r"(?:'''(?P<a>.*?)'''|\"\"\"(?P<b>.*?)\"\"\"|'(?P<c>[^'\n]*)'|\"(?P<d>(?:[^\"\\\n]|\\.)*)\")",
    re.DOTALL,
)
_GROOVY_VARIABLE = re.compile(
    r"^[ \t]*(?P<name>[A-Z_][A-Z0-9_]*)[ \t]*=[ \t]*(?P<quote>['\"])(?P<value>[^'\"\n]*)['\"]", re.MULTILINE
)
_ARGUMENT_KEYS = frozenset({"command", "args", "entrypoint"})
_ENVIRONMENT_KEYS = frozenset({"env", "environment", "variables", "envs"})


@dataclass(frozen=True)
class LocatedCommand:
    """A command with the text that its offsets are about."""

    text: PositionedText
    command: Command
    cell: int | None = None


@dataclass(frozen=True)
class Setting:
    """An environment variable with its value."""

    text: PositionedText
    name: str
    value: Word
    literal: Scalar | None = None
    """The value in a configuration file, where it can be edited."""


Found = LocatedCommand | Setting


def commands_in_script(name: str, text: PositionedText) -> Iterator[Found]:
    """The commands and variables in a file of this name."""
    name = name.lower()
    if name.startswith(("dockerfile", "containerfile")) or name.endswith(("dockerfile", "containerfile")):
        yield from _in_dockerfile(text)
    elif name.startswith(("makefile", "gnumakefile")) or name.endswith(".mk"):
        yield from _in_makefile(text)
    elif name.startswith("jenkinsfile"):
        yield from _in_jenkinsfile(text)
    else:
        yield from shell_commands(text, 0, len(text.content))


def shell_commands(
    text: PositionedText,
    start: int,
    end: int,
    *,
    content: str | None = None,
    cell: int | None = None,
    make: bool = False,
    braces: bool = False,
    one_line: bool = False,
) -> Iterator[LocatedCommand]:
    """The commands in a part of a text; `content` is the text as the shell gets it, with the same offsets."""
    given = text.content if content is None else content
    reader = ShellText(given, start, end, make=make, braces=braces, one_line=one_line)
    for command in reader.commands():
        yield LocatedCommand(text, command, cell)


def _in_dockerfile(text: PositionedText) -> Iterator[Found]:
    content = _COMMENT_LINE.sub(lambda found: " " * len(found[0]), text.content)
    found = list(_INSTRUCTION.finditer(content))
    for each, after in zip(found, [*found[1:], None], strict=True):
        end = len(content) if after is None else after.start()
        name = each["name"].upper()
        if name in ("RUN", "CMD", "ENTRYPOINT", "ENV", "ARG"):
            words = _json_words(content, each.end(), end)
            if words is not None:
                yield LocatedCommand(text, Command(words))
                continue
            for located in shell_commands(text, each.end(), end, content=content):
                words = located.command.words
                if name in ("ENV", "ARG") and len(words) == 2:
                    yield Setting(text, words[0].text, words[1])
                elif name in ("ENV", "ARG"):
                    yield from (
                        Setting(text, key, value) for key, value in located.command.assignments.items()
                    )
                else:
                    yield located


def _json_words(content: str, start: int, end: int) -> list[Word] | None:
    """The words of the form `["python", "train.py"]`; `None` if it is another form."""
    written = content[start:end].strip()
    if not written.startswith("["):
        return None
    try:
        listed = json.loads(written.replace("\\\n", "  "))
    except (ValueError, RecursionError):
        return None
    words = []
    at = start
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, str):
            found = content.find(json.dumps(each, ensure_ascii=False), at, end)
            at = at if found < 0 else found + 1
            words.append(Word((LiteralPart(each),) if each else (), at, at + len(each)))
    return words


def _in_makefile(text: PositionedText) -> Iterator[Found]:
    for each in _MAKE_VARIABLE.finditer(text.content):
        words = _words(text.content, each.start("value"), each.end("value"), make=True)
        if len(words) == 1:
            yield Setting(text, each["name"], words[0])
    for each in _RECIPE.finditer(text.content):
        yield from shell_commands(text, each.start("command"), each.end("command"), make=True)


def _words(content: str, start: int, end: int, *, make: bool = False) -> list[Word]:
    return [
        word for command in ShellText(content, start, end, make=make).commands() for word in command.words
    ]


def _in_jenkinsfile(text: PositionedText) -> Iterator[Found]:
    for each in _GROOVY_VARIABLE.finditer(text.content):
        value = Word((LiteralPart(each["value"]),), each.start("value"), each.end("value"))
        if each["value"] and "$" not in each["value"]:
            yield Setting(text, each["name"], value)
    for each in _GROOVY.finditer(text.content):
        group = next(name for name in "abcd" if each[name] is not None)
        yield from shell_commands(text, each.start(group), each.end(group))


def commands_in_document(text: PositionedText, document: Node) -> Iterator[Found]:
    """The commands and variables in a document of a configuration file."""
    arguments: dict[tuple[int, str], list[Word]] = {}
    for scalar, place in scalars_in(document):
        if scalar.kind == "null":
            continue
        key = place.key.lower()
        if name := _variable(place):
            yield Setting(text, name, _word(scalar), scalar if scalar.kind == "text" else None)
        elif key in _ARGUMENT_KEYS and place.mapping.nodes.get(place.key) is not scalar:
            arguments.setdefault((id(place.mapping), ""), []).append(_word(scalar))
            if len(scalar.text.split()) > 1:  # `["sh", "-c", "python train.py …"]`
                yield from _in_scalar(text, scalar)
        elif key in COMMAND_KEYS and scalar.kind == "text":
            yield from _in_scalar(text, scalar)
    for words in arguments.values():
        yield LocatedCommand(text, Command([word for word in words if word.parts]))


def _variable(place: ValuePosition) -> str | None:
    """The environment variable that is set at this position."""
    above = place.above
    if above is not None and above.key.lower() in _ENVIRONMENT_KEYS:
        return place.key
    if place.key == "value" and above is not None and above.above is not None:
        return above.key if above.above.key.lower() in _ENVIRONMENT_KEYS else None
    return None


def _word(scalar: Scalar) -> Word:
    words = _words(scalar.text, 0, len(scalar.text)) if "$" in scalar.text else []
    if len(words) == 1:
        return Word(words[0].parts, scalar.start, scalar.end)
    return Word((LiteralPart(scalar.text),) if scalar.text else (), scalar.start, scalar.end)


def _in_scalar(text: PositionedText, scalar: Scalar) -> Iterator[LocatedCommand]:
    start, end = scalar.start, scalar.end
    content = text.content
    first = content[start : start + 1]
    if first in ("|", ">"):
        line_end = content.find("\n", start, end)
        start = end if line_end < 0 else line_end + 1
    elif first in ("'", '"'):
        start, end = start + 1, end - 1
    # The lines of all other forms are joined.
    yield from shell_commands(text, start, end, one_line=first != "|")


def commands_in_cell(file: str, number: int, source: str) -> Iterator[LocatedCommand]:
    """The shell lines and shell cells of a notebook."""
    text = PositionedText(file, source)
    lines = source.splitlines(keepends=True)
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith(("%%bash", "%%sh", "%%script bash", "%%script sh", "%%!")):
        start = source.index(first) + len(first)
        yield from shell_commands(text, start, len(source), cell=number)
        return
    for found in _SHELL_ESCAPE.finditer(source):
        start, end = found.start("command"), found.end("command")
        yield from shell_commands(text, start, end, cell=number, braces=True)


_SHELL_ESCAPE = re.compile(
    r"^[ \t]*(?:[\w.\[\]][\w.\[\], \t]*=[ \t]*)?(?:!!?|%sx[ \t]|%system[ \t])(?P<command>(?:[^\\\n]|\\[^\n]|\\\n)*)",
    re.MULTILINE,
)
