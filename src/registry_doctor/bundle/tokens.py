"""Replace secrets with tokens. Within one bundle, equal secrets have equal tokens.

Tokens are numbered in the order in which secrets appear. Nothing in a token comes from its secret, so nobody can
check a guess. Tokens are spelled like names, because a verdict may depend on the spelling.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote, unquote

from registry_doctor.settings import Settings
from registry_doctor.support.redaction import Secret, replace_keys, without_keys
from registry_doctor.transport import JsonValue

SHORTEST = 8
"""The length of the shortest secret that is replaced in texts: shorter ones occur in too many words."""

UNMISTAKABLE = 16
"""The length from which a secret that was found in one place is also replaced in our own sentences."""

DEEPEST_VALUE = 64
"""How many levels of an answer are kept; real answers have about a dozen."""

_SECRET_URLS = ("directUrl",)
"""Fields whose whole values are secrets: signed addresses of files."""

_USERINFO = re.compile(r"(?<=://)(?P<user>[^/?#\s:]*)(?P<colon>:?)(?P<password>[^/?#\s]*)@")
_SIGNED = re.compile(
    r"(?P<head>[?&;][\w.-]*(?:signature|credential|token|sig|key|accessid|password|secret|auth|session)[\w.-]*=)"
    r"(?P<value>[^&#\s\"'<>]+)",
    re.IGNORECASE,
)
_MASKED = re.compile(r"\*{4}[\w.-]{4}(?![\w.-])")
"""The end of a key, as messages show it."""

_EMAIL = re.compile(r"(?<![\w.+%@-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w@-])")
_SENSITIVE_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$", re.IGNORECASE)


class SecretToken(Secret):
    """A token instead of a secret. It may be shown as it is."""

    @property
    def masked(self) -> str:
        """The token itself."""
        return self.reveal()


class Tokens:
    """The tokens of one bundle, created when a secret appears for the first time."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._tokens: dict[str, str] = {}
        self._emails: dict[str, str] = {}
        self._handed_out: set[str] = set()
        self._changed: dict[str, str] = {}
        """Texts from outside before and after the replacement, because our own sentences quote them."""
        forms: dict[str, str] = {}
        for secret in secrets:
            if len(secret) >= SHORTEST:
                forms.update(dict.fromkeys(_forms(secret), secret))
        self._secret_of = forms
        longest_first = sorted(forms, key=len, reverse=True)
        self._literal = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    @property
    def counts(self) -> tuple[int, int]:
        """How many different secrets and e-mail addresses were replaced."""
        return len(self._tokens), len(self._emails)

    def of(self, secret: str) -> str:
        """The token of this secret; a token stays as it is."""
        if all(part in self._handed_out for part in secret.split(":")):  # user and password of an address
            return secret
        token = self._tokens.setdefault(secret, f"redacted-secret-{len(self._tokens) + 1}")
        self._handed_out.add(token)
        if len(secret) >= UNMISTAKABLE:
            self._changed[secret] = token
        return token

    def text(self, text: str) -> str:
        """A text from outside, with tokens instead of all secrets and e-mail addresses."""
        found = replace_keys(self._without_known(text), self.of)
        found = _EMAIL.sub(lambda found: self._email(found[0]), found)
        if found != text:
            self._changed[text] = found
        return found

    def sentence(self, text: str) -> str:
        """A sentence of ours, which may quote a text from outside. `KEY: host` in it is not a key with its value."""
        for original in sorted(self._changed, key=len, reverse=True):
            text = text.replace(original, self._changed[original])
        text = replace_keys(
            self._without_known(text), lambda word: self.of(word) if without_keys(word) == "****" else word
        )
        return _EMAIL.sub(lambda found: self._email(found[0]), text)

    def _without_known(self, text: str) -> str:
        if self._literal is not None:
            text = self._literal.sub(lambda found: self.of(self._secret_of[found[0]]), text)
        text = _MASKED.sub(lambda found: self.of(found[0]), text)
        text = _USERINFO.sub(self._without_userinfo, text)
        return _SIGNED.sub(lambda found: found["head"] + self.of(found["value"]), text)

    def address(self, address: str) -> str:
        """A server's address. Everything before the last @ is secret."""
        userinfo = _userinfo(address)
        return self.text(address.replace(f"{userinfo}@", f"{self.of(userinfo)}@") if userinfo else address)

    def answer(self, value: JsonValue) -> JsonValue:
        """A server's answer: `text` is applied to each string and field name, and signed addresses are replaced."""
        return _mapped(value, self.text, self._field, DEEPEST_VALUE)

    def value(self, value: JsonValue) -> JsonValue:
        """The same value, with `text` applied to each string."""
        return _mapped(value, self.text, lambda key, each: (key, each), DEEPEST_VALUE)

    def report(self, value: JsonValue) -> JsonValue:
        """The same value, with `sentence` applied to each string."""
        return _mapped(value, self.sentence, lambda key, each: (key, each), DEEPEST_VALUE)

    def _field(self, key: str, value: JsonValue) -> tuple[str, JsonValue]:
        secret = key in _SECRET_URLS and isinstance(value, str)
        return self.text(key), self.of(str(value)) if secret else value

    def _without_userinfo(self, found: re.Match[str]) -> str:
        user, password = (self.of(part) if part else "" for part in (found["user"], found["password"]))
        replaced = f"{user}{found['colon']}{password}@"
        self._changed[found[0]] = replaced
        return replaced

    def _email(self, address: str) -> str:
        if address in self._handed_out or address.partition("@")[0] in self._handed_out:
            return address
        token = self._emails.setdefault(address, f"redacted-{len(self._emails) + 1}@email.invalid")
        self._handed_out.add(token)
        return token


def tokens_for(settings: Settings, environ: Mapping[str, str]) -> Tokens:
    """Tokens for the secrets in these settings and in variables that are named like secrets."""
    secrets = [value for name, value in environ.items() if _SENSITIVE_NAME.search(name) and len(value) >= 16]
    secrets += [each.reveal() for each in settings.secrets]
    for address in (settings.base_url.value, settings.app_url):
        userinfo = _userinfo(address)
        user, _, password = userinfo.partition(":")
        secrets += [user, password, unquote(user), unquote(password)]
        if any(each in userinfo for each in "/?# "):
            secrets.append(userinfo)
    return Tokens(secrets)


def _mapped(
    value: JsonValue,
    text: Callable[[str], str],
    entry: Callable[[str, JsonValue], tuple[str, JsonValue]],
    depth: int,
) -> JsonValue:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, (list, dict)) and depth == 0:
        return None
    if isinstance(value, list):
        return [_mapped(each, text, entry, depth - 1) for each in value]
    if isinstance(value, dict):
        entries = (entry(key, each) for key, each in value.items())
        return {key: _mapped(each, text, entry, depth - 1) for key, each in entries}
    return value


def _userinfo(address: str) -> str:
    """Everything before the last @. wandb refuses a password with a slash in an address, but it is a secret, too."""
    return address.partition("://")[2].rpartition("@")[0]


def _forms(secret: str) -> set[str]:
    """The forms that a secret may have in a text."""
    masked = Secret(secret).masked
    forms = {secret, secret.strip(), quote(secret, safe=""), repr(secret)[1:-1]}
    forms |= {
        b64encode(f"{user}{secret}".encode("utf-8", "replace")).decode() for user in ("", "api:", "user:")
    }
    return forms | ({masked} if len(masked) > len("****") else set())
