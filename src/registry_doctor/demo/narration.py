"""The problems as text: call, answer, diagnosis, corrected call, answer; then a table of all of them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import click
from tabulate import tabulate

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
                *self._diagnosis(scene),
                "",
                *wrapped(f"{trouble.remedy}:", self.width, 0),
                "",
                *self._code(scene.corrected.code),
                "",
                self._paint(f"$ {scene.corrected.command}", bold=True),
                render(scene.report_after, color=self.color, quiet=True),
                "",
                *self._answer(scene.after),
            ]
        )

    def table(self, scenes: Sequence[Scene]) -> str:
        """A table with a row for each problem: what wandb did, the cause, the path that works, and its result."""
        rows = [
            [
                scene.trouble.title,
                "linked elsewhere" if scene.before.destination else "refused",
                ", ".join(each.code for each in scene.report.errors),
                scene.corrected.target,
                _ending(scene),
            ]
            for scene in scenes
        ]
        # Paths stay whole, so that they can be copied.
        widths = [22, None, None, None, None]
        headers = ["trouble", "wandb", "cause", "what works", "tried"]
        return tabulate(rows, headers=headers, disable_numparse=True, maxcolwidths=widths)

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

    def _diagnosis(self, scene: Scene) -> list[str]:
        """Each error with its fix, the verdict of the text report, and the path if it is enough by itself."""
        lines = []
        for each in scene.report.errors:
            lines += self._paragraph(f"✗ {each.code} {visible(each.message)}.")
            for fix in each.fixes[:1]:
                lines += self._paragraph(f"  fix: {visible(' '.join([f'{fix.title}.', *fix.steps[:2]]))}")
        verdict, *path = render(scene.report, color=self.color, quiet=True).splitlines()
        suggestion = scene.report.suggestion
        return [*lines, verdict, *(path if suggestion and suggestion.verified else [])]

    def _paragraph(self, text: str) -> list[str]:
        return textwrap.wrap(text, self.width, subsequent_indent="  ") if self.width else [text]

    def _paint(self, text: str, *, colour: str | None = None, bold: bool = False) -> str:
        return click.style(text, fg=colour, bold=bold or None) if self.color else text


def _ending(scene: Scene) -> str:
    if not scene.ends_well:
        return "does not work"
    return "linked" if scene.corrected.for_ == "link" else "downloaded"
