"""The strict URL rules that wandb checks an address with, without pydantic, which wandb uses for it.

They follow the WHATWG URL standard. A test compares the results and messages with pydantic's for many addresses.
Host names outside ASCII are only judged by their characters: a name that breaks a finer rule of IDNA is accepted
here and refused by wandb. If an address is wrong in several ways, the message may name another fault than wandb's.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NOT_URL_TEXT = (  # compiled only for an address with a path: compiling it takes longer than everything else here
    r"%(?![0-9A-Fa-f]{2})"
    r"|[^%A-Za-z0-9!$&'()*+,\-./:;=?@_~\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]"
)
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f\ufffd]")
_HOST_AND_PORT = re.compile(r"((?:[^:\[]|\[[^\]]*\]?)*)(?::(.*))?", re.DOTALL)
_INVALID = "Input should be a valid URL, "
_NOT_STRICT = "Input violated strict URL syntax rules, "


def url_problem(url: str) -> str | None:
    """pydantic's message about an http or https URL, or None if the URL is valid.

    As in pydantic, a fault that prevents parsing is reported before one that only breaks a strict rule.
    """
    if not url:
        return _INVALID + "input is empty"
    if any("\ud800" <= character <= "\udfff" for character in url):
        return "Input should be a valid string, unable to parse raw data as a unicode string"
    trimmed = url.strip(_C0_AND_SPACE)
    text = re.sub(r"[\t\n\r]", "", trimmed)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _INVALID + "relative URL without a base"
    if scheme[1].lower() not in ("http", "https"):
        return "URL scheme should be 'http' or 'https'"
    remainder = text[scheme.end() :]
    after_slashes = remainder.lstrip("/\\")
    authority = re.split(r"[/\\?#]", after_slashes, maxsplit=1)[0]
    userinfo, _, host_and_port = authority.rpartition("@")
    if problem := _host_and_port_problem(host_and_port):
        return _INVALID + problem

    slashes = remainder[: len(remainder) - len(after_slashes)]
    path, query, fragment = _split(after_slashes[len(authority) :])
    departures = [
        "leading or trailing control or space character are ignored in URLs" if trimmed != url else "",
        "tabs or newlines are ignored in URLs" if text != trimmed else "",
        "expected //" if slashes != "//" else "",
        "unencoded @ sign in username or password" if "@" in userinfo else "",
        _departure(userinfo),
        _departure(path),
        _departure(query).replace("backslash", "non-URL code point"),
        _departure(fragment).replace("backslash", "non-URL code point"),
    ]
    found = [departure for departure in departures if departure]
    return _NOT_STRICT + found[-1] if found else None  # pydantic reports the last one


def _split(text: str) -> tuple[str, str, str]:
    before, _, fragment = text.partition("#")
    path, _, query = before.partition("?")
    return path, query, fragment


def _departure(text: str) -> str:
    """The last fault in a part of a URL under the strict rules, in words; empty if there is none."""
    last = next(reversed(re.findall(_NOT_URL_TEXT, text)), "") if text else ""
    if last == "%":
        return "expected 2 hex digits after %"
    return {"": "", "\\": "backslash"}.get(last, "non-URL code point")


def _host_and_port_problem(text: str) -> str | None:
    authority = _HOST_AND_PORT.fullmatch(text)
    host, port = authority.groups() if authority else (text, None)
    if not host:
        return "empty host"
    if problem := _host_problem(host):
        return problem
    if port and not (re.fullmatch("0*[0-9]{1,5}", port) and int(port[-5:]) <= 0xFFFF):
        return "invalid port number"
    return None


def _host_problem(host: str) -> str | None:
    if host.startswith("["):
        return None if host.endswith("]") and _is_ipv6(host[1:-1]) else "invalid IPv6 address"
    host = unquote(host)
    if not host.isascii():
        host = _ascii_like(host)
    if not host:
        return "empty host"
    if _FORBIDDEN_IN_HOST.search(host) or not all(map(_is_label, host.split("."))):
        return "invalid international domain name"
    labels = host.removesuffix(".").split(".")
    if labels[-1].isdecimal() or _ipv4_number(labels[-1]) is not None:
        return None if _is_ipv4(labels) else "invalid IPv4 address"
    return None


def _ascii_like(host: str) -> str:
    """`host` with plain letters instead of compatibility forms, such as full-width letters, and without invisible ones."""
    import unicodedata

    folded = unicodedata.normalize("NFKC", host.replace("。", ".").replace("｡", "."))
    return re.sub("[\u00ad\u200b\u2060\ufe00-\ufe0f\ufeff]", "", folded).lower()


def _is_label(label: str) -> bool:
    if label.lower().startswith("xn--"):
        try:
            decoded = label[4:].encode("ascii").decode("punycode")
        except (UnicodeError, OverflowError):
            return False
        return not decoded.isascii() and _is_label(decoded)
    if label.isascii():
        return True
    import unicodedata

    categories = [unicodedata.category(character)[0] for character in label]
    return categories[0] != "M" and not {"C", "Z"} & set(categories)


def _is_ipv6(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def _is_ipv4(parts: list[str]) -> bool:
    """Four parts or fewer; the last part fills the remaining bytes, as in `127.1`."""
    numbers = [_ipv4_number(part) for part in parts]
    if len(parts) > 4 or None in numbers:
        return False
    *first, last = [number for number in numbers if number is not None]
    return all(number <= 255 for number in first) and last < 256 ** (4 - len(first))


def _ipv4_number(text: str) -> int | None:
    if len(text) > 400:
        return None if set(text.lower()) - set("0123456789abcdefx") else 1 << 64  # too large for any base
    base, digits = 10, text
    if text[:2].lower() == "0x":
        base, digits = 16, text[2:] or "0"
    elif text.startswith("0") and len(text) > 1:
        base, digits = 8, text[1:]
    allowed = "0123456789abcdef"[:base]
    return int(digits, base) if digits and set(digits.lower()) <= set(allowed) else None
