"""Letters in the place of letters: names become tokens that are as long, as near to each other and as well formed.

One substitution holds for a whole file and is drawn at random for it. Upper and lower case, digits, spaces
and punctuation stay what they are, so that rules about length, characters and spelling judge alike.
"""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Callable, Collection
from urllib.parse import quote_from_bytes, unquote_to_bytes

from registry_doctor.bundle.plain_words import PLAIN_WORDS

_DASH = r"[\s_.\-\u2010-\u2015\u2212]"
_PLACE = r"(?:entity|team|org|organization|registry|collection|project|artifact|username|user)"
_KEPT = re.compile(
    rf"""
      redacted-secret-\d+ | redacted-\d+@email\.invalid
    | wandb{_DASH}*registry{_DASH}* | (?<!\w)registry(?={_DASH}) | (?<![\w-])model-registry(?![\w-])
    | (?<![\w.-])(?:latest|uncategorized|job|wandb-|v\d+)(?![A-Za-z0-9_])
    | (?<![\w.-])(?:https?|wandb-artifact|registry)(?=://)
    | (?<![\w-])(?:api\.wandb\.ai|wandb\.ai|localhost|127\.0\.0\.1)(?![\w-]) | (?<=\.)wandb\.io(?![\w.-])
    | (?<=/)(?:orgs|registry|artifacts|artifact|runs|graphql|wandb)(?=[/?]|$)
    | (?<=[?&])(?:selectionPath|view|version)=(?:membership|versions?|list)?
    | [<{{\[$(]+(?:your|my)?[-_ ]?{_PLACE}[-_ ]?(?:name|here)?[>}}\])s]+
    | (?<![A-Za-z])your[-_ ]?{_PLACE}(?:[-_ ]?(?:name|here|entity))?(?![A-Za-z])
    | (?<![A-Za-z])my[-_]{_PLACE}[-_](?:name|here)(?![A-Za-z])
    | (?-i:(?<![A-Za-z]){_PLACE.upper()}(?:_(?:NAME|ENTITY|DISPLAY|DISPLAY_NAME))?(?![A-Za-z]))
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What says nothing of anybody, and what verdicts go by."""

_KEPT_IN_ADDRESS = re.compile(rf"(?:{_KEPT.pattern}) | (?<=[\w\]]):\d{{2,5}}(?=[/?\#\s]|$)", _KEPT.flags)
"""With the port, which would be none with other digits."""

_SHORTEST_IDENTIFIER = 6
"""Characters of the shortest identifier that is looked for in sentences."""

_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_MOVED = string.ascii_lowercase.replace("s", "")
"""All letters but the s: a plural is near its singular."""

_WORD = re.compile(r"[^\W_]+")
_BESIDE_A_NAME = "'\"`/:@-_.<>=%"


class Lettering:
    """One substitution of letters and digits, drawn by `source`."""

    def __init__(self, source: random.Random) -> None:
        self._source = source
        self._letters: dict[str, str] = {"s": "s"}
        for letters in (_MOVED, string.digits):
            self._letters.update(zip(letters, _all_moved(letters, source), strict=True))
        self._opaque: dict[str, str] = {}

    def name(self, text: str) -> str:
        """A name, a path or an address with other letters."""
        if text in self._opaque:
            return self._opaque[text]
        return _outside(_kept_in(text), text, self._spelt)

    def identifier(self, text: str) -> str:
        """An identifier or a digest: other characters, with no relation to its own, as it may hold a name in code."""
        if text not in self._opaque:
            kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
            self._opaque[text] = "".join(
                self._source.choice(next((kind for kind in kinds if each in kind), each)) for each in text
            )
        return self._opaque[text]

    def prose(self, text: str, names: Collection[str]) -> str:
        """A sentence: plain words stay, and all others get other letters.

        A plain word that is also one of the `names` is a name where it touches a quote, a slash or the like.
        """

        def word(found: re.Match[str]) -> str:
            lowered = found[0].lower()
            around = found.string[max(found.start() - 1, 0) : found.start()], found.string[found.end() :][:1]
            touches = any(each and each in _BESIDE_A_NAME for each in around)
            plain = lowered in PLAIN_WORDS and not (touches and lowered in names)
            return found[0] if plain else self._spelt(found[0])

        for original, token in self._opaque.items():
            if len(original) >= _SHORTEST_IDENTIFIER and original in text:
                return token.join(self.prose(part, names) for part in text.split(original))
        return _outside(_kept_in(text), text, lambda part: _WORD.sub(word, part))

    def _spelt(self, text: str) -> str:
        def encoded(found: re.Match[str]) -> str:
            try:
                plain = unquote_to_bytes(found[0]).decode()
            except UnicodeDecodeError:
                plain = unquote_to_bytes(found[0]).decode("latin-1")
            again = quote_from_bytes("".join(map(self._letter, plain)).encode(), safe="")
            return found[0] if plain == "".join(map(self._letter, plain)) else again

        return _outside(_ENCODED, text, lambda part: "".join(map(self._letter, part)), encoded)

    def _letter(self, letter: str) -> str:
        lowered = letter.lower()
        if len(lowered) != 1 or not (letter.isalpha() or letter.isdecimal()):
            return letter if letter.isascii() or not letter.isalnum() else self._foreign(letter)
        found = self._letters.get(lowered) or self._foreign(lowered)
        return found.upper() if letter != lowered and len(found.upper()) == 1 else found

    def _foreign(self, letter: str) -> str:
        """A letter of the same kind near this one, for what is not ASCII."""
        kind, block = unicodedata.category(letter), ord(letter) & ~0x3F
        near = [
            each
            for each in map(chr, range(block, block + 0x40))
            if each != letter
            and unicodedata.category(each) == kind
            and unicodedata.is_normalized("NFKC", each)
        ]
        return self._letters.setdefault(letter, self._source.choice(near or ["\u00f8"]))


def _kept_in(text: str) -> re.Pattern[str]:
    return _KEPT_IN_ADDRESS if "://" in text else _KEPT


def _outside(
    pattern: re.Pattern[str],
    text: str,
    between: Callable[[str], str],
    kept: Callable[[re.Match[str]], str] = lambda found: found[0],
) -> str:
    """The text with `between` of what the pattern does not match, and `kept` of what it matches."""
    parts, end = [], 0
    for found in pattern.finditer(text):
        parts += [between(text[end : found.start()]), kept(found)]
        end = found.end()
    return "".join([*parts, between(text[end:])])


def _all_moved(letters: str, source: random.Random) -> str:
    """The letters in an order in which none is in its place."""
    order = list(letters)
    source.shuffle(order)
    following = dict(zip(order, order[1:] + order[:1], strict=True))
    return "".join(following[each] for each in letters)
