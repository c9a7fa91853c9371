"""Files and paths of any content: what cannot be used is told in words, and nothing crashes."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from registry_doctor.checking.plugins import load_checks
from registry_doctor.cli import main
from registry_doctor.cli.first_moves import other_command
from registry_doctor.codebase.inputs.manifest import read_manifest
from registry_doctor.codebase.report.baseline import Baseline, MalformedBaseline
from registry_doctor.codebase.source.found import Unreadable
from registry_doctor.diagnosis.configuration import Configuration, MalformedConfiguration, read_configuration
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.sandbox import Sandbox, SandboxError, World, WorldError, load_world
from registry_doctor.settings import Given, read_settings

ROOT = Path(__file__).parents[2]
WORLD = ROOT / "tests" / "contract" / "worlds" / "acme.yaml"
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8")))

FAST = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ODD = st.text("wandb-registry-/:%2F <>{}$\\'\"`\x1b\n\r\t\0\u202e\u2028\udc80é模٣v0123.latest@#?&=[]")
TEXTS = st.text() | ODD
BYTES = st.binary() | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@FAST
@given(TEXTS, st.sampled_from(["link", "use"]), TEXTS | st.none(), TEXTS | st.none())
@example("vision/wandb-registry-model/detector", "use", None, "\x1b[2J")
def test_any_target_path_is_diagnosed(path: str, for_: str, artifact: str | None, entity: str | None) -> None:
    """Offline, with all checks: none crashes, the exit status is 0 or 1, and the JSON is what the schema says."""
    call = Call(path, "link", artifact) if for_ == "link" else Call(path, "use")
    found = read_settings(Given(entity=entity), environ={"WANDB_API_KEY": "0" * 40})
    report = examine(call, found, load_checks(others=False), Options(offline=True))
    assert report.exit_code in (0, 1), report.results
    written = report.to_json()
    written.encode("utf-8")
    SCHEMA.validate(json.loads(written))
    for text in (str(report), written, report._repr_html_()):
        assert all(char.isprintable() or char == "\n" for char in text)


@settings(FAST, max_examples=30)
@given(TEXTS.filter(lambda text: "\0" not in text))
@example("0.MD")
def test_any_target_path_may_stand_on_the_command_line(path: str) -> None:
    """There it is a finding, and never a traceback; a sentence or a file is told apart before it is diagnosed."""
    done = CliRunner().invoke(main, ["doctor", "--offline", "--no-config", "--format", "json", "--", path])
    if other_command(path):
        assert (done.exit_code, done.stdout) == (2, "")
        return
    assert done.exit_code in (0, 1), done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout)["exit_code"] == done.exit_code


def is_told(error: Exception) -> None:
    """The message is one line of printable characters at least as long as a word."""
    assert len(str(error)) > 3
    assert len(str(error)) < 20_000


@FAST
@given(BYTES, st.sampled_from([".yaml", ".json"]))
@example(b"[" * 9_000 + b"]" * 9_000, ".yaml")
@example(b"- " * 5_000, ".yaml")
@example(b"[" * 50_000, ".json")
@example(b"a: !!int ''", ".yaml")
@example(b"a: !!timestamp x", ".yaml")
@example(b"a: !!bool maybe", ".yaml")
def test_a_world_file_is_read_or_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    """Whatever its bytes are."""
    path = tmp_path / f"world{suffix}"
    path.write_bytes(content)
    try:
        load_world(path)
    except WorldError as refusal:
        is_told(refusal)


@FAST
@given(
    VALUES,
    st.sampled_from(["server", "users", "orgs", "teams", "projects", "artifacts", "registries"]),
    st.data(),
)
def test_a_world_with_anything_for_a_section_is_read_or_refused(
    value: object, section: str, data: st.DataObject
) -> None:
    """As a whole section, and as one field of a world that is in order."""
    with suppress(WorldError):
        World.from_document({section: value})
    world = yaml.safe_load(WORLD.read_text(encoding="utf-8"))
    rows = world[section] if isinstance(world.get(section), list) else []
    if rows:
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.sampled_from(sorted(row)))] = value
    with suppress(SandboxError), Sandbox.start(world):
        pass


def test_a_world_that_holds_itself_is_refused(tmp_path: Path) -> None:
    """As metadata that JSON cannot hold."""
    path = tmp_path / "world.yaml"
    path.write_text("artifacts: [{path: a/b/c, type: t, versions: [{metadata: &m {again: *m}}]}]")
    with pytest.raises(WorldError, match="JSON can hold"):
        load_world(path)


def test_the_command_shows_no_control_characters_of_a_world_file(tmp_path: Path) -> None:
    """A line of its own could be a command of a CI server."""
    path = tmp_path / "world.yaml"
    path.write_text('{"\\e[2J\\n::error::x": 1}')
    done = CliRunner().invoke(main, ["sandbox", "--world", str(path)])
    assert done.exit_code == 2
    assert r"'\x1b[2J\n::error::x'" in done.stderr


SETTINGS = st.lists(
    st.sampled_from(["[default]", "[x]", "base_url = http://x", "api_key = k", "entity = %", "a", " b", "mode = off"])
    | TEXTS, max_size=6,
).map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))  # fmt: skip
NETRC = st.lists(
    st.sampled_from(["machine api.wandb.ai", "login user", "password p", "default", "macdef x", "#", "account a", '"'])
    | TEXTS, max_size=8,
).map(lambda words: " ".join(words).encode("utf-8", "surrogatepass"))  # fmt: skip


@FAST
@given(SETTINGS | BYTES, SETTINGS | BYTES, NETRC | BYTES)
def test_settings_and_netrc_are_read_whatever_they_hold(
    tmp_path: Path, system: bytes, own: bytes, netrc: bytes
) -> None:
    """And the doctor can tell what is wrong with them."""
    for name, content in ((".config/wandb/settings", system), ("wandb/settings", own), (".netrc", netrc)):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    found = read_settings(environ={"HOME": str(tmp_path)}, cwd=tmp_path)
    report = examine(Call("wandb-registry-m/c"), found, load_checks(others=False), Options(offline=True))
    assert report.exit_code in (0, 1)
    assert all(char.isprintable() or char == "\n" for char in str(report))


VARIABLES = st.sampled_from(
    ["WANDB_BASE_URL", "WANDB_API_KEY", "WANDB_ENTITY", "WANDB_PROJECT", "WANDB_ORGANIZATION", "WANDB_MODE", "NETRC",
     "WANDB_DIR", "WANDB_CONFIG_DIR", "WANDB_IDENTITY_TOKEN_FILE", "WANDB_HTTP_TIMEOUT", "WANDB_SWEEP_ID", "WANDB_LAUNCH"]
)  # fmt: skip


@FAST
@given(st.dictionaries(VARIABLES, TEXTS | st.just("x" * 5000), max_size=5))
def test_variables_are_read_whatever_they_hold(variables: dict[str, str]) -> None:
    """No name of a file, no number, no address is too odd."""
    report = examine(Call("wandb-registry-m/c"), read_settings(environ={"HOME": "/nowhere", **variables}),
                     load_checks(others=False), Options(offline=True))  # fmt: skip
    assert report.exit_code in (0, 1), report.results
    report.to_json().encode("utf-8")
    assert all(char.isprintable() or char == "\n" for char in str(report))


@FAST
@given(TEXTS | VALUES.map(lambda value: f"select = {json.dumps(value, default=str)}"), st.booleans())
@example("a = " + "[" * 5000, False)
def test_a_configuration_is_read_or_refused(text: str, in_project_file: bool) -> None:
    """With the file and the reason."""
    before = "[tool.registry-doctor]\n" if in_project_file else ""
    try:
        found = read_configuration(before + text, "its.toml", in_project_file=in_project_file)
    except MalformedConfiguration as refusal:
        is_told(refusal)
        assert str(refusal).startswith("its.toml")
        assert str(refusal).isprintable()
    else:
        assert isinstance(found, Configuration)


@FAST
@given(
    TEXTS | VALUES.map(lambda value: yaml.safe_dump({"version": 1, "targets": [value]}, allow_unicode=True))
)
@example("version: 1\ntargets: " + "[" * 3000)
def test_a_manifest_is_read_or_its_faults_are_told(text: str) -> None:
    """With their lines; nothing is raised."""
    for each in read_manifest(text, "m.yaml"):
        if isinstance(each, Unreadable):
            assert each.reason


@FAST
@given(TEXTS | VALUES.map(lambda value: json.dumps({"schema_version": 1, "findings": value}, default=str)))
@example("[" * 50_000)
def test_a_baseline_is_read_or_refused(text: str) -> None:
    """In words."""
    try:
        Baseline.parse(text)
    except MalformedBaseline as refusal:
        is_told(refusal)


LONG = "x" * 5000


@pytest.mark.parametrize(
    "words",
    [
        ("preflight", LONG), ("preflight", "--manifest", LONG), ("preflight", "--from-log", LONG), ("preflight", "a\0b"),
        ("preflight", "--baseline", LONG), ("preflight", "-o", f"text:{LONG}"), ("doctor", "-o", f"text:{LONG}"),
        ("doctor", "-o", f"text:{LONG}/x"), ("doctor", "--config", LONG), ("doctor", "--error", f"@{LONG}"), ("doctor", "--error", "@a\0b"),
        ("doctor", "-o", "text:a\0b"), ("doctor", "--config", "a\0b"), ("doctor", "--replay", LONG), ("bundle", "-o", LONG),
        ("sandbox", "--world", LONG), ("preflight", "--baseline", "a\0b"),
    ],
    ids=lambda words: " ".join(words)[:30],
)  # fmt: skip
def test_what_no_file_can_be_called_is_wrong_usage(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no crash of the command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2, done.stderr[-300:]
    assert "unexpected" not in done.stderr
