"""What an HTTP answer means: a GraphQL answer, or a named failure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TypeAlias

from registry_doctor.support.records import record
from registry_doctor.support.redaction import Secret
from registry_doctor.transport.failures import FailureKind, GraphQLError, TransportFailure, presentable

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
"""Anything that JSON can hold."""

_ERROR_MESSAGE_SHOWN = 2000
_CUT = r"\s*|n(ul?)?|t(ru?)?|f(a(ls?)?)?|-|\.|[eE][+-]?|u[0-9a-fA-F]{0,4}|\\"
"""What JSON that ends too early may have after the last place where it was right: a piece of a word, number or escape."""
_BEYOND_A_LIMIT = (
    r"(?i)complexity|too (complex|large|long|big|expensive|many (?!requests))|limit of [\d,]+ (was )?exceeded"
    r"|exceeds? (the |its )?(limit|maximum)|more tha[nt] [\d,]+ \W*\w*\W* ?tokens"
)
"""What servers of several makes say of a query that asks for too much at once."""
_TITLE = rb"(?is)<title[^>]*>(.{0,2000}?)</title"
_HTTP_ON_HTTPS = rb"(?i)http request (was sent )?to (an )?https (server|port)"


@record(frozen=True)
class Reply:
    """What came back over HTTP. The names in `headers` are in lower case, `body` is decoded but not parsed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: float


@record(frozen=True)
class Answer:
    """A GraphQL answer, complete or in part: where `errors` has paths, the rest of `data` still counts.

    `status` is the HTTP status that came with it and `milliseconds` how long that exchange took.
    """

    data: dict[str, JsonValue]
    errors: tuple[GraphQLError, ...]
    status: int
    milliseconds: float

    @property
    def in_trouble(self) -> bool:
        """Whether the status says that the server has a problem of its own, so that no error here is a refusal."""
        return says_trouble(self.status)


def says_trouble(status: int) -> bool:
    """Whether a status means that the server could not answer, whatever else it sent."""
    return status == 429 or status >= 500


def read_reply(reply: Reply, place: str, secrets: Iterable[Secret]) -> Answer | TransportFailure:
    """What `reply` says; `place` names the server in the sentences about it.

    A body with an object as `data`, or with the path of what failed, is an answer whatever the status: W&B refuses
    one field of a query with 403 and gives the others. Only without such a body the status decides.
    """
    secrets = tuple(secrets)
    body = reply.body.strip()
    if _is_html(reply.headers, body):
        return _web_page(reply, body, place, secrets)
    try:
        document: JsonValue = json.loads(body)
    except (ValueError, RecursionError) as problem:
        return _not_json(reply, body, place, secrets, _is_cut(problem, body))
    errors = _read_errors(document, secrets)
    data = document.get("data") if isinstance(document, dict) else None
    if isinstance(data, dict):
        return Answer(data, errors, reply.status, reply.milliseconds)
    if data is None and any(error.path for error in errors):
        return Answer({}, errors, reply.status, reply.milliseconds)
    if errors and (_is_success(reply.status) or reply.status in (400, 422)):
        beyond = next((each.message for each in errors if _is_beyond_a_limit(each.message)), None)
        return TransportFailure(
            FailureKind.REFUSED_QUERY if beyond is None else FailureKind.QUERY_TOO_LARGE,
            f"{place} refused the query: {_sentence(beyond or errors[0].message)}",
            status=reply.status,
            advice=None if beyond is None else "Ask an administrator of the server to allow larger queries.",
            errors=errors,
        )
    words = presentable(_words(document, errors), secrets)
    if not _is_success(reply.status):
        return failure_of_status(reply, place, words)
    return _failure(
        FailureKind.NOT_GRAPHQL,
        f"{place} answered with JSON that is not an answer to a query",
        reply,
        words,
        "Check that the base URL is the address of the W&B API.",
    )


def failure_of_status(reply: Reply, place: str, words: str) -> TransportFailure:
    """The failure that a status other than 2xx stands for; `words` is what the server said, fit to be shown."""
    status = reply.status
    if status == 401:
        said, kind = f"{place} did not accept the credentials", FailureKind.UNAUTHORIZED
        advice = "Log in again, and check that the key belongs to this server."
    elif status == 403:
        said, kind = f"{place} refused to answer", FailureKind.FORBIDDEN
        advice = "Ask an administrator of the server whether this account and this network may use it."
    elif status == 404:
        said, kind = f"{place} has no W&B API at this address", FailureKind.NOT_FOUND
        advice = "Check that the base URL is the address of the W&B API, such as https://api.wandb.ai."
    elif status == 407:
        said, kind = f"The proxy on the way to {place} asks for a user name and a password", FailureKind.PROXY
        advice = "Put them into the proxy's URL, or add the host to NO_PROXY."
    elif status == 408:
        said, kind = f"{place} gave up waiting for the query", FailureKind.READ_TIMEOUT
        advice = "Try again; if it stays so, look for a slow proxy on the way."
    elif status == 413:
        said, kind = f"{place} refused the query as too large", FailureKind.QUERY_TOO_LARGE
        advice = "Look for a proxy or firewall on the way that limits the size of requests."
    elif status == 429:
        said, kind = f"{place} refused to answer so many requests", FailureKind.RATE_LIMITED
        advice = "Wait a little and try again."
    elif status >= 500:
        said, kind = f"{place} failed to answer", FailureKind.SERVER_ERROR
        advice = "Try again later; for W&B's cloud, https://status.wandb.com shows outages."
    else:
        said, kind = f"{place} answered with a status that W&B does not use", FailureKind.BAD_STATUS
        advice = (
            "Check that the base URL is the address of the W&B API, and that no proxy answers in its place."
        )
    return _failure(kind, said, reply, words, advice)


def _web_page(reply: Reply, body: bytes, place: str, secrets: tuple[Secret, ...]) -> TransportFailure:
    import html  # needed for nothing but a failure

    title = re.search(_TITLE, body)
    words = presentable(html.unescape(title[1].decode("utf-8", "replace")), secrets) if title else ""
    if _speaks_only_https(reply):
        return _https_expected(reply, place)
    # 404, 407, 429 and 5xx come as a page from W&B's own front door as well, and there the status says more.
    if reply.status in (404, 407, 408, 413, 429) or reply.status >= 500:
        return failure_of_status(reply, place, words)
    return _failure(
        FailureKind.HTML,
        f"A login page or a proxy answered instead of W&B: a web page came from {place}",
        reply,
        words,
        "Check that the base URL is that of the API and not of the web app, and whether this network asks for a login.",
    )


def _not_json(
    reply: Reply, body: bytes, place: str, secrets: tuple[Secret, ...], cut: bool
) -> TransportFailure:
    if _speaks_only_https(reply):
        return _https_expected(reply, place)
    words = presentable(body[:4000].decode("utf-8", "replace"), secrets)
    if not _is_success(reply.status):
        return failure_of_status(reply, place, words)
    if not body:
        return _failure(
            FailureKind.EMPTY,
            f"{place} answered with nothing at all",
            reply,
            "",
            "Try again; look for a proxy on the way.",
        )
    if cut:
        return _failure(
            FailureKind.CUT_OFF,
            f"The answer of {place} ends in the middle of its JSON",
            reply,
            "",
            "Try again; look for a proxy on the way that cuts answers.",
        )
    return _failure(
        FailureKind.NOT_JSON,
        f"{place} answered with something that is not JSON",
        reply,
        words,
        "Check that the base URL is the address of the W&B API.",
    )


def _failure(kind: FailureKind, said: str, reply: Reply, words: str, advice: str) -> TransportFailure:
    try:
        phrase = f" {HTTPStatus(reply.status).phrase}"
    except ValueError:
        phrase = ""
    message = f"{said} (HTTP {reply.status}{phrase})."
    if words:
        message += f' It said: "{words}".'
    return TransportFailure(kind, message, status=reply.status, advice=advice)


def _is_beyond_a_limit(message: str) -> bool:
    return re.search(_BEYOND_A_LIMIT, message) is not None


def _speaks_only_https(reply: Reply) -> bool:
    return reply.status == 400 and re.search(_HTTP_ON_HTTPS, reply.body[:4000]) is not None


def _https_expected(reply: Reply, place: str) -> TransportFailure:
    return TransportFailure(
        FailureKind.TLS,
        f"{place} expects https, and was asked over plain http.",
        status=reply.status,
        advice="Write https:// instead of http:// in the base URL.",
    )


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _is_html(headers: Mapping[str, str], body: bytes) -> bool:
    says_so = "html" in headers.get("content-type", "").lower()
    return body.startswith(b"<") or (says_so and not body.startswith(b"{") and body != b"")


def _is_cut(problem: Exception, body: bytes) -> bool:
    """Whether the JSON is right up to its end and only has no end."""
    if not isinstance(problem, json.JSONDecodeError) or body[:1] not in b"{[":
        return False
    return problem.msg.startswith("Unterminated string") or bool(
        re.fullmatch(_CUT, problem.doc[problem.pos :])
    )


def _read_errors(document: JsonValue, secrets: tuple[Secret, ...]) -> tuple[GraphQLError, ...]:
    entries = document.get("errors") if isinstance(document, dict) else None
    return tuple(_read_error(entry, secrets) for entry in entries) if isinstance(entries, list) else ()


def _read_error(entry: JsonValue, secrets: tuple[Secret, ...]) -> GraphQLError:
    fields = entry if isinstance(entry, dict) else {"message": entry}
    message, path, extensions = fields.get("message"), fields.get("path"), fields.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return GraphQLError(
        presentable(
            message if isinstance(message, str) else json.dumps(entry), secrets, _ERROR_MESSAGE_SHOWN
        ),
        tuple(part for part in path if isinstance(part, (str, int))) if isinstance(path, list) else (),
        code if isinstance(code, str) else None,
    )


def _words(document: JsonValue, errors: tuple[GraphQLError, ...]) -> str:
    """The part of a JSON body worth quoting, if the body is not an answer."""
    if errors:
        return "; ".join(error.message for error in errors)
    if isinstance(document, dict):
        for name in ("message", "error", "detail", "error_description"):
            said = document.get(name)
            if isinstance(said, dict):
                said = said.get("message")
            if isinstance(said, str) and said.strip():
                return said
    return json.dumps(document)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else text + "."
