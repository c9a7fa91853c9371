"""Hide secrets in texts. No other module does it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping

from registry_doctor.support.records import record

SHOWN_OF_A_KEY = 4
"""How many characters of a key may ever be shown."""


@record(frozen=True, repr=False)
class Secret:
    """A key or token. Its `str` and `repr` show only the last four characters."""

    _value: str

    def reveal(self) -> str:
        """The secret itself, only for the authorization header."""
        return self._value

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of the secret in a text, longest first: a key with a space around it may appear without the space."""
        return tuple(dict.fromkeys(form for form in (self._value, self._value.strip()) if form))

    @property
    def masked(self) -> str:
        """What a report may show, for example `****0002`; a short secret is hidden completely."""
        return "****" + (self._value[-SHOWN_OF_A_KEY:] if len(self._value) >= 4 * SHOWN_OF_A_KEY else "")

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    __str__ = __repr__


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """Replace every secret in `text` with its masked form, and hide everything that is certainly a secret.

    That is a password in an address, a token of three parts (JWT), and a key that begins with `wandb_v`.
    """
    for secret in secrets:
        for form in secret.forms:
            text = text.replace(form, secret.masked)
    if "//" in text or "eyJ" in text or "wandb_v" in text:
        text = _UNMISTAKABLE.sub(lambda found: f"{found['scheme'] or ''}****", text)
    return text


def redact_all(value: object, secrets: Iterable[Secret]) -> object:
    """A copy of plain data in which `redact` was used on every text; the secrets themselves are replaced by `None`."""
    secrets = tuple(secrets)
    match value:
        case str():
            return redact(value, secrets)
        case Secret():
            return None
        case tuple() | list() | set() | frozenset():
            return type(value)([redact_all(each, secrets) for each in value])
        case Mapping():
            return {key: redact_all(each, secrets) for key, each in value.items()}
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = {
                each.name: redact_all(getattr(value, each.name), secrets)
                for each in dataclasses.fields(value)
            }
            return dataclasses.replace(value, **parts)
        case _:
            return value


def may_be_redacted(text: str) -> bool:
    """Whether `redact` could find something in a part of this text, if it knows no secrets. True proves nothing.

    This is right for JSON, too: its escapes do not change what is searched for.
    """
    lowered = text.lower()
    return "eyj" in lowered or "wandb_v" in lowered or _WITH_USERINFO.search(text) is not None


_USERINFO = r"""[^/\s@"'<>?#]+(?=@)"""
_WITH_USERINFO = re.compile(f"//{_USERINFO}")
_UNMISTAKABLE = re.compile(
    rf"(?P<scheme>//){_USERINFO}|\beyJ[\w-]{{8,}}\.[\w-]{{8,}}(?:\.[\w-]+)?|\bwandb_v\d+_\w{{20,}}",
    re.IGNORECASE,
)


_KEYS = r"""(?P<head>
        \b(?:Basic|Bearer)\s+ (?=[\w+/=.~-]{8})
      | \b(?:\w*api[_\ -]?key|\w*access[_-]?token|\w*password|\w*passwd|\w*secret[_-]?\w{0,32}key|authorization|cookie)
        ["'\\]{0,3}\s*(?:=>|[=:])\s*["'\\]{0,3}(?:(?:Basic|Bearer)\s+)?
      | \b(?:password|login\s+--relogin|wandb\s+login)\s+ (?=\S{16})
      | [?&](?:X-Amz-Signature|X-Amz-Credential|X-Goog-Signature|Signature|sig|token|key)=
    )[^\s"'\\,;&)}\]]+
    | (?P<scheme>\b[a-z][a-z0-9+.-]{0,20}://)[^/\s@"']+@
    | \beyJ[\w.-]{16,}
    | \bwandb_v\d+_\w+
    | \blocal-\w{16,}
    | (?<![0-9a-z])[0-9a-f]{40,}(?![0-9a-z])
    | (?<![\w-])(?:[a-z]+-)?(?=(?:[^\W\d]*\d){8})\w{40,}
    """
"""A string, which `re` compiles at the first use: most runs do not need it."""


def without_keys(text: str) -> str:
    """A text from outside, such as a log, with everything hidden that looks like a key or a password.

    It hides too much rather than too little: a digest, which has the form of a key, is hidden as well.
    """
    return replace_keys(text, lambda _: "****")


def replace_keys(text: str, token: Callable[[str], str]) -> str:
    """Replace everything in the text that looks like a key or a password with its `token`."""

    def hidden(found: re.Match[str]) -> str:
        if found["scheme"]:
            return f"{found['scheme']}{token(found[0][len(found['scheme']) : -1])}@"
        head = found["head"] or ""
        return f"{head}{token(found[0][len(head) :])}"

    return re.sub(_KEYS, hidden, text, flags=re.IGNORECASE | re.VERBOSE)
