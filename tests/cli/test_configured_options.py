"""A configuration says what an option can say; the command line replaces each value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from registry_doctor.cli import main
from registry_doctor.codebase.report.formats import FORMATS
from registry_doctor.diagnosis.configuration import KEYS, MalformedConfiguration, read_configuration
from registry_doctor.diagnosis.configured_options import CHOICES, FLAGS, INSTEAD, LISTS, TABLES, TEXTS
from registry_doctor.support.toml import load_toml
from tests.places import ROOT

SCHEMA = json.loads((ROOT / "docs" / "registry-doctor.schema.json").read_text(encoding="utf-8"))
CODE = 'import os, wandb\nwandb.init().use_artifact("wandb-registry-" + os.environ["REG"] + "/x:v1")\n'

RIGHT: dict[str, str] = {
    "paths": '["a"]', "exclude": '["a/"]', "manifest": '["m.yaml"]', "from-log": '["r.log"]', "output": '["json:r"]',
    "set": '{A = "b"}', "entity": '"a"', "project": '"a"', "organization": '"a"', "base-url": '"https://a"',
    "sdk-version": '"0.31.0"', "baseline": '"b.json"', "for": '"use"', "format": '"json"', "color": '"never"',
    "offline": "true", "require-credentials": "true", "confirm": "false", "plugins": "false", "verbose": "true",
    "quiet": "true", "select": '["RD2"]', "ignore": '{RD2 = "why"}', "severity": '{RD2 = "error"}',
    "fail-on": '"warning"', "timeout": "3",
}  # fmt: skip


def test_the_schema_has_the_keys_of_the_reader() -> None:
    """And is a schema."""
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(KEYS) == set(RIGHT)
    assert {*LISTS, *TABLES, *TEXTS, *FLAGS} < set(KEYS)
    assert set(CHOICES["format"]) == set(FORMATS)


@pytest.mark.parametrize("key", RIGHT)
def test_reader_and_schema_accept_the_same(key: str) -> None:
    """A right value, and refuse a wrong one."""
    validator = Draft202012Validator(SCHEMA)
    text = f"{key} = {RIGHT[key]}"
    assert validator.is_valid(load_toml(text))
    assert read_configuration(text, "f") is not None
    wrong = f"{key} = 1979-05-27"
    assert not validator.is_valid(json.loads(json.dumps(load_toml(wrong), default=lambda _: {"x": 1.5})))
    with pytest.raises(MalformedConfiguration, match=f"`{key}"):
        read_configuration(wrong, "f")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fail_on = 1", "did you mean `fail-on`?"),
        ("path = []", "did you mean `paths`?"),
        ("no-plugins = true", "`plugins = false` has this meaning"),
        ("write_baseline = true", "it is an action, so it is only an option of the command line"),
        (
            "trust-checkout = true",
            "only an option of the command line, because the file is part of the checkout",
        ),
        ('sdk-version = "new"', 'must be a version such as "0.31.0"'),
        ('format = "xml"', "must be one of text, json,"),
        ("paths = [1]", 'must be a list of strings, such as ["src", "train.ipynb"]'),
        ("set = {A = 1}", "must be a table with a string for each name"),
    ],
)
def test_a_wrong_key_or_value_is_said_in_words(text: str, words: str) -> None:
    """With what is meant."""
    with pytest.raises(MalformedConfiguration) as caught:
        read_configuration(text, "registry-doctor.toml")
    assert words in str(caught.value)


def test_no_key_is_also_explained_away() -> None:
    """A key that exists needs no other words."""
    assert not set(INSTEAD) & set(KEYS)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WANDB_ENTITY", "VIRTUAL_ENV", "GITHUB_ACTIONS", "WANDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "src/old_a.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "b.py").write_text(CODE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(folder: Path, text: str) -> None:
    (folder / "registry-doctor.toml").write_text(text, encoding="utf-8")


def preflight(*arguments: str) -> tuple[Result, dict[str, list[str]]]:
    result = CliRunner().invoke(main, ["preflight", "--format", "json", "--offline", *arguments])
    report = json.loads(result.stdout)
    found: dict[str, list[str]] = {}
    for each in report["reports"]:
        found.setdefault(each["location"]["file"], []).append(each["target"]["input"])
    return result, found


def test_what_is_searched(project: Path) -> None:
    """Paths and exclusions start at the folder of the file; paths on the command line replace them."""
    configured(project, 'paths = ["src"]\nexclude = ["old_*"]\n[set]\nREG = "model"\n')
    path = "wandb-registry-model/x:v1"
    assert preflight()[1] == {"src/a.py": [path]}
    assert preflight("b.py")[1] == {"b.py": [path]}
    assert preflight("--exclude", "a.py", "src")[1] == {"src/old_a.py": [path]}
    assert preflight("--set", "REG=other")[1] == {"src/a.py": ["wandb-registry-other/x:v1"]}
    assert preflight("--no-config", "--set", "REG=m", "--exclude", "src/")[1] == {
        "b.py": ["wandb-registry-m/x:v1"]
    }


def test_from_a_folder_below(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is found above, and its paths are still its own."""
    configured(project, 'paths = ["b.py"]\n[set]\nREG = "model"\n')
    monkeypatch.chdir(project / "src")
    (file,) = preflight()[1]
    assert file.endswith("/b.py")


def test_for_whom_and_with_which_wandb(project: Path) -> None:
    """The report says that the file said so."""
    configured(project, 'entity = "vision"\nsdk-version = "0.30.0"\n[set]\nREG = "model"\n')
    for arguments, entity, version in (
        ((), {"value": "vision", "source": "registry-doctor.toml"}, "0.30.0"),
        (("--entity", "nlp", "--sdk-version", "0.31.0"), {"value": "nlp", "source": "--entity"}, "0.31.0"),
    ):
        result = CliRunner().invoke(main, ["preflight", "--format", "json", "--offline", "b.py", *arguments])
        (report,) = json.loads(result.stdout)["reports"]
        assert report["context"]["entity"] == entity
        assert report["context"]["sdk_version"] == version


def test_how_it_is_reported(project: Path) -> None:
    """Formats, files beside the configuration, and switches."""
    configured(
        project, 'format = "junit"\noutput = ["sarif:src/r.sarif"]\noffline = true\n[set]\nREG = "m"\n'
    )
    result = CliRunner().invoke(main, ["preflight", "b.py"])
    assert result.stdout.startswith("<?xml")
    assert json.loads((project / "src/r.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    configured(project, "verbose = true\nquiet = true\n")
    assert CliRunner().invoke(main, ["preflight", "b.py"]).exit_code == 2


def test_doctor_takes_the_same_keys(project: Path) -> None:
    """As far as it has the option."""
    configured(project, 'entity = "vision"\nsdk-version = "0.18.3"\noffline = true\npaths = ["src"]\n')
    result = CliRunner().invoke(main, ["doctor", "wandb-registry-m/x:v1", "--for", "use", "--format", "json"])
    context = json.loads(result.stdout)["context"]
    assert (context["entity"]["value"], context["sdk_version"]) == ("vision", "0.18.3")
    assert context["entity"]["source"] == "registry-doctor.toml"
