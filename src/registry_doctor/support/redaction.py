"""The one place that makes a secret unreadable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from registry_doctor.support.records import record

SHOWN_OF_A_KEY = 4
"""How many characters of a key may ever be shown."""


@record(frozen=True, repr=False)
class Secret:
    """A key or token. Neither `str` nor `repr` of it tells more than its last four characters."""

    _value: str

    def reveal(self) -> str:
        """The secret itself: for the authorization header, and for nothing else."""
        return self._value

    @property
    def forms(self) -> tuple[str, ...]:
        """How it may stand in a text, the longest first: a key with a space is cleaned where it stands for a name."""
        return tuple(dict.fromkeys(form for form in (self._value, self._value.strip()) if form))

    @property
    def masked(self) -> str:
        """What a report may show, for example `****0002`; short secrets are hidden whole."""
        return "****" + (self._value[-SHOWN_OF_A_KEY:] if len(self._value) >= 4 * SHOWN_OF_A_KEY else "")

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    __str__ = __repr__


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """`text` with every secret in it replaced by its masked form, and with what no name can be taken for hidden.

    That is a password in an address, a token of three parts (JWT), and a key with W&B's own mark.
    """
    for secret in secrets:
        for form in secret.forms:
            text = text.replace(form, secret.masked)
    if "//" in text or "eyJ" in text or "wandb_v" in text:
        text = _UNMISTAKABLE.sub(lambda found: f"{found['scheme'] or ''}****", text)
    return text


def may_be_redacted(text: str) -> bool:
    """Whether `redact` could find something in a part of this text, without secrets to look for; True proves nothing.

    Holds for JSON as well: its escapes neither part nor join what is looked for here.
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
"""A text, which `re` compiles and keeps when it is first used: most runs read nothing of others."""


def without_keys(text: str) -> str:
    """A text of others, such as a log, with everything that looks like a key or a password hidden.

    Hides rather too much: what is no key but has the form of one, such as a digest, is hidden as well.
    """
    return replace_keys(text, lambda _: "****")


def replace_keys(text: str, token: Callable[[str], str]) -> str:
    """The text with the `token` of each thing in it that looks like a key or a password in its place."""

    def hidden(found: re.Match[str]) -> str:
        if found["scheme"]:
            return f"{found['scheme']}{token(found[0][len(found['scheme']) : -1])}@"
        head = found["head"] or ""
        return f"{head}{token(found[0][len(head) :])}"

    return re.sub(_KEYS, hidden, text, flags=re.IGNORECASE | re.VERBOSE)
