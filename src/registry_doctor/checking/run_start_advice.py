"""How a run is started under a team: in words, and in code or a command.

`wandb.init(entity=…)` does it, except in a sweep and by Launch, which ignore that argument (registry-rules R2.11).
"""

from __future__ import annotations

from registry_doctor.checking.snippet_text import literal, or_entity_variable, shell_word
from registry_doctor.settings import PinnedRun
from registry_doctor.support.records import record


@record(frozen=True)
class StartUnder:
    """What a person does, as a sentence, and what there is to copy."""

    step: str
    snippet: str


def start_under(team: str, pinned: PinnedRun | None) -> StartUnder:
    """The way that works where the run is started.

    >>> print(start_under("vision", None).snippet)
    wandb.init(entity="vision", project="…")
    # or: export WANDB_ENTITY=vision
    """
    if pinned is None:
        code = f'wandb.init(entity={literal(team)}, project="…")'
        return StartUnder("Start the run under a team.", f"{code}\n{or_entity_variable(team)}")
    if pinned.kind == "sweep":
        step = "Make the sweep under a team: its runs ignore the entity that wandb.init is given."
        return StartUnder(step, f"wandb sweep --entity {shell_word(team)} sweep.yaml")
    step = "Launch the job into a team: its run ignores the entity that wandb.init is given."
    return StartUnder(step, f"wandb launch --entity {shell_word(team)} --uri .")
