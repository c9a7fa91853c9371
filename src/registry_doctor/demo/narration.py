"""The problems as text: call, answer, diagnosis as `doctor` prints it, corrected call, answer; then a list of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from registry_doctor.demo.play import CallResult, Scene
from registry_doctor.report.text import render
from registry_doctor.support.terminal_text import visible, wrapped

_INDENT = "    "


@dataclass(frozen=True)
class Narrator:
    """Writes scenes as text: with colours if wanted, and wrapped if a width is given."""

    color: bool = False
    width: int | None = None

    def scene(self, number: int, scene: Scene) -> str:
        """One problem, from the first call to the corrected call."""
        trouble = scene.trouble
        heading = self._paint(f"{number}. {trouble.title}", bold=True)
        return "\n".join(
            [
                heading,
                "",
                *wrapped(trouble.story, self.width, 0),
                "",
                *self._code(trouble.call.code),
                "",
                *self._answer(scene.before),
                "",
                self._paint(f"$ {trouble.call.command}", bold=True),
                render(scene.report, color=self.color, width=self.width),
                "",
                *wrapped(f"{trouble.remedy}:", self.width, 0),
                "",
                *self._code(scene.corrected.code),
                "",
                self._paint(f"$ {scene.corrected.command}", bold=True),
                render(scene.report_after, color=self.color, width=self.width),
                "",
                *self._answer(scene.after),
            ]
        )

    def overview(self, scenes: Sequence[Scene]) -> str:
        """All problems: what wandb did, the cause, how it ended, and the path that works."""
        lines = []
        for number, scene in enumerate(scenes, start=1):
            before = "linked elsewhere" if scene.before.destination else "refused"
            codes = ", ".join(each.code for each in scene.report.errors)
            lines.append(f"{number}. {scene.trouble.title}: {before} ({codes}), then {_ending(scene)} as")
            lines.append(f"   '{scene.corrected.target}'")
        return "\n".join(lines)

    def _code(self, code: str) -> list[str]:
        return [self._paint(f"{_INDENT}{line}", colour="cyan") for line in code.splitlines()]

    def _answer(self, outcome: CallResult) -> list[str]:
        """The message of wandb, or where the artifact went without an error."""
        if outcome.refusal is not None:
            text, colour = visible(outcome.refusal), "red"
        elif not outcome.in_registry:
            text, colour = f"no error, but linked to {outcome.destination}, outside any registry", "red"
        elif outcome.files:
            text, colour = f"fetched {outcome.destination} and downloaded {', '.join(outcome.files)}", "green"
        else:
            text, colour = f"linked to {outcome.destination}", "green"
        indent = "wandb: "
        first, *rest = wrapped(text, self.width, len(indent))
        lines = [indent + first, *(" " * len(indent) + line for line in rest)]
        return [self._paint(line, colour=colour) for line in lines]

    def _paint(self, text: str, *, colour: str | None = None, bold: bool = False) -> str:
        return click.style(text, fg=colour, bold=bold or None) if self.color else text


def _ending(scene: Scene) -> str:
    if not scene.ends_well:
        return "does not work"
    return "linked" if scene.corrected.for_ == "link" else "downloaded"
