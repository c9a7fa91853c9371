"""Values supplied from outside, and the reports on unused names."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.inputs.supplied import UnusedName
from registry_doctor.codebase.job import Job
from registry_doctor.codebase.source.found import FoundCall, KnownText, PartialText, UnknownPart

START = "import argparse, os, click, wandb\nfrom dataclasses import dataclass\nrun = wandb.init()\n"


def targets(folder: Path, source: str, **supplied: str) -> list[str]:
    """What the targets of the only call in a source can be."""
    (folder / "a.py").write_text(START + source)
    found = list(find_calls([Path("a.py")], root=folder, supplied=supplied))
    calls = [each for each in found if isinstance(each, FoundCall)]
    assert len(calls) == len(found)
    assert len({call.location for call in calls}) == 1
    return [
        call.target.text if isinstance(call.target, KnownText) else call.target.template for call in calls
    ]


CASES = {
    "variable": "def f(registry):\n    run.link_artifact(a, f'wandb-registry-{registry}/c')\n",
    "attribute": "def f(cfg):\n    run.link_artifact(a, f'wandb-registry-{cfg.deep.registry}/c')\n",
    "key": "def f(cfg):\n    run.link_artifact(a, f\"wandb-registry-{cfg['registry']}/c\")\n",
    "environment": "run.link_artifact(a, f\"wandb-registry-{os.environ['registry']}/c\")\n",
    "environment with default": "run.link_artifact(a, 'wandb-registry-' + os.getenv('registry', 'x') + '/c')\n",
    "environment or default": "run.link_artifact(a, 'wandb-registry-' + (os.getenv('registry') or 'x') + '/c')\n",
    "option": "p = argparse.ArgumentParser()\np.add_argument('--registry', required=True)\nargs = p.parse_args()\n"
    "run.link_artifact(a, 'wandb-registry-%s/c' % args.registry)\n",
    "option with default": "p = argparse.ArgumentParser()\np.add_argument('--registry', default='x')\nargs = p.parse_args()\n"
    "run.link_artifact(a, 'wandb-registry-%s/c' % args.registry)\n",
    "click": "@click.command()\n@click.option('--registry', default='x')\ndef f(registry):\n    run.link_artifact(a, f'wandb-registry-{registry}/c')\n",
    "click by variable": "@click.command()\n@click.option('--name', envvar='registry')\ndef f(name):\n    run.link_artifact(a, f'wandb-registry-{name}/c')\n",
    "parameter with default": "def f(registry='x'):\n    run.link_artifact(a, f'wandb-registry-{registry}/c')\n",
    "default filled in": "def f(registry=None):\n    if registry is None:\n        registry = 'x'\n    run.link_artifact(a, f'wandb-registry-{registry}/c')\n",
    "default if not": "def f(registry=None):\n    registry = registry if registry else 'x'\n    run.link_artifact(a, f'wandb-registry-{registry}/c')\n",
    "computed": "registry = find()\nrun.link_artifact(a, f'wandb-registry-{registry}/c')\n",
    "field": "@dataclass\nclass C:\n    registry: str\ndef f(c: C):\n    run.link_artifact(a, f'wandb-registry-{c.registry}/c')\n",
}


@pytest.mark.parametrize("source", CASES.values(), ids=list(CASES))
def test_a_value_from_outside_can_be_supplied_by_its_name(tmp_path: Path, source: str) -> None:
    """By that of the variable, the attribute, the key, the environment variable or the option."""
    assert targets(tmp_path, source, registry="model") == ["wandb-registry-model/c"]


@pytest.mark.parametrize("source", CASES.values(), ids=list(CASES))
def test_without_it_there_is_the_default_or_an_unknown_part(tmp_path: Path, source: str) -> None:
    """The name is the one under which it can be supplied."""
    expected = "wandb-registry-x/c" if "'x'" in source else None
    assert targets(tmp_path, source) == [expected or targets(tmp_path, source)[0]]
    (call,) = (each for each in find_calls([Path("a.py")], root=tmp_path) if isinstance(each, FoundCall))
    assert "registry" in call.target.names
    if expected is None:
        assert isinstance(call.target, PartialText)
        assert [part.text for part in call.target.parts if not isinstance(part, UnknownPart)] == [
            "wandb-registry-",
            "/c",
        ]
        assert all(reason and not reason.endswith(".") for reason in call.target.reasons)


def test_values_in_the_code_are_not_replaced(tmp_path: Path) -> None:
    """Only what comes from outside is."""
    source = "registry = 'model'\nrun.link_artifact(a, f'wandb-registry-{registry}/c')\n"
    assert targets(tmp_path, source, registry="other") == ["wandb-registry-model/c"]


def test_values_that_exclude_each_other_are_not_mixed(tmp_path: Path) -> None:
    """What is chosen in one place is the same in all parts of a path."""
    source = (
        "for kind, name in {'model': 'm', 'dataset': 'd'}.items():\n    stage = 'prod' if kind == 'model' else 'dev'\n"
        "    if stage == 'prod':\n        continue\n    run.link_artifact(a, f'{stage}/wandb-registry-{kind}/{name}')\n"
    )
    assert targets(tmp_path, source) == ["dev/wandb-registry-dataset/d"]


def test_a_function_is_read_with_what_it_is_called_with(tmp_path: Path) -> None:
    """Once for each caller in the file, each with its own arguments together."""
    source = (
        "def publish(registry, name='n'):\n    run.link_artifact(a, f'wandb-registry-{registry}/{name}')\n"
        "publish('model', name='x')\npublish(registry='dataset')\n"
    )
    assert targets(tmp_path, source) == ["wandb-registry-model/x", "wandb-registry-dataset/n"]


def test_more_than_sixteen_values_are_one_unknown_value(tmp_path: Path) -> None:
    """Sixteen are kept apart."""
    source = "for n in ({}):\n    run.link_artifact(a, f'wandb-registry-m/{{n}}')\n"
    names = [f"'c{number}'" for number in range(17)]
    assert len(targets(tmp_path, source.format(", ".join(names[:16])))) == 16
    assert targets(tmp_path, source.format(", ".join(names))) == ["wandb-registry-m/{n}"]


def test_the_parts_of_an_f_string_have_their_number(tmp_path: Path) -> None:
    """So that the text between the braces, or the assigned constant, can be edited in place."""
    targets(tmp_path, "R = 'model'\nrun.link_artifact(a, f'wandb_registry-{R}/c')\n")
    (call,) = (each for each in find_calls([Path("a.py")], root=tmp_path) if isinstance(each, FoundCall))
    assert isinstance(call.target, KnownText)
    shown = [(part.text, part.part, part.span.line if part.span else None) for part in call.target.parts]
    assert shown == [("wandb_registry-", 0, 5), ("model", None, 4), ("/c", 2, 5)]


def unused(folder: Path, **supplied: str) -> list[tuple[str, str | None]]:
    """The supplied names that nothing in a folder uses, each with the nearest used name."""
    found = Job(root=folder, supplied=supplied).search()
    return [(each.name, each.near) for each in found if isinstance(each, UnusedName)]


@pytest.mark.parametrize("source", CASES.values(), ids=list(CASES))
def test_an_unused_name_is_reported_with_the_nearest_used_one(tmp_path: Path, source: str) -> None:
    """However the value is used. A used name is not reported."""
    (tmp_path / "a.py").write_text(START + source)
    assert unused(tmp_path, registry="model", regsitry="model") == [("regsitry", "registry")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "target: wandb-registry-${registry}/c\n"),
        ("a.yaml", "target: wandb-registry-${oc.env:registry,model}/c\n"),
        ("a.toml", "target = 'wandb-registry-${wandb.registry}/c'\n"),
        ("a.json", '{"target": "wandb-registry-{{ registry }}/c"}\n'),
    ],
)
def test_names_in_configuration_files_are_taken_as_well(tmp_path: Path, name: str, text: str) -> None:
    """By the same rule."""
    (tmp_path / name).write_text(text)
    assert unused(tmp_path, registry="model", regsitry="model") == [("regsitry", "registry")]


@pytest.mark.parametrize(
    ("source", "supplied", "expected"),
    [
        ("run.link_artifact(a, 'wandb-registry-model/c')\n", {"registry": "x"}, [("registry", None)]),
        ("registry = 'model'\nrun.link_artifact(a, f'wandb-registry-{registry}/c')\n", {"registry": "x"}, [("registry", None)]),
        ("if os.environ['STAGE'] == 'x':\n    run.link_artifact(a, 'wandb-registry-model/c')\n", {"STAGE": "x"}, []),
        ("run.link_artifact(a, f\"wandb-registry-{os.environ['R1']}/{os.environ['R2']}\")\n", {"R3": "x"}, [("R3", None)]),
        ("with wandb.init(entity=os.environ['TEAM']) as other:\n    other.link_artifact(a, 'wandb-registry-model/c')\n", {"TAEM": "x"}, [("TAEM", "TEAM")]),
        ("", {"b": "x", "a": "x"}, [("b", None), ("a", None)]),
    ],
    ids=["nothing is taken", "the code has the value", "a condition", "other digits", "the entity", "no call"],
)  # fmt: skip
def test_what_counts_as_used(
    tmp_path: Path, source: str, supplied: dict[str, str], expected: list[tuple[str, str | None]]
) -> None:
    """A name is used if reading the code asks for it, and is guessed only if it is near."""
    (tmp_path / "a.py").write_text(START + source)
    assert unused(tmp_path, **supplied) == expected
