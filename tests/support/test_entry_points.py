"""Entry points are found as Python finds them."""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from registry_doctor.support.entry_points import entry_points_of

GROUP = "registry_doctor.checks"


def install(
    folder: Path, name: str, points: str, *, metadata: str = "dist-info", version: str = "1.0"
) -> None:
    """The metadata of a distribution."""
    home = folder / f"{name}-{version}.{metadata}"
    home.mkdir(parents=True)
    kind = "METADATA" if metadata == "dist-info" else "PKG-INFO"
    (home / kind).write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (home / "entry_points.txt").write_text(points, encoding="utf-8")


def offered(name: str) -> str:
    """A file of entry points that offers something in our group."""
    return f"[console_scripts]\nx = y:z\n\n[{GROUP}]\n{name} = {name}:load\n"


def seen() -> set[tuple[str, str, str]]:
    """What is found here."""
    return {(each.name, each.value, each.dist.name if each.dist else "") for each in entry_points_of(GROUP)}


def seen_by_python() -> set[tuple[str, str, str]]:
    """What Python finds."""
    return {
        (each.name, each.value, each.dist.name if each.dist else "") for each in entry_points(group=GROUP)
    }


def test_what_is_installed_is_found() -> None:
    """Our own checks at least."""
    assert seen() == seen_by_python()
    assert "builtin" in {name for name, _, _ in seen()}


def test_distributions_of_every_kind_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of a name on the import path hides the others; other groups and broken folders change nothing."""
    first, second = tmp_path / "first", tmp_path / "second"
    install(first, "one", offered("one"))
    install(second, "one", offered("hidden"), version="2.0")
    install(first, "two", offered("two"), metadata="egg-info")
    install(second, "three", "[console_scripts]\nx = registry_doctor.checks:main\n")
    (second / "broken-1.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(first), str(second), str(tmp_path / "gone"), *sys.path])
    assert seen() == seen_by_python()
    assert {"one", "two"} <= {name for name, _, _ in seen()}
    assert "hidden" not in {name for name, _, _ in seen()}


def test_a_zip_file_on_the_import_path_is_left_to_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in it is found as well."""
    install(tmp_path, "zipped", offered("zipped"))
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as into:
        for file in (tmp_path / "zipped-1.0.dist-info").iterdir():
            into.write(file, f"zipped-1.0.dist-info/{file.name}")
    monkeypatch.setattr(sys, "path", [str(archive), *sys.path])
    assert seen() == seen_by_python()
    assert "zipped" in {name for name, _, _ in seen()}
