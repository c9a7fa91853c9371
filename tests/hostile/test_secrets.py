"""No key is in anything that a command, an exception or an object says: not whole, not encoded, not its beginning."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

import registry_doctor
from registry_doctor.cli import COMMANDS
from registry_doctor.diagnosis.options import Options
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.sandbox import Sandbox, load_world
from registry_doctor.settings import read_settings
from registry_doctor.support.redaction import SHOWN_OF_A_KEY, Secret, redact
from registry_doctor.transport import TransportFailure
from tests.hostile.commands import PLACE, READING, SOURCE, WRITING, Shell, Words
from tests.places import ACME_WORLD

BEGINNING = 12
"""So many characters of a key are enough to find it by."""

BOB = "b0b0000000000000000000000000000000000002"
"""Bob's, Alice's and Carol's are accepted by the sandbox."""
ALICE = "a11ce00000000000000000000000000000000001"
CAROL = "ca201000000000000000000000000000000000c3"
REFUSED = "0ddba11c0ffee0ddba11c0ffee0ddba11c0f9999"
NEW = "wandb_v1_9f8e7d6c5b4a39281706f5e4d3c2b1a0_Zz9Yy8Xx7Ww6Vv5Uu4Tt3"
LOCAL = "local-5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed"
MALFORMED = "malformed/key+with.signs0123456789abcdef"
SPACED = " 5paced5paced5paced5paced5paced5paced5pac"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJlLW9mLXRva2Vu"
IN_ADDRESS = "Us3rInf0PassW0rdInTheAddress00001111"
IN_PROXY = "Pr0xyPassW0rdInTheProxyAddress002222"
IN_PATH = "Pa5ted1nt0ThePathWithAnAddress003333"
IN_LOG = "10910910910910910910910910910910910a3333"
IN_HEADER = "4eade24eade24eade24eade24eade24eade24444"
ELSEWHERE = "e15ee15ee15ee15ee15ee15ee15ee15ee15e5555"

KEYS = (BOB, ALICE, CAROL, REFUSED, NEW, LOCAL, MALFORMED, SPACED, TOKEN, IN_ADDRESS, IN_PROXY, IN_PATH, IN_LOG,
        IN_HEADER, ELSEWHERE)  # fmt: skip

LOG = f"""wandb: Currently logged in as: bob (vision) to https://api:{IN_LOG}@wandb.ai. api_key={IN_LOG}
POST https://wandb.ai/graphql Authorization: Basic {base64.b64encode(f"api:{IN_HEADER}".encode()).decode()}
Traceback (most recent call last):
  File "train.py", line 3, in <module>
    run.link_artifact(artifact, 'wandb-registry-model/{IN_LOG}')
wandb.errors.CommError: Unable to find organization for entity 'vision'. {IN_LOG} {TOKEN} {NEW} {LOCAL}
{{"msg": "wandb: ERROR something new: {IN_LOG}", "headers": {{"Authorization": "Bearer {TOKEN}"}}}}
wandb: ERROR CommError: nobody knows this one: WANDB_API_KEY={IN_LOG}
linking to wandb-registry-model/{IN_LOG} and to wandb-registry-model/detector
"""


def forms(key: str) -> set[str]:
    """The key as it could be written down, and how it begins."""
    raw = key.encode()
    whole = {
        key,
        quote(key, safe=""),
        "".join(f"%{byte:02X}" for byte in raw),
        json.dumps(key)[1:-1],
        raw.hex(),
    }
    encoded = {base64.b64encode(each).decode().rstrip("=") for each in (raw, b"api:" + raw, b"user:" + raw)}
    return whole | encoded | {key.strip()[:BEGINNING]}


FORMS = [(key, form) for key in KEYS for form in forms(key)]


def leaks(text: str) -> list[str]:
    """The last characters of each key that is in a text, and where."""
    return [
        f"…{key[-SHOWN_OF_A_KEY:]} at {text[max(0, at - 80) : at + 20]!r}"
        for key, form in FORMS
        if (at := text.find(form)) >= 0
    ]


@dataclass(frozen=True)
class Circumstance:
    """Where keys are, and with which one a person works."""

    key: str
    """What is typed where no key belongs."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """`{host}` is where the sandbox is."""
    netrc: str = ""
    settings: str = ""
    known: bool = True
    """The key can be known before the command line is read."""


DEAD = "127.0.0.1:1"
CIRCUMSTANCES = {
    "variable": Circumstance(BOB, {"WANDB_API_KEY": BOB}),
    "netrc": Circumstance(
        ALICE,
        netrc=f"machine api.wandb.ai login user password {ELSEWHERE}\nmachine {{host}} login user password {ALICE}\n",
        known=False,
    ),
    "netrc that is broken": Circumstance("detector", netrc=f"machine {{host}} login user passwort {ALICE}\n{CAROL}\n", known=False),
    "settings file": Circumstance(
        CAROL, settings=f"[default]\nbase_url = http://{{host}}\napi_key = {CAROL}\n", known=False
    ),
    "settings file that is broken": Circumstance(
        "detector", settings=f"[default]\napi_key {CAROL}\n{BOB}\napi_key_{ALICE} = %{CAROL}\n", known=False
    ),
    "refused": Circumstance(REFUSED, {"WANDB_API_KEY": REFUSED}),
    "new form": Circumstance(NEW, {"WANDB_API_KEY": NEW}),
    "local form": Circumstance(LOCAL, {"WANDB_API_KEY": LOCAL}),
    "malformed": Circumstance(MALFORMED, {"WANDB_API_KEY": MALFORMED}),
    "with a space": Circumstance(SPACED, {"WANDB_API_KEY": SPACED}),
    "token for a key": Circumstance(TOKEN, {"WANDB_API_KEY": TOKEN}),
    "identity token": Circumstance(TOKEN, {"WANDB_IDENTITY_TOKEN_FILE": "token"}),
    "both": Circumstance(BOB, {"WANDB_API_KEY": BOB, "WANDB_IDENTITY_TOKEN_FILE": "token"}),
    "address": Circumstance(BOB, {"WANDB_API_KEY": BOB, "WANDB_BASE_URL": f"http://api:{IN_ADDRESS}@{{host}}"}),
    "address without a key": Circumstance(
        "detector", {"WANDB_BASE_URL": f"http://api:{IN_ADDRESS}@{{host}}"}, netrc="machine x login y password z\n"
    ),
    "address of nobody": Circumstance(BOB, {"WANDB_API_KEY": BOB, "WANDB_BASE_URL": f"http://api:{IN_ADDRESS}@{DEAD}"}),
    "proxy": Circumstance(
        BOB,
        {"WANDB_API_KEY": BOB, "NO_PROXY": "", "HTTP_PROXY": f"http://u:{IN_PROXY}@{DEAD}", "http_proxy": f"http://u:{IN_PROXY}@{DEAD}"},
    ),
}  # fmt: skip

TYPED: tuple[Words, ...] = (
    ("doctor", "wandb-registry-model/{key}", "--verbose"),
    ("bundle", "wandb-registry-model/{key}", "--entity", "{key}", "-o", "typed.bundle"),
    ("bundle", f"https://api:{IN_PATH}@wandb.ai/orgs/x/registry/y", "-o", "-"),
    ("doctor", f"{{key}}/{PLACE}", "--format", "json"),
    ("doctor", PLACE, "--entity", "{key}", "--project", "{key}", "--type", "{key}", "--alias", "{key}", "-o", "json:typed.json"),
    ("doctor", f"https://api:{IN_PATH}@wandb.ai/orgs/x/registry/y", "--verbose"),
    ("doctor", f"https://api:{IN_PATH}@wandb.ai/orgs/x/registry/y", "--format", "json"),
    ("doctor", "--base-url", f"http://api:{IN_ADDRESS}@{DEAD}", PLACE, "--verbose"),
    ("doctor", "--base-url", f"http://api:{IN_ADDRESS}@{DEAD}", PLACE, "--format", "json"),
    ("doctor", "--error", LOG),
    ("doctor", "--error", LOG, "--format", "json", "--verbose"),
    ("ls", "{key}"),
    ("ls", "{key}/model", "--base-url", f"http://api:{IN_ADDRESS}@{DEAD}"),
    ("path", "parse", f"https://api:{IN_PATH}@wandb.ai/orgs/x/registry/y"),
    ("path", "parse", f"https://api:{IN_PATH}@wandb.ai/orgs/x/registry/y", "--format", "json"),
    ("path", "from-url", f"https://api:{IN_PATH}@wandb.ai/orgs/x"),
    ("snippet", "link", "wandb-registry-model/{key}"),
    ("snippet", "link", "wandb-registry-model/{key}", "--format", "shell"),
    ("snippet", "use", "wandb-registry-model/{key}", "--format", "notebook"),
    ("link", SOURCE, "wandb-registry-nope/{key}", "--format", "json"),
    ("unlink", "--yes", "wandb-registry-model/{key}:v0"),
    ("relog", "--dry-run", "vision/detectors/{key}:v0", "--to", "vision/again"),
    ("download", "wandb-registry-model/{key}:v0"),
    ("preflight", "typed.py"),
    ("preflight", "typed.py", "--format", "json"),
    ("preflight", "typed.py", "--format", "github"),
)  # fmt: skip

ABOUT_KEYS: tuple[Words, ...] = (
    *(each for each in READING if each[0] in ("doctor", "ls", "bundle")),
    ("preflight", "--format", "json"),
    ("preflight", "--from-log", "run.log"),
    ("snippet", "download", f"{PLACE}:v0"),
    ("link", "--dry-run", SOURCE, PLACE),
    ("download", "--dry-run", f"{PLACE}:v0"),
)
"""What says most of where a key comes from."""

MISUSED: tuple[Words, ...] = (
    ("{key}",),
    ("--{key}",),
    ("doctor", "--timeout", "{key}"),
    ("doctor", "--select", "{key}"),
    ("doctor", "--output", "{key}"),
    ("doctor", "--config", "{key}"),
    ("doctor", "--error", "@{key}"),
    ("explain", "{key}"),
    ("ls", "--format", "{key}"),
    ("preflight", "{key}"),
    ("preflight", "--set", "{key}", "typed.py"),
    ("download", "x", "--run", "{key}"),
    ("sandbox", "--world", "{key}"),
)
"""Wrong usage: nothing was read yet but the variables."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The example world."""
    with Sandbox.start(load_world(ACME_WORLD)) as running:
        yield running


def shell_of(circumstance: Circumstance, sandbox: Sandbox, folder: Path) -> Shell:
    """A folder with all keys in their places, where everything tells as much as it can."""
    folder.mkdir()
    host = sandbox.base_url.partition("://")[2]
    plain = {"WANDB_BASE_URL": sandbox.base_url, "NO_PROXY": "127.0.0.1", "WANDB_REGISTRY_DEBUG": "1"}
    loud = {"WANDB_DEBUG": "true", "WANDB_CORE_DEBUG": "true"}
    given = {name: value.replace("{host}", host) for name, value in circumstance.variables.items()}
    shell = Shell.made(folder, LOG, **{**plain, **loud, **given})
    folder.joinpath("token").write_text(TOKEN, encoding="utf-8")
    if circumstance.netrc:
        folder.joinpath(".netrc").write_text(circumstance.netrc.replace("{host}", host), encoding="utf-8")
    if circumstance.settings:
        folder.joinpath(".config", "wandb").mkdir(parents=True)
        settings = circumstance.settings.replace("{host}", host)
        folder.joinpath(".config", "wandb", "settings").write_text(settings, encoding="utf-8")
    code = f"import wandb\nrun = wandb.init()\nKEY = {ELSEWHERE!r}\nrun.link_artifact(a, 'wandb-registry-model/{circumstance.key}')\n"
    folder.joinpath("typed.py").write_text(code, encoding="utf-8")
    return shell


def search(shell: Shell, commands: Iterable[Words], key: str) -> list[str]:
    """What the commands show of any key: in their output, and in the files that they write."""
    found, before = [], shell.files()
    for words in commands:
        ended = shell.run(*(word.replace("{key}", key) for word in words))
        found += [f"{words}: {each}" for each in leaks(ended.stdout + ended.stderr)]
    for name, content in shell.files().items():
        if content != before.get(name):
            found += [f"{name}: {each}" for each in leaks(content.decode("utf-8", "replace"))]
    return found


def test_every_command_is_searched() -> None:
    """A new command has to be put into one of the lists; the sandbox and the demo are searched apart."""
    searched = {words[0] for words in (*READING, *WRITING, *TYPED, *MISUSED)}
    assert set(COMMANDS) - searched == {"demo"}


@pytest.mark.slow
@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_no_command_shows_a_key(name: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Whatever the command, and wherever the key comes from: nothing of it is on a stream or in a file."""
    circumstance = CIRCUMSTANCES[name]
    shell = shell_of(circumstance, sandbox, tmp_path / "home")
    commands = (*ABOUT_KEYS, *TYPED, *(MISUSED if circumstance.known else ()))
    if name == "variable":
        commands = (*READING, *commands, *WRITING, ("demo",))
    assert search(shell, commands, circumstance.key) == []


def test_the_sandbox_shows_no_key_of_its_world(sandbox: Sandbox, tmp_path: Path) -> None:
    """Its announcement names the address alone, its log the people alone."""
    shell = shell_of(CIRCUMSTANCES["variable"], sandbox, tmp_path / "home")
    ended = shell.serve()
    assert leaks(ended.stdout + ended.stderr + (shell.folder / "announced.json").read_text()) == []
    shell.run("doctor", PLACE)
    assert sandbox.log
    assert leaks(repr(sandbox.log)) == []


@pytest.mark.parametrize("name", [each for each in CIRCUMSTANCES if each != "identity token"])
def test_no_object_exception_or_debug_log_shows_a_key(
    name: str,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Settings, reports and failures, as text and as repr, and what Python's loggers were told on the way."""
    circumstance = CIRCUMSTANCES[name]
    shell = shell_of(circumstance, sandbox, tmp_path / "home")
    for variable, value in shell.environment.items():
        if variable.startswith("WANDB_") or variable.lower().endswith("_proxy") or variable == "HOME":
            monkeypatch.setenv(variable, value)
    monkeypatch.chdir(shell.folder)
    caplog.set_level(logging.DEBUG)
    settings = read_settings()
    said: list[object] = [settings, settings.credentials]
    report = registry_doctor.diagnose(f"wandb-registry-model/{circumstance.key}", type="model")
    said += [report, report.to_json(), registry_doctor.explain(LOG, live=False), registry_doctor.explain(LOG)]
    for target in (PLACE, f"https://api:{IN_PATH}@wandb.ai/x"):
        said.append(registry_doctor.diagnose(target, type="model").to_json())
    with contextlib.suppress(registry_doctor.LinkRefused):
        registry_doctor.ensure_linkable(PLACE, type="model")
    with pytest.raises(registry_doctor.LinkRefused) as refusal:
        registry_doctor.ensure_linkable(f"wandb-registry-nope/{circumstance.key}", type="model")
    said += [refusal.value, refusal.value.args]
    way = transport_for(settings, Options(timeout=5))
    said.append(way)
    if not isinstance(way, str):
        with way:
            try:
                way.query("query Nonsense { nonsense }", {})
            except TransportFailure as failure:
                said += [failure, failure.args, vars(failure)]
    text = "\n".join(part for each in said for part in (str(each), repr(each))) + caplog.text
    assert leaks(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://api:secret@host/x", "http://****@host/x"),
        ("alias //api:secret@host", "alias //****@host"),
        (f"a/{TOKEN}/b", "a/****/b"),
        (f"a/{NEW}/b", "a/****/b"),
        ("team@example.com, https://wandb.ai/@x, eyJhbGci, wandb_v1_x", None),
        ("vision/wandb-registry-model/9fceb02d0ae598e95dc970b74767f19372d61af8", None),
    ],
)
def test_what_can_be_nothing_but_a_secret_is_hidden_without_being_known(text: str, shown: str | None) -> None:
    """Hashes of git, addresses of people and the like are left alone."""
    assert redact(text, ()) == (text if shown is None else shown)


def test_a_secret_is_hidden_without_the_space_around_it_too() -> None:
    """It is cleaned where it stands for a name."""
    assert redact(f"'{SPACED}' and '{SPACED.strip()}'", [Secret(SPACED)]) == "'****5pac' and '****5pac'"
