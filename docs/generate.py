"""Write `docs/checks/`: one page for each built-in check, made of its docstring."""

from __future__ import annotations

from pathlib import Path

from registry_doctor.pages import described, page
from registry_doctor.plugins import load_checks

FOLDER = Path(__file__).with_name("checks")


def write(folder: Path) -> None:
    """Write every page, and remove the pages of checks that are no more."""
    checks = described(load_checks(others=False))
    codes = [check.code for check in checks]
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.md"):
        if old.stem not in codes:
            old.unlink()
    for check in checks:
        (folder / f"{check.code}.md").write_text(page(check, codes), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(FOLDER)
