"""`read_settings` says what wandb would go by, and where each value is from."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_doctor.settings import (
    ApiKey,
    FileProblem,
    Given,
    IdentityToken,
    InvalidCredentials,
    NoCredentials,
    Settings,
    Sourced,
    VariableProblem,
    read_settings,
)

KEY = "0123456789abcdef" * 3
FORGE = "api.forge.coreweave.com"
GLOBAL = "home/.config/wandb/settings"
LOCAL = "work/wandb/settings"
NETRC = "home/.netrc"


class Place:
    """A home and a working directory with files in them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("home", "work"):
            (root / name).mkdir()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, environ: Mapping[str, str] | None = None, given: Given = Given()) -> Settings:  # noqa: B008 - frozen
        return read_settings(given, environ=environ or {}, cwd=self.root / "work", home=self.root / "home")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_nothing_set_gives_wandbs_defaults(place: Place) -> None:
    """Without variables and files the address, mode and time-out are wandb's, and names have no source."""
    found = place.read()
    assert found.base_url == Sourced("https://api.forge.coreweave.com", "wandb's default")
    assert found.app_url == "https://forge.coreweave.com/wandb"
    assert found.mode == Sourced("online", "wandb's default")
    assert found.timeout == Sourced(19.0, "wandb's default")
    assert found.entity == found.organization == found.project == Sourced(None, None)
    assert (found.file_problems, found.variable_problems, found.timeout_problem) == ((), (), None)
    assert found.credentials == NoCredentials(
        (
            "WANDB_API_KEY",
            "WANDB_IDENTITY_TOKEN_FILE",
            "~/.netrc (not there)",
            "~/.config/wandb/settings",
            str(place.root / LOCAL),
        )
    )


def test_an_empty_key_is_named_where_wandb_looked(place: Place) -> None:
    """It counts as not set, and whoever set it has to see that."""
    found = place.read({"WANDB_API_KEY": "", "WANDB_IDENTITY_TOKEN_FILE": ""}).credentials
    assert isinstance(found, NoCredentials)
    assert found.looked_in[:2] == (
        "WANDB_API_KEY (set, but empty)",
        "WANDB_IDENTITY_TOKEN_FILE (set, but empty)",
    )


@pytest.mark.parametrize(
    ("given", "environ", "expected"),
    [
        (Given(), {}, Sourced("from global", "~/.config/wandb/settings")),
        (Given(), {"WANDB_ENTITY": "v"}, Sourced("v", "WANDB_ENTITY")),
        (Given(), {"WANDB_ENTITY": ""}, Sourced(None, "WANDB_ENTITY (empty)")),
        (Given(entity="o"), {"WANDB_ENTITY": "v"}, Sourced("o", "--entity")),
        (Given(entity="a", style="argument"), {"WANDB_ENTITY": "v"}, Sourced("a", "entity=")),
        (Given(entity=""), {"WANDB_ENTITY": "v"}, Sourced(None, "--entity (empty)")),
    ],
)
def test_a_name_comes_with_its_source(
    place: Place, given: Given, environ: Mapping[str, str], expected: Sourced[str | None]
) -> None:
    """What is said explicitly wins over the variable, that over the file; an empty one counts as nothing."""
    place.write(GLOBAL, "[default]\nentity = from global\n")
    assert place.read(environ, given).entity == expected


def test_the_given_address_is_worded_as_an_option() -> None:
    """The source of a given address is the option or argument it was given with."""
    assert read_settings(Given(base_url="http://x")).base_url.source == "--base-url"
    assert read_settings(Given(base_url="http://x", style="argument")).base_url.source == "base_url="


@pytest.mark.parametrize(
    ("text", "problem", "crashes"),
    [
        ("[default]\nteam = x", "`team` is not a setting of wandb 0.31.0; wandb then ignores every", False),
        ("[default]\nmode = on", "`mode`: Input should be 'online',", False),
        ("[default]\nproject = a/b", "`project`: Invalid project name 'a/b': cannot contain", False),
        (
            "[default]\nbase_url = https://wandb.ai",
            "`base_url`: https://wandb.ai is not a valid server",
            False,
        ),
        ("entity = x", "line 1 is before the [default] section; wandb ignores this file", False),
        ("[default]\nentity", "line 2 is not in the form `name = value`; wandb ignores this file", False),
        ("[default]\nproject = 1\nproject = 2", "line 3 sets `project` a second time", False),
        ("[default]\n[default]", "line 2 opens a section a second time", False),
        ("[wandb]\nentity = x", "has no [default] section", False),
        ("[default]\nproject = 100%", "the value of `project` has a `%` that is not doubled", True),
        (b"[default]\nproject = \xff", "cannot be read (invalid start byte at byte 20); wandb crashes", True),
        (b"\x00" * ((1 << 20) + 1), "cannot be read (it is larger than 1 MiB); wandb may read it", False),
    ],
)
def test_a_bad_settings_file_is_named_with_what_is_wrong_in_it(
    place: Place, text: str | bytes, problem: str, crashes: bool
) -> None:
    """The problem says the line or the name, and what wandb does about it."""
    place.write(GLOBAL, text)
    (found,) = place.read().file_problems
    assert (found.path, found.crashes) == ("~/.config/wandb/settings", crashes)
    assert problem in found.problem


@pytest.mark.parametrize(
    ("bad", "kept"),
    [("[default]\nteam = x", None), ("[default]\nproject = %", None), ("entity = x", "local")],
)
def test_a_bad_line_in_one_file_costs_what_it_costs_in_wandb(
    place: Place, bad: str, kept: str | None
) -> None:
    """An unknown name or a `%` loses both files, a line that cannot be parsed only its own."""
    place.write(GLOBAL, bad)
    place.write(LOCAL, "[default]\nentity = local\n")
    assert place.read().entity.value == kept


def test_a_directory_or_pipe_in_place_of_a_settings_file_is_reported(place: Place) -> None:
    """Neither is read, and the pipe is not waited for."""
    (place.root / GLOBAL).mkdir(parents=True)
    (place.root / LOCAL).parent.mkdir()
    os.mkfifo(place.root / LOCAL)
    assert [problem.problem for problem in place.read().file_problems] == [
        "cannot be read (it is a directory); wandb skips it",
        "cannot be read (it is a pipe or a device); wandb may read it",
    ]


def test_a_file_that_may_not_be_read_is_reported(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing permission becomes a problem, and for netrc a place looked in."""
    place.write(GLOBAL, "[default]\n")
    place.write(NETRC, "")

    def refuse(path: Path, **_: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refuse)
    found = place.read()
    reason = "cannot be read (Permission denied); wandb skips it"
    assert found.file_problems == (FileProblem("~/.config/wandb/settings", reason, crashes=False),)
    assert isinstance(found.credentials, NoCredentials)
    assert "~/.netrc (cannot be read: Permission denied)" in found.credentials.looked_in


@pytest.mark.parametrize(
    ("environ", "problem", "source"),
    [
        ({"WANDB_API_KEY": "abc"}, "API key must have 40+ characters, has 3.", "WANDB_API_KEY"),
        ({"WANDB_API_KEY": f"{KEY} "}, "API key cannot start or end with whitespace", "WANDB_API_KEY"),
        (
            {"WANDB_API_KEY": f"{KEY} {KEY}"},
            "API key may only contain the letters A-Z, digits and underscores.",
            "WANDB_API_KEY",
        ),
        (
            {"WANDB_API_KEY": KEY, "WANDB_IDENTITY_TOKEN_FILE": "t"},
            "Both WANDB_API_KEY and WANDB_IDENTITY_TOKEN_FILE are set, which is not allowed.",
            "WANDB_API_KEY and WANDB_IDENTITY_TOKEN_FILE",
        ),
    ],
)
def test_malformed_credentials_come_in_wandbs_words(
    place: Place, environ: Mapping[str, str], problem: str, source: str
) -> None:
    """What wandb refuses by itself is told as it tells it, and only once."""
    found = place.read(environ)
    assert isinstance(found.credentials, InvalidCredentials)
    assert (found.credentials.problem, found.credentials.source) == (problem, source)
    assert found.variable_problems == ()


def test_a_key_in_netrc_comes_with_the_machine_it_is_for(place: Place) -> None:
    """The source is the file, and the entry that served is named."""
    place.write(NETRC, f"machine api.wandb.ai login user password {KEY}\n")
    credentials = place.read().credentials
    assert isinstance(credentials, ApiKey)
    assert credentials.secret.reveal() == KEY
    assert (credentials.source, credentials.machine, credentials.shadows) == (
        "~/.netrc",
        "api.wandb.ai",
        None,
    )


def test_a_default_entry_in_netrc_tells_which_machine_it_shadows(place: Place) -> None:
    """For a Forge address the `default` entry is taken although the W&B host has one of its own."""
    place.write(NETRC, f"machine api.wandb.ai password {KEY}\ndefault password {KEY[::-1]}\n")
    credentials = place.read().credentials
    assert isinstance(credentials, ApiKey)
    assert (credentials.machine, credentials.shadows) == ("default", "api.wandb.ai")
    assert credentials.secret.reveal() == KEY[::-1]


def test_a_key_for_another_wandb_host_is_pointed_out(place: Place) -> None:
    """Where nothing is found, the W&B hosts that netrc knows are named, and nobody else's."""
    place.write(NETRC, f"machine {FORGE} password {KEY}\nmachine github.example password x\n")
    credentials = place.read({"WANDB_BASE_URL": "https://api.wandb.ai"}).credentials
    assert isinstance(credentials, NoCredentials)
    assert "~/.netrc (machine api.wandb.ai)" in credentials.looked_in
    assert credentials.other_machines == (FORGE,)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            f"machine {FORGE} login user\n",
            f"~/.netrc (machine {FORGE}, without password)",
            marks=pytest.mark.skipif(
                sys.version_info < (3, 11), reason="Python 3.10 cannot parse such an entry"
            ),
        ),
        ("machine x\nnonsense y\n", "~/.netrc (cannot be parsed, line 2)"),
        ("", f"~/.netrc (machine {FORGE})"),
    ],
)
def test_a_netrc_without_use_is_named_among_the_places(place: Place, content: str, said: str) -> None:
    """Why the file gave nothing stands beside its name."""
    place.write(NETRC, content)
    credentials = place.read().credentials
    assert isinstance(credentials, NoCredentials)
    assert said in credentials.looked_in


def test_an_identity_token_is_an_absolute_path(place: Place) -> None:
    """A relative path counts from the working directory."""
    found = place.read({"WANDB_IDENTITY_TOKEN_FILE": "token"})
    assert found.credentials == IdentityToken(str(place.root / "work" / "token"), "WANDB_IDENTITY_TOKEN_FILE")


def test_a_malformed_timeout_is_told_and_wandbs_default_taken(place: Place) -> None:
    """wandb would crash on it; we go on with its default."""
    found = place.read({"WANDB_HTTP_TIMEOUT": "5s"})
    assert found.timeout == Sourced(19.0, "wandb's default")
    assert found.timeout_problem == "invalid literal for int() with base 10: '5s'"


def test_malformed_variables_are_told_in_wandbs_words(place: Place) -> None:
    """A mode or project that wandb crashes on is listed; a refused address has its own place."""
    found = place.read({"WANDB_MODE": "on", "WANDB_PROJECT": "a:b", "WANDB_BASE_URL": "acme.example"})
    assert [problem.variable for problem in found.variable_problems] == ["WANDB_MODE", "WANDB_PROJECT"]
    assert found.mode == Sourced("on", "WANDB_MODE")
    assert found.base_url == Sourced("acme.example", "WANDB_BASE_URL")
    assert found.base_url_problem == "Input should be a valid URL, relative URL without a base"


def test_a_refused_variable_behind_a_given_address_is_still_told(place: Place) -> None:
    """wandb loads its settings first, whatever address the call names."""
    found = place.read({"WANDB_BASE_URL": "acme"}, Given(base_url="https://acme.example"))
    assert found.base_url_problem is None
    assert found.variable_problems == (
        VariableProblem("WANDB_BASE_URL", "Input should be a valid URL, relative URL without a base"),
    )


@pytest.mark.parametrize(
    ("environ", "files"),
    [
        ({"WANDB_API_KEY": KEY}, {}),
        ({"WANDB_API_KEY": f" {KEY}"}, {}),
        ({"WANDB_API_KEY": KEY, "WANDB_IDENTITY_TOKEN_FILE": "t"}, {}),
        ({"WANDB_BASE_URL": f"https://user:{KEY}@acme.example"}, {}),
        ({"WANDB_BASE_URL": f"https://user:{KEY}@wandb.ai"}, {}),
        ({"WANDB_BASE_URL": f"https://user:{KEY}@api.acme.example"}, {}),
        ({}, {NETRC: f"machine {FORGE} password {KEY}"}),
        ({}, {NETRC: f"machine {FORGE} password\n{KEY} {KEY}"}),
        ({}, {GLOBAL: f"[default]\napi_key = {KEY}"}),
        ({}, {GLOBAL: f"[default]\napi_key = {KEY}%"}),
        ({}, {GLOBAL: f"[default]\napi_key =\n {KEY}"}),
        ({}, {GLOBAL: f"[default]\napi_key {KEY}"}),
        ({}, {GLOBAL: f"[default]\n{KEY} = api_key"}),
        ({}, {GLOBAL: f"[default]\nwandb login {KEY} = 1\nwandb login {KEY} = 2"}),
        ({}, {GLOBAL: f"{KEY}\n"}),
        ({}, {GLOBAL: f"[default]\nbase_url = https://user:{KEY}@wandb.ai"}),
        ({}, {GLOBAL: f"[{KEY}]\n[{KEY}]"}),
    ],
)
def test_no_secret_shows_in_what_is_printed(
    place: Place, environ: Mapping[str, str], files: Mapping[str, str]
) -> None:
    """Wherever a key stands, rightly or wrongly, it is in no repr, str or message."""
    for name, content in files.items():
        place.write(name, content)
    found = place.read(environ, Given(api_key=None))
    assert KEY not in repr(found) + str(found) + (found.base_url_problem or "")
    assert KEY not in repr(Given(api_key=KEY, base_url=f"https://u:{KEY}@x"))


def test_without_a_home_directory_nothing_fails(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container whose user has no home wandb crashes; we say so and read what there is."""

    def unknown() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", unknown)
    found = read_settings(environ={"WANDB_ENTITY": "v"}, cwd=place.root / "work")
    assert found.entity.value == "v"
    assert found.variable_problems == (VariableProblem("HOME", "Could not determine home directory."),)


def test_in_a_deleted_working_directory_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The local settings file is then not there."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert read_settings(environ={}, home=tmp_path).file_problems == ()
    monkeypatch.chdir(tmp_path)


def test_by_default_this_process_is_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments the variables, home and working directory are those of the process."""
    place.write(LOCAL, "[default]\nproject = here\n")
    place.write(GLOBAL, "[default]\norganization = Acme\n")
    for variable in [name for name in os.environ if name.startswith("WANDB_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(place.root / "home"))
    monkeypatch.setenv("WANDB_ENTITY", "vision")
    monkeypatch.chdir(place.root / "work")
    found = read_settings()
    assert (found.entity.value, found.organization.value, found.project.value) == ("vision", "Acme", "here")


VARIABLES = [
    *("WANDB_BASE_URL", "WANDB_API_KEY", "WANDB_MODE", "WANDB_HTTP_TIMEOUT", "WANDB_CONFIG_DIR", "NETRC"),
    *("WANDB_PROJECT", "WANDB_APP_URL", "WANDB_IDENTITY_TOKEN_FILE", "HOME", "WANDB_entity"),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(st.sampled_from(VARIABLES), st.text(max_size=20)),
    st.binary(max_size=80) | st.text("[]default=:%\n #api_keynr", max_size=80).map(str.encode),
    st.binary(max_size=80) | st.text("machine login password default#\n\"'", max_size=80).map(str.encode),
)
def test_nothing_in_variables_or_files_makes_it_raise(
    place: Place, environ: Mapping[str, str], config: bytes, netrc: bytes
) -> None:
    """Whatever stands there becomes a value or a problem."""
    place.write(GLOBAL, config)
    place.write(NETRC, netrc)
    assert isinstance(place.read(environ), Settings)
    assert isinstance(read_settings(environ=environ, cwd=place.root), Settings)


def test_importing_it_and_reading_imports_only_what_is_quick(tmp_path: Path) -> None:
    """Neither wandb nor another heavy module is loaded, and the parsers only for a file that is there."""
    program = (
        "import sys; from registry_doctor.settings import read_settings; read_settings();"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HOME": str(tmp_path), "NETRC": "", "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
    )
    for heavy in ("wandb", "pydantic", "requests", "click", "configparser", "netrc"):
        assert f"'{heavy}'" not in done.stdout
