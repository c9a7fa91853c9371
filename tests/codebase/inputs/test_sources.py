"""All sources together: in a fixed order, one file at a time, and a missing file is reported at once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from registry_doctor.codebase.inputs import sources
from registry_doctor.codebase.inputs.configuration_files import ConfigurationFile, targets_in_configuration
from registry_doctor.codebase.inputs.sources import NoSuchPath, collect
from registry_doctor.codebase.inputs.targets import InSources, OpenTarget, OrdinaryUse, Target
from registry_doctor.codebase.source.found import FoundComment, Unreadable

CODE = 'import wandb\nwandb.init(entity="vision").link_artifact(a, "wandb-registry-m/{}")\n'
MANIFEST = "version: 1\ntargets:\n  - {{path: wandb-registry-m/{}, for: use}}\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A code base with something of everything."""
    files = {
        "b.py": CODE.format("code-b"),
        "a/train.py": CODE.format("code-a"),
        "a/conf.yaml": "link: wandb-registry-m/yaml\n",
        "a/open.toml": "link = 'wandb-registry-${NAME}/toml'\n",
        "registry-preflight.yaml": MANIFEST.format("listed"),
        "other.manifest": MANIFEST.format("other"),
        "train.log": "linking to wandb-registry-m/logged\n",
        "uses.py": 'import wandb\nwandb.Api().artifact("vision/p/x:v0")\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def short(found: InSources) -> str:
    """File with path, or what else it is."""
    match found:
        case Target():
            return f"{found.location.file} {found.for_} {found.text.rpartition('/')[2]}"
        case FoundComment():
            return f"{found.file} comment"
        case OpenTarget():
            return f"{found.location.file} open {found.template}"
        case OrdinaryUse():
            return f"{found.location.file} ordinary"
        case Unreadable():
            return f"{found.file} unreadable"


WHOLE = [
    "a/train.py link code-a",
    "b.py link code-b",
    "uses.py ordinary",
    "a/conf.yaml link yaml",
    "a/open.toml open wandb-registry-{NAME}/toml",
    "registry-preflight.yaml use listed",
]


def test_a_folder_is_read_with_code_configuration_and_manifest(tree: Path) -> None:
    """Once each, in this order, every time."""
    assert [short(each) for each in collect([tree], root=tree)] == WHOLE
    again = [short(each) for each in collect([Path(), tree / "a", Path("b.py")], root=tree)]
    assert sorted(again) == sorted(WHOLE)


def test_everything_that_is_named_is_read(tree: Path) -> None:
    """A manifest of any name, a log, standard input, and supplied values."""
    found = collect(
        [Path("a/open.toml"), Path("b.py")],
        root=tree,
        supplied={"NAME": "n"},
        manifests=[Path("other.manifest"), Path("registry-preflight.yaml")],
        logs=[Path("train.log")],
        stdin=io.BytesIO(b"wandb-registry-m/typed\n"),
        for_="use",
    )
    assert [short(each) for each in found] == [
        "b.py link code-b",
        "a/open.toml link toml",
        "other.manifest use other",
        "registry-preflight.yaml use listed",
        "train.log link logged",
        "<stdin> use typed",
    ]


def test_a_manifest_is_read_once(tree: Path) -> None:
    """Though it is named and lies in a folder that is named."""
    found = [short(each) for each in collect([tree], root=tree, manifests=[Path("registry-preflight.yaml")])]
    assert found == WHOLE


@pytest.mark.parametrize(
    ("paths", "manifests", "logs", "message"),
    [
        (["nowhere"], [], [], "there is no file or folder 'nowhere'"),
        (["b.py", "a/nowhere.yaml"], [], [], "there is no file or folder 'a/nowhere.yaml'"),
        ([], ["nowhere.yaml"], [], "there is no manifest 'nowhere.yaml'"),
        ([], ["a"], [], "there is no manifest 'a'"),
        ([], [], ["no\nwhere.log"], "there is no log 'no\\nwhere.log'"),
    ],
)
def test_a_missing_file_is_reported_before_anything_is_read(
    tree: Path, paths: list[str], manifests: list[str], logs: list[str], message: str
) -> None:
    """At once, not when its turn comes."""
    with pytest.raises(NoSuchPath) as raised:
        collect(map(Path, paths), root=tree, manifests=map(Path, manifests), logs=map(Path, logs))
    assert str(raised.value) == message


def test_one_file_is_read_at_a_time(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found in a file is given on before the next one is opened, so that memory does not grow."""
    opened: list[str] = []
    read = targets_in_configuration

    def watched(file: ConfigurationFile, *rest: object, **more: object) -> object:
        opened.append(file.path.name)
        return read(file, *rest, **more)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(sources, "targets_in_configuration", watched)
    for number in range(50):
        (tree / f"many{number:02}.yaml").write_text("link: wandb-registry-m/x\n", encoding="utf-8")
    seen = 0
    for each in collect([tree], root=tree):
        if isinstance(each, Target) and each.location.file.startswith("many"):
            seen += 1
            assert opened[-1] == each.location.file
    assert seen == 50
