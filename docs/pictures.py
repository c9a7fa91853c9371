"""Make the pictures of the documentation: what a terminal of 80 columns and a notebook show. `make pictures` runs it.

The reports are of the demo's world. The terminal is drawn by rich, the notebook by Chromium or Chrome.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from pathlib import Path

from rich.console import Console
from rich.text import Text

import registry_doctor
from registry_doctor.demo.play import WORLD
from registry_doctor.report.model import Provenance, Report, Requests
from registry_doctor.report.text import render
from registry_doctor.sandbox import Sandbox, load_world

FOLDER = Path(__file__).parent / "pictures"
WIDTH = 80
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

ARTIFACT = "vision/detectors/yolo:v0"
WRONG = "vision/wandb-registry-model/detector"
RIGHT = "acme-robotics_X7Q2/wandb-registry-model/detector"
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px 24px; font: 14px/1.5 system-ui, sans-serif; background: {back}; color: {front} }}
.in {{ font: 13px monospace; background: rgba(128,128,128,.12); padding: 8px 10px; margin-bottom: 8px }}
</style><div class="in">registry_doctor.{call}</div>{output}"""
THEMES = {"light": ("#ffffff", "#1f2328"), "dark": ("#111418", "#e6e8eb")}


@contextmanager
def reports() -> Iterator[dict[str, Report]]:
    """A failure and a pass of Ben, as if the sandbox were a server with a name."""
    world = load_world(WORLD)
    key = next(user.api_keys[0] for user in world.users if user.username == "ben")
    others = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    with Sandbox.start(world) as sandbox, tempfile.TemporaryDirectory() as home:
        os.environ.clear()
        os.environ.update(
            others, HOME=home, NO_PROXY="127.0.0.1", WANDB_API_KEY=key, WANDB_BASE_URL=sandbox.base_url
        )
        found = {}
        for path in (WRONG, RIGHT):
            report = registry_doctor.diagnose(path, artifact=ARTIFACT)
            context = replace(report.context, base_url=Provenance("https://wandb.example", "WANDB_BASE_URL"))
            found[path] = replace(report, context=context, requests=Requests(report.requests.count, 76.0))
        yield found


def terminal(found: dict[str, Report]) -> None:
    """Both reports, as the command prints them in colour."""
    console = Console(width=WIDTH, record=True, file=open(os.devnull, "w"), force_terminal=True)  # noqa: PTH123, SIM115
    for path, report in found.items():
        console.print(
            Text(f"$ wandb-registry doctor \\\n    {path} \\\n    --artifact {ARTIFACT}", style="bold")
        )
        console.print(Text.from_ansi(render(report, color=True, width=WIDTH)))
        console.print()
    console.save_svg(str(FOLDER / "terminal.svg"), title="wandb-registry doctor")


def notebook(found: dict[str, Report], browser: str) -> None:
    """The failing report under its call, on a light and on a dark page."""
    call = escape(f'diagnose("{WRONG}", artifact="{ARTIFACT}")')
    for theme, (back, front) in THEMES.items():
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"
            output = found[WRONG]._repr_html_()
            page.write_text(PAGE.format(back=back, front=front, call=call, output=output), encoding="utf-8")
            picture = FOLDER / f"notebook-{theme}.png"
            arguments = [
                "--headless",
                "--no-sandbox",
                "--hide-scrollbars",
                f"--user-data-dir={folder}/profile",
            ]
            arguments += ["--window-size=900,260", f"--screenshot={picture}", page.as_uri()]
            subprocess.run([browser, *arguments], check=True, capture_output=True, timeout=120)


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    with reports() as found:
        terminal(found)
        if browser is None:
            sys.exit(f"the notebook needs one of {', '.join(BROWSERS)}; only the terminal was drawn")
        notebook(found, browser)


if __name__ == "__main__":
    main()
