"""Any text given as the server's address is accepted, changed or refused as by the real SDK."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.settings.address import normalise
from registry_doctor.settings.names import WANDB_VERSION

wandb = pytest.importorskip("wandb")
if wandb.__version__ != WANDB_VERSION:
    pytest.skip(f"the rules are those of wandb {WANDB_VERSION}", allow_module_level=True)

ADDRESSES = [
    "https://api.wandb.ai",
    "http://localhost:8080/",
    "https://bob:secret@acme.wandb.io/x",
    "https://forge.coreweave.com/api/wandb",
    "http://[::1]:9/x",
    "http://127.0.0.1",
    "http://a.0x1",
    "https://api.acme.example/%20?q=1#f",
    "HTTPS://WANDB.AI",
    "https://münchen.example",
]
CHARACTERS = "abz0189xX.-_:/\\@?#[]%& \t\n\x00<>|^{}~!$'()*+,;=é。中\u00ad\u200b８"


@st.composite
def mistyped_addresses(draw: st.DrawFn) -> str:
    """An address with up to four characters put in, left out or replaced."""
    text = draw(st.sampled_from(ADDRESSES))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(["", *CHARACTERS])) + text[at + draw(st.integers(0, 1)) :]
    return text


@given(mistyped_addresses() | st.text(st.sampled_from("htps:/.@[]1a%#?\\ "), max_size=12))
def test_an_address_is_accepted_or_refused_as_by_the_sdk(text: str) -> None:
    """The verdict on any mistyped address is the SDK's, and so is what an accepted one becomes."""
    try:
        expected: str | None = wandb.Settings(base_url=text).base_url
    except ValueError:
        expected = None
    address, problem = normalise(text)
    assert (address if problem is None else None) == expected


PORTS = ["", ":", ":0", ":80", ":65535", ":65536", ":000080", ":8o", ":-1", ":+1", ": 80", ":" + "9" * 5000]
HOSTS = [
    *(
        "localhost",
        "a_b",
        "-a",
        "a..b",
        ".a",
        "a.b.",
        "1.2.3.4",
        "256.1.1.1",
        "1.2.3.4.5",
        "127.1",
        "0x7f.1",
        "a.1",
        "09",
    ),
    *(
        "4294967295",
        "4294967296",
        "[::1]",
        "[::1",
        "[zz]",
        "[1.2.3.4]",
        "[::1%25eth0]",
        "x[::1]",
        "a%20b",
        "a%41",
        "a%zz",
    ),
    *(
        "münchen.de",
        "日本.jp",
        "xn--a",
        "xn--mnchen-3ya.de",
        "℀.com",
        "ß.de",
        "a。b",
        "１２７.0.0.1",
        "\u00ad",
        "a\u00a0b",
        "%ff",
    ),
    *("u@h", "u:p@h", "u@p@h", "u@", "@h", "<host>", "${HOST}", "a b", "a,b", "a\x7f", "", " ", "a" * 300),
]


@pytest.mark.parametrize("host", HOSTS)
def test_the_words_against_a_host_or_port_are_pydantics(host: str) -> None:
    """A host is refused in the same words, with every kind of port."""
    for port in PORTS:
        text = f"https://{host}{port}"
        try:
            expected: tuple[str, str] | None = (wandb.Settings(base_url=text).base_url, "")
        except ValueError as error:
            expected = None
            words = str(error)
        address, problem = normalise(text)
        if expected is not None:
            assert (address, problem) == (expected[0], None)
        else:
            assert problem
            assert problem in words
