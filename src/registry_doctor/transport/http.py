"""The transport that asks a W&B server over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from registry_doctor.support.records import record
from registry_doctor.transport.address import Address, AddressParts, shown_url
from registry_doctor.transport.answers import Answer, JsonValue, Reply, read_reply
from registry_doctor.transport.bounded import UnfinishedError, run_within
from registry_doctor.transport.credentials import Basic, Bearer
from registry_doctor.transport.deadline import Deadline
from registry_doctor.transport.documents import query_names
from registry_doctor.transport.failures import FailureKind, TransportFailure, presentable
from registry_doctor.transport.progress import Progress

if TYPE_CHECKING:
    from typing_extensions import Self

    from registry_doctor.transport.session import Line

MAX_BYTES = 32 * 1024 * 1024
_MEBIBYTE = 1024 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_REDIRECTS_THAT_KEEP_THE_QUERY = (307, 308)
_CUT = (FailureKind.RESET, FailureKind.CUT_OFF)
"""The connection was closed before the whole answer came: a retry often succeeds."""
_GRACE = 0.25
"""Seconds beyond the deadline in which an exchange may still name its own reason for failing."""


class Transport(Protocol):
    """Whatever can carry a query to a W&B server and its answer back."""

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """Sends the query and waits for its answer.

        Raises `NotAQuery` before anything is sent, and `TransportFailure` if no answer came.
        """


class HttpTransport:
    """Asks one W&B server over HTTP, one query at a time on one connection; a context manager.

    Nothing outlasts `deadline`, not even a lookup of the host's name. With `keep_connection`, the connection stays open
    for the next transport of this process with the same server and credentials. `requests_sent` counts the HTTP requests with
    those that were repeated, and `milliseconds` is the time spent in them. `sleep` is for tests.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Basic | Bearer,
        *,
        deadline: Deadline,
        max_bytes: int = MAX_BYTES,
        connect_timeout: float = 6.0,
        read_timeout: float = 20.0,
        user_agent: str = "wandb-registry-doctor",
        keep_connection: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.requests_sent = 0
        self.milliseconds = 0.0
        self._base_url = base_url
        self._credentials = credentials
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._user_agent = user_agent
        self._keep_connection = keep_connection
        self._sleep = sleep
        self._line: Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None and self._keep_connection and self._line is not None:
            from registry_doctor.transport.kept_lines import (
                KEPT_LINES,  # imported here: it needs what Line needs
            )

            line, self._line = self._line, None
            KEPT_LINES.give(self._line_key(), line)
        else:
            self.close()

    def close(self) -> None:
        """Closes the connection. A later query opens another."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """Sends the query and waits for its answer, with repetitions where they may help.

        Raises `NotAQuery` for a document that does anything but ask, and `TransportFailure` with the named cause if
        there is no answer by the deadline.
        """
        names = query_names(document)
        address = Address.of_api(self._base_url, self._credentials.secrets)
        body = _encode(document, variables, names)
        retries, moved = 0, False
        in_part: Answer | None = None
        while True:
            reply = self._exchange(address, body)
            if isinstance(reply, Reply):
                target = None if moved else _new_address(reply, address)
                if target is not None:
                    address, moved = target, True
                    continue
                outcome = self._read(reply, address)
                if isinstance(outcome, Answer):
                    if not outcome.in_trouble:
                        return outcome
                    in_part = outcome
            else:
                outcome = reply.failure
            wait = self._wait(reply, outcome, retries)
            if isinstance(wait, str):
                if in_part is not None:  # what came with an earlier failure still counts
                    return in_part
                assert isinstance(outcome, TransportFailure)
                raise _with_addition(outcome, wait)
            self._sleep(wait)
            retries += 1

    def _wait(self, reply: Reply | _Broken, outcome: Answer | TransportFailure, retries: int) -> float | str:
        """The seconds to wait before the next try, or what to add to the failure if there is no next try."""
        from registry_doctor.transport.retries import wait_before_retry  # only what fails has to load it

        cut = isinstance(outcome, TransportFailure) and outcome.kind in _CUT
        if isinstance(reply, _Broken) and not cut:
            return ""
        status = None if cut or isinstance(reply, _Broken) else reply.status
        headers = reply.headers if isinstance(reply, Reply) else {}
        return wait_before_retry(status, headers, retries, self._deadline)

    def _exchange(self, address: Address, body: bytes) -> Reply | _Broken:
        """One HTTP request and its reply, before the deadline."""
        # Here and not above: this is what loads requests.
        from registry_doctor.transport import causes
        from registry_doctor.transport.session import OutOfTimeError, TooLargeError

        remaining = self._deadline.remaining()
        progress = Progress(min(self._connect_timeout, remaining), min(self._read_timeout, remaining))
        if remaining <= 0:
            return _Broken(self._out_of_time(address, progress))

        line = self._line = self._line or self._open_line(address)
        started = time.perf_counter()
        try:
            return run_within(
                remaining + _GRACE,
                lambda: line.post(address, body, self._deadline, self._max_bytes, progress),
            )
        except (UnfinishedError, OutOfTimeError):
            self.close()
            return _Broken(self._out_of_time(address, progress))
        except TooLargeError:
            return _Broken(self._too_large(address))
        except causes.TRANSPORT_ERRORS as error:
            failure = causes.explain_failure(error, self._place(address), progress, self._credentials.secrets)
            return _Broken(failure)
        except BaseException:
            # Also for Ctrl-C: the thread may still be using the connection, so no later query may.
            self.close()
            raise
        finally:
            self.requests_sent += progress.sent
            self.milliseconds += (time.perf_counter() - started) * 1000

    def _read(self, reply: Reply, address: Address) -> Answer | TransportFailure:
        location = reply.headers.get("location")
        if reply.status not in _REDIRECTS or not location:
            return read_reply(reply, str(self._place(address)), self._credentials.secrets)
        target = address.redirected(location)
        if target is not None and target.host == address.host and target.scheme == "https" != address.scheme:
            advice = "Write https:// instead of http:// in the base URL."
        else:
            advice = "If that is the W&B API, use it as the base URL; if it is a login page, log in to this network first."
        shown = presentable(shown_url(target.url if target else location), self._credentials.secrets)
        return TransportFailure(
            FailureKind.REDIRECT,
            f"{self._place(address)} points to {shown} instead of answering (HTTP {reply.status}).",
            status=reply.status,
            advice=advice,
        )

    def _open_line(self, address: Address) -> Line:
        from registry_doctor.transport.kept_lines import KEPT_LINES
        from registry_doctor.transport.session import Line

        kept = KEPT_LINES.take(self._line_key()) if self._keep_connection else None
        return kept or Line(address, self._credentials.header, self._user_agent)

    def _line_key(self) -> tuple[object, ...]:
        """Whatever a line depends on."""
        from registry_doctor.transport.trust import way_of

        return self._base_url, self._credentials, self._user_agent, way_of()

    def _place(self, address: Address) -> AddressParts:
        return AddressParts(
            address.label, self._line.proxy if self._line else None, address.scheme == "https"
        )

    def _too_large(self, address: Address) -> TransportFailure:
        limit = f"{self._max_bytes / _MEBIBYTE:.3g} MiB"
        return TransportFailure(
            FailureKind.TOO_LARGE,
            f"{self._place(address)} sent more than {limit}; no answer is so large, and the rest was not read.",
            advice="Check that the base URL is the address of the W&B API.",
        )

    def _out_of_time(self, address: Address, progress: Progress) -> TransportFailure:
        place, seconds = self._place(address), f"{self._deadline.seconds:.3g} s"
        if progress.answering:
            said = f"{place} was still sending its answer, {progress.received} bytes so far, when the {seconds} for this run were over."
        elif progress.sent:
            said = (
                f"No answer came from {place} before the {seconds} for this run were over: looking up its name, "
                "connecting or the answer took too long."
            )
        else:
            said = f"The {seconds} for this run were over before {place} could be asked."
        return TransportFailure(
            FailureKind.DEADLINE, said, advice="Allow more time, or check the network, VPN and proxy."
        )


@record(frozen=True)
class _Broken:
    """An exchange without a whole reply."""

    failure: TransportFailure


def _new_address(reply: Reply, address: Address) -> Address | None:
    """The address of a redirect to the same host, to which the credentials may be sent again; otherwise `None`."""
    if reply.status not in _REDIRECTS_THAT_KEEP_THE_QUERY:
        return None
    target = address.redirected(reply.headers.get("location", ""))
    return target if target is not None and address.same_origin(target) else None


def _with_addition(failure: TransportFailure, sentence: str) -> TransportFailure:
    return TransportFailure(
        failure.kind,
        failure.message + sentence,
        status=failure.status,
        advice=failure.advice,
        errors=failure.errors,
    )


def _encode(document: str, variables: Mapping[str, JsonValue], names: tuple[str | None, ...]) -> bytes:
    payload: dict[str, JsonValue] = {"query": document, "variables": dict(variables)}
    if len(names) == 1 and names[0] is not None:
        payload["operationName"] = names[0]
    return json.dumps(payload, allow_nan=False, separators=(",", ":")).encode()
