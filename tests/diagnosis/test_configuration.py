"""Configuration files: what they may say, which of them is read, and that nothing wrong in them passes silently."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.checking.check import Severity
from registry_doctor.diagnosis.configuration import (
    KEYS,
    LARGEST_CONFIGURATION,
    Configuration,
    MalformedConfiguration,
    find_configuration,
    load_configuration,
    read_configuration,
)

WHOLE = """
select = ["RD2", "rd401"]
fail-on = "warning"
timeout = 10
[ignore]
RD502 = " on purpose "
rd5 = "all of them"
[severity]
RD205 = "error"
rd502 = "warning"
"""

OWN, PROJECT = "registry-doctor.toml", "pyproject.toml"
IGNORING = '[ignore]\n{} = "why"\n'
IN_PROJECT = '[tool.registry-doctor.ignore]\n{} = "why"\n'


def read(text: str) -> Configuration:
    """The configuration in a file of its own."""
    found = read_configuration(text, OWN)
    assert found is not None
    return found


def test_a_whole_file_is_read_with_codes_in_upper_case() -> None:
    """Reasons lose the space around them."""
    assert read(WHOLE) == Configuration(
        OWN,
        ("RD2", "RD401"),
        {"RD502": "on purpose", "RD5": "all of them"},
        {"RD205": Severity.ERROR, "RD502": Severity.WARNING},
        "warning",
        10.0,
    )


def test_an_empty_file_configures_nothing() -> None:
    """It is a configuration all the same, so that the search ends there."""
    assert read("") == Configuration(OWN)


def test_a_project_file_has_the_same_keys_in_its_table() -> None:
    """The same values come out."""
    text = WHOLE.replace("[ignore]", "[tool.registry-doctor.ignore]")
    text = text.replace("[severity]", "[tool.registry-doctor.severity]")
    found = read_configuration(f"[tool.registry-doctor]\n{text}", OWN, in_project_file=True)
    assert found == read(WHOLE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.ruff]\nline-length = 110\n",
        'dependencies = ["wandb-registry-doctor"]\n',
        "tool = 3 # registry-doctor",
        "this is = = no TOML, and no business of ours",
    ],
)
def test_a_project_file_without_the_table_is_none(text: str) -> None:
    """One that does not mention us is not even parsed."""
    assert read_configuration(text, PROJECT, in_project_file=True) is None


def test_the_longer_beginning_of_a_code_decides() -> None:
    """A family can be treated one way and one of its checks another."""
    found = read('[severity]\nRD2 = "warning"\nRD202 = "error"\n[ignore]\nRD5 = "all"\nRD502 = "this"\n')
    assert (found.severity_of("RD201"), found.severity_of("RD202")) == (Severity.WARNING, Severity.ERROR)
    assert (found.severity_of("RD301"), found.reason_to_ignore("RD301")) == (None, None)
    assert (found.reason_to_ignore("RD501"), found.reason_to_ignore("RD502")) == ("all", "this")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fail_on = 'error'", "unknown key `fail_on`; did you mean `fail-on`?"),
        ("[ignores]", "unknown key `ignores`; did you mean `ignore`?"),
        (
            "zzz = true",
            "unknown key `zzz`; the keys are 'select', 'ignore', 'severity', 'fail-on', 'timeout', 'paths', 'exclude',"
            " 'manifest', 'from-log', 'output', 'set', 'entity', 'project', 'organization', 'base-url', 'sdk-version',"
            " 'baseline', 'for', 'format', 'color', 'offline', 'require-credentials', 'confirm', 'plugins', 'verbose'"
            " and 'quiet'",
        ),
        ("color = true", "`color`: must be a non-empty string"),
        ('"a\\u001b[2J" = 1', r"unknown key `'a\x1b[2J'`"),
        ("select = 'RD2'", "`select`: must be a list of codes"),
        ("select = [2]", "`select`: the code must be a non-empty string"),
        ("select = [' ']", "`select`: the code must be a non-empty string"),
        ("ignore = ['RD502']", "`ignore`: must be a table with a reason for each code"),
        ("[ignore]\nRD502 = ''", "`ignore.RD502`: must be a reason in words"),
        ('[ignore]\nRD502 = " \\n"', "`ignore.RD502`: must be a reason in words"),
        ("[ignore]\nRD502 = true", "`ignore.RD502`: must be a reason in words"),
        ("[ignore]\n'' = 'why'", "`ignore`: the code must be a non-empty string"),
        ("[ignore]\nRD502 = 'why'\nrd502 = 'because'", "`ignore`: RD502 is given twice; remove one of them"),
        ("severity = 'error'", "`severity`: must be a table"),
        ("[severity]\nRD205 = 'fatal'", '`severity.RD205`: must be "error" or "warning"'),
        ("[severity]\nRD205 = 'off'", "to silence a check, use `ignore`"),
        ("[severity]\nRD205 = 1", '`severity.RD205`: must be "error" or "warning"'),
        ("fail-on = 'never'", '`fail-on`: must be "error" or "warning"'),
        ("fail-on = ['error']", '`fail-on`: must be "error" or "warning"'),
        *(
            (f"timeout = {value}", "`timeout`: must be a number of seconds above 0")
            for value in ("0", "-1", "nan", "inf", "true", "'10'", "1" + "0" * 400)
        ),
        ("select = [", "is not valid TOML: "),
        ("a = 1\nb = = 2", "(at line 2, column 5)"),
        (f"a = {'[' * 100_000}", "is not valid TOML: "),
        (f"timeout = {'1' * 5000}", "is not valid TOML: "),
    ],
)
def test_what_is_wrong_is_named_with_the_file_and_the_key(text: str, words: str) -> None:
    """And nothing in the message acts on a terminal."""
    with pytest.raises(MalformedConfiguration) as caught:
        read(text)
    assert str(caught.value).startswith(OWN)
    assert words in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_key_of_a_project_file_is_named_in_full() -> None:
    """With the table that it stands in."""
    for text, words in [
        (
            "[tool.registry-doctor]\ntimout = 1",
            "unknown key `tool.registry-doctor.timout`; did you mean `timeout`?",
        ),
        ("[tool]\nregistry-doctor = 3", "`tool.registry-doctor`: must be a table"),
        ("[tool.registry-doctor]\ntimeout = 0", "`tool.registry-doctor.timeout`: must be a number"),
    ]:
        with pytest.raises(MalformedConfiguration) as caught:
            read_configuration(text, PROJECT, in_project_file=True)
        assert words in str(caught.value)


@given(st.text())
def test_any_text_is_a_configuration_or_malformed(text: str) -> None:
    """Nothing else is raised, in neither kind of file."""
    for source in (text, f"[tool.registry-doctor]\n{text}"):
        for in_project_file in (False, True):
            try:
                read_configuration(source, OWN, in_project_file=in_project_file)
            except MalformedConfiguration as problem:
                assert str(problem)


VALUES = st.recursive(
    st.one_of(
        st.sampled_from(["true", "false", "0", "-0.0", "1e400", "nan", "9" * 400, "1979-05-27", "07:32:00"]),
        st.sampled_from(["'error'", "'warning'", "'RD5'", "''", '"\\u202e"', "'RD'"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
        st.lists(inner, max_size=2).map(
            lambda each: "{" + ", ".join(f"RD{n} = {value}" for n, value in enumerate(each)) + "}"
        ),
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*KEYS, "'\\x1b'", "tool"]), VALUES))
def test_any_values_of_the_keys_are_a_configuration_or_malformed(entries: dict[str, str]) -> None:
    """Whatever type of TOML stands where."""
    try:
        found = read("".join(f"{key} = {value}\n" for key, value in entries.items()))
    except MalformedConfiguration:
        return
    assert found.timeout is None or 0 < found.timeout < float("inf")
    assert all(found.ignore.values())


def write(folder: Path, files: dict[str, str]) -> None:
    """These files under `folder`; a name that ends in a slash is a folder."""
    for name, text in files.items():
        file = folder / name
        if name.endswith("/"):
            file.mkdir(parents=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "source", "code"),
    [
        ({"a/b/" + OWN: IGNORING, OWN: IGNORING}, OWN, "RD1"),
        ({OWN: IGNORING}, "../../" + OWN, "RD1"),
        ({"a/" + PROJECT: IN_PROJECT, OWN: IGNORING}, "../" + PROJECT, "RD1"),
        ({"a/" + PROJECT: "[tool.ruff]\n", OWN: IGNORING}, "../../" + OWN, "RD1"),
        ({"a/b/" + PROJECT: IN_PROJECT.replace("why", "not this"), "a/b/" + OWN: IGNORING}, OWN, "RD1"),
        ({"a/.git/": "", OWN: IGNORING}, "", None),
        ({"a/.git": "gitdir: elsewhere", OWN: IGNORING}, "", None),
        ({"a/.git/": "", "a/" + OWN: IGNORING}, "../" + OWN, "RD1"),
        ({"a/b/" + OWN + "/": "", "a/" + OWN: IGNORING}, "../" + OWN, "RD1"),
        ({"a/b/" + OWN: "", OWN: IGNORING}, OWN, None),
    ],
    ids=[
        "the nearest wins",
        "parents are searched",
        "a project file counts",
        "one without the table does not",
        "its own file comes first",
        "a repository is the end",
        "so is a worktree",
        "its root is searched still",
        "a folder of that name is none",
        "an empty file is the end",
    ],
)
def test_the_nearest_file_alone_is_read(
    tmp_path: Path, files: dict[str, str], source: str, code: str | None
) -> None:
    """Files of several folders are never put together."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    write(tmp_path, {name: text.format("RD1") for name, text in files.items()})
    found = find_configuration(folder)
    assert (found.source.replace("\\", "/"), tuple(found.ignore)) == (source, (code,) if code else ())


def test_a_mark_at_the_beginning_of_the_text_does_no_harm(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    (tmp_path / OWN).write_bytes(b"\xef\xbb\xbftimeout = 3\n")
    assert find_configuration(tmp_path).timeout == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"timeout = 3 # \xff", "is not UTF-8 text: invalid start byte at byte 14"),
        (b"#" * (LARGEST_CONFIGURATION + 1), "cannot be read: it is larger than 1 MB"),
    ],
)
@pytest.mark.parametrize("name", [OWN, "ci.toml"])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Before anything is made of it."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MalformedConfiguration) as caught:
        load_configuration(tmp_path / name, name)
    assert str(caught.value) == f"{name} {words}"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.toml", "No such file or directory"),
        (".", "Is a directory"),
        ("a\0b", "this is not a valid file name"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, words: str) -> None:
    """With the system's reason."""
    with pytest.raises(MalformedConfiguration, match=f"cannot be read: {words}"):
        load_configuration(tmp_path / name, name)


def test_a_project_file_that_is_none_of_our_business_may_be_anything(tmp_path: Path) -> None:
    """It belongs to others, and need not even be text."""
    (tmp_path / PROJECT).write_bytes(b"\xff = =")
    (tmp_path / ".git").mkdir()
    assert find_configuration(tmp_path) == Configuration()
