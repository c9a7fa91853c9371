"""Asking the installed wandb about reports: one guard and one process for each set of settings."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from registry_doctor.confirmation.bundle_command import bundle_command
from registry_doctor.confirmation.child import Child, ChildFailed
from registry_doctor.confirmation.comparison import LinkedPlace, NoAnswer, Refusal, WhatWandbDid, compared
from registry_doctor.confirmation.guard import Guard, Overheard
from registry_doctor.confirmation.rehearsed_call import RehearsedCall, rehearsed_call
from registry_doctor.diagnosis.options import Options
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.report.model import Report
from registry_doctor.settings.address import without_userinfo
from registry_doctor.support.redaction import redact
from registry_doctor.support.versions import installed_version
from registry_doctor.transport import Deadline

if TYPE_CHECKING:
    from typing_extensions import Self

    from registry_doctor.facts import Call
    from registry_doctor.settings import Settings
    from registry_doctor.transport import HttpTransport, JsonValue

LONGEST_CALL = 30.0
"""Seconds for one call; also a limit where the whole confirmation may take longer."""
_SAID = 600
"""How many characters of wandb's words are kept."""


def confirmed(report: Report, call: Call, settings: Settings, options: Options) -> Report:
    """The report with what the installed wandb says about it. Nothing is written."""
    with Confirmer(options) as confirmer:
        return confirmer.confirmed(report, call, settings)


def undecided(report: Report, why: str) -> Report:
    """The report, if wandb cannot be asked about it."""
    return replace(report, confirmation=compared(report, NoAnswer(why), installed_version("wandb")))


class Confirmer:
    """Confirms many reports within `options.timeout` from the first one on; a context manager."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._stack = ExitStack()
        self._deadline: Deadline | None = None
        self._wandbs: dict[object, _Wandb | str] = {}
        self._last: tuple[Report, Report] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def confirmed(self, report: Report, call: Call, settings: Settings) -> Report:
        """The report with what wandb says; equal calls follow each other and share a report."""
        if self._last is None or self._last[0] is not report:
            self._last = (report, self._asked(report, call, settings))
        return self._last[1]

    def _asked(self, report: Report, call: Call, settings: Settings) -> Report:
        did, heard = self._what_wandb_does(call, settings)
        confirmation = compared(report, did, installed_version("wandb"))
        hidden = (*report.secrets, *heard.secrets)
        shown = {
            name: redact(text, hidden) if text is not None else None
            for name, text in (("said", confirmation.said), ("message", confirmation.message))
        }
        command = bundle_command(call, settings) if confirmation.outcome == "contradicted" else None
        confirmation = replace(
            confirmation, said=shown["said"], message=shown["message"] or "", command=command
        )
        return replace(report, confirmation=confirmation)

    def _what_wandb_does(self, call: Call, settings: Settings) -> tuple[WhatWandbDid, Overheard]:
        rehearsed = rehearsed_call(call, settings)
        if isinstance(rehearsed, str):
            return NoAnswer(rehearsed), Overheard()
        if self._deadline is None:
            self._deadline = Deadline.after(self._options.timeout)
        wandb = self._wandb_for(rehearsed, settings, self._deadline)
        if isinstance(wandb, str):
            return NoAnswer(wandb), Overheard()
        seconds = min(self._deadline.remaining(), LONGEST_CALL)
        if seconds <= 0:
            return NoAnswer(f"the {self._deadline.seconds:.3g} s for wandb's attempts were over"), Overheard()
        return wandb.do(rehearsed, seconds)

    def _wandb_for(self, call: RehearsedCall, settings: Settings, deadline: Deadline) -> _Wandb | str:
        key = (settings.base_url.value, settings.credentials, tuple(sorted(call.variables.items())))
        if key not in self._wandbs:
            agent = f"W&B Public Client {installed_version('wandb')}"
            way = transport_for(settings, replace(self._options, timeout=deadline.remaining()), agent)
            self._wandbs[key] = (
                way if isinstance(way, str) else self._stack.enter_context(_Wandb(way, call, settings))
            )
        return self._wandbs[key]


class _Wandb:
    """wandb with one set of settings, and the guard that it talks to."""

    def __init__(self, transport: HttpTransport, call: RehearsedCall, settings: Settings) -> None:
        self._base_url = without_userinfo(settings.base_url.value)
        self._broken: str | None = None
        with ExitStack() as stack:
            stack.enter_context(transport)
            self._guard = stack.enter_context(Guard(transport))
            self._child = stack.enter_context(Child(self._guard.address, self._guard.key, call.variables))
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def do(self, call: RehearsedCall, seconds: float) -> tuple[WhatWandbDid, Overheard]:
        """What wandb does with this call, and what the guard heard meanwhile."""
        if self._broken is not None:
            return NoAnswer(self._broken), Overheard()
        try:
            answer = self._child.ask(call.line(), seconds)
        except ChildFailed as failed:
            self._broken = str(failed)
            return NoAnswer(self._broken), self._guard.heard()
        heard = self._guard.heard()
        return self._read(answer, heard), heard

    def _read(self, answer: dict[str, JsonValue], heard: Overheard) -> WhatWandbDid:
        if heard.failure is not None:
            return NoAnswer(heard.failure)
        if heard.refused:
            return NoAnswer(
                f"wandb asked for more than a query, which was not passed on ({heard.refused[0]})"
            )
        if heard.links:
            target = heard.links[-1]
            return LinkedPlace(target.entity, target.project, target.collection)
        match answer:
            case {"outcome": "refused", "step": str(step), "said": str(said)}:
                return Refusal(self._with_real_address(said)[:_SAID], step == "source")
            case {
                "outcome": "found",
                "entity": str(entity),
                "project": str(project),
                "collection": str(collection),
                "version": str(version),
            }:
                return LinkedPlace(entity, project, collection, version)
        return NoAnswer("wandb's process gave no answer that can be read")

    def _with_real_address(self, text: str) -> str:
        guard = self._guard.address
        host = self._base_url.partition("://")[2] or self._base_url
        return text.replace(f"http://{guard}", self._base_url).replace(guard, host)
