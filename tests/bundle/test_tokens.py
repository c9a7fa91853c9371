"""No secret is in a bundle; equal secrets have equal tokens, and a token tells nothing of its secret."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pytest

from registry_doctor.bundle.making import Made, make_bundle
from registry_doctor.bundle.reading import load_bundle
from registry_doctor.bundle.replaying import replay
from registry_doctor.bundle.tokens import DEEPEST_VALUE, Tokens
from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.settings import Given, read_settings
from registry_doctor.transport import Answer, FailureKind, GraphQLError, JsonValue, TransportFailure

if TYPE_CHECKING:
    from typing_extensions import Self

    from tests.bundle.conftest import Case

OURS = load_checks(others=False)
KEY = "b0b0" * 9 + "1234"
OTHER_KEY = "wandb_v1_" + "Zq7" * 15
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl"
PASSWORD = "correct-horse"
PROXY_PASSWORD = "battery-staple"
SIGNATURE = "4f1d0e7a9b"
SIGNED = f"https://storage.example.com/file?X-Amz-Date=20261121&X-Amz-Signature={SIGNATURE}"
EMAIL = "jane.doe+ml@acme-robotics.com"

SECRETS = (KEY, OTHER_KEY, JWT, PASSWORD, PROXY_PASSWORD, SIGNATURE, EMAIL)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"key {KEY} is wrong", KEY),
        (f"WANDB_API_KEY={OTHER_KEY}", OTHER_KEY),
        (f"Authorization: Bearer {JWT}", JWT),
        (f"https://jane:{PASSWORD}@proxy.acme.com:3128/", PASSWORD),
        (f"https://jane:{PASSWORD}@proxy.acme.com:3128/", "jane"),
        ("https://user:p@ss@acme.com/x", "ss@"),
        (SIGNED, SIGNATURE),
        ("https://h/f?GoogleAccessId=svc%40x&Expires=1&sig=abcdef", "abcdef"),
        (f"machine api.wandb.ai login user password {KEY}", KEY),
        (f"asked by {EMAIL}.", EMAIL),
        (f"{EMAIL}/wandb-registry-model/detector", EMAIL),
        (f"vision/{EMAIL}", EMAIL),
        ("password: hunter2hunter2", "hunter2hunter2"),
    ],
)
def test_a_secret_of_any_kind_is_replaced_in_any_text(text: str, secret: str) -> None:
    """By what has its form, whether it was known or not; a second time nothing changes."""
    tokens = Tokens()
    found = tokens.text(text)
    assert secret not in found
    assert "redacted" in found
    assert tokens.text(found) == found


@pytest.mark.parametrize(
    "text",
    [
        "wandb-registry-model/detector:v0",
        "acme-robotics_X7Q2/wandb-registry-Golden Datasets/frames@production",
        "https://api.wandb.ai",
        "https://forge.coreweave.com/wandb/orgs/Acme%20Robotics/registry/model?selectionPath=a%2Fb&view=membership",
        "vision/detectors/yolo:v0",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """Verdicts go by the spelling."""
    assert Tokens().text(text) == text


@pytest.mark.parametrize(
    "form", [PASSWORD + "$%", "correct-horse%24%25", b64encode(f"api:{PASSWORD}$%".encode()).decode()]
)
def test_a_known_secret_is_found_in_each_of_its_forms(form: str) -> None:
    """As it is, in a URL, and in an authorization header."""
    assert Tokens([PASSWORD + "$%"]).text(f"it said <{form}>") == "it said <redacted-secret-1>"


def test_equal_secrets_have_equal_tokens_and_different_ones_different_tokens() -> None:
    """Wherever they stand."""
    tokens = Tokens([PASSWORD])
    found = tokens.text(f"https://{PASSWORD}:{KEY}@acme.com {KEY} {PASSWORD} {OTHER_KEY}")
    first, second, third = "redacted-secret-1", "redacted-secret-2", "redacted-secret-3"
    assert found == f"https://{first}:{second}@acme.com {second} {first} {third}"
    assert tokens.text(f"{EMAIL} a@b.io {EMAIL}") == (
        "redacted-1@email.invalid redacted-2@email.invalid redacted-1@email.invalid"
    )
    assert tokens.counts == (3, 2)


def test_nothing_in_a_token_comes_from_its_secret() -> None:
    """Other secrets in the same places have the same tokens, so that no guess can be checked."""
    assert Tokens().text(f"{KEY} {OTHER_KEY}") == Tokens().text(f"{KEY[::-1]} {JWT}")


def test_a_sentence_of_ours_is_not_taken_for_a_key_with_its_value() -> None:
    """But what it quotes of others is replaced as it was there."""
    tokens = Tokens()
    quoted = tokens.text("password: hunter2hunter2")
    told = tokens.sentence(f"from WANDB_API_KEY: acme.com said 'password: hunter2hunter2' of {KEY}")
    assert told == f"from WANDB_API_KEY: acme.com said '{quoted}' of redacted-secret-2"


class Echoing:
    """A server that tells in its answer all that it should not."""

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """One answer for whatever is asked."""
        viewer: JsonValue = {"id": "x", "username": "bob", "entity": "vision", "echo": {f"by {JWT}": KEY}}
        error = GraphQLError(f"{EMAIL} with {KEY} by {JWT} at {SIGNED}", ("q1", "directUrl"), OTHER_KEY)
        return Answer(
            {"q0": viewer, "q1": {"directUrl": "https://h/opaque", "a": [SIGNED]}}, (error,), 200, 1.0
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing to close."""


class Failing(Echoing):
    """A server that says why it does not answer."""

    def query(self, document: str, variables: Mapping[str, JsonValue]) -> Answer:
        """The failure."""
        words = f"https://jane:{PROXY_PASSWORD}@proxy refused {KEY} of {EMAIL}: password={PASSWORD} {JWT}"
        errors = (GraphQLError(SIGNED, (), None),)
        raise TransportFailure(
            FailureKind.PROXY, words, status=407, advice=f"Not {OTHER_KEY}.", errors=errors
        )


@pytest.mark.parametrize("way", [Echoing, Failing])
@pytest.mark.parametrize("place", ["variable", "netrc", "settings", "given"])
def test_planted_secrets_are_nowhere_in_a_bundle(
    way: type[Echoing], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in what was given or set, not in what the server said, not in the report; and it is judged the same."""
    monkeypatch.setattr("registry_doctor.bundle.making.transport_for", lambda *_: way())
    home = tmp_path / "home"
    (home / ".config" / "wandb").mkdir(parents=True)
    environ = {
        "HOME": str(home),
        "WANDB_BASE_URL": f"https://jane:{PASSWORD}@wandb.acme.com",
        "WANDB_ENTITY": KEY,
        "WANDB_PROJECT": f"for-{OTHER_KEY}",
        "WANDB_ORGANIZATION": EMAIL,
        "HTTPS_PROXY": f"http://jane:{PROXY_PASSWORD}@proxy:1",
        "SOME_TOKEN": JWT,
    }
    if place == "variable":
        environ["WANDB_API_KEY"] = KEY
    if place == "netrc":
        environ["WANDB_BASE_URL"] = (
            "https://wandb.acme.com"  # netrc would be asked for user and password, too
        )
        (home / ".netrc").write_text(f"machine wandb.acme.com login user password {KEY}\n", encoding="utf-8")
    if place == "settings":
        file = home / ".config" / "wandb" / "settings"
        file.write_text(f"[default]\napi_key = {KEY}\n", encoding="utf-8")
    given = Given(api_key=KEY if place == "given" else None)
    settings = read_settings(given, environ=environ, cwd=tmp_path, home=home)
    call = Call(
        f"https://jane:{PASSWORD}@wandb.ai/x?token={SIGNATURE}",
        "link",
        f"{EMAIL}/{KEY}/yolo:v0",
        aliases=(KEY,),
    )
    made = make_bundle(call, settings, OURS, environ=environ)
    assert [secret for secret in SECRETS if secret in made.text] == []
    assert KEY[-4:] not in made.text
    document = json.loads(made.text)
    token = document["call"]["aliases"][0]
    assert re.fullmatch(r"redacted-secret-\d+", token)
    assert document["settings"]["entity"]["value"] == token
    if place != "settings":  # a key in a file is not for an address in a variable
        assert document["settings"]["credentials"]["secret"] == token
        assert document["report"]["context"]["credentials"]["value"] == token
    assert document["redacted"] == {"secrets": made.secrets, "emails": 1}
    replayed = replay(load_bundle(BytesIO(made.text.encode())), OURS)
    assert (replayed.verdicts, replayed.words) == ((), ())
    assert document["replay"] == {"same": True, "differing": []}


def test_the_password_of_an_address_that_wandb_refuses_is_replaced(tmp_path: Path) -> None:
    """A slash in it makes the rest look like a path."""
    environ = {"HOME": str(tmp_path), "WANDB_BASE_URL": "https://me:a/bc@acme.com", "WANDB_API_KEY": KEY}
    settings = read_settings(environ=environ, cwd=tmp_path, home=tmp_path)
    made = make_bundle(Call("a/b"), settings, OURS, environ=environ)
    assert "a/bc" not in made.text
    assert "acme.com" in made.text


def test_the_ends_of_keys_in_messages_are_replaced_too(tmp_path: Path) -> None:
    """Of the key in use by its token; here one stands where the name of a setting belongs, and another one, too."""
    folder = tmp_path / ".config" / "wandb"
    folder.mkdir(parents=True)
    (folder / "settings").write_text(f"[default]\n{KEY} = x\n{OTHER_KEY.lower()} = y\n", encoding="utf-8")
    environ = {"HOME": str(tmp_path), "WANDB_BASE_URL": "http://127.0.0.1:9", "WANDB_API_KEY": KEY}
    settings = read_settings(environ=environ, cwd=tmp_path, home=tmp_path)
    assert [each.problem[:10] for each in settings.file_problems] == ["`****1234`", "`****7zq7`"]
    made = make_bundle(Call("a/b"), settings, OURS, Options(offline=True), environ=environ)
    assert "****" not in made.text
    found = json.loads(made.text)["settings"]
    problems = [each["problem"].partition("` ")[0] for each in found["file_problems"]]
    assert problems[0] == f"`{found['credentials']['secret']}"
    assert problems[1] not in (problems[0], "`")


def test_no_key_of_a_case_is_in_its_bundle(cases: Mapping[str, Case]) -> None:
    """Nor its end, which reports show."""
    for name, case in cases.items():
        made: Made = case.made
        assert case.key is None or len(case.key) < 8 or case.key not in made.text, name
        assert "****" not in made.text, name


def test_signed_addresses_of_files_are_secrets_as_a_whole(cases: Mapping[str, Case]) -> None:
    """The sandbox hands one out for a version that can be downloaded."""
    text = cases["use-alias"].made.text
    assert re.findall(r'"directUrl": "(.*)"', text) == ["redacted-secret-2"]


def test_an_answer_that_is_nested_too_deeply_is_cut_and_crashes_nothing() -> None:
    """A server may send what no question of ours asks for."""
    deep: JsonValue = KEY
    for _ in range(5000):
        deep = [deep]
    shallow: JsonValue = Tokens().answer(deep)
    levels = 0
    while isinstance(shallow, list):
        levels, shallow = levels + 1, shallow[0]
    assert (levels, shallow) == (DEEPEST_VALUE, None)
