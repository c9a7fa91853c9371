"""Texts in Python are edited in place, in every spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from registry_doctor.codebase.fixes import EditPlan

Planner = Callable[[Mapping[str, str]], EditPlan]

OLD = "acme/model/det"
NEW = "acme/wandb-registry-model/det"
LINK = "import wandb\nrun = wandb.init()\nart = wandb.Artifact('a', 'model')\n{}\n"

EXPRESSIONS = {
    "double quotes": ('"acme/model/det"', '"acme/wandb-registry-model/det"'),
    "single quotes": ("'acme/model/det'", "'acme/wandb-registry-model/det'"),
    "triple quotes": ('"""acme/model/det"""', '"""acme/wandb-registry-model/det"""'),
    "triple quotes over lines": ('"""acme/\\\nmodel/det"""', '"""acme/\\\nwandb-registry-model/det"""'),
    "raw": (r'R"acme/model/det"', r'R"acme/wandb-registry-model/det"'),
    "unicode": ('u"acme/model/det"', 'u"acme/wandb-registry-model/det"'),
    "escapes": (r'"acme/mod\x65l\u002fdet"', r'"acme/wandb-registry-mod\x65l\u002fdet"'),
    "a named escape": (r'"acme\N{SOLIDUS}model/det"', r'"acme\N{SOLIDUS}wandb-registry-model/det"'),
    "one after the other": ('"acme/" \'model\' "/det"', '"acme/" \'wandb-registry-model\' "/det"'),
    "in brackets over lines": (
        '(\n    "acme"  # who\n    r"/model"\n    "/det"\n)',
        '(\n    "acme"  # who\n    r"/wandb-registry-model"\n    "/det"\n)',
    ),
    "sum": ('"acme/" + "model" + "/det"', '"acme/" + "wandb-registry-model" + "/det"'),
    "sum of path and name": ('"acme/model/" + "det"', '"acme/wandb-registry-model/" + "det"'),
    "f-string": ('f"acme/model/{C}"', 'f"acme/wandb-registry-model/{C}"'),
    "f-string, first part": ("f'{O}/model/{C}'", "f'{O}/wandb-registry-model/{C}'"),
    "f-string with a format and quotes": (
        "f\"acme/model/{T['c']!s:>3}\"",
        "f\"acme/wandb-registry-model/{T['c']!s:>3}\"",
    ),
    "raw f-string": ("Rf'acme/model/{C}'", "Rf'acme/wandb-registry-model/{C}'"),
    "f-string and plain one": ('f"{O}/" "model/" f"{C}"', 'f"{O}/" "wandb-registry-model/" f"{C}"'),
    "text within an f-string's expression": (
        "f\"{O}/{T.get('none', 'model')}/{C}\"",
        "f\"{O}/{T.get('none', 'wandb-registry-model')}/{C}\"",
    ),
    "percent": ('"%s/model/%s" % (O, C)', '"%s/wandb-registry-model/%s" % (O, C)'),
    "percent with a dictionary": ('"acme/model/%(c)s" % T', '"acme/wandb-registry-model/%(c)s" % T'),
    "format": ('"{}/model/{c}".format(O, c=C)', '"{}/wandb-registry-model/{c}".format(O, c=C)'),
    "format of a name": ('"acme/{}/det".format("model")', '"acme/{}/det".format("wandb-registry-model")'),
    "join": ('"/".join([O, "model", C])', '"/".join([O, "wandb-registry-model", C])'),
    "join of few": ('"/".join(("acme/model", C))', '"/".join(("acme/wandb-registry-model", C))'),
    "conditional": ('"acme/model/det" if O else None', '"acme/wandb-registry-model/det" if O else None'),
    "walrus": ('(p := "acme/model/det")', '(p := "acme/wandb-registry-model/det")'),
    "str": ('str("acme/model/det")', 'str("acme/wandb-registry-model/det")'),
    "strip without effect": ('"acme/model/det".strip()', '"acme/wandb-registry-model/det".strip()'),
}


def fixed(
    folder: Path, planner: Planner, corrections: Mapping[str, str], files: Mapping[str, str]
) -> dict[str, str]:
    """The files after they were written, fixed and read again."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    applied = planner(corrections).apply()
    assert applied.left == ()
    assert applied.done
    again = planner(corrections)
    assert (again.files, again.left) == ((), ())
    return {name: (folder / name).read_bytes().decode() for name in files}


@pytest.mark.parametrize("spelling", EXPRESSIONS)
def test_the_text_changes_in_place(spelling: str, tmp_path: Path, plan: Planner) -> None:
    """Quotes, prefixes, comments and everything around it stay; a second time nothing is left to do."""
    before, after = EXPRESSIONS[spelling]
    code = LINK.format(
        "O, C, T = 'acme', 'det', {{'c': 'det'}}\nrun.link_artifact(art,  {}, )  # as it is"
    ).format
    found = fixed(tmp_path, plan, {OLD: NEW}, {"train.py": code(before)})
    assert found["train.py"] == code(after)


CORRECTIONS = {
    "organization added": ("wandb-registry-model/x", "acme/wandb-registry-model/x", 'f"wandb-registry-model/{N}"', 'f"acme/wandb-registry-model/{N}"'),
    "organization's entity": ("acme/wandb-registry-model/x", "acme_X7/wandb-registry-model/x", '"acme" + "/wandb-registry-model/x"', '"acme_X7" + "/wandb-registry-model/x"'),
    "organization taken away": ("acme/wandb-registry-model/x", "wandb-registry-model/x", 'f"acme/wandb-registry-model/{N}"', 'f"wandb-registry-model/{N}"'),
    "leading slash": ("/wandb-registry-model/x", "wandb-registry-model/x", 'f"/wandb-registry-model/{N}"', 'f"wandb-registry-model/{N}"'),
    "prefix spelt wrong": ("wandb_registry_model/x", "wandb-registry-model/x", '"wandb_registry_" + "model" + "/x"', '"wandb-registry-" + "model" + "/x"'),
    "prefix twice": ("wandb-registry-wandb-registry-model/x", "wandb-registry-model/x", '"wandb-registry-" + "wandb-registry-model" + "/x"', '"wandb-registry-" + "model" + "/x"'),
    "registry misspelt": ("wandb-registry-modle/x", "wandb-registry-model/x", '"wandb-registry-%s/%s" % ("modle", N)', '"wandb-registry-%s/%s" % ("model", N)'),
    "collection misspelt": ("wandb-registry-model/detectr", "wandb-registry-model/detector", '"/".join(["wandb-registry-model", "detectr"])', '"/".join(["wandb-registry-model", "detector"])'),
    "version taken away": ("wandb-registry-model/x:latest", "wandb-registry-model/x", 'f"wandb-registry-model/{N}:latest"', 'f"wandb-registry-model/{N}"'),
    "all at once": ("acme/wandb-registry-modle/x:v0", "acme_X7/wandb-registry-model/x", '"acme" "/wandb-registry-modle/" "x" ":v0"', '"acme_X7" "/wandb-registry-model/" "x" ""'),
    "url": ("https://wandb.ai/orgs/acme/registry/model?selectionPath=acme%2Fwandb-registry-model%2Fx", "acme/wandb-registry-model/x", "'https://wandb.ai/orgs/acme/registry/model?selectionPath=acme%2Fwandb-registry-model%2Fx'", "'acme/wandb-registry-model/x'"),
    "quote in a name": ("wandb-registry-models/x", "wandb-registry-Bob's \"Fine\" \\ Größe/x", "'wandb-registry-models/x'", "'wandb-registry-Bob\\'s \"Fine\" \\\\ Größe/x'"),
    "braces in a name": ("wandb-registry-{m}/x", "wandb-registry-{mm}/x", 'f"wandb-registry-{{m}}/{N}"', 'f"wandb-registry-{{mm}}/{N}"'),
}  # fmt: skip


@pytest.mark.parametrize("kind", CORRECTIONS)
def test_each_part_of_the_path_changes_in_the_literal_that_has_it(
    kind: str, tmp_path: Path, plan: Planner
) -> None:
    """The organization in its literal, the registry in its literal."""
    old, new, before, after = CORRECTIONS[kind]
    code = LINK.format("N = 'x'\nrun.link_artifact(art, {})").format
    found = fixed(tmp_path, plan, {old: new}, {"train.py": code(before)})
    assert found["train.py"] == code(after)


ELSEWHERE = {
    "constant": (
        {"t.py": 'REG = "model"  # ours\nC = "det"\nRUN.link_artifact(ART, f"acme/{REG}/{C}")\n'},
        {"t.py": 'REG = "wandb-registry-model"  # ours\nC = "det"\nRUN.link_artifact(ART, f"acme/{REG}/{C}")\n'},
    ),
    "constant of another module": (
        {"names.py": "O, REG = 'acme', 'model'\n", "t.py": 'from names import *\nRUN.link_artifact(ART, "/".join((O, REG, "det")))\n'},
        {"names.py": "O, REG = 'acme', 'wandb-registry-model'\n", "t.py": 'from names import *\nRUN.link_artifact(ART, "/".join((O, REG, "det")))\n'},
    ),
    "two calls with one constant": (
        {"t.py": 'P = "acme/model"\nRUN.link_artifact(ART, P + "/det")\nRUN.link_artifact(ART, f"{P}/det")\n'},
        {"t.py": 'P = "acme/wandb-registry-model"\nRUN.link_artifact(ART, P + "/det")\nRUN.link_artifact(ART, f"{P}/det")\n'},
    ),
    "dataclass": (
        {"t.py": 'from dataclasses import dataclass\n@dataclass\nclass D:\n    reg: str = "model"\nD1 = D()\nRUN.link_artifact(ART, f"acme/{D1.reg}/det")\n'},
        {"t.py": 'from dataclasses import dataclass\n@dataclass\nclass D:\n    reg: str = "wandb-registry-model"\nD1 = D()\nRUN.link_artifact(ART, f"acme/{D1.reg}/det")\n'},
    ),
    "argparse": (
        {"t.py": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--path', default='acme/model/det')\nARGS = p.parse_args()\nRUN.link_artifact(ART, ARGS.path)\n"},
        {"t.py": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--path', default='acme/wandb-registry-model/det')\nARGS = p.parse_args()\nRUN.link_artifact(ART, ARGS.path)\n"},
    ),
    "environment": (
        {"t.py": 'import os\nRUN.link_artifact(ART, os.environ.get("TARGET", "acme/model/det"))\n'},
        {"t.py": 'import os\nRUN.link_artifact(ART, os.environ.get("TARGET", "acme/wandb-registry-model/det"))\n'},
    ),
    "loop": (
        {"t.py": 'for C in ["det"]:\n    for R in ("model", "wandb-registry-x"):\n        RUN.link_artifact(ART, f"acme/{R}/{C}")\n'},
        {"t.py": 'for C in ["det"]:\n    for R in ("wandb-registry-model", "wandb-registry-x"):\n        RUN.link_artifact(ART, f"acme/{R}/{C}")\n'},
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_text_outside_the_call_is_edited_there(where: str, tmp_path: Path, plan: Planner) -> None:
    """A constant, also of another module, and a default are edited, and not the call."""
    before, after = ELSEWHERE[where]
    head = "import wandb\nRUN = wandb.init()\nART = wandb.Artifact('a', 'model')\n"

    def whole(files: Mapping[str, str]) -> dict[str, str]:
        return {name: head + text if name == "t.py" else text for name, text in files.items()}

    assert fixed(tmp_path, plan, {OLD: NEW}, whole(before)) == whole(after)


LAYOUTS = {
    "crlf": LINK.replace("\n", "\r\n").encode(),
    "mixed": b"import wandb\r\nrun = wandb.init()\rart = wandb.Artifact('a', 'model')\n{}",
    "mark": b"\xef\xbb\xbf" + LINK.encode(),
    "latin-1": b"# coding: latin-1\n# gr\xf6\xdfe\n" + LINK.encode(),
    "form feed": LINK.replace("run =", "\f\nrun =").encode(),
    "no newline at the end": LINK.rstrip().encode(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_other_bytes_stay(layout: str, tmp_path: Path, plan: Planner) -> None:
    """Line ends, byte order mark and encoding are those of the file."""
    call = b"run.link_artifact(art, 'acme/%s/det')  # \xc2\xb5"
    file = tmp_path / "train.py"
    file.write_bytes(LAYOUTS[layout].replace(b"{}", call % b"model"))
    assert len(plan({OLD: NEW}).apply().done) == 1
    assert file.read_bytes() == LAYOUTS[layout].replace(b"{}", call % b"wandb-registry-model")


def test_a_character_that_the_encoding_lacks_is_escaped(tmp_path: Path, plan: Planner) -> None:
    """The name is right, and the file stays in its encoding."""
    file = tmp_path / "train.py"
    code = "# coding: latin-1\n" + LINK.format("run.link_artifact(art, 'wandb-registry-{}/ö')")
    file.write_bytes(code.format("m").encode("latin-1"))
    assert plan({"wandb-registry-m/ö": "wandb-registry-m→/ö"}).apply().left == ()
    assert file.read_bytes() == code.format(r"m\u2192").encode("latin-1")
