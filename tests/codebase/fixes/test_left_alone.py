"""What cannot be edited safely stays as it is, and is reported with the reason."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from registry_doctor.checking.check import Applicability
from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.fixes import EditPlan, plan_edits
from registry_doctor.codebase.fixes.editable_files import EditableFile, read_file
from registry_doctor.codebase.fixes.spelling import CannotEdit
from registry_doctor.codebase.report.model import TargetResult

Planner = Callable[[Mapping[str, str]], EditPlan]
Judge = Callable[..., list[TargetResult]]

OLD, NEW = "model/det", "wandb-registry-model/det"
CORRECTION = {OLD: NEW}
HEAD = "import os, wandb\nrun = wandb.init(entity='vision')\nart = wandb.Artifact('a', 'model')\n"
CALL = "run.link_artifact(art, 'model/det')\n"


def reasons(plan: EditPlan) -> list[str]:
    assert plan.files == ()
    return [each.reason for each in plan.left]


CORRECTIONS = {
    OLD: NEW,
    "model/model": "wandb-registry-model/model",
    "acme/wandb-registry-model/x": "wandb-registry-model/x",
    "wandb-registry-model/acme/x": "acme/wandb-registry-model/x",
}
LITERALS = {
    "computed": ("run.link_artifact(art, 'MODEL'.lower() + '/det')", "the part 'model' is computed or comes from outside"),
    "computed from a default": ("run.link_artifact(art, os.environ.get('R', 'MODEL').lower() + '/det')", "the part 'model' is computed from `R`"),
    "another call needs it": ("R = 'model'\nrun.link_artifact(art, f'{R}/det')\nrun.link_artifact(art, f'wandb-registry-{R}/fine')", "the text 'model' in t.py:4 would have to change, but t.py:6 needs another text there"),
    "the entity needs it": ("R = 'model'\nother = wandb.init(entity=R)\nother.link_artifact(art, f'{R}/det')", "t.py:6 needs another text there"),
    "an ordinary fetch needs it": ("R = 'model'\nrun.link_artifact(art, f'{R}/det')\nrun.use_artifact(f'{R}/project/data:v0')", "t.py:6 needs another text there"),
    "one text twice": ("S = 'model'\nrun.link_artifact(art, f'{S}/{S}')", "needs another text there"),
    "a name would be empty": ("O = 'acme'\nrun.link_artifact(art, f'{O}/wandb-registry-model/x')", "the corrected path does not fit the parts"),
    "names have changed places": ("R, O = 'wandb-registry-model', 'acme'\nrun.link_artifact(art, '/'.join([R, O, 'x']))", "the corrected path does not fit the parts"),
    "name for link_model": ("run.link_model('m.bin', 'model/det')", "`link_model` takes a name, not a path"),
}  # fmt: skip


@pytest.mark.parametrize("case", LITERALS)
def test_a_text_that_must_not_change_does_not(case: str, tmp_path: Path, plan: Planner) -> None:
    """It is computed, or something else needs it as it is."""
    code, reason = LITERALS[case]
    (tmp_path / "t.py").write_text(f"{HEAD}{code}\n")
    found = reasons(plan(CORRECTIONS))
    assert len(found) == 1
    assert reason in found[0]


def test_given_calls_of_other_files_are_respected(tmp_path: Path, judging: Judge) -> None:
    """A constant that an ordinary fetch in another file needs is not changed."""
    (tmp_path / "names.py").write_text("R = 'model'\n")
    (tmp_path / "t.py").write_text(f"from names import R\n{HEAD}run.link_artifact(art, R + '/det')\n")
    (tmp_path / "use.py").write_text(
        "from names import R\nimport wandb\nwandb.Api().artifact(f'{R}/project/data:v0')\n"
    )
    judged = judging(tmp_path, CORRECTION)
    plan = plan_edits(judged, root=tmp_path, calls=find_calls([tmp_path], root=tmp_path))
    assert reasons(plan) == [
        "the text 'model' in names.py:1 would have to change, but use.py:3 needs another text there"
    ]


def test_a_raw_literal_takes_no_quote(tmp_path: Path, plan: Planner) -> None:
    """What cannot be spelled without other quotes is left."""
    (tmp_path / "t.py").write_text(f"{HEAD}run.link_artifact(art, r'model/det')\n")
    assert reasons(plan({OLD: "wandb-registry-bob's/det"})) == [
        "t.py:4: its new text cannot be written in a raw literal"
    ]


def test_a_template_accepts_no_format_characters(tmp_path: Path, plan: Planner) -> None:
    """A percent sign would be read as a field."""
    (tmp_path / "t.py").write_text(f"{HEAD}run.link_artifact(art, 'model/%s' % 'det')\n")
    assert reasons(plan({OLD: "wandb-registry-100%/det"}))[0].startswith("it is in a template")


@pytest.mark.parametrize(
    ("verified", "applicability", "unsafe", "edits"),
    [
        (True, Applicability.SAFE, False, 1),
        (True, Applicability.UNSAFE, False, 0),
        (True, Applicability.UNSAFE, True, 1),
        (False, Applicability.SAFE, True, 0),
        (False, Applicability.UNSAFE, True, 0),
    ],
)
def test_only_verified_edits_are_made_and_likely_ones_on_demand(
    verified: bool, applicability: Applicability, unsafe: bool, edits: int, tmp_path: Path, judging: Judge
) -> None:
    """What is not verified is never written."""
    (tmp_path / "t.py").write_text(HEAD + CALL)
    judged = judging(tmp_path, CORRECTION, verified=verified, applicability=applicability)
    plan = plan_edits(judged, root=tmp_path, unsafe=unsafe)
    assert (len(plan.fixes), len(plan.left)) == (edits, 1 - edits)


def test_what_is_silenced_stays(tmp_path: Path, judging: Judge) -> None:
    """A path that a comment or the baseline silences is neither edited nor reported."""
    (tmp_path / "t.py").write_text(HEAD + CALL)
    judged = [
        replace(each, findings=tuple(replace(f, silenced="known") for f in each.findings))
        for each in judging(tmp_path, CORRECTION)
    ]
    plan = plan_edits(judged, root=tmp_path)
    assert (plan.files, plan.left) == ((), ())


def test_a_finding_without_a_corrected_path_is_reported(tmp_path: Path, judging: Judge) -> None:
    """Without a corrected path there is nothing to write."""
    (tmp_path / "t.py").write_text(HEAD + CALL)
    judged = [replace(each, suggestion=None) for each in judging(tmp_path, CORRECTION)]
    assert reasons(plan_edits(judged, root=tmp_path)) == ["no corrected path is known"]


def changed(file: Path) -> None:
    file.write_text(file.read_text().replace("'model", "'other"))


def moved(file: Path) -> None:
    file.write_text("\n" + file.read_text())


def broken(file: Path) -> None:
    file.write_text(file.read_text() + "def (:\n")


def gone(file: Path) -> None:
    file.unlink()


def read_only(file: Path) -> None:
    file.chmod(0o444)


def generated(file: Path) -> None:
    file.write_text(file.read_text().replace("'model')\n", "'model')  # @generated\n"))


def ignored(file: Path) -> None:
    (file.parent / ".gitignore").write_text("t.py\n")


def outside(file: Path) -> None:
    there = file.parent.parent / f"{file.parent.name}-other.py"
    file.rename(there)
    file.symlink_to(there)


def not_its_encoding(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"# \xff\n")


FAULTS: dict[Callable[[Path], None], str] = {
    changed: "t.py:4: the file has changed since it was read",
    moved: "t.py:4: the file has changed since it was read",
    broken: "t.py: it cannot be parsed",
    gone: "t.py: it cannot be read: No such file or directory",
    read_only: "t.py: it is not writable",
    generated: "t.py: it is marked as generated; correct its source",
    ignored: "t.py: it is ignored by git or installed, so it is not your own source",
    outside: "t.py: it is outside the files and folders that are searched",
    not_its_encoding: "t.py: it is not text in its declared encoding",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_file_that_must_not_be_written_is_left_alone(
    fault: Callable[[Path], None], tmp_path: Path, judging: Judge
) -> None:
    """It changed after it was read, is not writable, cannot be parsed, or is not own source."""
    file = tmp_path / "t.py"
    file.write_text(HEAD + CALL)
    judged = judging(tmp_path, CORRECTION)
    fault(file)
    before = file.read_bytes() if file.exists() else None
    plan = plan_edits(judged, root=tmp_path)
    assert reasons(plan) == [FAULTS[fault]]
    assert plan.apply().done == ()
    assert (file.read_bytes() if file.exists() else None) == before


@pytest.mark.parametrize("fault", [changed, moved, broken, gone, read_only], ids=lambda fault: fault.__name__)
def test_a_file_that_changes_between_plan_and_edit_is_left_alone(
    fault: Callable[[Path], None], tmp_path: Path, judging: Judge
) -> None:
    """Also if it changed elsewhere; and a file whose edit goes with it is left alone with it."""
    (tmp_path / "names.py").write_text("R = 'model'\n")
    (tmp_path / "t.py").write_text(f"from names import R\n{HEAD}run.link_artifact(art, f'{{R}}/det_')\n")
    plan = plan_edits(judging(tmp_path, {"model/det_": NEW}), root=tmp_path)
    assert [each.file.shown for each in plan.files] == ["names.py", "t.py"]
    fault(tmp_path / "names.py")
    before = (tmp_path / "t.py").read_bytes()
    applied = plan.apply()
    assert applied.done == ()
    assert len(applied.left) == 1
    assert applied.left[0].reason.startswith("names.py: ")
    assert (tmp_path / "t.py").read_bytes() == before


def test_a_file_that_cannot_be_replaced_is_as_before(
    tmp_path: Path, plan: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half written stays, and no draft."""
    file = tmp_path / "t.py"
    file.write_text(HEAD + CALL)
    planned = plan(CORRECTION)

    def fail(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    applied = planned.apply()
    assert (applied.done, [each.reason for each in applied.left]) == (
        (), ["t.py: it cannot be written: Permission denied"]
    )  # fmt: skip
    assert file.read_text() == HEAD + CALL
    assert list(tmp_path.iterdir()) == [file]


def test_mode_and_links_are_kept(tmp_path: Path, plan: Planner) -> None:
    """The file at the end of a link is edited, and the link stays one; one file with two names is edited once."""
    folder = tmp_path / "src"
    folder.mkdir()
    file = folder / "real.py"
    file.write_text(HEAD + CALL)
    file.chmod(0o750)
    (tmp_path / "link.py").symlink_to(file)
    applied = plan(CORRECTION).apply()
    assert [each.location.file for each in applied.done] == ["link.py", "src/real.py"]
    assert file.read_text() == HEAD + CALL.replace("'model", "'wandb-registry-model")
    assert stat.S_IMODE(file.stat().st_mode) == 0o750
    assert (tmp_path / "link.py").is_symlink()


def test_an_edit_that_would_say_something_else_is_not_made(
    tmp_path: Path, judging: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every edited file is read again; if more than the path has changed, it is left alone."""
    (tmp_path / "t.py").write_text(HEAD + CALL)
    judged = judging(tmp_path, CORRECTION)
    monkeypatch.setattr(EditableFile, "encoded", lambda self, text: f"{text}more()\n".encode())
    assert reasons(plan_edits(judged, root=tmp_path)) == ["t.py: the edit would change more than the path"]


def test_without_libcst_it_says_how_to_install_it(
    tmp_path: Path, plan: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Configuration files need no syntax trees; Python does."""
    monkeypatch.setitem(sys.modules, "libcst", None)
    (tmp_path / "t.py").write_text(HEAD + CALL)
    assert "pip install 'wandb-registry-doctor[fix]'" in reasons(plan(CORRECTION))[0]


def test_only_the_files_and_folders_that_are_searched_are_edited(tmp_path: Path) -> None:
    """A constant that is imported from elsewhere is left, and the reason is given."""
    (tmp_path / "named").mkdir()
    (tmp_path / "other.py").write_text("PATH = 'x'\n", encoding="utf-8")
    (tmp_path / "named/a.py").write_text("PATH = 'x'\n", encoding="utf-8")
    searched = [Path("named")]
    assert read_file("named/a.py", tmp_path, searched).shown == "named/a.py"
    with pytest.raises(CannotEdit, match="outside the files and folders that are searched"):
        read_file("other.py", tmp_path, searched)
    assert read_file("other.py", tmp_path, [Path("other.py")]).shown == "other.py"
