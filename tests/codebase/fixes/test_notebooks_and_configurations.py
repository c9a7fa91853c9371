"""Notebooks and configuration files are edited at the scalar; every other byte stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from registry_doctor.codebase.fixes import EditPlan

Planner = Callable[[Mapping[str, str]], EditPlan]

OLD, NEW = "acme/wandb-registry-modle/det", "acme/wandb-registry-model/det"

NOTEBOOK = r"""{
   "nbformat": 4, "nbformat_minor": 5,
   "metadata": {"source": "acme/wandb-registry-modle/det", "é": 1.50},
   "cells": [
      {"cell_type": "markdown", "source": ["acme/wandb-registry-modle/det"]},
      {"source": ["%%time\n", "import wandb\n",
                  "run = wandb.init()  # gr\u00fc\u00df \ud83d\ude00 dich\n", "art = wandb.Artifact('a', 'model')"],
       "cell_type": "code", "outputs": [ ], "execution_count": null},
      {"cell_type": "code", "source": "!pip install x\n😀 = 1", "outputs": []},
      {"cell_type": "code", "outputs": [{"text": "acme/wandb-registry-modle/det"}], "metadata": {},
       "source": ["%time x = 1\n", "\n",
       "run.link_artifact(art, {})\n", "!ls"]},
      {"cell_type": "code", "source": "run.link_artifact(art,\n  {}\n)"}
   ]
}
"""  # no newline after it in some


@pytest.mark.parametrize("end", ["\n", "", "\r\n \n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (r"\"acme/wandb-registry-modle/det\"", r"\"acme/wandb-registry-model/det\""),
        (r"f'acme/wandb-registry-modle/{\"det\"}'", r"f'acme/wandb-registry-model/{\"det\"}'"),
        (r"'\u0061cme\/wandb-registry-modle' '/det'", r"'\u0061cme\/wandb-registry-model' '/det'"),
    ],
)
def test_a_cell_of_a_notebook_is_edited(
    before: str, after: str, end: str, tmp_path: Path, plan: Planner
) -> None:
    """Only the letters in the cell's code change: not indentation, order, outputs, other cells or escapes."""
    text = NOTEBOOK.rstrip() + end
    file = tmp_path / "train.ipynb"
    file.write_bytes(text.replace("{})", f"{before})").replace("  {}\\n", f"  {before}\\n").encode())
    applied = plan({OLD: NEW}).apply()
    assert applied.left == ()
    assert [(each.location.cell, each.location.line) for each in applied.done] == [(4, 3), (5, 1)]
    assert file.read_bytes() == text.replace("{})", f"{after})").replace("  {}\\n", f"  {after}\\n").encode()
    assert plan({OLD: NEW}).files == ()


def test_what_is_new_in_an_ascii_notebook_is_ascii(tmp_path: Path, plan: Planner) -> None:
    """As the notebook's writer escapes everything else; quotes are escaped twice."""
    text = r'{"cells": [{"cell_type": "code", "source": ["import wandb\n", "wandb.init().use_artifact(\"%s\")"]}]}'
    file = tmp_path / "n.ipynb"
    file.write_text(text % "wandb-registry-m/x:v0")
    assert plan({"wandb-registry-m/x:v0": 'wandb-registry-"Größe"/x:v0'}).apply().left == ()
    assert file.read_text() == text % r"wandb-registry-\\\"Gr\u00f6\u00dfe\\\"/x:v0"


SCALARS = {
    "plain": ("c.yaml", "a: &x {}   # why\nb: [1, ]\n", OLD, NEW),
    "double quotes": ("c.yaml", "a:\n  - {}  # why", f'"{OLD}"', f'"{NEW}"'),
    "double quotes with escapes": ("c.yml", "a: {}\r\n", r'"\x61cme\/wandb-registry-modle/det"', r'"\x61cme\/wandb-registry-model/det"'),
    "single quotes": ("c.yaml", "{{a: {}, b: 1}}", f"'{OLD}'", f"'{NEW}'"),
    "folded": ("c.yaml", "a: {}\nb: 1\n", f">-\n  {OLD}", f">-\n  {NEW}"),
    "block": ("c.yaml", "a: {}\nb: 1\n", f"|-  # so\n    {OLD}\n", f"|-  # so\n    {NEW}\n"),
    "in a flow": ("c.yaml", "a: [x, {}]\n--- \nb: 2\n", OLD, NEW),
    "basic": ("c.toml", "[a]\nb = {} # why\n", f'"{OLD}"', f'"{NEW}"'),
    "basic with escapes": ("c.toml", "b={}\r\n", r'"\u0061cme/wandb-registry-modle/det"', r'"\u0061cme/wandb-registry-model/det"'),
    "literal": ("c.toml", "[[a.b]]\nb = [ {}, ]", f"'{OLD}'", f"'{NEW}'"),
    "basic over lines": ("c.toml", "b = {}\n", '"""\nacme/\\\n   wandb-registry-modle/det"""', '"""\nacme/\\\n   wandb-registry-model/det"""'),
    "literal over lines": ("c.toml", "b = {}\n", f"'''{OLD}'''", f"'''{NEW}'''"),
    "json": ("c.json", '{{\n "b" : [{}, 1.0],\n\t"a": null}}', f'"{OLD}"', f'"{NEW}"'),
    "json with escapes": ("c.json", '{{"ü": {}}}\n', r'"\u0061cme\/wandb-registry-modle/det"', r'"\u0061cme\/wandb-registry-model/det"'),
}  # fmt: skip


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with mark"])
@pytest.mark.parametrize("spelling", SCALARS)
def test_a_scalar_of_a_configuration_is_edited(
    spelling: str, mark: str, tmp_path: Path, plan: Planner
) -> None:
    """Its quotes, escapes, anchors and comments stay."""
    name, template, before, after = SCALARS[spelling]
    file = tmp_path / name
    file.write_bytes((mark + template.format(before)).encode())
    applied = plan({OLD: NEW}).apply()
    assert (len(applied.done), applied.left) == (1, ())
    assert file.read_bytes().decode() == mark + template.format(after)
    assert plan({OLD: NEW}).files == ()


NEEDS_CARE = {
    "a plain scalar gets quotes if it needs them": ("c.yaml", "registry: {}\n", OLD, "'acme/wandb-registry-it''s: #1/det'"),
    "a plain scalar takes an apostrophe": ("c.yaml", "registry: {}\n", OLD, OLD.replace("modle", "it's")),
    "single quotes are doubled": ("c.yaml", "registry: {}\n", f"'{OLD}'", "'acme/wandb-registry-it''s: #1/det'"),
    "basic quotes are escaped": ("c.toml", "b = {}\n", f'"{OLD}"', r'"acme/wandb-registry-\"\\/det"'),
    "json quotes are escaped": ("c.json", '{{"b": {}}}', f'"{OLD}"', r'"acme/wandb-registry-\"\\\u00e4/det"'),
}  # fmt: skip
NAMES = ("it's: #1", "it's", "it's: #1", '"\\', '"\\ä')


@pytest.mark.parametrize(("case", "name"), [*zip(NEEDS_CARE, NAMES, strict=True)])
def test_a_new_name_is_escaped_as_its_quotes_ask(case: str, name: str, tmp_path: Path, plan: Planner) -> None:
    """The scalar is read as the new text."""
    file_name, template, before, after = NEEDS_CARE[case]
    file = tmp_path / file_name
    file.write_text(template.format(before))
    applied = plan({OLD: f"acme/wandb-registry-{name}/det"}).apply()
    assert applied.left == ()
    assert file.read_text() == template.format(after)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("c.toml", f"b = '{OLD}'\n", "its new text cannot be written in this kind of quotes"),
        ("c.yaml", 'b: "acme/wandb-registry-modle\\\n  /det"\n', "the text spans several lines"),
    ],
)
def test_what_cannot_be_spelled_is_left(
    name: str, text: str, reason: str, tmp_path: Path, plan: Planner
) -> None:
    """Nothing is written, and the reason is given."""
    (tmp_path / name).write_text(text)
    planned = plan({OLD: "acme/wandb-registry-it's/det"})
    assert planned.files == ()
    assert [each.reason.partition(": ")[2] for each in planned.left] == [reason]


def test_a_value_that_others_refer_to_is_edited_in_place(tmp_path: Path, plan: Planner) -> None:
    """One edit corrects the path that is built from several values."""
    text = "registry: wandb-registry-{}\ntarget: acme/${{registry}}/det\n"
    (tmp_path / "c.yaml").write_text(text.format("modle"))
    assert plan({OLD: NEW, "wandb-registry-modle": "wandb-registry-model"}).apply().left == ()
    assert (tmp_path / "c.yaml").read_text() == text.format("model")
