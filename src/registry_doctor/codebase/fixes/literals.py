"""New texts for the literals of a file, as replacements in the text of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry_doctor.codebase.fixes.configuration_scalars import (
    ConfigurationKind,
    quoted_instead,
    spelled_scalar,
)
from registry_doctor.codebase.fixes.editable_files import EditableFile
from registry_doctor.codebase.fixes.python_literals import rewritten_literal
from registry_doctor.codebase.fixes.spelling import Replacement, apply_replacements
from registry_doctor.codebase.fixes.verification import NewText
from registry_doctor.codebase.source.found import Span


@dataclass(frozen=True)
class LiteralEdit:
    """A literal, or a part of an f-string, with new texts for ranges of it."""

    span: Span
    part: int | None
    literal: str
    """Its value."""
    texts: Mapping[tuple[int, int], str]
    """By the start and the end of the range in the value."""

    @property
    def replacements(self) -> list[Replacement]:
        """The replacements in the value."""
        return [Replacement(start, end, text) for (start, end), text in self.texts.items()]

    @property
    def new_text(self) -> NewText:
        """The value before and after."""
        return NewText(
            self.span, self.part, self.literal, apply_replacements(self.literal, self.replacements)
        )


def replacements(file: EditableFile, edit: LiteralEdit) -> list[Replacement]:
    """The replacements in the text of the file.

    Raises CannotEdit if the literal has changed since it was read, or if the result would not be read as the new
    text.
    """
    part = file.part(edit.span.cell)
    start, end = part.within(edit.span)
    source = part.text[start:end]
    if file.kind == "python" or file.kind == "notebook":
        found = rewritten_literal(source, edit.part, edit.literal, edit.replacements, file.encoding)
    else:
        found = _in_scalar(file.kind, source, edit)
    moved = [Replacement(start + each.start, start + each.end, each.text) for each in found]
    return file.in_file(edit.span.cell, moved)


def _in_scalar(kind: ConfigurationKind, source: str, edit: LiteralEdit) -> list[Replacement]:
    spelled = spelled_scalar(kind, source, edit.literal)
    found = [each for replacement in edit.replacements for each in spelled.least(edit.literal, replacement)]
    quoted = quoted_instead(kind, source, edit.new_text.new)
    if quoted is None or _reads_as(apply_replacements(source, found), edit.new_text.new):
        return found
    return [Replacement(0, len(source), quoted)]


def _reads_as(scalar: str, text: str) -> bool:
    """Whether YAML reads a plain scalar as this text everywhere: inside brackets the rules are strictest."""
    import yaml

    try:
        return list(yaml.safe_load(f"[{scalar}]")) == [text]
    except (yaml.YAMLError, TypeError, ValueError):
        return False
