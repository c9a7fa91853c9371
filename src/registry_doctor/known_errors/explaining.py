"""The explanation of an exception or a text, for programs: `explain`, and `explaining` around a call of wandb."""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.frames import FailedCall, connected, failed_call
from registry_doctor.known_errors.reader import lines_in_text

if TYPE_CHECKING:
    from registry_doctor.known_errors.live import DiagnosedCall
    from registry_doctor.report.explanation import ErrorReading
    from registry_doctor.report.model import Report

LIVE_TIMEOUT = 5.0
"""How many seconds a failing program waits for a live diagnosis."""

HEADER = "registry doctor: "

_Function = TypeVar("_Function", bound=Callable[..., Any])

_log = logging.getLogger("registry_doctor")


def explain(error: BaseException | str, *, live: bool = True, timeout: float = 20.0) -> Report:
    """Explain an error that happened: a caught exception, a message, a traceback, a whole log.

    Args:
        error: an exception, with its causes and contexts, or a text.
        live: whether to diagnose the failed call live, if there are credentials. For an exception, the
            diagnosis uses the run, `Api` and artifact of the call.
        timeout: seconds for that diagnosis.

    Returns a report whose `explanations` name the messages of W&B and their causes, the confirmed or likeliest
    cause first. They are empty if no message is known. No text in the error makes this function raise.

    Example:
        >>> report = explain("Unable to find organization for entity 'vision'.", live=False)
        >>> report.explanations[0].found.entity
        'vision'
    """
    if isinstance(error, str):
        return _examined(find(lines_in_text(error)), None, live, timeout)
    reading, call = _read(error)
    return _examined(reading, call, live, timeout)


class explaining(contextlib.ContextDecorator):  # noqa: N801 - used like a function
    """Add the explanation to an exception of wandb, as a note that its traceback shows.

    The exception itself does not change. Other exceptions get no note. Python 3.10 has no notes; there the
    explanation is logged as a warning of `registry_doctor`.

    Args:
        live: whether to ask the server what is wrong, if there are credentials.
        timeout: how many seconds the exception waits for the answer.

    Example::

        with explaining():
            run.link_artifact(artifact, target_path)

    It also works as a decorator, `@explaining()`, of functions, coroutines and generators. A coroutine leaves the
    event loop free while the server is asked.
    """

    def __init__(self, *, live: bool = True, timeout: float = LIVE_TIMEOUT) -> None:
        self._live = live
        self._timeout = timeout

    def __call__(self, function: _Function) -> _Function:
        """Wrap a function, also one whose body only runs while it is awaited or iterated."""
        wrapped: object
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*args: object, **others: object) -> object:
                try:
                    return await function(*args, **others)
                except Exception as error:
                    await _aside(partial(self.__exit__, type(error), error, error.__traceback__))
                    raise

            wrapped = awaited
        elif inspect.isasyncgenfunction(function):

            @functools.wraps(function)
            async def iterated(*args: object, **others: object) -> AsyncIterator[object]:
                try:
                    async for each in function(*args, **others):
                        yield each
                except Exception as error:
                    await _aside(partial(self.__exit__, type(error), error, error.__traceback__))
                    raise

            wrapped = iterated
        elif inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def generated(*args: object, **others: object) -> Generator[object, object, object]:
                with self:
                    return (yield from function(*args, **others))

            wrapped = generated
        else:
            return super().__call__(function)
        return cast("_Function", wrapped)

    def __enter__(self) -> None:
        """Do nothing until something fails."""

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        """Explain the exception. It is raised to the caller, whatever happens here."""
        if not isinstance(error, Exception) or any(note.startswith(HEADER) for note in _notes(error)):
            return
        try:
            note = _note(error, self._live, self._timeout)
            if note is not None:
                _add(error, note)
        except (Exception, KeyboardInterrupt):
            _log.debug("the error could not be explained", exc_info=True)


async def _aside(work: Callable[[], object]) -> None:
    """Do this in a thread, so the event loop goes on; at once where the loop is not asyncio's."""
    import asyncio  # imported here: most programs that use this module have no event loop

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        work()
    else:
        await asyncio.to_thread(work)


def _read(error: BaseException) -> tuple[ErrorReading, FailedCall | None]:
    """Read an exception with its causes and contexts."""
    call = failed_call(error)
    text = "\n".join(_texts(error))
    return find(lines_in_text(text), called=call.called if call else None), call


def _texts(error: BaseException) -> Iterator[str]:
    yield "".join(traceback.format_exception(error))
    for each in connected(error):
        # `raise … from None` hides the exception before it, which may be wandb's.
        if each.__suppress_context__ and each.__context__ not in (None, each.__cause__):
            yield "".join(traceback.format_exception(each.__context__))


def _examined(reading: ErrorReading, failed: FailedCall | None, live: bool, timeout: float) -> Report:
    from registry_doctor.checking.plugins import load_checks
    from registry_doctor.diagnosis.engine import examine
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.known_errors.live import can_ask, with_explanations
    from registry_doctor.settings import read_settings

    diagnosed = _diagnosed_call(reading, failed)
    settings = read_settings(diagnosed.given)
    offline = not live or not can_ask(settings)
    report = examine(diagnosed.call, settings, load_checks(), Options(timeout=timeout, offline=offline))
    return with_explanations(report, reading, diagnosed, settings, offline=offline)


def _diagnosed_call(reading: ErrorReading, failed: FailedCall | None) -> DiagnosedCall:
    """The call to diagnose. The objects of the failed call know more than its text."""
    from registry_doctor.facts import Call
    from registry_doctor.known_errors.live import diagnosed_call
    from registry_doctor.settings import Given

    call, given = Call(None), Given(style="argument")
    if failed is None:
        return diagnosed_call(reading, call, given, purpose_is_given=False)
    from registry_doctor import sdk

    if failed.called.path is not None:
        call = Call(
            failed.called.path, failed.called.for_, type=failed.called.type, method=failed.called.method
        )
    for kind, read in (("Run", sdk.given_by_run), ("Api", sdk.given_by_api)):
        if type(failed.owner).__name__ == kind:
            # This fails for a run that has ended and for some SDKs: then the settings decide.
            with contextlib.suppress(Exception):
                given = read(failed.owner, given)  # type: ignore[arg-type]  # the class was just looked at
    if failed.artifact is not None and call.target is not None:
        with contextlib.suppress(Exception):
            seen = sdk.see_artifact(failed.artifact)  # type: ignore[arg-type]  # an argument of wandb's own method
            call = replace(call, artifact=seen.path, type=call.type or seen.type)
    return diagnosed_call(reading, call, given, purpose_is_given=call.target is not None)


def _note(error: Exception, live: bool, timeout: float) -> str | None:
    """The note for an exception; `None` if it has no known message of W&B."""
    reading, call = _read(error)
    if not reading.explanations:
        return None
    # In offline mode the cause is certain, and there may be no network.
    live = live and not all(each.certain for each in reading.explanations)
    report = _in_time(reading, call, live, timeout)
    if report is None:
        report = _examined(reading, call, False, timeout)
    return _told(report)


def _in_time(reading: ErrorReading, call: FailedCall | None, live: bool, timeout: float) -> Report | None:
    """The report, or `None` if it takes too long: the SDK has no time limit when it exchanges an identity token."""
    from registry_doctor.transport.bounded import UnfinishedError, run_within

    try:
        return run_within(timeout + 1, lambda: _examined(reading, call, live, timeout))
    except UnfinishedError:
        return None


def _told(report: Report) -> str:
    from registry_doctor.report.explanation_lines import without_path
    from registry_doctor.support.redaction import redact
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    lead = (report.explanations or ())[0]
    lines = [f"{HEADER}{lead.cause}"]
    results = {each.code: each for each in report.errors}
    confirmed = results.pop(lead.confirmed_by, None) if lead.confirmed_by else None
    if confirmed is not None:
        lines.append(f"  {confirmed.code}: {confirmed.message}")
    else:
        lines += [f"  or: {each.text}" for each in lead.causes[1:]] if not results else []
        lines += [f"  found now: {each.code} {each.message}" for each in results.values()]
    fix = (
        confirmed.fixes[0].title.rstrip(".") + "." if confirmed is not None and confirmed.fixes else lead.fix
    )
    lines.append(f"  fix: {fix[:1].upper()}{fix[1:]}")
    suggestion = report.suggestion
    path = suggestion.target_path if suggestion else without_path(report)
    if path is not None and path != report.target.input:
        trust = "verified" if suggestion and suggestion.verified else "not verified"
        lines.append(f"  corrected path ({trust}): {path}")
    if lead.checks:
        lines.append(f"  more: wandb-registry explain {lead.checks[0]}")
    return redact("\n".join(visible(line, report.secrets, PATH_LIMIT) for line in lines), report.secrets)


def _notes(error: BaseException) -> list[str]:
    notes = getattr(error, "__notes__", None)
    return [each for each in notes if isinstance(each, str)] if isinstance(notes, list) else []


def _add(error: Exception, note: str) -> None:
    if sys.version_info >= (3, 11):
        error.add_note(note)
        return
    vars(error)["__notes__"] = [*_notes(error), note]  # as later Pythons do; nobody shows it here
    _log.warning("%s", note)
