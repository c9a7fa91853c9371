"""When to ask again, and how long to wait before that."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from registry_doctor.transport.deadline import Deadline

_RETRIES: Mapping[int | None, int] = {None: 1, 429: 3, 500: 2, 502: 3, 503: 3, 504: 3}
"""How often to ask again, by the status; None stands for an answer that was cut off, or that never began.

A kept-alive connection that the server has just closed looks like this, so retry once; the second time it is reported. 500
is repeated because W&B's own client repeats it, with or without data: deadlocks and lost database connections pass.
"""

_FIRST_WAIT = 0.2


def wait_before_retry(
    status: int | None, headers: Mapping[str, str], retries: int, deadline: Deadline
) -> float | str:
    """The seconds to wait before asking again, or else what to add to the failure's message, which may be nothing.

    `status` and `headers` are those of the reply, and `retries` is how often the query was repeated already.
    """
    if retries >= _RETRIES.get(status, 0):
        return f" It was asked {retries + 1} times." if retries else ""
    asked = _asked_wait(headers)
    # The quarter of chance keeps many programs that failed at one moment from coming back at one moment.
    usual = _FIRST_WAIT * float(2**retries) * (1 + random.random() / 4)
    wait = max(asked or 0.0, usual)
    if wait < deadline.remaining():
        return wait
    limit = f"this run may last {deadline.seconds:.3g} s"
    if asked is not None and asked >= usual:
        return f" It wants to be asked again {_in_words(asked)}, and {limit}."
    return f" There was no time to ask again, since {limit}."


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds that `Retry-After` asks for, as a number or as a date; None if it is absent or makes no sense.

    A date is compared with the server's own `Date` where there is one, so that a wrong clock here does not matter.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return float(text)
    moment = _http_date(text)
    if moment is None:
        return None
    now = _http_date(headers.get("date", "")) or datetime.now(timezone.utc)
    return (moment - now).total_seconds()


def _in_words(seconds: float) -> str:
    """A wait for a sentence: how long, and for a long one until when."""
    if seconds < 120:
        return f"in {seconds:.0f} s"
    try:
        moment = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    except OverflowError:
        return "at a time that never comes"
    return f"in {seconds / 60:.0f} min, at {moment:%Y-%m-%d %H:%M} UTC"


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
